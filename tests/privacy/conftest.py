from __future__ import annotations

import pytest
import yaml

from bot.settings import settings


@pytest.fixture(scope="session")
def phrases() -> list[str]:
    """All training phrases."""
    return [
        line[2:].strip()
        for path in sorted((settings().data_dir / "nlu").glob("*.yml"))
        for block in yaml.safe_load(path.read_text())["nlu"]
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]
