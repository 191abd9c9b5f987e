"""The site reads what was said by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.transcripts.background import BackgroundImport
from bot.transcripts.search import Filter, turns
from bot.transcripts.turns import Turn
from tests.transcripts.conftest import store


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_new_turns_are_found_with_several_at_once(
    engine: Engine, url: str, invented: list[list[Turn]]
) -> None:
    importers = [BackgroundImport(url, 0.05) for _ in range(2)]
    for importer in importers:
        importer.start()
    for said in invented[:20]:
        store(engine, said)
    wanted = sum(map(len, invented[:20]))
    eventually(lambda: len(turns(engine, Filter(), size=500).found) == wanted)
    for importer in importers:
        importer.stop()
    store(engine, invented[20])
    time.sleep(0.3)
    assert len(turns(engine, Filter(), size=500).found) == wanted, "stopped"


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    importer = BackgroundImport(f"sqlite:///{tmp_path / 'tracker.db'}", 0.01)
    importer.start()
    time.sleep(0.2)
    importer.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_failing_database_is_told_of_once_without_words_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "secret-tracker.db"
    file.write_bytes(b"no database at all, and longer than the header of one would be" * 99)
    importer = BackgroundImport(f"sqlite:///{file}", 0.01)
    with caplog.at_level(logging.WARNING):
        importer.start()
        eventually(lambda: "cannot be read" in caplog.text)
        time.sleep(0.2)
        file.unlink()
        eventually(lambda: "again" in caplog.messages[-1] and len(caplog.messages) > 1)
        importer.stop()
    assert len(caplog.messages) == 2
    assert "secret" not in caplog.text
