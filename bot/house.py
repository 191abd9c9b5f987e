"""The whole house on free ports, with data and databases of its own: what tests and measurements talk to."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bot import prepare, serve
from bot.callbacks.keys import new_key
from bot.processes import stop
from bot.settings import ROOT, Settings, settings

START_SECONDS = 120  # on a busy machine; an idle one takes fifteen
# Options that have a process log all it can; each overrides what serve.py gives before it.
DEBUG = {
    "site": ("--log-level", "trace", "--access-log"),
    "assistant": ("--debug",),
    "actions": ("--debug",),
}
LOG_TAIL = 3000  # characters of a log that an error quotes


class HouseError(Exception):
    """The house did not start or broke down; the message holds the end of the log."""


@dataclass(frozen=True)
class Heard:
    """One reply as it came over the REST channel."""

    messages: list[dict[str, Any]]

    @property
    def custom(self) -> dict[str, Any]:
        """The one custom object. Raises ValueError for none or two: that breaks the contract."""
        [custom] = [message["custom"] for message in self.messages if "custom" in message]
        return dict(custom)

    @property
    def kind(self) -> str:
        """The kind of the reply."""
        return str(self.custom["kind"])

    @property
    def topics(self) -> list[str]:
        """The topics answered, in order."""
        return list(self.custom["topics"])

    @property
    def texts(self) -> list[str]:
        """The texts said, in order."""
        return [message["text"] for message in self.messages if "text" in message]

    @property
    def text(self) -> str:
        """All that was said, a line for each text."""
        return "\n".join(self.texts)

    @property
    def buttons(self) -> list[dict[str, str]]:
        """The quick replies: {"title", "payload"}."""
        return [button for message in self.messages for button in message.get("buttons", [])]


@dataclass(frozen=True)
class Conversation:
    """One visitor talking over Rasa's REST channel."""

    house: Running
    sender: str

    def say(self, text: str) -> Heard:
        """The reply to a message. Raises HouseError for anything but 200."""
        try:
            answer = self.house.post({"sender": self.sender, "message": text})
        except httpx.HTTPError as error:
            self.house.check()
            raise HouseError(f"The assistant does not answer: {error!r}") from error
        if answer.status_code != 200:
            raise HouseError(f"The assistant answered {answer.status_code}: {answer.text[:LOG_TAIL]}")
        return Heard(answer.json())


@dataclass(frozen=True)
class Running:
    """The three processes. `site` and `assistant` are addresses, `folder` holds data, databases and logs."""

    config: Settings
    processes: dict[str, subprocess.Popen[bytes]]
    folder: Path
    client: httpx.Client
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def site(self) -> str:
        """The site's address."""
        return self.config.site_url

    @property
    def assistant(self) -> str:
        """Rasa's address."""
        return self.config.assistant_url

    def conversation(self) -> Conversation:
        """A new visitor."""
        return Conversation(self, f"conversation-{next(self._numbers):06}")

    def post(self, body: Any, **options: Any) -> httpx.Response:
        """POST to Rasa's REST channel; a body of None leaves the content to `options`."""
        if body is not None:
            options["json"] = body
        return self.client.post(f"{self.assistant}/webhooks/rest/webhook", **options)

    def check(self) -> None:
        """Raises HouseError if a process has ended."""
        for name, process in self.processes.items():
            status = process.poll()
            if status is not None:
                log = (self.folder / f"{name}.log").read_text(errors="replace").strip()
                raise HouseError(f"{name} ended with status {status}. Its log ends:\n{log[-LOG_TAIL:]}")


@contextmanager
def open_house(folder: Path, model: Path, *, debug: bool = False, **changes: Any) -> Iterator[Running]:
    """Starts everything with `model` on a copy of the data in `folder`, and stops it in the end.

    With `debug` every process logs all it can. `changes` replace settings.

    Raises HouseError, or PrepareError for data that cannot be loaded.
    """
    if not model.exists():  # Rasa would start without one
        raise HouseError(f"There is no model {model}: run `python -m bot prepare`")
    config = replace(_settings_in(folder), **changes)
    shutil.copytree(settings().data_dir, config.data_dir)
    prepare.encode_knowledge(config, prepare.load_knowledge(config, _quiet), _quiet)
    with closing(prepare.open_tracker_store(config)), httpx.Client(timeout=60, trust_env=False) as client:
        house = Running(config, {}, folder, client)
        try:
            environment = {**serve.environment(config), **({"LOG_LEVEL": "DEBUG"} if debug else {})}
            for name, command in serve.commands(config, model).items():
                with (folder / f"{name}.log").open("wb") as log:
                    house.processes[name] = subprocess.Popen(
                        [*command, *DEBUG[name]] if debug else command,
                        cwd=ROOT,
                        env=environment,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
            _wait_until_up(house)
            yield house
        finally:
            stop(*house.processes.values())


def free_ports(number: int) -> list[int]:
    """Ports nothing listens on at the moment."""
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _quiet(text: str) -> None:
    """Where the caller has told already what goes on."""


def _settings_in(folder: Path) -> Settings:
    site_port, assistant_port, actions_port = free_ports(3)
    return replace(
        settings(),
        database_url=f"sqlite:///{folder / 'knowledge.db'}",
        tracker_db=folder / "tracker.db",
        callbacks_url=f"sqlite:///{folder / 'callbacks.db'}",
        callbacks_keys=(new_key(),),
        channels={},
        channels_url=f"sqlite:///{folder / 'channels.db'}",
        data_dir=folder / "data",
        site_host="127.0.0.1",
        site_port=site_port,
        assistant_port=assistant_port,
        actions_port=actions_port,
    )


def _wait_until_up(house: Running) -> None:
    deadline = time.monotonic() + START_SECONDS
    heard = "nothing"
    while time.monotonic() < deadline:
        house.check()
        try:
            health = house.client.get(f"{house.site}/health", timeout=5)
            if health.status_code == 200:
                return
            heard = health.text
        except httpx.HTTPError as error:
            heard = repr(error)
        time.sleep(0.3)
    raise HouseError(f"Not everything answers after {START_SECONDS} s: /health says {heard}")
