"""The assistant goes over to the model the link names, and stays with the one it has when that fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.publishing import following
from bot.publishing.following import Follower


async def until(holds) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come about")


@pytest.mark.parametrize("linked", [True, False])
def test_a_link_is_followed_and_a_file_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    def load(agent: object, model: Path) -> object:
        if not model.exists():
            raise FileNotFoundError(model)
        return SimpleNamespace(domain=model.name)

    def point_to(name: str) -> None:
        link.unlink(missing_ok=True)
        link.symlink_to(name)

    monkeypatch.setattr(following, "_load", load)
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.01)
    link = tmp_path / "live.tar.gz"
    for name in ("a", "b"):
        (tmp_path / name).touch()
    point_to("a")
    began_with = SimpleNamespace(model_path=link if linked else tmp_path / "a", domain="a")
    agent = SimpleNamespace(
        processor=began_with, domain="a", tracker_store=SimpleNamespace(domain="a"), nlg=None
    )
    follower = Follower()

    async def talk() -> None:
        task = asyncio.ensure_future(follower.follow(agent))
        await until(lambda: follower.loaded == "a")
        point_to("gone")
        if not linked:
            await asyncio.wait_for(task, 5)
            return
        await until(lambda: follower.failed == "gone")
        assert agent.processor is began_with
        point_to("b")
        await until(lambda: follower.loaded == "b")
        assert (agent.processor.domain, agent.domain, agent.tracker_store.domain) == ("b", "b", "b")
        assert follower.failed == ""
        point_to("a")
        await until(lambda: agent.domain == "a")
        task.cancel()

    asyncio.run(talk())
    assert (follower.loaded, follower.failed) == ("a", "")
