"""A conversation that is deleted, or too old, is gone from the transcripts in the same transaction."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.privacy.conversations import Conversations
from bot.transcripts.importer import import_batch
from bot.transcripts.reading import conversation
from bot.transcripts.search import Filter, conversations, turns
from bot.transcripts.turns import Turn
from tests.privacy.conversation_databases import database, holds
from tests.transcripts.conftest import store

NOW = datetime.now(timezone.utc)


def told(sender: str, days: float, text: str) -> list[Turn]:
    return [Turn(0, sender, f"of-{sender}", NOW - timedelta(days=days), "rest", text)]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Two conversations, 40 days and an hour old, imported."""
    store(engine, told("old", 40, "marmalade"))
    store(engine, told("new", 0.04, "jam"))
    import_batch(engine)
    return engine


def test_on_request(filled: Engine, url: str) -> None:
    Conversations(url).forget("new")
    assert [found.conversation for found in turns(filled, Filter()).found] == ["old"]
    assert [found.id for found in conversations(filled, Filter()).found] == ["old"]
    assert conversation(filled, "new") == ()
    import_batch(filled)
    assert [found.conversation for found in turns(filled, Filter()).found] == ["old"]


def test_when_it_is_old(filled: Engine, url: str) -> None:
    Conversations(url).expire(30, time.time())
    assert [found.conversation for found in turns(filled, Filter()).found] == ["new"]
    assert [found.id for found in conversations(filled, Filter()).found] == ["new"]


def test_all_or_nothing(filled: Engine, url: str) -> None:
    store_of = Conversations(url)

    def fails(*call: object) -> None:
        if str(call[2]).startswith("DELETE FROM conversation"):
            raise OSError("disk full")

    event.listen(store_of._engine, "before_cursor_execute", fails)
    with pytest.raises(OSError, match="full"):
        store_of.forget("new")
    assert len(turns(filled, Filter()).found) == 2
    assert [turn.text for turn in conversation(filled, "new")] == ["jam"]


def test_in_sqlite_the_bytes_are_gone(tmp_path: Path) -> None:
    from bot.transcripts.opening import open_transcripts
    from bot.transcripts.tables import rasa

    with database("sqlite", tmp_path) as url:
        engine = open_transcripts(url)
        rasa.create_all(engine)
        store(engine, told("somebody", 0, "marmalade " * 50))
        import_batch(engine)
        assert turns(engine, Filter(text="marmalade")).found
        engine.dispose()
        assert holds(tmp_path, "marmalade")
        assert Conversations(url).forget("somebody").whole
        assert not holds(tmp_path, "marmalade")
        assert not holds(tmp_path, "somebody")
