"""Runs a model on messages, and says what another takes otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.model_archive import same_file
from bot.publishing.cases import Case
from bot.safety.classifier import CLASSIFIER_FILE
from bot.safety.messages import EXPLICIT

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor

Kind = Literal["safety", "worse", "fixed", "changed"]
_STRENGTHS = ("", "distress", "danger")


@dataclass(frozen=True)
class Taken:
    """What a model takes a message for: its intent, or those of its parts; and the strength of what it
    notices ("" for nothing)."""

    intents: tuple[str, ...]
    safety: str

    def __str__(self) -> str:
        words = " + ".join(self.intents) or "–"
        return f"{words} ({self.safety})" if self.safety else words


@dataclass(frozen=True)
class Difference:
    """A message that the new model takes otherwise."""

    case: Case
    kind: Kind
    before: Taken
    after: Taken


def run_model(model: Path, cases: Sequence[Case]) -> list[Taken]:
    """What the model takes each for, after what was said before. It takes some ten seconds to begin with, and
    about twenty milliseconds a message."""
    import structlog
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    processor = Agent.load(str(model)).processor

    async def take_all() -> list[Taken]:
        return [await _parsed(processor, case) for case in cases]

    return asyncio.run(take_all())


def run_net(model: Path, cases: Sequence[Case]) -> list[Taken]:
    """What the model's danger net notices in each of the danger tests, about five milliseconds a message."""
    from bot.language.encoder import SentenceEncoder
    from bot.safety.classifier import classifier_of
    from bot.safety.detect import detect

    classifier, encoder = classifier_of(model), SentenceEncoder.load()
    found = [detect(case.text, encoder, classifier) for case in cases]
    return [Taken((), finding.strength if finding else "") for finding in found]


def danger_differences(live: Path, model: Path, cases: Sequence[Case]) -> list[Difference]:
    """What the models' nets notice otherwise in the danger tests. A training for corrections takes the live
    model's net over; where it is the same, byte for byte, there is nothing to read again."""
    if same_file(live, model, CLASSIFIER_FILE):
        return []
    return differences(cases, run_net(live, cases), run_net(model, cases))


def differences(cases: Sequence[Case], before: Iterable[Taken], after: Iterable[Taken]) -> list[Difference]:
    """Of what two models took the cases for; the gravest first."""
    found = [
        Difference(case, kind, was, now)
        for case, was, now in zip(cases, before, after, strict=True)
        if (kind := compare(case, was, now))
    ]
    order = ("safety", "worse", "fixed", "changed")
    return sorted(found, key=lambda one: order.index(one.kind))


def compare(case: Case, before: Taken, after: Taken) -> Kind | None:
    """Danger or distress that was noticed and no longer is, is lost, whatever else; so is explicit danger of
    the permanent tests that was answered as danger and no longer is. Another danger that is taken for
    distress is worse. None of that is a loss where the message is known to be harmless."""
    if not case.harmless and _STRENGTHS.index(after.safety) < _STRENGTHS.index(before.safety):
        return "safety" if case.strength == EXPLICIT or not after.safety else "worse"
    if case.strength:
        return None
    was, now = (_is_right(case, taken) for taken in (before, after))
    if was != now:
        return "fixed" if now else "worse"
    return "changed" if before != after and not (was and now) else None


def _is_right(case: Case, taken: Taken) -> bool:
    """Two intents are no harm where both would be right."""
    return bool(taken.intents) and set(taken.intents) <= case.wanted


async def _parsed(processor: MessageProcessor, case: Case) -> Taken:
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.events import deserialise_events
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker.from_events(
        case.sender or "", deserialise_events(list(case.before)), processor.domain.slots
    )
    parsed = await processor.parse_message(UserMessage(case.text), tracker)
    parts = [part["intent"] for part in parsed.get("parts") or ()]
    return Taken(tuple(parts or [parsed["intent"]["name"]]), (parsed.get("safety") or {}).get("strength", ""))
