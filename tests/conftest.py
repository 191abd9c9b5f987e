"""What many tests share: the trained model, and the whole house running on ports of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import prepare
from bot.house import Running, open_house
from bot.settings import settings


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model of the sources as they are; trained now if `make test` has not done so."""
    prepare.build_encoder(settings(), print)
    return prepare.train(settings(), print)


@pytest.fixture(scope="session")
def running(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The three processes, with databases of their own."""
    with open_house(tmp_path_factory.mktemp("house"), trained_model) as house:
        yield house
