"""Makes messages that ask several things, and messages that only look so, out of phrases that ask one.

People join questions with commas, "and", new sentences or nothing, share words between them, and tell a
story around them. Which stretch of a message asks what is known, since each was a phrase.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.fit.joining import AGAIN, BYE, ELLIPSES, HELLO, JOINTS, LIST_JOINTS
from benchmarks.fit.material import Phrases
from bot.language.clauses import clauses
from bot.language.division import NO_PARTS

Phrase = tuple[str, str]  # text, intent
Piece = tuple[str, str | None]  # text, intent of what it asks
Pieces = list[Piece]

SHORT, LONG = 12, 22  # words
# How often a message that asks several things is of a kind, and one that asks one thing.
SEVERAL = {"plain": 52, "list": 7, "beginning": 6, "ending": 4, "story": 13, "long": 9, "nothing": 9}
ONE = {"story before": 4, "story after": 3.5, "again": 2.5, "hello": 2.5, "ellipsis": 1}

_QUESTION = re.compile(
    r"(?:how|what|whats|what's|when|where|who|which|why|is|are|do|does|can|could|will|would|should|am|did|any)\b",
    re.IGNORECASE,
)
# What a longer phrase tells before it asks.
_STORY = re.compile(
    r"(?P<sentence>[^.?!]{15,110}[.])\s+\S"
    r"|(?P<clause>(?i:i|my|im|we|he|she|our)\b[^.?!,]{12,60}), (?i:so|and|but|is|can|do|what|how|will)\b"
)


@dataclass(frozen=True)
class Made:
    """A message, and what its stretches ask: from, to, intent. The kind says how it was made."""

    text: str
    asks: tuple[tuple[int, int, str], ...]
    kind: str

    @staticmethod
    def of(kind: str, pieces: Sequence[Piece]) -> Made:
        """A message of pieces one after the other."""
        text, asks = "", []
        for piece, intent in pieces:
            if intent is not None:
                asks.append((len(text), len(text) + len(piece), intent))
            text += piece
        return Made(text, tuple(asks), kind)

    @property
    def intents(self) -> tuple[str, ...]:
        """What it asks, each once, in order."""
        return tuple(dict.fromkeys(intent for *_, intent in self.asks))


class Maker:
    """Draws from phrases at random; the same seed draws the same."""

    def __init__(self, phrases: Phrases, seed: int) -> None:
        self._chance = random.Random(seed)
        self._phrases = phrases
        topics = {intent: texts for intent, texts in phrases.items() if intent not in NO_PARTS}
        self._asking: list[Phrase] = [(text, intent) for intent, texts in topics.items() for text in texts]
        self._tiny = [phrase for phrase in self._asking if _length(phrase) <= 3]
        self._short = [phrase for phrase in self._asking if _length(phrase) <= SHORT]
        self._long = [phrase for phrase in self._asking if SHORT < _length(phrase) <= LONG]
        self._questions = [phrase for phrase in self._short if _QUESTION.match(phrase[0])]
        self._stories = [
            found["sentence"] or found["clause"]
            for phrase in self._asking
            if _length(phrase) > SHORT and (found := _STORY.match(phrase[0]))
        ]
        self._beginnings = _alike(self._questions, lambda said: " ".join(said[:2]))
        self._endings = _alike(self._questions, lambda said: " ".join(said[-2:]))

    def several(self, count: int) -> Iterator[Made]:
        """Messages that ask two or three things."""
        kinds = self._chance.choices(list(SEVERAL), list(SEVERAL.values()), k=count)
        for kind in kinds:
            shared = {"beginning": self._beginnings, "ending": self._endings}.get(kind)
            pieces = self._joined(kind) if shared is None else self._sharing(kind, shared)
            if pieces:
                yield Made.of(kind, pieces)

    def one(self, count: int) -> Iterator[Made]:
        """The phrases of several clauses, and other messages that ask one thing."""
        for intent, texts in self._phrases.items():
            for text in texts:
                if len(clauses(text)) > 1:
                    yield Made.of("phrase", [(text, None if intent in NO_PARTS else intent)])
        for kind in self._chance.choices(list(ONE), list(ONE.values()), k=count):
            yield Made.of(kind, self._once(kind))

    def _once(self, kind: str) -> Pieces:
        """One question with something around it."""
        pick = self._chance.choice
        text, intent = pick(self._questions if kind == "ellipsis" else self._short)
        asks: Piece = (_bare(text), intent)
        if kind == "hello":
            return [(pick(HELLO), None), (text, intent), (pick(BYE) if pick([True, False]) else "", None)]
        if kind == "again":
            other = pick([other for other, same in self._short if same == intent])
            return [asks, (pick(AGAIN), None), (_low(other), intent)]
        if kind == "ellipsis":
            joint = pick([", and ", " and ", ", ", "? "])
            return [asks, (joint, None), (pick(ELLIPSES), intent), (pick(["?", ""]), None)]
        if kind == "story before":
            return [(self._story(), None), (pick([" ", ", ", " ", " so "]), None), (text, intent)]
        return [asks, (pick(["? ", ". ", ", ", "... ", "\n", " "]), None), (self._story(), None)]

    def _joined(self, kind: str) -> Pieces:
        """Phrases after each other; none where chance finds no phrases of different intents."""
        chance = self._chance
        count = 2 if chance.random() < 0.75 else 3
        pool = self._short if chance.random() < 0.35 else self._questions
        pool = {"list": self._tiny, "long": self._short + self._long * 2}.get(kind, pool)
        phrases = chance.sample(pool, count) if len(pool) >= count else []
        if len({intent for _, intent in phrases}) < count:
            return []
        pieces: Pieces = []
        if kind == "story":
            pieces = [(self._story(), None), (" ", None)]
        elif chance.random() < 0.25:
            pieces = [(chance.choice(HELLO), None)]
        careless = chance.random() < 0.5
        joint = ""
        for number, (text, intent) in enumerate(phrases):
            if number:
                joint = self._joint(kind)
                pieces.append((joint, None))
            goes_on = number > 0 and not joint.strip().endswith((".", "?", ";", "-", "/"))
            pieces.append((_low(_bare(text)) if careless or goes_on else _bare(text), intent))
        if chance.random() < 0.45:
            pieces.append(("?", None))
        if chance.random() < 0.08:
            pieces.append((chance.choice(BYE), None))
        return pieces

    def _sharing(self, kind: str, shared: Sequence[Sequence[Phrase]]) -> Pieces:
        """Two questions that begin or end with the same words, said once: "how long and how big is it"."""
        chance = self._chance
        (text, intent), (other, another) = chance.sample(chance.choice(shared), 2)
        first, second = _bare(text).split(), _bare(other).split()
        if kind == "ending":
            first, joint = first[:-2], chance.choice([" and ", " & ", " n ", ", "])
        else:
            same = sum(one.lower() == two.lower() for one, two in zip(first[:3], second[:3], strict=True))
            second = second[same if chance.random() < 0.7 else same - 1 :]
            joint = chance.choice([" and ", " n ", " or ", ", ", " and also ", " & "])
        if intent == another or not first or not second:
            return []
        end = chance.choice(["?", "", ""])
        return [(" ".join(first), intent), (joint, None), (" ".join(second), another), (end, None)]

    def _joint(self, kind: str) -> str:
        if kind == "list":
            return self._chance.choice(LIST_JOINTS)
        if kind == "nothing":
            return " "
        [(_, joints)] = self._chance.choices(list(JOINTS.values()), [often for often, _ in JOINTS.values()])
        return self._chance.choice(joints)

    def _story(self) -> str:
        story = self._chance.choice(self._stories)
        return story if self._chance.random() < 0.6 else _bare(story).lower()


def _length(phrase: Phrase) -> int:
    return len(phrase[0].split())


def _alike(questions: Sequence[Phrase], key: Callable[[list[str]], str]) -> list[list[Phrase]]:
    """Questions of more than two words with the same key, where they are of several intents."""
    groups: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in questions:
        said = _bare(phrase[0]).lower().split()
        if len(said) > 2:
            groups[key(said)].append(phrase)
    return [group for group in groups.values() if len({intent for _, intent in group}) > 1]


def _bare(text: str) -> str:
    return text.rstrip("?.! ")


def _low(text: str) -> str:
    """Beginning with a small letter, but for "I" and "IOP"."""
    return text if text[:2].isupper() or re.match(r"I\b", text) else text[:1].lower() + text[1:]
