"""What many tests share: the trained model, and the whole house running on ports of its own."""

from __future__ import annotations

import dataclasses
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import prepare, serve
from bot.settings import ROOT, Settings, settings

DOCUMENTS = ROOT.parent / "shared" / "documents"
START_SECONDS = 120


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model of the sources as they are; trained now if `make test` has not done so."""
    prepare.build_encoder(settings(), print)
    return prepare.train(settings(), print)


@dataclass
class Running:
    """The three processes, with databases of their own. `site` and `assistant` are addresses."""

    site: str
    assistant: str
    config: Settings
    processes: dict[str, subprocess.Popen[bytes]]
    _names = count()

    def conversation(self) -> Conversation:
        return Conversation(self.assistant, f"test-conversation-{next(self._names):06}")

    def post(self, body: Any, **options: Any) -> httpx.Response:
        """POST to Rasa's REST channel."""
        if body is not None:
            options["json"] = body
        return httpx.post(f"{self.assistant}/webhooks/rest/webhook", timeout=60, trust_env=False, **options)


@dataclass
class Conversation:
    """One visitor talking over Rasa's REST channel."""

    address: str
    sender: str

    def say(self, text: str) -> Heard:
        answer = httpx.post(
            f"{self.address}/webhooks/rest/webhook",
            json={"sender": self.sender, "message": text},
            timeout=60,
            trust_env=False,
        )
        assert answer.status_code == 200, answer.text
        return Heard(answer.json())


@dataclass
class Heard:
    """One reply as it came over the REST channel."""

    messages: list[dict[str, Any]]

    @property
    def custom(self) -> dict[str, Any]:
        """The one custom object; a reply with none or two breaks the contract."""
        [custom] = [message["custom"] for message in self.messages if "custom" in message]
        return dict(custom)

    @property
    def kind(self) -> str:
        return str(self.custom["kind"])

    @property
    def topics(self) -> list[str]:
        return list(self.custom["topics"])

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages if "text" in message]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for message in self.messages for button in message.get("buttons", [])]


@pytest.fixture(scope="session")
def running(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(settings().data_dir, folder / "data")
    site_port, assistant_port, actions_port = free_ports(3)
    config = dataclasses.replace(
        settings(),
        database_url=f"sqlite:///{folder / 'knowledge.db'}",
        tracker_db=folder / "tracker.db",
        data_dir=folder / "data",
        site_port=site_port,
        assistant_port=assistant_port,
        actions_port=actions_port,
    )
    prepare.load_knowledge(config, print)
    tracker_store = prepare.open_tracker_store(config)
    environment = serve.environment(config)
    logs = {name: (folder / f"{name}.log").open("wb") for name in serve.commands(config, trained_model)}
    processes = {
        name: subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=logs[name], stderr=subprocess.STDOUT
        )
        for name, command in serve.commands(config, trained_model).items()
    }
    running = Running(config.site_url, config.assistant_url, config, processes)
    try:
        _wait_until_up(running, folder)
        yield running
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(20)
        tracker_store.close()


def _wait_until_up(running: Running, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for name, process in running.processes.items():
            if process.poll() is not None:
                log = (folder / f"{name}.log").read_text(errors="replace")
                pytest.fail(f"{name} ended at once:\n{log[-3000:]}")
        try:
            if httpx.get(f"{running.site}/health", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    pytest.fail(f"not up after {START_SECONDS} s")


def free_ports(number: int) -> list[int]:
    """Ports nothing listens on at the moment."""
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
