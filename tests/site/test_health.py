"""GET /health says which parts are up."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.site.conftest import Assistant


def test_all_up(client: TestClient) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    parts = {"site": "up", "assistant": "up", "actions": "up", "knowledge": "up"}
    assert response.json() == {"status": "up", "parts": parts}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("part", ["assistant", "actions", "knowledge"])
def test_one_part_down(client: TestClient, assistant: Assistant, database: Path, part: str) -> None:
    assistant.assistant_up = part != "assistant"
    assistant.actions_up = part != "actions"
    if part == "knowledge":
        database.unlink()
    response = client.get("/health")
    assert response.status_code == 503
    body = response.json()
    assert body["status"] == "degraded"
    assert [name for name, state in body["parts"].items() if state == "down"] == [part]


def test_asking_creates_no_database(client: TestClient, database: Path) -> None:
    database.unlink()
    client.get("/health")
    assert not database.exists()


def test_a_database_that_is_none(client: TestClient, database: Path) -> None:
    database.write_bytes(b"this is no database" * 100)
    assert client.get("/health").json()["parts"]["knowledge"] == "down"


def test_a_database_not_set_up_yet(client: TestClient, database: Path) -> None:
    database.write_bytes(b"")
    assert client.get("/health").json()["parts"]["knowledge"] == "down"
