"""Builds one publication: `python -m bot.publishing.build NUMBER`, started by the site (publisher.py).

The file of a lock is inherited open and held as long as this process lives, whatever ends it.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot import prepare
from bot.editing.export import export_into
from bot.knowledge.reading import read_knowledge
from bot.knowledge.yaml_file import DataError
from bot.language.evaluate import CasesError
from bot.publishing import records
from bot.publishing.cases import Case, past_messages, permanent_tests
from bot.publishing.nlu_files import add_phrases
from bot.publishing.replay import danger_differences, differences, run_model
from bot.publishing.waiting import judged, new_topics, staff_tests
from bot.publishing.workshop import Workshop
from bot.review.database import Database
from bot.review.errors import ReviewError
from bot.settings import ROOT, settings

NICENESS = 10  # visitors come first
COPY, TRAIN, COMPARE = "Copy the files, add the phrases", "Check and train", "Compare with the live model"


class BuildError(Exception):
    """What staff are told; nothing of the installation was changed."""


def build(database: Database, workshop: Workshop) -> None:
    """All steps; in the end the publication is ready, or blocked. Raises BuildError, PrepareError, DataError,
    CasesError, OSError, ReviewError."""
    config, id = workshop.own_settings, workshop.id
    prepare.check_room(workshop.folder)
    prepare.check_room(config.models_dir)
    _begin(database, id, COPY)
    with database.reading() as connection:
        publication = records.one(connection, id)
    workshop.copy_sources()
    changed = add_phrases(config.data_dir / "nlu", [waiting.phrase for waiting in publication.phrases])
    topics = new_topics(database, config.data_dir)
    export_into(config.data_dir, topics, workshop.sources / "domain.yml")
    say(f"{len(publication.phrases)} phrases, {len(changed)} files changed, {len(topics)} new topics")
    if prepare.model_path(config, workshop.sources).name == publication.model_before:
        raise BuildError("All of this is there already: there is nothing to publish.")
    cases = _cases(database, workshop)
    _begin(database, id, TRAIN)
    checking = _start_check(workshop)
    live = config.models_dir / publication.model_before
    dangers, others = ([case for case in cases if bool(case.strength) is danger] for danger in (True, False))
    before = ThreadPoolExecutor(1).submit(run_model, live, others)  # while the other core trains
    model = prepare.train(config, say, workshop.sources, keep_from=live)
    if checking.wait() != 0:
        say(_check_output(workshop).read_text(errors="replace"))
        raise BuildError("`rasa data validate` is not content: see the log.")
    _begin(database, id, COMPARE)
    after = run_model(model, others)
    found = danger_differences(live, model, dangers) + differences(others, before.result(), after)
    with database.writing() as connection:
        counts = {"compared": len(cases), **records.keep_differences(connection, id, found)}
        records.step(connection, id, "")
        state: records.State = "blocked" if counts["safety"] else "ready"
        records.move(connection, id, "building", state, model_after=model.name, figures=json.dumps(counts))
    say(", ".join(f"{name} {count}" for name, count in counts.items()))


def say(text: str) -> None:
    """Into the publication's log, which is this process's output."""
    print(time.strftime("%H:%M:%S", time.gmtime()), text, flush=True)


def _cases(database: Database, workshop: Workshop) -> Sequence[Case]:
    topics = read_knowledge(workshop.own_settings.data_dir / "knowledge").topics
    with database.reading() as connection:
        past = past_messages(connection, judged(connection), seed=workshop.id)
        corrected = staff_tests(connection)
    return [*permanent_tests(ROOT / "tests", topics), *corrected, *past]


def _begin(database: Database, id: int, step: str) -> None:
    with database.writing() as connection:
        records.step(connection, id, step)
    say(step)


def _start_check(workshop: Workshop) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot.rasa_command", "data", "validate", "--fail-on-warnings"]
    environment = prepare.environment(workshop.own_settings)
    with _check_output(workshop).open("wb") as output:
        return subprocess.Popen(
            [*command, *prepare.rasa_sources(workshop.own_settings, workshop.sources)],
            cwd=ROOT,
            env={**environment, "PYTHONWARNINGS": "ignore,default::UserWarning"},  # which tell what is wrong
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _check_output(workshop: Workshop) -> Path:
    """Libraries' warnings too: it is shown only where something is wrong."""
    return workshop.folder / "check.txt"


def _end_with_the_site(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main(id: int) -> int:
    """Builds it; what goes wrong is written down with it. Returns the exit status."""
    config = settings()
    os.environ.update(prepare.QUIET_ENVIRONMENT)
    os.nice(NICENESS)
    logging.captureWarnings(True)  # those of libraries would bury what staff look for
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    threading.Thread(target=_end_with_the_site, args=(os.getppid(),), daemon=True).start()
    database = Database(config.tracker_url)
    try:
        build(database, Workshop(config, id))
        return 0
    except (BuildError, prepare.PrepareError, DataError, CasesError, ReviewError) as error:
        problem = str(error)
    except OSError as error:
        problem = f"{error.filename or 'A file'}: {error.strerror or error}"
    except Exception as error:  # whatever it is, staff see that it ended, and the log says where
        traceback.print_exc()
        problem = f"Something unexpected: {type(error).__name__}. See the log."
    say(problem)
    with database.writing() as connection:
        records.fail(connection, id, problem)
    return 1


if __name__ == "__main__":
    status = main(int(sys.argv[1]))
    sys.stdout.flush()
    os._exit(status)  # a thread may still be reading messages
