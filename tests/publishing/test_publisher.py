"""Beginning, deciding, publishing and going back, with real files and a real database; the builder and the
assistant are stand-ins, and the real ones are in tests/e2e/test_publishing.py."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot import prepare
from bot.editing.edits import Edits
from bot.editing.export import export_into
from bot.editing.targets import Target
from bot.knowledge.database import open_database
from bot.knowledge.repository import KnowledgeRepository
from bot.live_model import live_model, make_live
from bot.publishing import publisher as publishing
from bot.publishing import records, workshop
from bot.publishing.cases import Case
from bot.publishing.nlu_files import Phrase, add_phrases
from bot.publishing.publisher import DIED, Publisher
from bot.publishing.records import Waiting
from bot.publishing.replay import Difference, Taken
from bot.publishing.waiting import new_topics
from bot.publishing.workshop import Workshop
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, UnavailableError
from bot.settings import ROOT, Settings, settings
from tests.review.conftest import done

WAITS = [Waiting(7, Phrase("what's the damage for a week", "cost"))]
PETS = {
    **{
        "title": "Pets",
        "group": "practical",
        "question": "May I bring my dog?",
        "next": ["transport", "contact"],
    },
    **{"says": ["Dogs stay at home."], "more": [], "plain": [], "phrases": ["can i bring my dog"]},
}
WORSE = Difference(
    Case("is it dear", "questions.jsonl", frozenset({"cost"})),
    "worse",
    Taken(("cost",), ""),
    Taken(("thanks",), ""),
)


class Assistant(HTTPServer):
    """Says which model it has: at once the one of the link, unless that is in `broken`."""

    config: Settings
    broken: set[str]


class Handler(BaseHTTPRequestHandler):
    server: Assistant

    def do_GET(self) -> None:
        live = live_model(self.server.config)
        failed = live in self.server.broken
        self.send_response(200)
        self.end_headers()
        self.wfile.write(
            json.dumps({"model": "" if failed else live, "failed": live if failed else ""}).encode()
        )

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    server = Assistant(("127.0.0.1", 0), Handler)
    server.broken = set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def config(tmp_path: Path, assistant: Assistant) -> Settings:
    """An installation whose model is a file of no use."""
    shutil.copytree(settings().data_dir, tmp_path / "data")
    (tmp_path / "models").mkdir()
    config = replace(
        settings(),
        data_dir=tmp_path / "data",
        models_dir=tmp_path / "models",
        tracker_db=tmp_path / "var" / "tracker.db",
        tracker_database_url="",
        assistant_port=assistant.server_port,
    )
    assistant.config = config
    prepare.model_path(config).write_bytes(b"the model before")
    make_live(config, prepare.model_path(config).name)
    return config


@pytest.fixture
def database(config: Settings) -> Database:
    return Database(config.tracker_url)


@pytest.fixture
def marked() -> list[object]:
    return []


@pytest.fixture
def publisher(config: Settings, database: Database, marked: list[object]) -> Publisher:
    return Publisher(
        config, database, lambda _: WAITS, lambda _, numbers, by: marked.append((list(numbers), by))
    )


def build(config: Settings, database: Database, id: int, *found: Difference) -> None:
    """What the builder does, without its minutes."""
    workshop = Workshop(config, id)
    workshop.copy_sources()
    add_phrases(workshop.own_settings.data_dir / "nlu", [one.phrase for one in WAITS])
    model = prepare.model_path(workshop.own_settings, workshop.sources)
    model.write_bytes(b"the new model")
    with database.writing() as connection:
        counts = records.keep_differences(connection, id, found)
        state: records.State = "blocked" if counts["safety"] else "ready"
        records.move(connection, id, "building", state, model_after=model.name, figures=json.dumps(counts))


@pytest.fixture
def built(
    publisher: Publisher, config: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """`built(difference, ...)`: a publication that ida began, ready or blocked."""
    monkeypatch.setattr(Publisher, "_start", lambda self, id, lock: None)

    def make(*found: Difference) -> int:
        id = publisher.begin("ida")
        build(config, database, id, *found)
        return id

    return make


def state(database: Database, id: int) -> str:
    with database.reading() as connection:
        return records.one(connection, id).state


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_published_and_taken_back(publisher, built, config, database, marked):
    before, model_before = tree(config.data_dir), live_model(config)
    id = built()
    assert tree(config.data_dir) == before
    publisher.publish("rosa", id)
    assert state(database, id) == "published"
    after = tree(config.data_dir)
    assert [name for name in after if after[name] != before.get(name)] == ["nlu/cost.yml"]
    assert b"    - what's the damage for a week\n" in after["nlu/cost.yml"]
    # The next start takes the same model: nothing is trained again.
    assert live_model(config) == prepare.model_path(config).name != model_before
    publisher.take_back("rosa", id)
    assert state(database, id) == "returned"
    assert tree(config.data_dir) == before
    assert live_model(config) == prepare.model_path(config).name == model_before
    assert marked == [([7], id), ([7], None)]
    log = done(AuditLog(database))
    assert log == ["publication_begun", "publication_published", "publication_returned"]


def test_a_new_topic_is_published_and_taken_back(config, database, tmp_path, monkeypatch):
    (tmp_path / "root").mkdir()
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, tmp_path / "root")
    monkeypatch.setattr(workshop, "ROOT", tmp_path / "root")
    monkeypatch.setattr(Publisher, "_start", lambda self, id, lock: None)
    config = replace(config, database_url=f"sqlite:///{tmp_path / 'knowledge.db'}")
    prepare.load_knowledge(config, lambda _: None)
    edits = Edits(database)
    edits.approve("bea", edits.suggest("ann", Target("topic", "pets"), {}, PETS), 1, lambda _: None)
    publisher = Publisher(config, database, lambda _: (), lambda *_: None)
    assert publisher.new_topics() == ["Pets"]

    id = publisher.begin("ida")
    place = Workshop(config, id)
    place.copy_sources()
    export_into(
        place.own_settings.data_dir, new_topics(database, config.data_dir), place.sources / "domain.yml"
    )
    (config.models_dir / "iop-pets.tar.gz").write_bytes(b"the new model")
    with database.writing() as connection:
        records.move(connection, id, "building", "ready", model_after="iop-pets.tar.gz", figures="{}")
    publisher.publish("rosa", id)
    assert "- pets\n" in (tmp_path / "root" / "domain.yml").read_text()
    known = KnowledgeRepository(open_database(config.database_url), check_every=0)
    assert known.snapshot().profile.words["pets"].says == ("Dogs stay at home.",)
    assert publisher.new_topics() == []

    monkeypatch.setattr(Publisher, "_live", lambda _: "iop-pets.tar.gz")  # of the files in ROOT
    publisher.take_back("rosa", id)
    assert "pets" not in known.snapshot().knowledge.topics
    assert publisher.new_topics() == ["Pets"]


def test_lost_danger_blocks_whoever_asks(publisher, built, config, database):
    lost = Difference(
        Case("i took all of them"), "safety", Taken(("medication",), "danger"), Taken((), "distress")
    )
    before, id = tree(config.data_dir), built(lost)
    for who in ("rosa", "ida"):
        with pytest.raises(InvalidError, match="loses a message of danger"):
            publisher.publish(who, id)
    assert (state(database, id), tree(config.data_dir)) == ("blocked", before)


def test_each_loss_wants_a_reason_and_another_person_publishes(publisher, built, database):
    id = built(WORSE, WORSE)
    with database.reading() as connection:
        first, second = records.differences(connection, id)
    with database.writing() as connection:
        records.accept_loss(connection, id, first.id, "rosa", "said nowhere here")
    with pytest.raises(InvalidError, match="1 of them has no reason yet"):
        publisher.publish("rosa", id)
    with database.writing() as connection:
        records.accept_loss(connection, id, second.id, "rosa", "the same")
    with pytest.raises(InvalidError, match="Another approver has to publish it"):
        publisher.publish("ida", id)
    publisher.publish("rosa", id)
    with pytest.raises(InvalidError), database.writing() as connection:
        records.accept_loss(connection, id, second.id, "rosa", "")


@pytest.mark.parametrize("what", ["files", "model", "other"])
def test_what_changed_meanwhile_is_not_published(publisher, built, config, database, what):
    id = built()
    if what == "files":
        (config.data_dir / "nlu" / "thanks.yml").open("a").write("    - ta\n")
        says = "not those the assistant was started with"
    elif what == "model":
        with database.reading() as connection:
            (config.models_dir / records.one(connection, id).model_after).unlink()
        says = "The new model is gone"
    else:
        publisher.publish("rosa", built())
        says = "no longer ready"
    before = tree(config.data_dir)
    with pytest.raises((InvalidError, ChangedMeanwhileError), match=says):
        publisher.publish("rosa", id)
    assert tree(config.data_dir) == before


def test_a_model_that_cannot_be_loaded_or_a_full_disk_changes_nothing(
    publisher, built, config, database, assistant, marked, monkeypatch
):
    before, model, id = tree(config.data_dir), live_model(config), built()
    with database.reading() as connection:
        assistant.broken = {records.one(connection, id).model_after}
    with pytest.raises(UnavailableError, match="could not load the model"):
        publisher.publish("rosa", id)
    assert (tree(config.data_dir), live_model(config), state(database, id)) == (before, model, "ready")
    assistant.broken = set()
    copy = shutil.copy

    def full(source: Path, target: Path) -> object:
        if config.data_dir in Path(target).parents:
            raise OSError(28, "No space left on device", str(target))
        return copy(source, target)

    monkeypatch.setattr(shutil, "copy", full)
    with pytest.raises(UnavailableError, match="No space left on device"):
        publisher.publish("rosa", id)
    monkeypatch.setattr(shutil, "copy", copy)
    assert (tree(config.data_dir), live_model(config), state(database, id)) == (before, model, "ready")
    publisher.publish("rosa", id)
    assert marked == [([7], id)]


@pytest.mark.parametrize("came", ["publishing", "returning"])
def test_a_site_that_died_midway_is_set_right_at_the_next_look(
    publisher, built, config, database, monkeypatch, came
):
    id = built()
    if came == "returning":
        publisher.publish("rosa", id)
    before, model, was = tree(config.data_dir), live_model(config), state(database, id)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    # In both ways some files and the link are changed already when it dies.
    if came == "publishing":
        monkeypatch.setattr(Publisher, "_swap", die)
    else:
        monkeypatch.setattr(Workshop, "restore", die)
    with pytest.raises(KeyboardInterrupt):
        (publisher.publish if came == "publishing" else publisher.take_back)("rosa", id)
    monkeypatch.undo()
    assert state(database, id) == came
    publisher.settle()
    assert (tree(config.data_dir), live_model(config), state(database, id)) == (before, model, was)


def test_one_at_a_time_and_a_builder_that_is_killed_has_failed(publisher, config, database, monkeypatch):
    def start(self: Publisher, id: int, lock: object) -> None:
        sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
        process = subprocess.Popen(sleeper, pass_fds=[lock.fileno()])
        started.append(process)
        lock.write(str(process.pid))

    started: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(Publisher, "_start", start)
    id = publisher.begin("ida")
    with pytest.raises(ChangedMeanwhileError, match="Somebody is at this already"):
        publisher.begin("rosa")
    publisher.settle()
    assert state(database, id) == "building"
    os.kill(started[0].pid, signal.SIGKILL)
    started[0].wait()
    publisher.settle()
    with database.reading() as connection:
        failed = records.one(connection, id)
    assert (failed.state, failed.problem) == ("failed", DIED)
    second = publisher.begin("rosa")
    publisher.cancel("rosa", second)
    assert started[1].wait(5) == -signal.SIGTERM
    assert state(database, second) == "cancelled"
    with pytest.raises(ChangedMeanwhileError):
        publisher.cancel("rosa", second)


def test_a_broken_file_ends_the_building_and_is_named(publisher, config, database):
    (config.data_dir / "nlu" / "cost.yml").write_text("nlu: [")
    prepare.model_path(config).write_bytes(b"the model before")
    make_live(config, prepare.model_path(config).name)
    before, id = tree(config.data_dir), publisher.begin("ida")
    deadline = time.monotonic() + 60
    while state(database, id) == "building" and time.monotonic() < deadline:
        publisher.settle()
        time.sleep(0.2)
    with database.reading() as connection:
        failed = records.one(connection, id)
    assert failed.state == "failed"
    assert "cost.yml: expected" in failed.problem
    assert "cost.yml: expected" in Workshop(config, id).log.read_text()
    assert (tree(config.data_dir), failed.running) == (before, False)


def test_nothing_is_begun_without_phrases_or_with_files_that_changed(publisher, config):
    nothing = Publisher(config, publisher._database, lambda _: (), lambda *_: None)
    with pytest.raises(InvalidError, match="No phrase or topic is approved"):
        nothing.begin("ida")
    (config.data_dir / "nlu" / "cost.yml").write_text("nlu: [")
    with pytest.raises(InvalidError, match="not those the assistant was started with"):
        publisher.begin("ida")


def test_the_assistant_has_to_answer(publisher, built, assistant, config, monkeypatch):
    id = built()
    monkeypatch.setattr(publishing.Publisher, "_loaded", lambda _: {})
    before = time.monotonic()
    with pytest.raises(UnavailableError, match="does not answer just now"):
        publisher.publish("rosa", id)
    assert time.monotonic() - before < 5
