"""Finds the parts of a message that asks several things at once.

The clauses are cut by form (clauses.py). Neighbouring clauses may make up one part, and a clause may be
no part at all but the story around a question. Every way to divide the message so is weighed by a
log-linear model; the parts whose ways weigh most together are the message's, if they are likely enough.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.language.clauses import Clause, clauses, is_elliptic, without_opening_words, words

Scores = Mapping[str, float]  # probability by intent
Score = Callable[[Sequence[str]], Sequence[Scores]]
Span = tuple[int, int]  # clauses from, to
Way = tuple[Span, ...]  # the parts; clauses between them are story

# What is said besides a question, or about the conversation: never a part.
NO_PARTS = frozenset(
    "greeting thanks goodbye affirm deny out_of_scope are_you_robot capabilities sources tell_more simpler "
    "privacy".split()
)
LIKELY = 0.6  # how probable it must be that a message has several parts
MOST_CLAUSES = 5  # so a message costs twelve texts at most
LONGEST_PART = 3  # clauses, unless the part is the whole message
MOST_PARTS = 4

# What speaks for a division and against it, in units of log probability. Fitted by maximum likelihood on
# training phrases left out of the classifier's training and on the held-out questions: phrases of several
# clauses as they are, and two or three joined in the ways people join them.
WEIGHTS = {
    # A part. Words are counted as logarithms.
    "part": 0.30,
    "sure": 2.44,
    "length": 2.59,
    "one_word": 0.75,
    "told": -1.20,
    "request": -0.66,
    "fragment": 1.21,
    "inner_sentence": -1.64,
    "inner_also": -1.54,
    "inner_or": 1.43,
    "inner_asks": 1.01,
    "inner_fragment": 0.14,
    # A clause that is no part.
    "story_statement": 0.31,
    "story_fragment": 0.82,
    "story_question": -0.44,
    "story_marked": -1.41,
    "story_length": 1.53,
    "story_short": -0.57,
    "story_elliptic": -0.47,
    "story_last": -0.24,
    "story_support": -0.15,
    "story_non": 0.52,
    # Two parts after each other, by what begins the second.
    "alike": -4.13,
    "next_sentence": -0.71,
    "next_also": 1.92,
    "next_and": 0.59,
    "next_or": -2.49,
    "next_none": -0.86,
    "next_question": 0.02,
    "next_statement": 0.31,
    "next_request": -0.35,
    "next_full": 1.29,
    "next_elliptic": -0.47,
    "next_refers": -0.37,
    "next_after_asks": 0.20,
    "next_fragment_sentence": 0.70,
    "next_fragment_comma": -0.52,
    # The division.
    "several": 1.14,
    "three": -3.25,
    "same": -0.74,
    "all_ask": 1.60,
    "covered": 0.67,
    "whole_sure": -1.57,
    "whole_length": -1.76,
}

# A clause that goes on with what was said: "is that ok", "because", "or".
_REFERS = re.compile(
    r"(?:\w+\s+){0,2}(?:that|this|it|those|them|there)\b"
    r"|(?:so|but|because|cuz|if|then|like|i mean|as in|which|or)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """One of the things a message asks, the intent it has, and how likely that is."""

    text: str
    intent: str
    confidence: float


def parts(text: str, score: Score, whole: Scores | None = None) -> tuple[Part, ...]:
    """The parts in the order asked; none where the message asks one thing.

    `score` gives the intents' probabilities of texts, asked once and not for a message of one clause;
    `whole` are the message's, if they are known. No two parts have the same intent.
    """
    pieces = _few(text, clauses(text))
    if len(pieces) < 2:
        return ()
    message = _Message(text, pieces, score, whole)
    weights = {way: message.weight(way) for way in _ways(len(pieces))}
    most = max(weights.values())
    by_intents: dict[tuple[str, ...], float] = defaultdict(float)
    for way, weight in weights.items():
        by_intents[message.intents(way)] += math.exp(weight - most)
    one = sum(mass for intents, mass in by_intents.items() if len(intents) < 2)
    several = {intents: mass for intents, mass in by_intents.items() if len(intents) > 1}
    if not several or 1 - one / sum(by_intents.values()) < LIKELY:
        return ()
    intents = max(several, key=several.__getitem__)
    best = max((way for way in weights if message.intents(way) == intents), key=weights.__getitem__)
    found: dict[str, Part] = {}
    for span in best:
        found.setdefault(message.part(span).intent, message.part(span))
    return tuple(found.values())[:MOST_PARTS]


class _Message:
    """A message's clauses with the scores of all texts that may be its parts."""

    def __init__(self, text: str, pieces: Sequence[Clause], score: Score, whole: Scores | None) -> None:
        self._pieces = pieces
        self._length = math.log(_length(text))
        everything = (0, len(pieces))
        texts = {
            span: without_opening_words(text[pieces[span[0]].start : pieces[span[1] - 1].end])
            for span in _spans(len(pieces))
        }
        asked = [span for span in texts if span != everything]
        scores = score([texts[span] for span in asked] + ([text] if whole is None else []))
        self._scores = dict(
            zip([*asked, everything], [*scores, *([] if whole is None else [whole])], strict=True)
        )
        self._whole = self._scores[everything]
        self._parts = {span: _part(texts[span], self._scores[span]) for span in texts}
        self._part_weights = {span: _weigh(self._of_part(span)) for span in texts}
        self._story_weights = [_weigh(self._of_story(place)) for place in range(len(pieces))]
        self._next_weights: dict[tuple[Span, Span], float] = {}

    def part(self, span: Span) -> Part:
        """The part that the clauses of a span make up."""
        return self._parts[span]

    def intents(self, way: Way) -> tuple[str, ...]:
        """What a way to divide the message asks, each once."""
        return tuple(dict.fromkeys(self._parts[span].intent for span in way))

    def weight(self, way: Way) -> float:
        """How much speaks for a way to divide the message."""
        inside = {place for span in way for place in range(*span)}
        weight = sum(self._part_weights[span] for span in way)
        weight += sum(story for place, story in enumerate(self._story_weights) if place not in inside)
        for pair in pairwise(way):
            if pair not in self._next_weights:
                self._next_weights[pair] = _weigh(self._of_next(*pair))
            weight += self._next_weights[pair]
        return weight + _weigh(self._of_way(way))

    def _of_part(self, span: Span) -> dict[str, float]:
        pieces = self._pieces[span[0] : span[1]]
        part = self._parts[span]
        length = _length(part.text)
        features = Counter[str]()
        for before, piece in enumerate(pieces[1:], start=1):
            features[f"inner_{piece.joint}"] += 1
            features["inner_asks"] += piece.asks and any(earlier.asks for earlier in pieces[:before])
            features["inner_fragment"] += piece.role == "fragment"
        if not any(piece.asks for piece in pieces):
            features["told" if any(piece.role == "statement" for piece in pieces) else "fragment"] = 1
        elif not any(piece.role == "question" or piece.marked for piece in pieces):
            features["request"] = 1
        features["one_word"] = int(length == 1)
        return {"part": 1, "sure": part.confidence, "length": math.log(length), **features}

    def _of_story(self, place: int) -> dict[str, float]:
        piece = self._pieces[place]
        part, scores = self._parts[place, place + 1], self._scores[place, place + 1]
        length = _length(part.text)
        return {
            f"story_{piece.role}": 1,
            "story_marked": piece.marked,
            "story_length": math.log(length),
            "story_short": length <= 2,
            "story_elliptic": place > 0 and is_elliptic(piece.text),
            "story_last": place == len(self._pieces) - 1,
            "story_support": self._whole[part.intent],
            "story_non": sum(scores.get(intent, 0.0) for intent in NO_PARTS),
        }

    def _of_next(self, first: Span, second: Span) -> dict[str, float]:
        piece = self._pieces[second[0]]
        one, other = self._scores[first], self._scores[second]
        elliptic = is_elliptic(piece.text)
        questioned = any(earlier.role == "question" for earlier in self._pieces[first[0] : first[1]])
        return {
            f"next_{piece.joint}": 1,
            f"next_{piece.role}": 1,
            f"next_{piece.role}_{piece.joint}": 1,
            "next_refers": _REFERS.match(piece.text) is not None,
            "next_elliptic": second[1] - second[0] == 1 and elliptic,
            "next_full": questioned and piece.role == "question" and not elliptic,
            "next_after_asks": self._asks(first),
            "alike": sum(math.sqrt(one[intent] * other[intent]) for intent in one),
        }

    def _of_way(self, way: Way) -> dict[str, float]:
        intents = self.intents(way)
        features: dict[str, float] = {"same": len(way) - len(intents), "three": max(0, len(way) - 2)}
        if len(intents) > 1:
            features |= {
                "several": 1,
                "covered": sum(self._whole[intent] for intent in intents),
                "whole_sure": max(self._whole.values()),
                "whole_length": self._length,
                "all_ask": all(self._asks(span) for span in way),
            }
        return features

    def _asks(self, span: Span) -> bool:
        return any(piece.asks for piece in self._pieces[span[0] : span[1]])


