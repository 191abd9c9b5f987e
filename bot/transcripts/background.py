"""Imports new events while the site runs: in a thread of its own, and little by little: no visitor waits."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url

from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts

EVERY_SECONDS = 3.0
PAUSE_SECONDS = 0.2  # between two batches, for whoever wants to write too
BATCH = 500  # events, some hundredths of a second
_STOP_SECONDS = 10.0

logger = logging.getLogger(__name__)


class BackgroundImport:
    """Of the database at `url`; where it is a file that is not there yet, it waits for Rasa to make it.
    Several at once do no harm. What fails is logged by its kind alone, and tried again."""

    def __init__(self, url: str, every_seconds: float = EVERY_SECONDS) -> None:
        self._url = url
        self._every_seconds = every_seconds
        self._engine: Engine | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transcripts", daemon=True)

    def start(self) -> None:
        """Begins, once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the batch that is being read."""
        self._stopped.set()
        self._thread.join(_STOP_SECONDS)
        if self._engine is not None:
            self._engine.dispose()

    def _run(self) -> None:
        failing = ""
        more = False
        while not self._stopped.wait(PAUSE_SECONDS if more else self._every_seconds):
            try:
                more, failed = self._import(), ""
            except Exception as error:  # whatever it is, it must not end the reading for good
                more, failed = False, type(error).__name__
            if failed and failed != failing:
                logger.warning("Conversations cannot be read for staff now (%s); trying again", failed)
            elif failing and not failed:
                logger.warning("Conversations are read for staff again")
            failing = failed

    def _import(self) -> bool:
        """Whether more waits."""
        if self._engine is None:
            url = make_url(self._url)
            if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
                return False
            self._engine = open_transcripts(self._url)
        return import_batch(self._engine, BATCH).more
