"""The fitted numbers of understanding, from weights.json; `python -m benchmarks.fit` fits them anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Group = Literal["compound", "context", "calibration"]

FILE = Path(__file__).with_name("weights.json")


class WeightsError(Exception):
    """weights.json does not fit the code; the message says where."""


def weights(group: Group, names: Sequence[str], file: Path = FILE) -> dict[str, float]:
    """The weights of a group, which must be those named, in their order. Raises WeightsError."""
    found = _groups(file).get(group)
    if not isinstance(found, dict):
        raise WeightsError(f"{file}: there is no {group!r}")
    for name in names:
        if not isinstance(found.get(name), int | float):
            raise WeightsError(f"{file}: {group!r} has no number {name!r}")
    if unused := sorted(set(found) - set(names)):
        raise WeightsError(f"{file}: {group!r} has {unused[0]!r}, which nothing uses")
    return {name: float(found[name]) for name in names}


@lru_cache
def _groups(file: Path) -> dict[str, Any]:
    try:
        groups = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{file}: {error}") from error
    if not isinstance(groups, dict):
        raise WeightsError(f"{file}: expected an object")
    return groups
