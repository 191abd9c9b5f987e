"""`python -m bot staff ...`, as somebody at a terminal uses it."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.review.accounts import Accounts
from bot.review.audit import AuditLog, Filter
from bot.review.database import Database
from bot.settings import ROOT, settings
from tests.review.conftest import PASSWORD


@pytest.fixture
def staff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    """`staff("add", "rosa", ...)` runs the command without a terminal: status, and what was written."""
    monkeypatch.setenv("IOP_TRACKER_DB", str(tmp_path / "new" / "tracker.db"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    settings.cache_clear()

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["staff", *arguments])
        said = capsys.readouterr()
        return status, said.out + said.err

    yield run
    settings.cache_clear()


@pytest.fixture
def accounts(staff: object) -> Accounts:
    return Accounts(Database(settings().tracker_url))


def test_the_first_account(staff: Callable[..., tuple[int, str]], accounts: Accounts) -> None:
    assert "Make one: python -m bot staff add NAME admin" in staff("list")[1]
    status, said = staff("add", "Rosa@Example.org", "admin", "reader", "--generate")
    assert status == 0
    assert "Added rosa@example.org: admin, reader" in said
    password = re.search(r"shown only now: (\S+)\n", said)
    assert password
    assert accounts.with_password("rosa@example.org", password[1])
    listed = staff("list")[1]
    assert re.fullmatch(r"rosa@example\.org  admin, reader  since \d{4}-\d\d-\d\d\n", listed)


def test_the_database_that_is_made_is_nobody_elses(
    staff: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    staff("add", "rosa", "admin", "--generate")
    assert (tmp_path / "new" / "tracker.db").stat().st_mode & 0o777 == 0o600


def test_roles_password_disable_and_enable(staff: Callable[..., tuple[int, str]], accounts: Accounts) -> None:
    staff("add", "ida", "admin", "--generate")
    before = staff("add", "rosa", "reader", "--generate")[1].split()[-1]
    assert staff("roles", "ROSA", "editor", "callbacks") == (0, "rosa is now: callbacks, editor\n")
    after = staff("password", "rosa", "--generate")[1].split()[-1]
    assert accounts.with_password("rosa", before) is None
    assert accounts.with_password("rosa", after)
    staff("disable", "rosa")
    assert "(disabled)" in staff("list")[1]
    assert accounts.with_password("rosa", after) is None
    staff("enable", "rosa")
    assert accounts.with_password("rosa", after)
    log = AuditLog(Database(settings().tracker_url)).page(Filter())
    assert {entry.who.partition(": ")[0] for entry in log} == {"terminal"}
    assert len(log) == 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "rosa", "admin", "--generate"), "There is an account 'rosa' already."),
        (("add", "ned", "king", "--generate"), "There is no role 'king': the roles are reader, "),
        (("add", "Ned Flint", "reader", "--generate"), "An e-mail address will do."),
        (("add", "ned", "reader"), "use --generate"),
        (("password", "ned", "--generate"), "There is no such account."),
        (("roles", "ned", "reader"), "There is no such account."),
        (("roles", "rosa", "reader"), "Nobody would be left"),
        (("disable", "rosa"), "Nobody would be left"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    staff: Callable[..., tuple[int, str]], arguments: tuple[str, ...], words: str
) -> None:
    staff("add", "rosa", "admin", "--generate")
    status, said = staff(*arguments)
    assert status == 1
    assert words in said
    assert said.count("\n") == 1


def at_terminal(folder: Path, *typed: str) -> tuple[int, str]:
    """Adds the account rosa at a real terminal: the exit status, and what was to be seen on it."""
    command = [sys.executable, "-m", "bot", "staff", "add", "rosa", "admin"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.environ["IOP_TRACKER_DB"] = str(folder / "tracker.db")
        os.execv(command[0], command)
    seen, waiting = b"", list(typed)
    while True:
        try:
            read = os.read(terminal, 1000)
        except OSError:  # it has ended
            break
        if not read:
            break
        seen += read
        if seen.endswith((b"Password: ", b"Again: ")) and waiting:
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


def test_a_password_is_asked_for_unseen(tmp_path: Path) -> None:
    status, seen = at_terminal(tmp_path, PASSWORD, PASSWORD)
    assert status == 0, seen
    assert "Added rosa: admin" in seen
    assert PASSWORD not in seen
    assert Accounts(Database(f"sqlite:///{tmp_path / 'tracker.db'}")).with_password("rosa", PASSWORD)


def test_two_different_passwords_change_nothing(tmp_path: Path) -> None:
    status, seen = at_terminal(tmp_path, PASSWORD, PASSWORD + "x")
    assert status == 1
    assert "typed in two different ways. Nothing was changed." in seen
    assert (
        not (tmp_path / "tracker.db").exists()
        or not Accounts(Database(f"sqlite:///{tmp_path / 'tracker.db'}")).all()
    )


def test_help_names_the_roles() -> None:
    command = [sys.executable, "-m", "bot", "staff", "add", "--help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "reader, editor, approver, admin, callbacks" in " ".join(said.split())


def test_the_corrected_phrases_as_a_test_file(staff: Callable[..., tuple[int, str]]) -> None:
    assert staff("tests") == (0, 'version: "3.1"\nnlu: []\n')
    assert staff("tests", "danger") == (0, "danger: {}\nsafe: {}\n")
    assert [entry.what for entry in AuditLog(Database(settings().tracker_url)).page(Filter())] == [
        "tests_exported"
    ] * 2
