"""STOP, HELP and START on text messages, and what is said to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.channels.vendor import Incoming, Vendor
from bot.fallback import in_words
from bot.knowledge.current import ProfileNow
from bot.reply import Contact

Keyword = Literal["stop", "help", "start"]

_HELP_WORDS = frozenset(("help", "info"))
_START_WORDS = frozenset(("start", "unstop"))
_START_AGAIN = "yes"  # an answer like any other, unless one had stopped


def keyword_in(incoming: Incoming, vendor: Vendor, is_opted_out: bool) -> Keyword | None:
    """The keyword that a message is: alone in it, as carriers read it. None where a channel has none."""
    if not vendor.stop_words:
        return None
    word = incoming.said or incoming.text.strip(" .!\n").lower()
    if word in vendor.stop_words:
        return "stop"
    if word in _START_WORDS or (is_opted_out and word == _START_AGAIN):
        return "start"
    return "help" if word in _HELP_WORDS else None


@dataclass(frozen=True)
class Words:
    """What is said by the channels themselves, in the centre's name."""

    profile_now: ProfileNow
    emergency: Sequence[Contact]

    def to(self, keyword: Keyword) -> str:
        """The reply to a keyword."""
        return {"stop": self._stopped, "help": self._help, "start": self._started}[keyword]()

    def too_many(self, seconds: int) -> str:
        """The reply to more messages than one person sends."""
        words = f"That was a lot of messages at once. Please wait {seconds} seconds, then send it again."
        return self._with_emergency(words)

    def _stopped(self) -> str:
        words = f"You will get no more messages from {self.profile_now().name}. Reply START to begin again."
        return self._with_emergency(words)

    def _started(self) -> str:
        return (
            f"Welcome back. This is the automated assistant of {self.profile_now().name}. "
            "What would you like to know? Reply STOP to stop, HELP for help."
        )

    def _help(self) -> str:
        centre = self.profile_now()
        phone = f"To talk to a person, call {centre.phone}. " if centre.phone else ""
        return self._with_emergency(
            f"This is the automated assistant of {centre.name}, not a person. Ask in your own words. "
            f"{phone}Reply STOP to stop. Message and data rates may apply."
        )

    def _with_emergency(self, words: str) -> str:
        return f"{words} {in_words(self.emergency)}".strip()
