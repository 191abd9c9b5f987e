"""Finds the few patterns a sentence can meet at all, by the words each of them cannot do without.

Of some thousand patterns an ordinary sentence holds the words of a few; only those are searched for.
"""

from __future__ import annotations

import re
import sre_parse
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from sre_constants import (
    ASSERT,
    ASSERT_NOT,
    AT,
    BRANCH,
    IN,
    LITERAL,
    MAX_REPEAT,
    MIN_REPEAT,
    RANGE,
    SUBPATTERN,
)
from typing import Any

Words = frozenset[str]  # words by their beginning: LETTERS letters, or all where there are fewer

LETTERS = 3
_WIDEST = 500  # beginnings followed at a time: beyond that, a place in a pattern says nothing
_NOWHERE: Words = frozenset()  # somewhere inside a word
_WORD_START: Words = frozenset({""})


class Prefilter:
    """An index over patterns that match whole words, one space apart; see `possible`."""

    def __init__(self, patterns: Iterable[re.Pattern[str]], examples: Iterable[str]) -> None:
        """`examples` are sentences that tell rare words from common ones."""
        usual = Counter(word for example in examples for word in beginnings(example))
        self._with: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, pattern in enumerate(patterns):
            needed = required(pattern.pattern, lambda words: sum(1 + usual[word] for word in words))
            for word in needed:
                self._with.setdefault(word, []).append(number)
            if not needed:
                self._always.append(number)

    def possible(self, sentence: str) -> list[int]:
        """The numbers of all patterns that may be found in a plain sentence, in their order."""
        found = set(self._always)
        for word in beginnings(sentence):
            found.update(self._with.get(word, ()))
        return sorted(found)


def beginnings(sentence: str) -> set[str]:
    """How the words of a plain sentence begin."""
    return {word[:LETTERS] for word in sentence.split()}


def required(pattern: str, cost: Callable[[Words], int] = len) -> Words:
    """Beginnings of words, one of which is in whatever a pattern matches; of several such sets the cheapest.

    The pattern begins and ends at a word's edge. Empty where nothing can be said.
    """
    found: list[Words] = []
    end = _walk(sre_parse.parse(pattern).data, _WORD_START, found, cost)
    _close(end, found)
    return min(found, key=cost, default=_NOWHERE)


def _walk(parts: Sequence[Any], at: Words, found: list[Words], cost: Callable[[Words], int]) -> Words:
    """Follows a sequence from `at`, the beginnings of the word it may stand in (_NOWHERE: any).

    Adds to `found` what any match must hold, and returns where it ends.
    """
    for kind, value in parts:
        if kind in (ASSERT, ASSERT_NOT, AT):
            continue
        if kind is SUBPATTERN:
            at = _walk(value[-1].data, at, found, cost)
        elif kind is BRANCH:
            at = _either([branch.data for branch in value[1]], at, found, cost)
        elif kind in (MAX_REPEAT, MIN_REPEAT):
            at = _repeated(value[0], value[1], value[2].data, at, found, cost)
        else:
            at = _read(_letters(kind, value), at, found)
    return at


def _letters(kind: Any, value: Any) -> str:
    """The letters one place in a pattern may be; "" for too many."""
    if kind is LITERAL:
        return chr(value)
    if kind is not IN:
        return ""
    letters = ""
    for inner, what in value:
        if inner is LITERAL:
            letters += chr(what)
        elif inner is RANGE:
            letters += "".join(map(chr, range(what[0], what[1] + 1)))
        else:
            return ""
    return letters


def _read(letters: str, at: Words, found: list[Words]) -> Words:
    if letters == " ":
        _close(at, found)
        return _WORD_START
    if not letters or " " in letters or not at:
        return _NOWHERE
    longer = frozenset(word + letter if len(word) < LETTERS else word for word in at for letter in letters)
    if all(len(word) == LETTERS for word in longer):
        _close(longer, found)
    return longer if len(longer) <= _WIDEST else _NOWHERE


def _close(at: Words, found: list[Words]) -> None:
    """A word ends, or enough of it is known: whatever matches holds one of these."""
    if at and "" not in at:
        found.append(at)


def _either(branches: list[list[Any]], at: Words, found: list[Words], cost: Callable[[Words], int]) -> Words:
    needs: list[list[Words]] = [[] for _ in branches]
    ends = [_walk(branch, at, need, cost) for branch, need in zip(branches, needs, strict=True)]
    if all(needs):
        found.append(frozenset().union(*(min(need, key=cost) for need in needs)))
    return _any_of(ends)


def _repeated(
    least: int, most: int, parts: list[Any], at: Words, found: list[Words], cost: Callable[[Words], int]
) -> Words:
    once = _walk(parts, at, found if least else [], cost)
    ends = [once] if least else [at, once]
    if most > 1:
        again = _walk(parts, _any_of([at, once]), [], cost)
        if not again or not again <= _any_of(ends):
            return _NOWHERE
    return _any_of(ends)


def _any_of(places: list[Words]) -> Words:
    if not all(places):
        return _NOWHERE
    union = frozenset().union(*places)
    return union if len(union) <= _WIDEST else _NOWHERE
