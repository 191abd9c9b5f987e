"""The three processes: one that dies comes back, and nothing is left when the one that keeps them goes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from bot.settings import ROOT

KEEPER = """
import os, signal, sys
from pathlib import Path
from bot.processes import keep_running
folder = Path(sys.argv[1])
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever started the tests
sleeper = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
failing = [sys.executable, "-c", "print('no model'); raise SystemExit(3)"]
commands = {"site": sleeper, "assistant": sleeper, "actions": failing if "failing" in sys.argv else sleeper}
keep_running(commands, os.environ, folder, folder / "log", lambda text: print(text, flush=True))
"""


@pytest.fixture
def keep(tmp_path):
    """Starts a keeper of three processes; with "failing" the third ends at once."""
    started = []

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", KEEPER, str(tmp_path), *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for keeper in started:
        keeper.kill()
        keeper.wait()
        keeper.stdout.close()


def ids(folder, name: str) -> list[int]:
    """The ids of the processes of that name, from their log."""
    log = folder / "log" / f"{name}.log"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def eventually(true: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def alive(number: int) -> bool:
    """Whether a process runs; one that ended and waits for init to notice does not."""
    try:
        with open(f"/proc/{number}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_up(folder) -> bool:
    return all(ids(folder, name) for name in ("site", "assistant", "actions"))


def test_a_process_that_dies_is_started_again_and_the_others_stay(keep, tmp_path):
    keeper = keep()
    assert eventually(lambda: all_up(tmp_path))
    [site], [assistant] = ids(tmp_path, "site"), ids(tmp_path, "assistant")
    os.kill(assistant, signal.SIGKILL)
    line = keeper.stdout.readline()
    assert re.match(r"The assistant ended \(signal 9\); it starts again in 1 s\. See .*assistant\.log", line)
    assert eventually(lambda: len(ids(tmp_path, "assistant")) == 2)
    assert ids(tmp_path, "site") == [site]
    assert alive(site)


def test_one_that_cannot_start_is_tried_less_and_less_and_its_words_are_kept(keep, tmp_path):
    keeper = keep("failing")
    said = [keeper.stdout.readline() for _ in range(3)]
    assert [re.search(r"\((.*)\).* in (\d+) s", line).groups() for line in said] == [
        ("status 3", "1"),
        ("status 3", "2"),
        ("status 3", "4"),
    ]
    assert (tmp_path / "log" / "actions.log").read_text() == "no model\n" * 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_stops_all(keep, tmp_path, number):
    keeper = keep()
    assert eventually(lambda: all_up(tmp_path))
    running = [one for name in ("site", "assistant", "actions") for one in ids(tmp_path, name)]
    keeper.send_signal(number)
    assert keeper.wait(15) == 0
    assert not any(map(alive, running))


def test_killed_it_leaves_nothing_behind_not_even_one_that_hangs(keep, tmp_path):
    keeper = keep()
    assert eventually(lambda: all_up(tmp_path))
    running = [one for name in ("site", "assistant", "actions") for one in ids(tmp_path, name)]
    os.kill(running[1], signal.SIGSTOP)
    keeper.kill()
    assert eventually(lambda: not any(map(alive, running)), 5)
