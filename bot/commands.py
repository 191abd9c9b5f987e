"""What the buttons send: "/" and an intent. Whatever else begins with a slash is a visitor's words.

Rasa would take "/restart" or "/session_start" for a command.
"""

from __future__ import annotations

from functools import lru_cache

import yaml

from bot.settings import ROOT

_DOMAIN = ROOT / "domain.yml"


def without_command(text: str) -> str:
    """A button's payload as it is, any other text without the slashes it begins with."""
    return text if text in _payloads(_DOMAIN.stat().st_mtime_ns) else text.lstrip("/ \n")


@lru_cache(maxsize=1)
def _payloads(_written: int) -> frozenset[str]:
    """Read anew when it is written: staff may publish a new topic."""
    domain = yaml.safe_load(_DOMAIN.read_text(encoding="utf-8"))
    return frozenset(f"/{intent}" for intent in domain["intents"])
