"""A database with invented conversations, and what there is to judge them with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.judging.known import KnownPhrases
from bot.judging.meaning import Meaning
from bot.review.database import Database
from bot.settings import settings
from tests.privacy.conversation_databases import KINDS, database

UNTIL = datetime(2026, 3, 1, tzinfo=timezone.utc)
NLU = """version: "3.1"
nlu:
- intent: cost
  examples: |
    - how much is it
    - What does the program cost?
- intent: transport
  examples: |
    - is there a bus to you
"""


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    with database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def staff_database(url: str) -> Database:
    return Database(url)


@pytest.fixture(scope="session")
def meaning() -> Meaning:
    settings()
    return Meaning()


@pytest.fixture
def known(tmp_path: Path, meaning: Meaning) -> KnownPhrases:
    """Three training phrases and one test."""
    nlu, tests = tmp_path / "nlu", tmp_path / "held_out"
    nlu.mkdir()
    tests.mkdir()
    (nlu / "some.yml").write_text(NLU)
    (tests / "questions.jsonl").write_text('{"id": "q1", "text": "price??", "topics": ["cost"]}\n')
    return KnownPhrases(nlu, tests, meaning)
