"""Events become turns: once, whole, in whatever order they come, however the import was ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.engine import Engine

from bot.privacy.conversations import Conversations
from bot.settings import ROOT
from bot.transcripts import demo, importer
from bot.transcripts.importer import OVERLAP, Imported, import_batch, waiting
from bot.transcripts.opening import open_transcripts
from bot.transcripts.reading import conversation
from bot.transcripts.search import Filter, turns
from bot.transcripts.tables import conversation as conversations
from bot.transcripts.tables import events, turn
from bot.transcripts.turns import Turn
from tests.transcripts.conftest import store


def read_all(engine: Engine, batch: int = importer.BATCH) -> int:
    batches = 1
    while import_batch(engine, batch).more:
        batches += 1
    return batches


def kept(engine: Engine) -> list[Any]:
    """All that the tables hold."""
    with engine.connect() as connection:
        return [
            connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in (turn, conversations)
        ]


@pytest.fixture
def whole(engine: Engine, invented: list[list[Turn]]) -> tuple[Engine, list[Any]]:
    """The demo's events, and what one import makes of them; nothing is imported."""
    demo.write(engine, iter(invented[:40]))
    read_all(engine)
    expected = kept(engine)
    assert [len(rows) for rows in expected] == [sum(map(len, invented[:40])), 40]
    forget_import(engine)
    return engine, expected


def forget_import(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in (turn, conversations):
            connection.execute(delete(table))
        connection.execute(update(importer.progress).values(read_to=0, seen=0))


@pytest.mark.parametrize("batch", [7, 100, 403])
def test_where_batches_cut_does_not_matter(batch: int, whole: tuple[Engine, list[Any]]) -> None:
    engine, expected = whole
    assert waiting(engine) > 403 + OVERLAP
    assert read_all(engine, batch) > 1
    assert kept(engine) == expected
    assert waiting(engine) == 0


def test_again_there_is_nothing_to_do_and_nothing_is_written(whole: tuple[Engine, list[Any]]) -> None:
    engine, _ = whole
    read_all(engine)
    written: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: written.append(call[2]))
    assert import_batch(engine).turns == 0
    assert written
    assert not [one for one in written if not one.upper().startswith(("SELECT", "PRAGMA", "BEGIN DEFERRED"))]


def test_from_the_beginning_again_it_is_the_same(whole: tuple[Engine, list[Any]]) -> None:
    engine, expected = whole
    read_all(engine)
    with engine.begin() as connection:
        connection.execute(update(importer.progress).values(read_to=0, seen=0))
    read_all(engine)
    assert kept(engine) == expected


def test_ids_that_come_late_are_found(engine: Engine, invented: list[list[Turn]]) -> None:
    late = invented[0][0]
    store(engine, invented[1])
    with engine.begin() as connection:  # as PostgreSQL gave the earlier ids to what is saved later
        connection.execute(update(events).values(id=events.c.id + 10_000))
    read_all(engine)
    store(engine, [late])
    with engine.begin() as connection:
        own = events.c.sender_id == late.conversation
        lowest = connection.execute(select(func.min(events.c.id)).where(own)).scalar_one()
        connection.execute(update(events).where(own).values(id=events.c.id - lowest + 9_900))
    assert import_batch(engine).turns > 0
    assert [one.text for one in conversation(engine, late.conversation)] == [late.text]
    assert late.text in {one.text for one in turns(engine, Filter()).found}


def test_two_imports_at_once_do_no_harm(whole: tuple[Engine, list[Any]], url: str) -> None:
    engine, expected = whole
    other = open_transcripts(url)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda one: read_all(one, 200), (engine, other)))
    other.dispose()
    assert kept(engine) == expected


