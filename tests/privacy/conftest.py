from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.safety.messages import read_ordinary
from bot.settings import settings
from tests.privacy.conversation_databases import KINDS, database


@pytest.fixture(scope="session")
def phrases() -> list[str]:
    """All training phrases."""
    return [message.text for message in read_ordinary(settings().data_dir / "nlu")]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    with database(request.param, tmp_path) as address:
        yield address
