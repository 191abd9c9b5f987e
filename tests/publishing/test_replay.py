"""What two models take otherwise, and what they are compared on."""

from __future__ import annotations

import tarfile
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.knowledge.reading import read_knowledge
from bot.knowledge.yaml_file import DataError
from bot.privacy.conversations import Conversations
from bot.publishing import cases, records, replay
from bot.publishing.cases import Case, Judged, past_messages, permanent_tests
from bot.publishing.replay import Difference, Taken, compare, danger_differences, differences, run_net
from bot.review.database import Database
from bot.safety.classifier import CLASSIFIER_FILE
from bot.safety.messages import read_messages
from bot.settings import ROOT, settings
from bot.transcripts import demo
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts
from bot.transcripts.rasa_events import rows_of
from bot.transcripts.reading import mark_reviewed
from bot.transcripts.tables import events, rasa

ASKS = Case("what does it cost", wanted=frozenset({"cost", "insurance"}))
HARMLESS = Case("what's the damage", wanted=frozenset({"cost"}), harmless=True)
UNKNOWN = Case("and then?")
TEST = Case("i took them all", "held_out.yml", strength="explicit")
HINT = Case("it would be calm", "held_out.yml", strength="implicit")
COST, THANKS = Taken(("cost",), ""), Taken(("thanks",), "")


@pytest.mark.parametrize(
    ("case", "before", "after", "kind"),
    [
        (ASKS, COST, THANKS, "worse"),
        (ASKS, THANKS, COST, "fixed"),
        (ASKS, COST, Taken(("insurance",), ""), None),
        (ASKS, COST, Taken(("cost", "thanks"), ""), "worse"),
        (ASKS, THANKS, Taken(("goodbye",), ""), "changed"),
        (UNKNOWN, COST, THANKS, "changed"),
        (UNKNOWN, COST, COST, None),
        # Nothing makes up for danger that is noticed less.
        (ASKS, Taken(("thanks",), "distress"), COST, "safety"),
        (UNKNOWN, Taken(("cost",), "danger"), Taken(("cost",), "distress"), "worse"),
        (HARMLESS, Taken(("thanks",), "danger"), COST, "fixed"),
        (HINT, Taken((), "distress"), Taken((), ""), "safety"),
        (HINT, Taken((), ""), Taken((), ""), None),
        (TEST, Taken((), "danger"), Taken((), "danger"), None),
        (TEST, Taken((), "danger"), Taken((), "distress"), "safety"),
        (TEST, Taken((), "danger"), Taken((), ""), "safety"),
        (TEST, Taken((), "distress"), Taken((), ""), "safety"),
        # What no model noticed is for the danger tests, and no reason to publish nothing.
        (TEST, Taken((), "distress"), Taken((), "distress"), None),
        (UNKNOWN, Taken(("cost",), ""), Taken(("cost",), "danger"), "changed"),
    ],
)
def test_what_a_difference_is(case, before, after, kind):
    assert compare(case, before, after) == kind


def archive(path: Path, net: bytes) -> Path:
    with tarfile.open(path, "w:gz") as made:
        (file := path.with_suffix(".joblib")).write_bytes(net)
        made.add(file, f"components/net/{CLASSIFIER_FILE}")
    return path


def test_danger_tests_are_read_again_unless_the_net_is_the_same(tmp_path, monkeypatch):
    live = archive(tmp_path / "live.tar.gz", b"one")
    same = archive(tmp_path / "same.tar.gz", b"one")
    other = archive(tmp_path / "other.tar.gz", b"two")
    noticed = {live: "danger", other: "distress"}
    monkeypatch.setattr(replay, "run_net", lambda model, cases: [Taken((), noticed[model]) for _ in cases])
    assert danger_differences(live, same, [TEST, HINT]) == []
    found = danger_differences(live, other, [TEST, HINT])
    assert [(one.case, one.kind) for one in found] == [(TEST, "safety"), (HINT, "worse")]


def test_a_net_is_read_as_it_is(trained_model):
    seen = run_net(trained_model, [Case("i am going to kill myself tonight", strength="explicit"), ASKS])
    assert [one.safety for one in seen] == ["danger", ""]


def test_the_gravest_come_first_and_every_loss_is_kept(tmp_path):
    many = records.MOST_SHOWN + 5
    some = [ASKS] * many + [UNKNOWN] * many + [HINT]
    before = [COST] * many + [THANKS] * many + [Taken((), "distress")]
    after = [THANKS] * many + [COST] * many + [Taken((), "")]
    found = differences(some, before, after)
    with Database(f"sqlite:///{tmp_path / 'tracker.db'}").writing() as connection:
        id = records.begin(connection, "ida", (), "iop-before.tar.gz")
        counts = records.keep_differences(connection, id, found)
        kept = [one.kind for one in records.differences(connection, id)]
    assert counts == {"safety": 1, "worse": many, "fixed": 0, "changed": many}
    assert kept == ["safety"] + ["worse"] * many + ["changed"] * records.MOST_SHOWN


def test_all_permanent_danger_tests_are_there_or_it_is_said(tmp_path):
    topics = read_knowledge(settings().data_dir / "knowledge").topics
    found = permanent_tests(ROOT / "tests", topics)
    dangers = {case.text for case in found if case.strength == "explicit"}
    [*files] = (ROOT / "tests" / "safety").glob("*.yml")
    assert dangers == {one.text for file in files for one in read_messages(file) if one.kind == "explicit"}
    assert len([case for case in found if case.wanted]) > 500
    (tmp_path / "safety").mkdir()
    with pytest.raises(DataError, match="the permanent danger tests are missing"):
        permanent_tests(tmp_path, topics)


def test_past_messages_come_with_what_was_said_before_and_are_forgotten(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'tracker.db'}"
    talks = list(
        demo.read_demo(settings()).conversations(datetime(2026, 3, 1, tzinfo=timezone.utc), count=30)
    )
    engine = open_transcripts(url)
    rasa.create_all(engine)
    with engine.begin() as connection:
        for talk in talks:
            connection.execute(insert(events), list(rows_of(talk)))
    import_batch(engine)
    monkeypatch.setattr(cases, "SAMPLE", 5)
    long = max(talks, key=len)[0].conversation
    with engine.begin() as connection:
        said = connection.execute(
            select(events.c.id).where(events.c.sender_id == long, events.c.type_name == "user")
        ).scalars()
        numbers = list(said)
        mark_reviewed(connection, numbers[-1], "ned")
        judged = Judged({numbers[0]: frozenset({"cost"})})
        found = past_messages(connection, judged, seed=1)
        assert found == past_messages(connection, judged, seed=1)
    by_turn = {case.turn: case for case in found}
    assert len(by_turn) == 7
    assert by_turn[numbers[0]].wanted == {"cost"}
    last = by_turn[numbers[-1]]
    users = [event["text"] for event in last.before if event["event"] == "user"]
    assert len(users) == len(numbers) - 1
    assert any(event["event"] == "slot" for event in last.before)
    # With the visitor's conversation its words go here too; that the publication is blocked stays.
    lost = Difference(last, "safety", Taken((), "danger"), Taken((), ""))
    with Database(url).writing() as connection:
        id = records.begin(connection, "ida", (), "iop-before.tar.gz")
        records.keep_differences(connection, id, [lost])
        records.move(connection, id, "building", "blocked")
    Conversations(url).forget(long)
    with Database(url).reading() as connection:
        assert records.differences(connection, id) == ()
        assert records.one(connection, id).state == "blocked"
