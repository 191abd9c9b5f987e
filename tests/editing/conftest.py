"""A small knowledge base, its database, and the edits beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.editing.edits import Edits
from bot.editing.targets import State
from bot.editing.updating import KnowledgeUpdater
from bot.knowledge.load import load_into
from bot.knowledge.reading import read_data
from bot.review.database import Database
from tests.knowledge.conftest import data, documents, edit  # noqa: F401  # fixtures
from tests.privacy.conversation_databases import KINDS, database


@pytest.fixture(params=KINDS)
def tracker_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The tracker store's database, of each kind; empty."""
    with database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def edits(tracker_url: str) -> Edits:
    return Edits(Database(tracker_url))


@pytest.fixture
def state(data: Path) -> State:  # noqa: F811
    return State(*read_data(data))


@pytest.fixture
def knowledge_url(tmp_path: Path, state: State) -> str:
    """The knowledge base's database, loaded."""
    url = f"sqlite:///{tmp_path / 'knowledge.db'}"
    load_into(url, state.knowledge, state.profile)
    return url


@pytest.fixture
def publisher(knowledge_url: str, edits: Edits) -> KnowledgeUpdater:
    return KnowledgeUpdater(knowledge_url, edits)
