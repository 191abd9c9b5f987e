"""What staff do with a publication: begin it, cancel it, publish it, go back to the model before."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import httpx
from sqlalchemy.engine import Connection

from bot import prepare
from bot.live_model import live_model, make_live
from bot.prepare import PrepareError, load_knowledge
from bot.publishing import records
from bot.publishing.records import Publication, Waiting
from bot.publishing.waiting import new_topics
from bot.publishing.workshop import InstallError, Workshop, publishing_folder
from bot.review.audit import record
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, UnavailableError
from bot.settings import ROOT, Settings

SWAP_SECONDS = 60.0  # a busy machine; an idle one takes six
MOST_KEPT = 3  # models before the live one
_END_SECONDS = 5.0  # that a process takes to end that has said its last
INSTALL, SWAP = "Put the files in their place", "The assistant loads it"
_BUSY = "Somebody is at this already. Wait until it is done."
DIED = "It ended before it was done: the site or the machine was stopped. Nothing was changed; begin again."


class Publisher:
    """Of one installation. `approved` are the phrases that wait; `mark` notes that those of these numbers
    were published with a publication, or no longer are (None)."""

    def __init__(
        self,
        config: Settings,
        database: Database,
        approved: Callable[[Connection], Sequence[Waiting]],
        mark: Callable[[Connection, Sequence[int], int | None], None],
    ) -> None:
        self._config = config
        self._database = database
        self.approved = approved
        self._mark = mark

    def new_topics(self) -> list[str]:
        """The titles of approved topics that wait for a model."""
        return [edit.after["title"] for edit in new_topics(self._database, self._config.data_dir)]

    def begin(self, who: str) -> int:
        """Starts building a model with all approved phrases and new topics; returns the number of the
        publication. Raises InvalidError, ChangedMeanwhileError, UnavailableError."""
        self.settle()
        live = self._live()
        with self._lock() as lock:
            topics = self.new_topics()
            with self._database.writing() as connection:
                phrases = self.approved(connection)
                if not phrases and not topics:
                    raise InvalidError("No phrase or topic is approved that visitors do not have yet.")
                id = records.begin(connection, who, phrases, live)
                self._tidy(connection, live)
                record(connection, who, "publication_begun", f"publication {id}: {len(phrases)} phrases")
            try:
                self._start(id, lock)
            except OSError as error:
                with self._database.writing() as connection:
                    records.fail(connection, id, f"It could not be started: {error.strerror or error}")
        return id

    def cancel(self, who: str, id: int) -> None:
        """Ends the building. Raises ChangedMeanwhileError where it has ended by itself."""
        with self._database.writing() as connection:
            records.step(connection, id, "")
            records.move(connection, id, "building", "cancelled", ended=time.time())
            record(connection, who, "publication_cancelled", f"publication {id}")
        if (process := self._builder()) is not None:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)  # what it started ends with it
        with suppress(ChangedMeanwhileError), self._lock(_END_SECONDS):
            pass

    def publish(self, who: str, id: int) -> None:
        """Has visitors answered by the new model. Raises InvalidError with what stands against it,
        ChangedMeanwhileError, UnavailableError; the model before then goes on."""
        self.settle()
        with self._lock(_END_SECONDS):
            with self._database.writing() as connection:
                publication = records.one(connection, id)
                self._check(connection, publication, who)
                records.move(connection, id, "ready", "publishing", approver=who)
                records.step(connection, id, INSTALL)
            workshop = Workshop(self._config, id)
            try:
                workshop.install()
                self._step(id, SWAP)
                self._swap(publication.model_after)
                self._load_topics(workshop)
            except (InstallError, OSError, UnavailableError, PrepareError) as error:
                self._undo(publication)
                raise UnavailableError(f"It was not published, and nothing was changed. {error}") from error
            with self._database.writing() as connection:
                records.step(connection, id, "")
                records.move(connection, id, "publishing", "published", published=time.time())
                self._mark(connection, [waiting.number for waiting in publication.phrases], id)
                record(connection, who, "publication_published", f"publication {id}")

    def take_back(self, who: str, id: int) -> None:
        """Has visitors answered by the model before, and puts its files back. Raises InvalidError,
        ChangedMeanwhileError, UnavailableError; the newer one then goes on."""
        self.settle()
        with self._lock():
            with self._database.writing() as connection:
                publication = records.one(connection, id)
                last = records.last_published(connection)
                if last is None or last.id != id:
                    raise InvalidError("Only what was published last can be taken back.")
                if self._live() != publication.model_after:
                    raise InvalidError(
                        "Its model is not the live one by now: files changed since. Go back with Git instead."
                    )
                if not (self._config.models_dir / publication.model_before).is_file():
                    raise InvalidError(f"The model before is gone: {publication.model_before}.")
                records.move(connection, id, "published", "returning")
            try:
                self._swap(publication.model_before)
                workshop = Workshop(self._config, id)
                workshop.restore()
                self._load_topics(workshop)
            except (InstallError, OSError, UnavailableError, PrepareError) as error:
                self._undo_return(publication)
                raise UnavailableError(f"It was not taken back, and nothing was changed. {error}") from error
            with self._database.writing() as connection:
                records.move(connection, id, "returning", "returned", ended=time.time())
                self._mark(connection, [waiting.number for waiting in publication.phrases], None)
                record(connection, who, "publication_returned", f"publication {id}")

    def _load_topics(self, workshop: Workshop) -> None:
        """Has the knowledge base know the topics that are in the files now. Raises PrepareError."""
        if workshop.brought_topics:
            load_knowledge(self._config, lambda _: None)

    def settle(self) -> None:
        """Sets right what a process left that died. Nothing while it lives."""
        with self._database.reading() as connection:
            if records.running(connection) is None:
                return
        with suppress(ChangedMeanwhileError), self._lock():
            with self._database.reading() as connection:
                publication = records.running(connection)
            if publication is None:
                return
            if publication.state == "building":
                with self._database.writing() as connection:
                    records.fail(connection, publication.id, DIED)
            elif publication.state == "publishing":
                self._undo(publication)
            else:
                self._undo_return(publication)

    def _check(self, connection: Connection, publication: Publication, who: str) -> None:
        """Raises InvalidError with what stands against publishing it."""
        if publication.state == "blocked":
            raise InvalidError("It loses a message of danger. It cannot be published, whoever asks.")
        if publication.state != "ready":
            raise ChangedMeanwhileError("This publication is no longer ready: look at it again.")
        if publication.author == who:
            raise InvalidError("You began this publication. Another approver has to publish it.")
        if count := records.open_losses(connection, publication.id):
            raise InvalidError(f"Say why for each loss first: {count} of them has no reason yet.")
        if self._live() != publication.model_before:
            raise InvalidError("Visitors have another model by now than it was compared with. Begin again.")
        if not set(publication.phrases) <= set(self.approved(connection)):
            raise InvalidError("One of its phrases is no longer approved as it was. Begin again.")
        if not (self._config.models_dir / publication.model_after).is_file():
            raise InvalidError(f"The new model is gone: {publication.model_after}. Begin again.")
        if not self._loaded():
            raise UnavailableError("The assistant does not answer just now. Nothing was changed.")

    def _live(self) -> str:
        """The file name of the model that visitors have. Raises InvalidError where it is not the one of the
        files under data/."""
        live = live_model(self._config)
        if live != prepare.model_path(self._config).name:
            raise InvalidError(
                "The files under data/ are not those the assistant was started with. Whoever runs this site "
                "has to start it again first."
            )
        if not (self._config.models_dir / live).is_file():
            raise InvalidError(
                f"The model's file is gone: {live}. Whoever runs this site has to start it again."
            )
        return live

    def _swap(self, model: str) -> None:
        """Waits until the assistant answers with the model. Raises UnavailableError, OSError."""
        make_live(self._config, model)
        deadline = time.monotonic() + SWAP_SECONDS
        while time.monotonic() < deadline:
            heard = self._loaded()
            if heard.get("model") == model:
                return
            if heard.get("failed") == model:
                raise UnavailableError("The assistant could not load the model; its log says why.")
            time.sleep(0.2)
        raise UnavailableError(f"The assistant did not load the model within {SWAP_SECONDS:.0f} s.")

    def _loaded(self) -> dict[str, str]:
        """What the assistant says of its model; {} where it does not answer."""
        try:
            answer = httpx.get(
                f"{self._config.assistant_url}/webhooks/rest/model", timeout=5, trust_env=False
            )
            return dict(answer.json()) if answer.status_code == httpx.codes.OK else {}
        except (httpx.HTTPError, ValueError):
            return {}

    def _undo(self, publication: Publication) -> None:
        """What was begun to be published is not."""
        try:
            Workshop(self._config, publication.id).restore()
            make_live(self._config, publication.model_before)
        except (InstallError, OSError) as error:
            raise _half_done(error) from error
        with self._database.writing() as connection:
            records.step(connection, publication.id, "")
            records.move(connection, publication.id, "publishing", "ready", approver="")

    def _undo_return(self, publication: Publication) -> None:
        """What was begun to be taken back is published again."""
        try:
            Workshop(self._config, publication.id).put_in_place()
            make_live(self._config, publication.model_after)
        except (InstallError, OSError) as error:
            raise _half_done(error) from error
        with self._database.writing() as connection:
            records.move(connection, publication.id, "returning", "published")

    def _tidy(self, connection: Connection, live: str) -> None:
        """Deletes the models nobody goes back to: those that were not published, and old ones."""
        attempts = records.latest(connection, 1000)
        published = [one for one in attempts if one.state == "published"]
        kept = {live, *(one.model_before for one in published[:MOST_KEPT])}
        for model in {one.model_after for one in attempts} | {one.model_before for one in attempts}:
            if model and model not in kept:
                with suppress(OSError):
                    (self._config.models_dir / model).unlink(missing_ok=True)

    def _step(self, id: int, name: str) -> None:
        with self._database.writing() as connection:
            records.step(connection, id, name)

    def _start(self, id: int, lock: IO[str]) -> None:
        """Starts the building, which inherits the lock. Raises OSError."""
        workshop = Workshop(self._config, id)
        workshop.folder.mkdir(parents=True, exist_ok=True)
        with workshop.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.publishing.build", str(id)],
                cwd=ROOT,
                env=prepare.environment(self._config),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
        lock.write(str(process.pid))
        lock.flush()

    def _builder(self) -> int | None:
        """The process that builds, if one does."""
        try:
            with self._lock():
                return None
        except ChangedMeanwhileError:
            number = self._lock_file().read_text().strip()
            return int(number) if number.isdigit() else None

    def _lock_file(self) -> Path:
        return publishing_folder(self._config) / "lock"

    @contextmanager
    def _lock(self, seconds: float = 0.0) -> Iterator[IO[str]]:
        """One at a time, in all processes; a child that inherits the file holds it on. Raises
        ChangedMeanwhileError where it is not free within `seconds`, UnavailableError."""
        try:
            self._lock_file().parent.mkdir(parents=True, exist_ok=True)
            file = self._lock_file().open("a+", encoding="utf-8")
        except OSError as error:
            raise UnavailableError(f"{error.filename}: {error.strerror}") from error
        with file:
            deadline = time.monotonic() + seconds
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise ChangedMeanwhileError(_BUSY) from None
                    time.sleep(0.1)
            file.truncate(0)
            yield file


def _half_done(error: Exception) -> UnavailableError:
    return UnavailableError(
        f"The files could not be put back yet; it is tried again at the next look. {error}"
    )
