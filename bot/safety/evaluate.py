"""How well the net catches: recall by kind of danger, false alarms and the time it takes."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.safety.detect import Finding
from bot.safety.messages import EXPLICIT, ORDINARY, SAFE, Message

Z = 1.96  # 95 % confidence

Detect = Callable[[str], Finding | None]


@dataclass(frozen=True)
class Share:
    """`count` of `of` messages, with the Wilson 95 % interval of the share."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval, 0 to 1 (E. B. Wilson, 1927); (0, 1) of nothing."""
        if not self.of:
            return 0.0, 1.0
        share, square = self.count / self.of, Z * Z / self.of
        middle = (share + square / 2) / (1 + square)
        half = Z * math.sqrt(share * (1 - share) / self.of + square / self.of / 4) / (1 + square)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "-"
        low, high = self.interval
        return f"{self.count}/{self.of}  {self.count / self.of:.1%} ({low:.1%} to {high:.1%})"


@dataclass(frozen=True)
class Row:
    """The messages of one safety id and kind."""

    id: str
    kind: str
    danger: Share
    noticed: Share
    right_id: Share


@dataclass(frozen=True)
class Report:
    """What came of all messages. Times are milliseconds a message."""

    rows: tuple[Row, ...]
    missed: tuple[Message, ...]  # explicit danger not taken for danger, implicit not noticed at all
    false_dangers: tuple[tuple[Message, Finding], ...]
    median_ms: float
    p95_ms: float

    def total(self, *kinds: str, safe: bool = False) -> Row:
        """The rows of some kinds added up; with `safe`, of all hard negatives."""
        rows = [
            row
            for row in self.rows
            if (row.id == SAFE and row.kind != ORDINARY if safe else row.kind in kinds)
        ]
        return Row(
            "all",
            "/".join(kinds) or "hard negatives",
            _sum([row.danger for row in rows]),
            _sum([row.noticed for row in rows]),
            _sum([row.right_id for row in rows]),
        )


def evaluate(messages: Sequence[Message], detect: Detect) -> Report:
    """Runs every message once, timed one by one."""
    times: list[float] = []
    found: list[tuple[Message, Finding | None]] = []
    for message in messages:
        start = time.perf_counter()
        finding = detect(message.text)
        times.append((time.perf_counter() - start) * 1000)
        found.append((message, finding))
    groups: dict[tuple[str, str], list[tuple[Message, Finding | None]]] = {}
    for message, finding in found:
        groups.setdefault((message.id, message.kind), []).append((message, finding))
    return Report(
        rows=tuple(_row(id_, kind, group) for (id_, kind), group in groups.items()),
        missed=tuple(message for message, finding in found if _is_missed(message, finding)),
        false_dangers=tuple(
            (message, finding)
            for message, finding in found
            if message.id == SAFE and finding is not None and finding.is_danger
        ),
        median_ms=statistics.median(times) if times else 0.0,
        p95_ms=sorted(times)[int(len(times) * 0.95)] if times else 0.0,
    )


def _row(id_: str, kind: str, group: list[tuple[Message, Finding | None]]) -> Row:
    findings = [finding for _, finding in group if finding is not None]
    return Row(
        id_,
        kind,
        Share(sum(finding.is_danger for finding in findings), len(group)),
        Share(len(findings), len(group)),
        Share(sum(id_ in (finding.id, *finding.also) for finding in findings), len(group)),
    )


def _is_missed(message: Message, finding: Finding | None) -> bool:
    if message.id == SAFE:
        return False
    return finding is None or (message.kind == EXPLICIT and not finding.is_danger)


def _sum(shares: list[Share]) -> Share:
    return Share(sum(share.count for share in shares), sum(share.of for share in shares))
