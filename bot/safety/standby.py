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
    """Looks at a message with rules and classifier, or with rules alone where there is no model.

    The model is read at the first message, which then takes a second or two. Safe to share between threads.
    """

    def __init__(self, resources: SafetyResources, read_scoring: Callable[[], Scoring] | None = None) -> None:
        self._resources = resources
        self._read_scoring = read_scoring
        self._scoring: Scoring | None = None
        self._lock = threading.Lock()

    def reply(self, text: str) -> Reply | None:
        """The safety reply to a message that tells of danger; None for any other."""
        scoring = self._read()
        finding = detect(text, scoring.encoder, scoring.classifier) if scoring else detect(text)
        if finding is None or not finding.is_danger:
            return None
        return safety_reply(finding, self._resources)

    def _read(self) -> Scoring | None:
        with self._lock:
            if self._scoring is None and self._read_scoring is not None:
                try:
                    self._scoring = self._read_scoring()
                except Exception as error:  # whatever the files are like, the rules go on
                    log.error("danger is looked for by rules alone: %s: %s", type(error).__name__, error)
                    self._read_scoring = None
            return self._scoring


def safety_reply(finding: Finding, resources: SafetyResources, again: bool = False) -> Reply:
    """The reply to a danger, in other words if it was given before (`again`)."""
    words = resources.reply(finding.id, again, finding.about, finding.variant, finding.language)
    return Reply("safety", words.texts, safety=(finding.id, *finding.also), contacts=words.contacts)
