"""The ways to divide a message into the things it asks, and what speaks for each of them.

Compound.py chooses among them; `python -m benchmarks.fit compound` fits the weights on the same features.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.language.clauses import Clause, is_elliptic, without_opening_words, words
from bot.language.ways import Span, Way, spans, ways
from bot.language.weights import weights

Scores = Mapping[str, float]  # probability by intent
Score = Callable[[Sequence[str]], Sequence[Scores]]

# What is said besides a question, or about the conversation: never a part.
NO_PARTS = frozenset(
    "greeting thanks goodbye acknowledge affirm deny out_of_scope are_you_robot capabilities sources "
    "tell_more simpler privacy delete_conversation tells_trouble wants_help good_news".split()
)

# What speaks for a way or against it, in units of log probability. Other joints and roles than these
# weigh nothing.
FEATURES = (
    # A part. Words are counted as logarithms.
    *"part sure length one_word told request fragment sure_told sure_request sure_fragment".split(),
    *"inner_sentence inner_also inner_or inner_asks inner_fragment".split(),
    # A clause that is no part.
    *"story_statement story_fragment story_question story_marked story_length story_short".split(),
    *"story_elliptic story_last story_support story_non".split(),
    # Two parts after each other, by what begins the second.
    *"alike next_sentence next_also next_and next_or next_none next_question next_statement".split(),
    *"next_request next_full next_elliptic next_refers next_after_asks".split(),
    *"next_fragment_sentence next_fragment_comma next_fragment_and next_fragment_also".split(),
    *"next_statement_sentence next_statement_and next_statement_also next_joined next_joined_before".split(),
    # The division.
    *"several three three_ask same all_ask covered whole_sure whole_length weakest".split(),
    # What is surely meant by a clause that is no part, and is none of the things asked.
    *"left_out left_out_asks".split(),
)
WEIGHTS = weights("compound", FEATURES)

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


class Term:
    """The features of a part, of a clause that is none, of two parts or of the division, and their weight."""

    def __init__(self, features: Mapping[str, float]) -> None:
        self.features = {name: float(value) for name, value in features.items() if name in WEIGHTS}
        self.weight = sum(WEIGHTS[name] * value for name, value in self.features.items())


class Message:
    """A message of at least two clauses, with the scores of all texts that may be its parts.

    `score` is asked once, for all texts but the message itself if `whole`, its scores, is known.
    """

    def __init__(self, text: str, pieces: Sequence[Clause], score: Score, whole: Scores | None) -> None:
        self._pieces = pieces
        self._length = math.log(_length(text))
        everything = (0, len(pieces))
        texts = {
            span: without_opening_words(text[pieces[span[0]].start : pieces[span[1] - 1].end])
            for span in spans(len(pieces))
        }
        asked = [span for span in texts if span != everything]
        scores = score([texts[span] for span in asked] + ([text] if whole is None else []))
        self._scores = dict(
            zip([*asked, everything], [*scores, *([] if whole is None else [whole])], strict=True)
        )
        self._whole = self._scores[everything]
        self._parts = {span: _part(texts[span], self._scores[span]) for span in texts}
        self._non = [
            sum(self._scores[place, place + 1].get(intent, 0.0) for intent in NO_PARTS)
            for place in range(len(pieces))
        ]
        self._part_terms = {span: Term(self._of_part(span)) for span in texts}
        self._story_terms = [Term(self._of_story(place)) for place in range(len(pieces))]
        self._next_terms: dict[tuple[Span, Span], Term] = {}

    @property
    def ways(self) -> tuple[Way, ...]:
        """All ways to divide it."""
        return ways(len(self._pieces))

    def part(self, span: Span) -> Part:
        """The part that the clauses of a span make up."""
        return self._parts[span]

    def place(self, span: Span) -> tuple[int, int]:
        """Where in the message the clauses of a span start and end."""
        return self._pieces[span[0]].start, self._pieces[span[1] - 1].end

    def intents(self, way: Way) -> tuple[str, ...]:
        """What a way to divide the message asks, each once."""
        return tuple(dict.fromkeys(self._parts[span].intent for span in way))

    def terms(self, way: Way) -> list[Term]:
        """What speaks for a way and against it: its weight is the sum of theirs."""
        inside = {place for span in way for place in range(*span)}
        terms = [self._part_terms[span] for span in way]
        terms += [story for place, story in enumerate(self._story_terms) if place not in inside]
        for pair in pairwise(way):
            if pair not in self._next_terms:
                self._next_terms[pair] = Term(self._of_next(*pair))
            terms.append(self._next_terms[pair])
        return [*terms, Term(self._of_way(way, inside))]

    def _of_part(self, span: Span) -> dict[str, float]:
        pieces = self._pieces[span[0] : span[1]]
        part = self._parts[span]
        length = _length(part.text)
        features = Counter[str]()
        for before, piece in enumerate(pieces[1:], start=1):
            features[f"inner_{piece.joint}"] += 1
            features["inner_asks"] += piece.asks and any(earlier.asks for earlier in pieces[:before])
            features["inner_fragment"] += piece.role == "fragment"
        form = self._form(pieces)
        features[form] = 1
        features["one_word"] = int(length == 1)
        sure = {"sure": part.confidence, f"sure_{form}": part.confidence}
        return {"part": 1, "length": math.log(length), **sure, **features}

    @staticmethod
    def _form(pieces: Sequence[Clause]) -> str:
        """How a part is put: as its clause that asks is."""
        if any(piece.role == "question" or piece.marked for piece in pieces):
            return "question"
        if any(piece.role == "request" for piece in pieces):
            return "request"
        return "told" if any(piece.role == "statement" for piece in pieces) else "fragment"

    def _of_story(self, place: int) -> dict[str, float]:
        piece = self._pieces[place]
        part = self._parts[place, place + 1]
        length = _length(part.text)
        return {
            f"story_{piece.role}": 1,
            "story_marked": piece.marked,
            "story_length": math.log(length),
            "story_short": length <= 2,
            "story_elliptic": place > 0 and is_elliptic(piece.text),
            "story_last": place == len(self._pieces) - 1,
            "story_support": self._whole[part.intent],
            "story_non": self._non[place],
        }

    def _of_next(self, first: Span, second: Span) -> dict[str, float]:
        piece = self._pieces[second[0]]
        one, other = self._scores[first], self._scores[second]
        elliptic = is_elliptic(piece.text)
        questioned = any(earlier.role == "question" for earlier in self._pieces[first[0] : first[1]])
        joined = self._scores.get((first[0], second[1]), self._whole)
        return {
            f"next_{piece.joint}": 1,
            f"next_{piece.role}": 1,
            f"next_{piece.role}_{piece.joint}": 1,
            "next_refers": _REFERS.match(piece.text) is not None,
            "next_elliptic": second[1] - second[0] == 1 and elliptic,
            "next_full": questioned and piece.role == "question" and not elliptic,
            "next_after_asks": self._asks(first),
            "alike": sum(math.sqrt(one[intent] * other[intent]) for intent in one),
            "next_joined": joined.get(self._parts[second].intent, 0.0),
            "next_joined_before": joined.get(self._parts[first].intent, 0.0),
        }

    def _of_way(self, way: Way, inside: Container[int]) -> dict[str, float]:
        intents = self.intents(way)
        features: dict[str, float] = {"same": len(way) - len(intents), "three": max(0, len(way) - 2)}
        for place, piece in enumerate(self._pieces):
            alone = self._parts[place, place + 1]
            if place not in inside and alone.intent not in intents:
                sure = max(0.0, alone.confidence - self._non[place])
                features["left_out"] = features.get("left_out", 0.0) + sure
                features["left_out_asks"] = features.get("left_out_asks", 0.0) + sure * piece.asks
        if len(intents) > 1:
            all_ask = all(self._asks(span) for span in way)
            features |= {
                "several": 1,
                "weakest": min(self._parts[span].confidence for span in way),
                "covered": sum(self._whole[intent] for intent in intents),
                "whole_sure": max(self._whole.values()),
                "whole_length": self._length,
                "all_ask": all_ask,
                "three_ask": max(0, len(way) - 2) * all_ask,
            }
        return features

    def _asks(self, span: Span) -> bool:
        return any(piece.asks for piece in self._pieces[span[0] : span[1]])


def _length(text: str) -> int:
    """The number of words, at least 1."""
    return max(1, len(words(text)))


def _part(text: str, scores: Scores) -> Part:
    intent = max((intent for intent in scores if intent not in NO_PARTS), key=scores.__getitem__)
    return Part(text, intent, scores[intent])
