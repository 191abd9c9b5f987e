"""Transcripts as CSV and JSON Lines: whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.privacy.conversations import Conversations
from bot.transcripts import demo
from bot.transcripts.export import COLUMNS, export_csv, export_jsonl
from bot.transcripts.importer import import_batch
from bot.transcripts.reading import whole_turns
from bot.transcripts.search import Filter
from bot.transcripts.turns import Turn


def as_rows(lines: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lines, newline="")))


def test_csv_holds_every_turn_on_a_row_of_its_own(invented: list[list[Turn]]) -> None:
    turns = [turn for spoken in invented for turn in spoken]
    rows = as_rows("".join(export_csv(turns)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(turns), "replies of several lines too"
    given = next(turn for turn in turns if turn.feedback and turn.feedback.rating == "down")
    row = rows[turns.index(given)]
    assert (row["thumb"], row["reply"]) == ("down", "\n".join(given.reply.texts))
    danger = next(turn for turn in turns if turn.reply.kind == "safety")
    row = rows[turns.index(danger)]
    assert (row["kind"], row["safety"], row["noticed"]) == ("safety", "danger", danger.reply.safety[0])


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("https://example.org?"&A1)', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"],
)
def test_no_cell_is_a_formula(text: str, invented: list[list[Turn]]) -> None:
    turn = replace(invented[0][0], text=text, channel=text)
    [row] = as_rows("".join(export_csv([turn])))
    assert row["message"] == f"'{text}"
    assert row["channel"] == f"'{text}"


def test_json_lines_hold_everything(invented: list[list[Turn]]) -> None:
    turns = [replace(turn, text=turn.text + "\n\u2028é") for turn in invented[0]]
    lines = "".join(export_jsonl(turns)).split("\n")
    assert lines.pop() == ""
    read = [json.loads(line) for line in lines]
    assert [row["text"] for row in read] == [turn.text for turn in turns]
    assert [row["reply"]["texts"] for row in read] == [list(turn.reply.texts) for turn in turns]
    assert read[0]["understood"]["confidence"] == turns[0].understood.confidence
    assert read[0]["at"].endswith("+00:00")


def test_what_is_deleted_meanwhile_is_left_out(
    engine: Engine, url: str, tmp_path: Path, invented: list[list[Turn]]
) -> None:
    demo.write(engine, iter(invented[:20]))
    import_batch(engine)
    exported = whole_turns(engine, Filter())
    first = next(exported)
    gone = next(spoken[0].conversation for spoken in invented if spoken[0].conversation > first.conversation)
    Conversations(url).forget(gone)
    rest = {turn.conversation for turn in exported}
    assert gone not in rest
    assert len(rest | {first.conversation}) == 19
