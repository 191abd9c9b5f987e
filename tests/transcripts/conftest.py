from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.settings import settings
from bot.transcripts import demo
from bot.transcripts.opening import open_transcripts
from bot.transcripts.rasa_events import rows_of
from bot.transcripts.tables import events, rasa
from bot.transcripts.turns import Turn
from tests.privacy.conversation_databases import KINDS, database

UNTIL = datetime(2026, 3, 1, tzinfo=timezone.utc)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    with database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The transcripts in it, with Rasa's table; nothing has been said."""
    opened = open_transcripts(url)
    rasa.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def invented() -> list[list[Turn]]:
    """150 conversations of the demo."""
    return list(demo.read_demo(settings()).conversations(UNTIL, count=150))


def store(engine: Engine, turns: list[Turn], **changes: object) -> None:
    """Writes a conversation as Rasa would; `changes` are made in each row."""
    with engine.begin() as connection:
        for row in rows_of(turns):
            connection.execute(insert(events), {**row, **changes})