def test_events_that_come_meanwhile_are_read(engine: Engine, url: str, invented: list[list[Turn]]) -> None:
    """As Rasa writes: a conversation a transaction."""
    done = threading.Event()
    rasa = open_transcripts(url)

    def say() -> None:
        for spoken in invented[:40]:
            store(rasa, spoken)
        done.set()

    with ThreadPoolExecutor(1) as other:
        saying = other.submit(say)
        while not done.is_set() and not saying.done():
            import_batch(engine, 50)
        saying.result()
    rasa.dispose()
    read_all(engine)
    followed = kept(engine)
    forget_import(engine)
    read_all(engine)
    assert kept(engine) == followed


def test_killed_it_goes_on_where_it_was(whole: tuple[Engine, list[Any]], url: str) -> None:
    engine, expected = whole
    script = (
        "import sys\n"
        "from bot.transcripts.importer import import_batch\n"
        "from bot.transcripts.opening import open_transcripts\n"
        "engine = open_transcripts(sys.argv[1])\n"
        "while True:\n"
        "    import_batch(engine, 40)\n"
        "    print('.', flush=True)\n"
    )
    command = [sys.executable, "-c", script, url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    for _ in range(5):
        process.stdout.read(2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert waiting(engine) > 0, "it was killed half way"
    read_all(engine)
    assert kept(engine) == expected


def test_ids_given_anew_after_a_deletion_are_read(
    engine: Engine, url: str, invented: list[list[Turn]]
) -> None:
    """SQLite does that to the latest ones."""
    store(engine, invented[0])
    for _ in range(OVERLAP // 10):  # more than are read again anyway
        store(engine, invented[1])
    read_all(engine)
    Conversations(url).forget(invented[1][0].conversation)
    for spoken in invented[2:60]:
        store(engine, spoken)
    read_all(engine)
    with engine.connect() as connection:
        found = set(connection.execute(select(conversations.c.sender_id)).scalars())
    assert found == {spoken[0].conversation for spoken in (invented[0], *invented[2:60])}


@pytest.mark.parametrize("way", ["forget", "expire"])
def test_what_is_deleted_while_it_is_read_stays_deleted(
    way: str, engine: Engine, url: str, invented: list[list[Turn]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store(engine, invented[0])
    sender = invented[0][0].conversation
    was_read, deleting = threading.Event(), threading.Event()
    write = importer._write

    def slowly(*arguments: Any) -> None:
        was_read.set()
        deleting.wait(5)
        time.sleep(0.5)  # the deletion is under way, and waits
        write(*arguments)

    monkeypatch.setattr(importer, "_write", slowly)
    delete_it: dict[str, Callable[[], Any]] = {
        "forget": lambda: Conversations(url).forget(sender),
        "expire": lambda: Conversations(url).expire(0),
    }
    with ThreadPoolExecutor(1) as other:
        importing = other.submit(import_batch, engine)
        assert was_read.wait(5)
        deleting.set()
        delete_it[way]()
        importing.result()
    assert kept(engine) == [[], []]


def test_before_rasa_ever_ran_there_is_nothing(url: str) -> None:
    engine = open_transcripts(url)
    assert import_batch(engine) == Imported(0, 0, more=False)
    assert waiting(engine) == 0
    assert conversation(engine, "anybody") == ()
    assert turns(engine, Filter()).found == ()
    with engine.begin() as connection:
        importer.events.metadata.create_all(connection)
    assert import_batch(engine) == Imported(0, 0, more=False)
    engine.dispose()


def test_what_is_no_event_stops_nothing(engine: Engine, invented: list[list[Turn]]) -> None:
    store(engine, invented[0], data="{")
    store(engine, invented[1], data=None)
    store(engine, invented[2], data='{"event": "user", "text": 7, "timestamp": 1e999, "parse_data": []}')
    store(engine, invented[3])
    read_all(engine)
    read = {one.conversation for one in turns(engine, Filter()).found}
    assert read == {invented[2][0].conversation, invented[3][0].conversation}
    with engine.begin() as connection:
        connection.execute(
            insert(events),
            {"sender_id": "x", "type_name": "user", "data": '{"event": "user", "text": "\\ud800"}'},
        )
    assert import_batch(engine).turns > 0
