"""Starts the three processes, says when they answer, keeps them running and stops them together."""

from __future__ import annotations

import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from bot import prepare, processes
from bot.live_model import live_link, make_live
from bot.prepare import PrepareError, Say
from bot.settings import ROOT, Settings

LOGS = ROOT / "var" / "log"
PATIENCE = 90  # seconds until a process that does not answer is called late


def serve(settings: Settings, say: Say) -> int:
    """Prepares, then runs until Ctrl-C; a process that ends is started again. Returns the exit status.

    Raises PrepareError for anything that prevents the start.
    """
    started = time.monotonic()
    for name, port in _ports(settings).items():
        _check_port(name, port)
    model = prepare.prepare(settings, say)
    try:
        make_live(settings, model.name)
    except OSError as error:
        raise PrepareError(f"{settings.models_dir}: {error}") from error
    say("Starting the site, the assistant and the actions")
    watcher = threading.Thread(target=_announce, args=(settings, say, started), daemon=True)
    watcher.start()
    with closing(prepare.open_tracker_store(settings)):
        # Rasa and its libraries greet every start with pages of warnings: they go to a file.
        running = commands(settings, live_link(settings))
        processes.keep_running(running, environment(settings), ROOT, LOGS, say)
    return 0


def commands(settings: Settings, model: Path) -> dict[str, list[str]]:
    """The command line of each process."""
    python = sys.executable
    return {
        "site": [
            *(python, "-m", "uvicorn", "--factory", "bot.site.app:app", "--no-access-log"),
            *("--host", settings.site_host, "--port", str(settings.site_port), "--log-level", "warning"),
            *("--ws", "none"),  # Rasa pins a websockets library too old for uvicorn, and we need none
        ],
        "assistant": [
            *(python, "-m", "rasa", "run", "--model", str(model), "--interface", "127.0.0.1"),
            *("--port", str(settings.assistant_port)),
        ],
        "actions": [
            *(python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port)),
            "--quiet",
        ],
    }


def environment(settings: Settings) -> dict[str, str]:
    """The environment of each process."""
    # rasa_sdk listens on every interface unless told otherwise.
    return {**prepare.environment(settings), "SANIC_HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"}


def _ports(settings: Settings) -> dict[str, int]:
    return {
        "IOP_SITE_PORT": settings.site_port,
        "IOP_ASSISTANT_PORT": settings.assistant_port,
        "IOP_ACTIONS_PORT": settings.actions_port,
    }


def _check_port(variable: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PrepareError(
                f"Port {port} is in use: stop what uses it, or set {variable} to another port."
            ) from None


def _announce(settings: Settings, say: Say, started: float) -> None:
    address = settings.site_url
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    break
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.3)
    else:
        say(f"Not everything answers after {PATIENCE} s: see {address}/health")
        return
    seconds = time.monotonic() - started
    say(f"Ready after {seconds:.0f} s. Stop with Ctrl-C.")
    say(f"  the page with the chat   {address}/")
    say(f"  Rasa's REST channel      {settings.assistant_url}/webhooks/rest/webhook")
    say(f"  which parts are up       {address}/health")
    say(f"  what the processes log   {LOGS}/")
    for channel in settings.channels:
        say(f"  {channel:<25}{settings.public_url}/webhooks/{channel}")
