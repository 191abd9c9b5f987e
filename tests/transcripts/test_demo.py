"""`python -m bot demo` fills a database of its own with invented conversations of every kind."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.judging.meaning import Meaning
from bot.prepare import environment
from bot.reply import KINDS
from bot.review.database import Database
from bot.review.published import compare
from bot.settings import ROOT, settings
from bot.transcripts import demo
from bot.transcripts.opening import open_transcripts
from bot.transcripts.search import Filter, conversations, turns
from tests.transcripts.conftest import UNTIL


def test_one_command_makes_it_and_leaves_the_real_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOP_TRACKER_DB", str(tmp_path / "tracker.db"))
    settings.cache_clear()
    try:
        assert main(["demo"]) == 0
        assert main(["demo"]) == 0, "again, in the place of the first"
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert [path.name for path in tmp_path.iterdir()] == ["demo.db"]
    assert (tmp_path / "demo.db").stat().st_mode & 0o777 == 0o600
    engine = open_transcripts(f"sqlite:///{tmp_path / 'demo.db'}")
    found = turns(engine, Filter(), size=10_000).found
    talks = conversations(engine, Filter(), size=10_000).found
    engine.dispose()
    helped = compare(Database(f"sqlite:///{tmp_path / 'demo.db'}"), {}, Meaning())
    assert [(one.change.what, one.verdict) for one in helped] == [
        ("Learnt 6 phrases for House rules", "better"),
        ("Edited a fact: Cost", "unclear"),
    ]
    assert all(one.still for one in helped), "a newcomer sees what is still asked in vain"
    assert len(talks) == 600
    assert all(talk.id.startswith("demo-") for talk in talks)
    assert {turn.kind for turn in found} == set(KINDS)
    assert {turn.channel for turn in found} == {"rest", "sms", "whatsapp", "messenger", "telegram", "slack"}
    assert {turn.rating for turn in found} == {"", "up", "down"}
    assert {turn.safety for turn in found} == {"", "danger", "distress"}
    parking = {turn.text for turn in found if turn.unanswered and "park" in turn.text}
    assert len(parking) >= 4, "one question in several wordings"
    assert timedelta(days=55) < found[0].at - found[-1].at < timedelta(days=61)


def test_it_is_the_same_each_time_and_gets_better() -> None:
    made = demo.read_demo(settings())
    first, second = (list(made.conversations(UNTIL)) for _ in range(2))
    assert first == second
    middle = UNTIL - timedelta(days=20)
    spoken = [turn for talk in first for turn in talk]
    assert all(turn.at < UNTIL + timedelta(hours=1) for turn in spoken)

    def in_vain(late: bool) -> float:
        of_then = [turn.unanswered for turn in spoken if (turn.at >= middle) == late]
        return sum(of_then) / len(of_then)

    assert in_vain(late=True) < 0.85 * in_vain(late=False)


def test_import_tells_what_it_did(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    env = {**environment(settings()), "IOP_TRACKER_URL": ""}

    def run(db: Path) -> tuple[int, str]:
        command = [sys.executable, "-m", "bot", "transcripts", "import"]
        done = subprocess.run(
            command, cwd=ROOT, env={**env, "IOP_TRACKER_DB": str(db)}, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    assert run(tmp_path / "empty" / "tracker.db") == (0, "0 turns read\n")
    broken = tmp_path / "broken.db"
    broken.write_text("not a database, as it says here, at all" * 100)
    status, told = run(broken)
    assert status == 1
    assert told.startswith("Transcripts: ")
    assert "not a database" in told
    assert len(told.splitlines()) == 1