def _weigh(features: Mapping[str, float]) -> float:
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())


def _length(text: str) -> int:
    """The number of words, at least 1."""
    return max(1, len(words(text)))


def _part(text: str, scores: Scores) -> Part:
    intent = max((intent for intent in scores if intent not in NO_PARTS), key=scores.__getitem__)
    return Part(text, intent, scores[intent])


def _spans(count: int) -> list[Span]:
    """What may be a part of so many clauses."""
    return [
        (start, end)
        for start in range(count)
        for end in range(start + 1, count + 1)
        if end - start <= LONGEST_PART or end - start == count
    ]


@lru_cache(maxsize=MOST_CLAUSES)
def _ways(count: int) -> tuple[Way, ...]:
    """All ways to divide so many clauses into parts and story."""
    spans = _spans(count)

    def after(place: int) -> Iterator[Way]:
        if place >= count:
            yield ()
            return
        yield from after(place + 1)
        for span in spans:
            if span[0] == place:
                yield from ((span, *rest) for rest in after(span[1]))

    return tuple(after(0))


def _few(text: str, pieces: Sequence[Clause]) -> list[Clause]:
    """The clauses, those that belong together most joined until there are few enough."""
    kept = list(pieces)

    def apart(place: int) -> tuple[float, int]:
        first, second = kept[place], kept[place + 1]
        new_sentence = second.joint == "sentence"
        fragment = second.role == "fragment" and not new_sentence
        return first.asks + second.asks + 0.5 * new_sentence - 0.4 * fragment, second.end - first.start

    while len(kept) > MOST_CLAUSES:
        place = min(range(len(kept) - 1), key=apart)
        first, second = kept[place : place + 2]
        kept[place : place + 2] = [
            replace(
                first,
                text=text[first.start : second.end],
                role=second.role if second.asks else first.role,
                marked=first.marked or second.marked,
                end=second.end,
            )
        ]
    return kept
