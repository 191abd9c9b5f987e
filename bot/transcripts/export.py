"""Transcripts out of the application, a turn a line: CSV for spreadsheets, JSON Lines for programs.

export_csv(whole_turns(engine, Filter(kind="unknown")))
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.transcripts.turns import Turn

COLUMNS = (
    *("conversation", "turn", "at", "channel", "message", "intent", "confidence", "notice"),
    *("kind", "topics", "safety", "noticed", "reply", "sources", "unanswered"),
    *("model", "knowledge", "thumb", "why", "reviewer", "reviewed"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # how a formula begins


def export_csv(turns: Iterable[Turn]) -> Iterator[str]:
    """Lines of CSV, the head first. No cell is taken for a formula: such a one begins with an apostrophe."""
    yield _line(COLUMNS)
    for turn in turns:
        yield _line(_cells(turn))


def export_jsonl(turns: Iterable[Turn]) -> Iterator[str]:
    """Lines of JSON, everything that is known of a turn; times as ISO 8601, UTC."""
    for turn in turns:
        row = {**asdict(turn), "unanswered": turn.unanswered}
        yield json.dumps(row, default=_as_json, ensure_ascii=False) + "\n"


def _cells(turn: Turn) -> tuple[object, ...]:
    understood, reply = turn.understood, turn.reply
    return (
        turn.conversation,
        turn.id,
        turn.at.isoformat(),
        turn.channel,
        turn.pressed or turn.text,
        understood.intent,
        round(understood.confidence, 4),
        understood.notice,
        reply.kind,
        " ".join(reply.topics),
        understood.safety.strength if understood.safety else "",
        understood.safety.id if understood.safety else "",
        "\n".join(reply.texts),
        "; ".join(f"{source.title}: {source.section}" for source in reply.sources),
        "yes" if turn.unanswered else "no",
        turn.model,
        "" if turn.knowledge is None else turn.knowledge,
        turn.feedback.rating if turn.feedback else "",
        turn.feedback.why if turn.feedback else "",
        turn.reviewed.by if turn.reviewed else "",
        turn.reviewed.at.isoformat() if turn.reviewed else "",
    )


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell


def _as_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
