"""What came of a fit: shown in the terminal, and put into weights.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.language.weights import FILE, Group

DECIMALS = 2


@dataclass(frozen=True)
class Score:
    """What is measured on which messages, with the present weights (None: it is not) and the fitted ones."""

    what: str
    present: float | None
    fitted: float


@dataclass(frozen=True)
class Fitted:
    """New weights of a group beside the present ones."""

    group: Group
    present: Mapping[str, float]
    fitted: Mapping[str, float]
    scores: tuple[Score, ...]


def show(result: Fitted, console: Console) -> None:
    """Both weights of each name, and the scores."""
    table = Table(result.group, "present", "fitted", "difference")
    for name, present in result.present.items():
        fitted = result.fitted[name]
        table.add_row(name, f"{present:.2f}", f"{fitted:.2f}", f"{fitted - present:+.2f}")
    for column in table.columns[1:]:
        column.justify = "right"
    console.print(table)
    table = Table("score", "present", "fitted")
    for score in result.scores:
        before = "" if score.present is None else f"{score.present:.3f}"
        table.add_row(score.what, before, f"{score.fitted:.3f}")
    console.print(table)


def rounded(weights: Mapping[str, float]) -> dict[str, float]:
    """As they are written; no -0."""
    return {name: round(value, DECIMALS) + 0.0 for name, value in weights.items()}


def write(result: Fitted, file: Path = FILE) -> None:
    """Replaces the group's weights; the file is never half written."""
    groups = json.loads(file.read_text(encoding="utf-8"))
    groups[result.group] = rounded(result.fitted)
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(groups, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    partial.replace(file)
