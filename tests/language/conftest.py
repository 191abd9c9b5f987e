from __future__ import annotations

import pytest
import yaml

from bot.settings import settings


@pytest.fixture(scope="session")
def phrases() -> dict[str, list[str]]:
    """The training phrases by intent."""
    found: dict[str, list[str]] = {}
    for path in sorted((settings().data_dir / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text())["nlu"]:
            lines = block["examples"].splitlines()
            found[block["intent"]] = [line[2:].strip() for line in lines if line.startswith("- ")]
    return found
