"""Notices danger and distress in what a visitor writes.

Rules look at every sentence; with a sentence encoder, a classifier scores them too. Either is enough.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from bot.safety.normalise import sentences
from bot.safety.people import About, about, variant
from bot.safety.rules import Match, RuleSet, Strength

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from bot.safety.classifier import SafetyClassifier

logger = logging.getLogger(__name__)

# What needs the quickest help comes first when a message holds more than one danger.
PRIORITY = ("overdose", "withdrawal", "medical_emergency", "suicide", "violence", "self_harm", "abuse")
MAX_CHARACTERS = 100_000  # of a longer message, the beginning and the end are looked at
JOINED = 500  # characters of the message before, and of this one, that are looked at together
GENERAL = "general"  # the variant of distress whose kind is not clear
MOST_TOGETHER = 40  # words of a message whose sentences the rules look at together too
MAX_SCORED = 48  # sentences given to the classifier; the rules see all

_DESPAIR = ("suicide", "self_harm")
_DRUG = re.compile(
    r"(?<!\S)(?:heroin|fentanyl|meth|dope|pills?|xanax|oxy|opioids?|needle|narcan|used|using|overdos\S+|drugs?|vodka|"
    r"methadone|snorted|shot up|foil|percocet|percs|benzos?|cocaine|coke)(?!\S)"
)


_LAST_RESORT = re.compile(
    r"(?P<overdose>overdos)|(?P<suicide>suicid|kill(?:ing)? myself|want to die|end(?:ing)? my life)|"
    r"(?P<medical_emergency>n[o']t breath)|(?P<abuse>(?:hits|beats|raped) me)"
)


class Encoder(Protocol):
    """What the classifier needs of a sentence encoder."""

    def encode(self, texts: Sequence[str], /) -> npt.NDArray[np.float32]:
        """Unit vectors of shape (len(texts), 384)."""


@dataclass(frozen=True)
class Finding:
    """What was noticed. `id` is a safety id of topics.yml; `reason` is for people who review it."""

    id: str
    strength: Strength
    reason: str
    sentence: int  # index of the sentence, from 0; windows of one endless sentence count each
    about: About = "self"  # who is in danger (for violence: who might harm)
    variant: str = ""  # a more fitting reply or line of resources.yml, if there is one
    language: str = "en"
    also: tuple[str, ...] = ()  # further ids found in the same message

    @property
    def is_danger(self) -> bool:
        """Whether the whole reply must be the safety reply."""
        return self.strength == "danger"


def detect(
    text: str, encoder: Encoder | None = None, classifier: SafetyClassifier | None = None
) -> Finding | None:
    """The most pressing danger in a message, else the first distress, else None.

    With `encoder` and `classifier`, the classifier scores the sentences too. Without them, the rules
    decide alone. No text makes it fail: a fault in one half leaves the other. Raises only DataError,
    for broken rule files.
    """
    RuleSet.load()
    halves: tuple[Callable[[], Finding | None], ...] = (
        lambda: _detect(text, encoder, classifier),
        lambda: _by_rules(text)[0],
    )
    for look in halves:
        try:
            return look()
        except Exception as error:  # a fault of ours must not stand between a person and the numbers
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("danger detection failed: %s\n%s", type(error).__name__, where)  # never the text
    found = _LAST_RESORT.search(text.lower())
    if found is None:
        return None
    danger = next(danger for danger, words in found.groupdict().items() if words)
    return Finding(danger, "danger", "plain words, after the rules failed", 0)


def detect_in_conversation(
    text: str,
    before: str,
    encoder: Encoder | None = None,
    classifier: SafetyClassifier | None = None,
) -> Finding | None:
    """Like detect(), and notices what only the last two messages together say ("i want to" / "die").

    `before` is the visitor's message before this one, or "". What it said on its own is not reported again,
    but words of despair right after it are danger.
    """
    finding = detect(text, encoder, classifier)
    if (finding is not None and finding.is_danger) or not before:
        return finding
    before, text = before[-JOINED:], text[:JOINED]
    alone = detect(before)
    if alone is not None and alone.is_danger:
        despair = detect(text) if alone.id in _DESPAIR else None
        return replace(despair, strength="danger") if despair and despair.id in _DESPAIR else finding
    joined = detect(f"{before} {text}")
    if joined is None or not joined.is_danger:
        return finding
    return replace(joined, reason=f"{joined.reason} (with the message before)")


def nearness(text: str, encoder: Encoder, classifier: SafetyClassifier) -> float:
    """How near a message in which nothing was noticed came to a support line, from 0 to 1, for staff to look
    at the nearest. No text makes it fail."""
    try:
        plain = _by_rules(text)[1]
        return classifier.nearness(plain[:MAX_SCORED], encoder) if plain else 0.0
    except Exception as error:  # as in detect(): the visitor is answered all the same
        logger.error("nearness failed: %s", type(error).__name__)
        return 0.0


def _detect(text: str, encoder: Encoder | None, classifier: SafetyClassifier | None) -> Finding | None:
    found, plain = _by_rules(text)
    if encoder is None or classifier is None or not plain or (found is not None and found.is_danger):
        return found
    scored = classifier.find(plain[:MAX_SCORED], encoder)
    if scored is None or (found is not None and scored.strength != "danger"):
        return found
    sentence = plain[scored.sentence]
    who = about(scored.id, sentence, len(sentence), "")
    return Finding(
        id=scored.id,
        strength=scored.strength,
        reason=scored.reason,
        sentence=scored.sentence,
        about=who,
        variant=variant(scored.id, " ".join(plain), who) if scored.is_clear else GENERAL,
    )


def _by_rules(text: str) -> tuple[Finding | None, list[str]]:
    if len(text) > MAX_CHARACTERS:
        text = f"{text[: MAX_CHARACTERS // 2]}\n{text[-MAX_CHARACTERS // 2 :]}"
    rules = RuleSet.load()
    plain = sentences(text, rules.vocabulary)
    met = [
        (index, sentence, match) for index, sentence in enumerate(plain) for match in rules.matches(sentence)
    ]
    together = " , ".join(plain)
    in_danger = any(match.strength == "danger" for _, _, match in met)
    if len(plain) > 1 and not in_danger and len(together.split()) <= MOST_TOGETHER:
        # "cold turkey off the pills. twitching. confused": told in pieces, as people type on phones.
        met += [
            (first, together, match)
            for match in rules.matches(together)
            for first, last in [(_place(plain, match.start), _place(plain, match.end - 1))]
            if match.strength == "danger" and first < last
        ]
    whole = " ".join(plain)
    found = [_finding(index, match, sentence, whole) for index, sentence, match in met]
    for id_, language, words in rules.foreign_words(text):
        reason = f"plain words in another language ({language}): “{words}”"
        found.append(Finding(id_, "danger", reason, 0, language=language))
    return _first(found), plain


def _place(plain: Sequence[str], position: int) -> int:
    """Which of the sentences, joined by " , ", a place is in."""
    ends = accumulate(len(sentence) + len(" , ") for sentence in plain)
    return sum(end <= position for end in ends)


def _first(found: list[Finding]) -> Finding | None:
    if not found:
        return None
    order = sorted(found, key=lambda one: (not one.is_danger, PRIORITY.index(one.id), one.sentence))
    best = order[0]
    also = dict.fromkeys(one.id for one in order if one.strength == best.strength and one.id != best.id)
    return replace(best, also=tuple(also))


def _finding(index: int, match: Match, sentence: str, whole: str) -> Finding:
    rule = match.rule
    id_ = rule.id
    if rule.name == "not_waking" and _DRUG.search(whole):
        id_ = "overdose"  # someone who will not wake after drugs: the reply that speaks of naloxone
    who = rule.about or about(id_, sentence, match.end, match.words)
    weakened = " (weakened by its context)" if match.strength != rule.strength else ""
    return Finding(
        id=id_,
        strength=match.strength,
        reason=f"rule {rule.id}.{rule.name}: “{match.words}”{weakened}",
        sentence=index,
        about=who,
        variant=rule.variant or variant(id_, whole, who),
        language=rule.language,
    )
