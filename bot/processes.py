"""Keeps processes running: one that ends is started again, and none outlives this one."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

STOP_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a process is started again; each time twice as long
STEADY = 60.0  # seconds after which a process counts as well again
_LOOK = 0.2  # seconds between two looks
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded before any fork


def end_with_parent() -> None:
    """The kernel kills this process when the one that started it is gone, however it went. As a `preexec_fn`
    only where the starting process has no threads: it can hang otherwise.

    The thread that starts the process has to live as long: start it from the main thread.
    """
    if sys.platform.startswith("linux"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def stop(*processes: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """Ends processes, the hard way those that have not ended by themselves after `seconds` in all."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass
class _Kept:
    """One process; times are those of time.monotonic()."""

    name: str
    command: list[str]
    log: Path
    pause: float = FIRST_PAUSE
    started: float = 0.0
    due: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str], folder: Path) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the others in order
                preexec_fn=end_with_parent,
            )
        self.started = time.monotonic()

    def ended(self) -> str | None:
        """What is to be said when it has just ended."""
        status = None if self.process is None else self.process.poll()
        if status is None:
            return None
        now = time.monotonic()
        if now - self.started >= STEADY:
            self.pause = FIRST_PAUSE
        how = f"status {status}" if status >= 0 else f"signal {-status}"
        words = f"The {self.name} ended ({how}); it starts again in {self.pause:.0f} s. See {self.log}"
        self.process, self.due = None, now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)
        return words


def keep_running(
    commands: Mapping[str, list[str]],
    environment: Mapping[str, str],
    folder: Path,
    logs: Path,
    say: Callable[[str], None],
) -> None:
    """Runs the commands in `folder` until Ctrl-C, SIGTERM or a closed terminal (nohup aside), then ends them.

    Each writes to `logs`/<name>.log, anew at every call. To be called from the main thread.
    """
    stopping = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, on_signal)
    logs.mkdir(parents=True, exist_ok=True)
    all_kept = [_Kept(name, command, logs / f"{name}.log") for name, command in commands.items()]
    for kept in all_kept:
        kept.log.write_bytes(b"")
    try:
        while not stopping:
            for kept in all_kept:
                words = kept.ended()
                if words is not None:
                    say(words)
                elif kept.process is None and time.monotonic() >= kept.due:
                    kept.start(environment, folder)
            time.sleep(_LOOK)
    finally:
        stop(*(kept.process for kept in all_kept if kept.process is not None))
