"""Finds the parts of a message that asks several things at once.

The clauses are cut by form (clauses.py). Neighbouring clauses may make up one part, and a clause may be
no part at all but the story around a question. Every way to divide the message so is weighed by a
log-linear model (division.py); the parts whose ways weigh most together are the message's, if they are
likely enough.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.language.clauses import Clause, clauses
from bot.language.division import Message, Part, Score, Scores
from bot.language.thresholds import SEVERAL, SURE_OF_ONE

MOST_CLAUSES = 5  # so a message costs twelve texts at most
MOST_PARTS = 4


def parts(text: str, score: Score, whole: Scores | None = None) -> tuple[Part, ...]:
    """The parts in the order asked; none where the message asks one thing.

    `score` gives the intents' probabilities of texts, asked once and not where `divisible` says None;
    `whole` are the message's, if they are known. No two parts have the same intent.
    """
    message = divisible(text, score, whole)
    if message is None:
        return ()
    weights = {way: sum(term.weight for term in message.terms(way)) for way in message.ways}
    intents = likeliest([message.intents(way) for way in weights], list(weights.values()))
    if not intents:
        return ()
    best = max((way for way in weights if message.intents(way) == intents), key=weights.__getitem__)
    found: dict[str, Part] = {}
    for span in best:
        found.setdefault(message.part(span).intent, message.part(span))
    return tuple(found.values())[:MOST_PARTS]


def divisible(text: str, score: Score, whole: Scores | None = None) -> Message | None:
    """The message with the scores of what may be its parts; None where it has only one clause, or surely
    one question."""
    pieces = clauses(text)
    if len(pieces) < 2:
        return None
    if whole and max(whole.values()) >= SURE_OF_ONE and sum(piece.asks for piece in pieces) < 2:
        return None  # the story around one question
    return Message(text, _few(text, pieces), score, whole)


def likeliest(intents: Sequence[tuple[str, ...]], weights: Sequence[float]) -> tuple[str, ...]:
    """Of the ways to divide a message, by what each asks and weighs: the intents of its several parts;
    none where it is not likely enough that it has several."""
    most = max(weights)
    masses: dict[tuple[str, ...], float] = defaultdict(float)
    for asked, weight in zip(intents, weights, strict=True):
        masses[asked] += math.exp(weight - most)
    several = {asked: mass for asked, mass in masses.items() if len(asked) > 1}
    if not several or sum(several.values()) < SEVERAL * sum(masses.values()):
        return ()
    return max(several, key=several.__getitem__)


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
