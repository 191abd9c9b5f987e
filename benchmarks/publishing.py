"""From approved phrases to live: each step of a publication at full size, and visitors meanwhile.

The whole house runs with the trained model and the conversations of the demo. Writes
docs/benchmarks/publishing.md.
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from sqlalchemy import insert

from benchmarks.report import Target, table, targets, trained, write
from bot.house import HouseError, Running, open_house
from bot.judging.phrases import mark_published
from bot.judging.tables import phrase
from bot.knowledge.yaml_file import DataError
from bot.live_model import live_link, make_live
from bot.publishing import records
from bot.publishing.publisher import Publisher
from bot.publishing.waiting import approved_phrases
from bot.review.database import Database
from bot.settings import settings
from bot.transcripts.cli import import_waiting
from bot.transcripts.demo import now, read_demo
from bot.transcripts.demo import write as write_demo
from bot.transcripts.opening import open_transcripts

AIM = 120  # seconds
LONGEST = 900  # seconds until the building is given up
# As staff correct: three ways to say one thing, and another.
CORRECTED = {
    "cost": ("whats the sticker on ten weeks of this", "so whats the sticker", "sticker for the lot?"),
    "transport": ("is there somewhere to leave the truck", "can i leave my truck there"),
}
QUESTIONS = ("how long does it take", "can i keep my job", "do you do detox", CORRECTED["cost"][0])


def run(console: Console) -> None:
    """Raises PrepareError or HouseError."""
    model = trained(console)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, _house(Path(folder), model) as house:
        database = Database(house.config.tracker_url)
        publisher = Publisher(house.config, database, approved_phrases, mark_published)
        with _visitors(house) as (times, wrong):
            console.print("Building, comparing, publishing (two minutes)")
            began = time.monotonic()
            id = publisher.begin("ida")
            _wait(database, id)
            waited = time.monotonic() - began
            with database.writing() as connection:
                for loss in records.differences(connection, id):
                    if loss.kind == "worse":
                        records.accept_loss(connection, id, loss.id, "rosa", "measured")
            publisher.publish("rosa", id)
            live = time.monotonic() - began
        with database.reading() as connection:
            publication = records.one(connection, id)
    steps = [(step.name, f"{step.seconds or 0:.0f}") for step in publication.steps]
    measured = f"{live:.0f} s"
    blocks = [
        targets(
            [
                Target("from approved phrases to live", f"under {AIM} s", measured, live < AIM),
                Target("visitors' messages not answered meanwhile", "0", str(len(wrong)), not wrong),
            ]
        ),
        table(
            ("step", "seconds>"), [*steps, ("until it can be published", f"{waited:.0f}"), ("live", measured)]
        ),
        f"{sum(map(len, CORRECTED.values()))} phrases for {len(CORRECTED)} intents were added to all of "
        "data/nlu. The time that people take to look at the comparison and to press Publish is not in it. "
        f"Compared: {publication.figures}.",
        f"All the while one visitor after the other asked: {len(times)} answers, the median after "
        f"{statistics.median(times) * 1000:.0f} ms, the longest after {max(times) * 1000:.0f} ms.",
        f"What else ran on the machine when this began: a load of {load:.1f} on {os.cpu_count()} cores.",
    ]
    write("publishing", "Publishing a model", "publishing", blocks, console)


@contextmanager
def _house(folder: Path, model: Path) -> Iterator[Running]:
    """An installation of its own: its data and models may change."""
    config = replace(settings(), models_dir=folder / "models", tracker_db=folder / "tracker.db")
    config.models_dir.mkdir()
    config.encoder_dir.symlink_to(settings().encoder_dir)
    shutil.copy(model, config.models_dir)
    make_live(config, model.name)
    try:
        engine = open_transcripts(config.tracker_url)
        write_demo(engine, read_demo(config).conversations(now()))
        import_waiting(engine)
        engine.dispose()
    except DataError as error:
        raise HouseError(str(error)) from error
    with open_house(folder, live_link(config), models_dir=config.models_dir) as house:
        with Database(house.config.tracker_url).writing() as connection:
            connection.execute(insert(phrase), _approved())
        yield house


def _approved() -> list[dict[str, object]]:
    who = {"state": "approved", "author": "ida", "approver": "rosa", "created": 0.0, "version": 3}
    texts = [(text, intent) for intent, texts in CORRECTED.items() for text in texts]
    return [{"text": text, "folded": text, "intent": intent, **who} for text, intent in texts]


def _wait(database: Database, id: int) -> None:
    """Until it is built and compared. Raises HouseError for anything but a model that can be published."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with database.reading() as connection:
            publication = records.one(connection, id)
        if publication.state == "ready":
            return
        if publication.state != "building":
            raise HouseError(f"The publication is {publication.state}: {publication.problem}")
        time.sleep(0.5)
    raise HouseError(f"Nothing was built within {LONGEST} s.")


@contextmanager
def _visitors(house: Running) -> Iterator[tuple[list[float], list[str]]]:
    """One visitor after the other asks meanwhile: the seconds of each answer, and what went wrong."""
    times: list[float] = []
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        for text in itertools.cycle(QUESTIONS):
            if done.wait(0.5):
                return
            began = time.monotonic()
            try:
                house.conversation().say(text)
                times.append(time.monotonic() - began)
            except HouseError as error:
                wrong.append(str(error))

    visitor = threading.Thread(target=ask)
    visitor.start()
    try:
        yield times, wrong
    finally:
        done.set()
        visitor.join()
