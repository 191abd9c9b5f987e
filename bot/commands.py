"""What the buttons send: "/" and an intent. Whatever else begins with a slash is a visitor's words.

Rasa would take "/restart" or "/session_start" for a command.
"""

from __future__ import annotations

from functools import lru_cache

import yaml

from bot.settings import ROOT


def without_command(text: str) -> str:
    """A button's payload as it is, any other text without the slashes it begins with."""
    return text if text in _payloads() else text.lstrip("/ \n")


@lru_cache(maxsize=1)
def _payloads() -> frozenset[str]:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return frozenset(f"/{intent}" for intent in domain["intents"])
