"""A trained Rasa model asked in this process, without channels, policies and actions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track


class RasaModel:
    """Parses messages as the first of a conversation."""

    def __init__(self, path: Path) -> None:
        from rasa.core.agent import Agent  # takes ten seconds to import
        from rasa.utils.log_utils import configure_structlog

        configure_structlog(logging.ERROR)
        self._loop = asyncio.new_event_loop()
        self._agent = Agent.load(path)

    def parse(self, text: str) -> dict[str, Any]:
        """Rasa's parse data."""
        parsed: dict[str, Any] = self._loop.run_until_complete(self._agent.parse_message(text))
        return parsed

    def best_guesses(
        self, texts: Sequence[str], console: Console, telling: str
    ) -> list[tuple[str | None, float]]:
        """The likeliest intent of each text and its confidence, before anything is given up.

        (None, 0) where the message was not left to a classifier (no words, another language, ...).
        """
        return [best_guess(self.parse(text)) for text in track(texts, telling, console=console)]


def best_guess(parsed: dict[str, Any]) -> tuple[str | None, float]:
    """See RasaModel.best_guesses."""
    ranking = [one for one in parsed["intent_ranking"] if one["name"] not in (None, "nlu_fallback")]
    if parsed.get("notice") or not ranking:
        return None, 0.0
    return str(ranking[0]["name"]), float(ranking[0]["confidence"])
