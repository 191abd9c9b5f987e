"""What lies in the database's files, and what happens when it cannot be written or was damaged."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, inspect, text

from bot.callbacks import database
from bot.callbacks.database import MIGRATIONS
from bot.callbacks.errors import UnavailableError
from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callbacks
from bot.callbacks.tables import metadata
from bot.knowledge.database import migrate_engine, open_database
from tests.callbacks.conftest import CONSENT, NAME, PHONE, STAFF, TIME, details
from tests.privacy.conversation_databases import holds

Open = Callable[..., Callbacks]
SECRETS = (NAME, "Quillfeather", "555-0142", "5550142", "555 0142", TIME, CONSENT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "callbacks.db"


@pytest.fixture
def stored(file: Path, key: str) -> Callbacks:
    """The requests in an SQLite file."""
    return Callbacks(f"sqlite:///{file}", Keys([key]))


def rows(url: str) -> list[tuple[Any, ...]]:
    with create_engine(url, future=True).connect() as connection:
        return [
            tuple(row)
            for table in ("callback", "callback_audit")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]


def test_the_file_holds_neither_name_nor_number_nor_key(stored: Callbacks, tmp_path: Path, key: str) -> None:
    id = stored.add(details())
    stored.list(STAFF)
    stored.mark(STAFF, id, "called")
    assert holds(tmp_path, id)
    assert holds(tmp_path, "rosa")
    for words in (*SECRETS, key):
        assert not holds(tmp_path, words)


def test_no_row_holds_a_name_or_a_number(callbacks: Callbacks, url: str) -> None:
    callbacks.add(details())
    callbacks.list(STAFF)
    written = str(rows(url))
    assert "visitor" in written
    assert not any(words in written for words in SECRETS)


def test_a_long_name_looks_like_a_short_one(callbacks: Callbacks, url: str) -> None:
    callbacks.add(details("Bo", best_time=None))
    callbacks.add(details("Bartholomew Featherstonehaugh-Cholmondeley"))
    with create_engine(url, future=True).connect() as connection:
        assert len(set(connection.execute(text("SELECT length(sealed) FROM callback")).scalars())) == 1


def test_only_the_account_reads_the_file(stored: Callbacks, file: Path) -> None:
    file.touch(mode=0o644)
    before = os.umask(0)
    try:
        stored.add(details())
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_sqlite_overwrites_whatever_it_was_built_to_do(
    stored: Callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    ours = database._on_sqlite_connect

    def with_default_off(connection: sqlite3.Connection, record: Any) -> None:
        connection.execute("PRAGMA secure_delete = OFF")
        ours(connection, record)
        asked.append(connection.execute("PRAGMA secure_delete").fetchone()[0])

    monkeypatch.setattr(database, "_on_sqlite_connect", with_default_off)
    stored.add(details())
    assert set(asked) == {1}


@pytest.mark.parametrize("how", ["delete", "purge", "rotate"])
def test_in_sqlite_the_old_bytes_are_gone(how: str, stored: Callbacks, file: Path, key: str) -> None:
    id = stored.add(details())
    with closing(sqlite3.connect(file)) as connection:
        (sealed,) = connection.execute("SELECT sealed FROM callback").fetchone()
    # From the middle: the start of a token is its time, and survives the rotation.
    piece = sealed[200:240]
    assert holds(file, piece)
    if how == "delete":
        stored.delete(STAFF, id)
    elif how == "purge":
        stored.purge(STAFF, 0, time.time() + 1)
    else:
        Callbacks(f"sqlite:///{file}", Keys([new_key(), key])).rotate(STAFF)
    assert not holds(file.parent, piece)


def test_the_audit_is_only_added_to(callbacks: Callbacks, url: str) -> None:
    callbacks.add(details())
    changes = ["UPDATE callback_audit SET who = 'somebody'", "DELETE FROM callback_audit"]
    if not url.startswith("sqlite"):
        changes.append("TRUNCATE callback_audit")
    engine = create_engine(url, future=True)
    for change in changes:
        with pytest.raises(Exception, match="only added to"), engine.begin() as connection:
            connection.execute(text(change))
    assert [entry.who for entry in callbacks.audit(STAFF)] == ["visitor"]


def test_a_moved_a_damaged_and_a_foreign_row_leave_the_others_readable(
    callbacks: Callbacks, url: str
) -> None:
    ids = [callbacks.add(details(name)) for name in ("Ana", "Bo", "Cy", "Di")]
    with create_engine(url, future=True).begin() as connection:
        swap = text("UPDATE callback SET sealed = (SELECT sealed FROM callback WHERE id = :a) WHERE id = :b")
        connection.execute(swap, {"a": ids[0], "b": ids[1]})
        cut = text("UPDATE callback SET sealed = substr(sealed, 1, 150) WHERE id = :id")
        connection.execute(cut, {"id": ids[2]})
    listed = callbacks.list(STAFF)
    assert [one.details.name for one in listed.requests] == ["Ana", "Di"]
    assert {(one.id, one.why) for one in listed.unreadable} == {(ids[1], "damaged"), (ids[2], "damaged")}
    assert len(callbacks.rotate(STAFF).unreadable) == 2
    callbacks.delete(STAFF, ids[1])


@pytest.mark.parametrize(
    "damage",
    [
        "sealed = X'FFFE'",
        "sealed = CAST(X'FFFE41' AS TEXT)",
        "sealed = 7",
        "sealed = ''",
        "created = 'soon'",
        "created = 1e300",
        "changed = X'00'",
        "key_print = X'FF', sealed = 'x'",
    ],
)
def test_whatever_sqlite_finds_in_a_row_the_others_are_listed(
    damage: str, stored: Callbacks, file: Path
) -> None:
    kept, hurt = stored.add(details()), stored.add(details())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"UPDATE callback SET {damage} WHERE id = ?", (hurt,))
    listed = stored.list(STAFF)
    assert [one.id for one in listed.requests] == [kept]
    assert [one.id for one in listed.unreadable] == [hurt]


def locked(url: str) -> Any:
    """Another process has the database to itself."""
    connection = create_engine(url, future=True).connect()
    if url.startswith("sqlite"):
        connection.connection.isolation_level = None  # type: ignore[attr-defined]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("LOCK TABLE callback, callback_audit IN ACCESS EXCLUSIVE MODE"))
    return connection


def test_a_locked_database_is_waited_for_and_then_said_to_be(
    callbacks: Callbacks, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    id = callbacks.add(details())
    before = rows(url)
    with locked(url):
        start = time.monotonic()
        for act in (lambda: callbacks.add(details("Bo")), lambda: callbacks.mark(STAFF, id, "done")):
            with pytest.raises(UnavailableError, match="lock") as error:
                act()
            shown = "".join(traceback.format_exception(error.value))
            assert "INSERT" not in shown
            assert not any(words in shown for words in SECRETS)
        assert time.monotonic() - start < 8
    assert rows(url) == before
    callbacks.add(details("Bo"))


def test_a_full_disk_leaves_nothing_half_written(stored: Callbacks, file: Path) -> None:
    stored.add(details())
    before = rows(f"sqlite:///{file}")
    engine = stored._database._opened()

    def fill(connection: sqlite3.Connection, _: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", fill)
    kept = []
    with pytest.raises(UnavailableError, match="full") as error:
        kept += iter(lambda: stored.add(details()), None)
    assert not any(words in str(error.value) for words in SECRETS)
    event.remove(engine, "connect", fill)
    assert len(rows(f"sqlite:///{file}")) == len(before) + 2 * len(kept)
    assert len(stored.list(STAFF).requests) == 1 + len(kept)


def test_what_cannot_be_audited_is_not_read(callbacks: Callbacks, url: str) -> None:
    callbacks.add(details())
    with create_engine(url, future=True).begin() as connection:
        connection.execute(text("ALTER TABLE callback_audit RENAME TO elsewhere"))
    with pytest.raises(UnavailableError):
        callbacks.list(STAFF)
    with pytest.raises(UnavailableError):
        callbacks.add(details("Bo"))
    with create_engine(url, future=True).begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM callback")).scalar_one() == 1
        connection.execute(text("ALTER TABLE elsewhere RENAME TO callback_audit"))
    assert len(callbacks.list(STAFF).requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://user:hidden@127.0.0.1:1/none",
        "nonsense:hidden",
        "nosuchdb://user:hidden@host/x",
    ],
)
def test_a_database_that_is_none_is_said_in_one_line(address: str, key: str) -> None:
    with pytest.raises(UnavailableError) as error:
        Callbacks(address, Keys([key])).add(details())
    assert "hidden" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_or_rubbish_in_the_files_place(tmp_path: Path, key: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "rubbish").write_bytes(b"rubbish" * 1000)
    for name in ("folder", "rubbish"):
        with pytest.raises(UnavailableError):
            Callbacks(f"sqlite:///{tmp_path / name}", Keys([key])).add(details())


def test_many_at_once(callbacks: Callbacks, opened: Open, key: str) -> None:
    others = [opened(key) for _ in range(4)]
    threads = [
        threading.Thread(target=lambda one=one: [one.add(details()) for _ in range(5)]) for one in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(callbacks.list(STAFF).requests) == 20


def test_nothing_personal_is_logged(callbacks: Callbacks, caplog: pytest.LogCaptureFixture, key: str) -> None:
    with caplog.at_level(logging.DEBUG):
        callbacks.add(details())
        callbacks.list(STAFF)
    assert not any(words in caplog.text for words in (*SECRETS, PHONE, key))


def test_the_migrations_make_the_tables_as_they_are_described(url: str) -> None:
    engine = open_database(url)
    migrate_engine(engine, migrations=MIGRATIONS)
    migrate_engine(engine, "base", MIGRATIONS)
    migrate_engine(engine, migrations=MIGRATIONS)
    made = inspect(engine)
    for name, table in metadata.tables.items():
        columns = {column["name"]: column for column in made.get_columns(name)}
        assert set(columns) == set(table.columns.keys())
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable
            assert str(columns[column.name]["type"].as_generic()) == str(column.type.as_generic())
        assert {index["name"] for index in made.get_indexes(name)} == {index.name for index in table.indexes}
    engine.dispose()
