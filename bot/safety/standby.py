"""Answers danger by itself, where the assistant cannot: Rasa is down, or an action of it broke."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.reply import Reply
from bot.safety.detect import Encoder, Finding, detect
from bot.safety.resources import SafetyResources

if TYPE_CHECKING:
    from bot.safety.classifier import SafetyClassifier

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scoring:
    """The learned half of the net."""

    encoder: Encoder
    classifier: SafetyClassifier


class Standby:
    """Looks at a message with the rules and, once the model is read, with the classifier too.

    The model is read in the background, from `get_ready` or the first message on; until then, and where
    there is none, the rules answer alone: nobody waits. Safe to share between threads.
    """

    def __init__(self, resources: SafetyResources, read_scoring: Callable[[], Scoring] | None = None) -> None:
        self._resources = resources
        self._read_scoring = read_scoring
        self._scoring: Scoring | None = None
        self._lock = threading.Lock()

    def get_ready(self) -> None:
        """Begins to read the model, if that has not begun."""
        with self._lock:
            read_scoring, self._read_scoring = self._read_scoring, None
        if read_scoring is not None:
            threading.Thread(name="standby", target=self._read, args=(read_scoring,), daemon=True).start()

    def sees_danger(self, text: str) -> bool:
        """Whether the rules see danger: a quick look, before the message is handed on."""
        finding = detect(text)
        return finding is not None and finding.is_danger

    def reply(self, text: str) -> Reply | None:
        """The safety reply to a message that tells of danger; None for any other."""
        self.get_ready()
        scoring = self._scoring
        finding = detect(text, scoring.encoder, scoring.classifier) if scoring else detect(text)
        if finding is None or not finding.is_danger:
            return None
        return safety_reply(finding, self._resources)

    def _read(self, read_scoring: Callable[[], Scoring]) -> None:
        try:
            self._scoring = read_scoring()
        except Exception as error:  # whatever the files are like, the rules go on
            log.error("danger is looked for by rules alone: %s: %s", type(error).__name__, error)


def safety_reply(finding: Finding, resources: SafetyResources, again: bool = False) -> Reply:
    """The reply to a danger, in other words if it was given before (`again`)."""
    words = resources.reply(finding.id, again, finding.about, finding.variant, finding.language)
    return Reply("safety", words.texts, safety=(finding.id, *finding.also), contacts=words.contacts)
