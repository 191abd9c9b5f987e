"""Deleting conversations: one on request, old ones by command, while Rasa's connection is open."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from bot import prepare
from bot.feedback.repository import FeedbackStore
from bot.privacy.conversations import DAY, Conversations, Deleted, overwrite_deleted
from bot.settings import ROOT, settings
from tests.privacy.conversation_databases import database, holds

NOW = time.time()


@pytest.fixture
def filled(url: str) -> str:
    """Three conversations: their last events are 40, 29 and 0 days old; the last one began 60 days ago."""
    engine = create_engine(url, future=True)
    if url.startswith("sqlite"):
        event.listen(engine, "connect", overwrite_deleted)
    with engine.begin() as connection:
        number = "INTEGER PRIMARY KEY" if url.startswith("sqlite") else "SERIAL PRIMARY KEY"
        connection.execute(
            text(f"CREATE TABLE events (id {number}, sender_id VARCHAR(255), timestamp FLOAT, data TEXT)")
        )
        for sender, days in (("old", 41), ("old", 40), ("recent", 29), ("ongoing", 60), ("ongoing", 0)):
            connection.execute(
                text("INSERT INTO events (sender_id, timestamp, data) VALUES (:s, :t, :d)"),
                {"s": f"{sender}-sender", "t": NOW - days * DAY, "d": f"marmalade {sender} " * 300},
            )
    engine.dispose()
    return url


def senders(url: str) -> set[str]:
    with create_engine(url, future=True).connect() as connection:
        return set(connection.execute(text("SELECT DISTINCT sender_id FROM events")).scalars())


def test_old_conversations_go_whole_and_others_stay_whole(filled: str) -> None:
    deleted = Conversations(filled).expire(30, NOW)
    assert (deleted.conversations, deleted.events, deleted.whole) == (1, 2, True)
    assert senders(filled) == {"recent-sender", "ongoing-sender"}
    assert Conversations(filled).expire(30, NOW).events == 0, "again, there is nothing to do"


def test_one_conversation_is_forgotten(filled: str) -> None:
    deleted = Conversations(filled).forget("ongoing-sender")
    assert (deleted.conversations, deleted.events) == (1, 2)
    assert senders(filled) == {"old-sender", "recent-sender"}
    assert Conversations(filled).forget("nobody").conversations == 0


def test_feedback_goes_with_its_conversation(filled: str) -> None:
    store = FeedbackStore(filled)
    for sender in ("old-sender", "recent-sender", "ongoing-sender"):
        store.add(sender, "message-0123456789", "down", "call Mia at 312 555 0188")
    assert {given.why for given in store.latest()} == {"call <name> at <phone>"}
    Conversations(filled).expire(30, NOW)
    assert {given.conversation for given in store.latest()} == {"recent-sender", "ongoing-sender"}
    Conversations(filled).forget("ongoing-sender")
    assert {given.conversation for given in store.latest()} == {"recent-sender"}


@pytest.mark.parametrize("delete", ["expire", "forget"])
def test_in_sqlite_the_bytes_are_gone(delete: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with database("sqlite", tmp_path) as url:
        filled.__wrapped__(url)  # type: ignore[attr-defined]
        assert holds(tmp_path, "marmalade old")
        if delete == "expire":
            Conversations(url).expire(30, NOW)
        else:
            Conversations(url).forget("old-sender")
        assert not holds(tmp_path, "marmalade old")
        assert not holds(tmp_path, "old-sender")
        assert holds(tmp_path, "marmalade recent")


def test_where_rasa_never_ran_there_is_nothing_to_delete(url: str) -> None:
    assert Conversations(url).expire(30).events == 0
    assert Conversations(url).forget("somebody").events == 0


def test_the_command_says_what_it_did(filled: str) -> None:
    environment = {**prepare.environment(settings()), "IOP_TRACKER_URL": filled, "IOP_KEEP_DAYS": "35"}
    if filled.startswith("sqlite"):
        environment["IOP_TRACKER_DB"] = filled.removeprefix("sqlite:///")

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", "privacy", "expire", *options]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    first = run()
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == "Deleted 1 conversations (2 events) without a message for 35 days"
    assert run("--days", "20").stdout.strip().startswith("Deleted 1 conversations (1 events)")
    assert senders(filled) == {"ongoing-sender"}
    assert run("--days", "-1").returncode == 2


@pytest.mark.parametrize(
    "address", ["postgresql://user:hidden@127.0.0.1:1/none", "nonsense:hidden", "mysql://user:hidden@host/x"]
)
def test_a_database_that_is_away_or_none_is_one_line(address: str) -> None:
    environment = {**os.environ, "IOP_TRACKER_URL": address}
    command = [sys.executable, "-m", "bot", "privacy", "expire"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stdout.count("\n") == 1
    assert "nothing was deleted" in result.stdout
    assert "hidden" not in result.stdout + result.stderr


def test_who_reads_meanwhile_neither_stops_a_deletion_nor_is_it_called_whole(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        filled.__wrapped__(url)  # type: ignore[attr-defined]
        with create_engine(url, future=True).connect() as reader:
            reader.connection.isolation_level = None  # type: ignore[attr-defined]
            reader.exec_driver_sql("BEGIN")
            reader.exec_driver_sql("SELECT COUNT(*) FROM events").all()
            started = time.monotonic()
            deleted = Conversations(url).forget("old-sender")
            assert time.monotonic() - started < 10, "a visitor waits for it"
        assert (deleted.events, deleted.whole) == (2, False)
        assert Conversations(url).expire(1000, NOW).whole


def test_a_file_that_could_not_be_rewritten_is_not_called_whole(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        filled.__wrapped__(url)  # type: ignore[attr-defined]
        conversations = Conversations(url)

        def full(_: Any, __: Any, statement: str, *___: Any) -> None:
            if statement == "VACUUM":
                raise OperationalError(statement, {}, Exception("database or disk is full"))

        event.listen(conversations._engine, "before_cursor_execute", full)
        assert conversations.forget("old-sender") == Deleted(1, 2, whole=False)
    assert senders(url) == {"recent-sender", "ongoing-sender"}
