"""The ways to divide so many clauses into parts and the story between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

Span = tuple[int, int]  # clauses from, to
Way = tuple[Span, ...]  # the parts; clauses between them are story

LONGEST_PART = 3  # clauses, unless the part is the whole message


def spans(count: int) -> list[Span]:
    """What may be a part of so many clauses."""
    return [
        (start, end)
        for start in range(count)
        for end in range(start + 1, count + 1)
        if end - start <= LONGEST_PART or end - start == count
    ]


@lru_cache
def ways(count: int) -> tuple[Way, ...]:
    """All ways to divide so many clauses into parts and story."""
    starting = spans(count)

    def after(place: int) -> Iterator[Way]:
        if place >= count:
            yield ()
            return
        yield from after(place + 1)
        for span in starting:
            if span[0] == place:
                yield from ((span, *rest) for rest in after(span[1]))

    return tuple(after(0))
