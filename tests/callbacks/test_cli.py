"""The commands, as the person at the terminal and cron run them."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.callbacks.keys import Keys, fingerprint, new_key
from bot.callbacks.repository import Callbacks
from bot.cli import main
from bot.settings import ROOT, settings
from tests.callbacks.conftest import NAME, PHONE, TIME, details
from tests.stored import stored_bytes


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit status, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


@pytest.fixture
def run(
    url: str, key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command in this process: another one would take seconds to start."""

    def run(*arguments: str, keys: str = key, **more: str) -> Ended:
        with monkeypatch.context() as patch:
            for name, value in {"IOP_CALLBACKS_URL": url, "IOP_CALLBACKS_KEYS": keys, **more}.items():
                patch.setenv(name, value)
            settings.cache_clear()
            capsys.readouterr()
            try:
                status = main(["callbacks", *arguments])
            except SystemExit as stopped:  # argparse
                status = int(stopped.code or 0)
        return Ended(status, *capsys.readouterr())

    yield run
    settings.cache_clear()


def test_a_request_from_the_list_to_its_end(callbacks: Callbacks, run: Run) -> None:
    id = callbacks.add(details())
    listed = run("list")
    assert listed.returncode == 0, listed.stderr
    assert re.fullmatch(rf"{id}  new     \d.* UTC  {NAME}  {re.escape(PHONE)}  {TIME}\n", listed.stdout)
    assert run("called", id).stdout == f"{id} is marked: called\n"
    assert id in run("list").stdout
    assert run("done", id).returncode == 0
    assert run("list").stdout == "No requests wait\n"
    assert id in run("list", "--all").stdout
    assert run("delete", id).returncode == 0
    assert run("done", id).returncode == 1
    audit = run("audit", id).stdout
    did = [line.split()[4] for line in audit.splitlines()]
    assert did == ["deleted", "read", "done", "read", "called", "read", "created"]
    assert "terminal: " in audit
    assert NAME not in audit


def test_purge_for_cron(callbacks: Callbacks, run: Run) -> None:
    callbacks.add(details())
    kept = run("purge", IOP_CALLBACKS_KEEP_DAYS="35")
    assert kept.stdout == "Deleted 0 requests made more than 35 days ago\n"
    purged = run("purge", "--days", "0", keys="")
    assert purged.stdout == "Deleted 1 requests made more than 0 days ago\n", "even where the key is lost"
    assert run("purge", "--days", "-1").returncode == 2


def test_keys_from_the_first_to_the_next(callbacks: Callbacks, run: Run, key: str, tmp_path: Path) -> None:
    made = run("new-key", keys="no key at all")
    other = made.stdout.strip()
    Keys([other])
    assert fingerprint(other) in made.stderr
    callbacks.add(details())
    wrong = run("list", keys=other)
    assert wrong.returncode == 1
    assert f"its key (print {fingerprint(key)}) is not among IOP_CALLBACKS_KEYS" in wrong.stderr
    rotated = run("rotate", keys=f"{other}, {key}")
    assert rotated.stdout == "Encrypted 1 requests with the first key; 0 were already\n"
    assert NAME in run("list", keys=other).stdout
    lost = run("rotate", keys=new_key())
    assert lost.returncode == 1
    assert "Keep the other keys" in lost.stderr
    for file in tmp_path.rglob("*"):
        assert other.encode() not in stored_bytes(file)


def test_without_a_key_or_with_a_wrong_one_it_says_so(run: Run, key: str) -> None:
    off = run("list", keys="")
    assert off.returncode == 1
    assert off.stderr.startswith("Call-back requests are off: IOP_CALLBACKS_KEYS is not set.")
    cut = run("list", keys=f"{key},{key[:-2]}")
    assert cut.returncode == 1
    assert "IOP_CALLBACKS_KEYS: key 2 of 2 is not one" in cut.stderr
    assert key[:-2] not in cut.stderr


def test_a_database_that_is_away_is_one_line(run: Run) -> None:
    away = run("list", IOP_CALLBACKS_URL="postgresql://user:hidden@127.0.0.1:1/none")
    assert away.returncode == 1
    assert away.stderr.startswith("The database of call-back requests cannot be used: ")
    assert away.stderr.count("\n") == 1
    assert "hidden" not in away.stdout + away.stderr


def test_a_damaged_row_is_told_beside_the_others(tmp_path: Path, key: str) -> None:
    file = tmp_path / "c.db"
    store = Callbacks(f"sqlite:///{file}", Keys([key]))
    kept, hurt = store.add(details()), store.add(details("Bo"))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE callback SET sealed = 'x' WHERE id = ?", (hurt,))
    environment = {**os.environ, "IOP_CALLBACKS_URL": f"sqlite:///{file}", "IOP_CALLBACKS_KEYS": key}
    command = [sys.executable, "-m", "bot", "callbacks", "list"]
    listed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert listed.returncode == 1
    assert kept in listed.stdout
    assert listed.stderr == f"'{hurt}' cannot be read: its row is damaged\n"
