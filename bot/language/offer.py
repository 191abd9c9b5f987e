"""Which topics are close enough to be offered when the message is not clear."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

# Below this probability an offer is more often noise than help: see docs/language.md.
WORTH_OFFERING = 0.08
MOST_OFFERED = 3


def worth_offering(ranking: Iterable[Mapping[str, Any]], topics: Collection[str]) -> tuple[str, ...]:
    """Two or three topics of an intent ranking ({"name", "confidence"}), or none."""
    near = [
        str(scored["name"])
        for scored in ranking
        if scored["name"] in topics and scored["confidence"] >= WORTH_OFFERING
    ]
    return tuple(near[:MOST_OFFERED]) if len(near) >= 2 else ()
