"""Time and memory of this assistant beside Rasa's stock pipeline, in one run on one machine.

The stock assistant is what `rasa init` makes: its default pipeline (DIET, TED), its own data, with an
SQLite tracker store. Both are sent the same messages in turn (A B A B ...), so that a slow moment
of the machine hits both. Writes docs/benchmarks/stock_comparison.md.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import httpx
import rasa.cli
from rich.console import Console
from rich.progress import track

from bot import prepare, serve
from bot.settings import ROOT, settings

REPORT = ROOT / "docs" / "benchmarks" / "stock_comparison.md"
CONVERSATIONS = 20
MESSAGES = (
    "hi",
    "how long does it take",
    "and how many hours a week would i be there",
    "do you do detox",
    "can my husband come to the sessions",
    "what does it cost without insurance",
    "i work nights tho",
    "is there a group for women",
    "who will find out that i am in treatment",
    "thanks",
)

console = Console(highlight=False)


@dataclass
class Measured:
    """One assistant under test; times in seconds, memory in MiB."""

    name: str
    address: str
    training: float
    processes: list[subprocess.Popen[bytes]]
    times: list[float] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)


def main() -> int:
    """Trains both, asks both, writes the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = _start_ours(folder)
        stock = _start_stock(folder)
        try:
            _ask_in_turn([ours, stock])
            ours.memory = {
                part: _resident(process) for part, process in zip(_PARTS, ours.processes, strict=True)
            }
            stock.memory = {"assistant": _resident(stock.processes[0])}
        finally:
            for process in (*ours.processes, *stock.processes):
                process.terminate()
                process.wait(20)
    report = _report(ours, stock)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(report)
    console.print(report)
    return 0


_open: list[sqlite3.Connection] = []
_PARTS = ("site", "assistant", "actions")


def _start_ours(folder: Path) -> Measured:
    config = replace(
        settings(),
        database_url=f"sqlite:///{folder / 'knowledge.db'}",
        tracker_db=folder / "tracker.db",
        models_dir=folder / "models",
        site_port=18000,
        assistant_port=15005,
        actions_port=15055,
    )
    prepare.load_knowledge(config, console.print)
    _open.append(prepare.open_tracker_store(config))  # as `serve` does
    prepare.build_encoder(config, console.print)
    environment = serve.environment(config)
    started = time.perf_counter()
    model = prepare.train(config, console.print)
    training = time.perf_counter() - started
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in serve.commands(config, model).values()
    ]
    _wait_for(f"{config.site_url}/health")
    return Measured("this assistant", config.assistant_url, training, processes)


def _start_stock(folder: Path) -> Measured:
    project = folder / "stock"
    shutil.copytree(Path(rasa.cli.__file__).parent / "initial_project", project)
    (project / "endpoints.yml").write_text("tracker_store: {type: SQL, dialect: sqlite, db: tracker.db}\n")
    environment = {**os.environ, **prepare.QUIET_ENVIRONMENT}
    environment.pop("OMP_NUM_THREADS")  # TensorFlow as it comes
    console.print("Training Rasa's stock pipeline (two minutes or so)")
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "rasa", "train"],
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    training = time.perf_counter() - started
    process = subprocess.Popen(
        [sys.executable, "-m", "rasa", "run", "--port", "15006", "--interface", "127.0.0.1"],
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait_for("http://127.0.0.1:15006/")
    return Measured("rasa init", "http://127.0.0.1:15006", training, [process])


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


def _ask_in_turn(measured: list[Measured]) -> None:
    with httpx.Client(timeout=60, trust_env=False) as client:
        for conversation in track(range(-1, CONVERSATIONS), "Asking both", console=console):
            for message in MESSAGES:
                for one in measured:
                    body = {"sender": f"benchmark-{conversation}", "message": message}
                    started = time.perf_counter()
                    answer = client.post(f"{one.address}/webhooks/rest/webhook", json=body)
                    seconds = time.perf_counter() - started
                    assert answer.status_code == 200
                    assert one is not measured[0] or answer.json(), "no reply to time"
                    if conversation >= 0:  # the first conversation warms up
                        one.times.append(seconds)


def _resident(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process and its children, MiB."""
    total = 0.0
    for pid in (process.pid, *_children(process.pid)):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) / 1024
    return total


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            children += [child, *_children(child)]
    return children


def _report(ours: Measured, stock: Measured) -> str:
    ratio = statistics.median(ours.times) / statistics.median(stock.times)
    rows = [
        "| | this assistant | `rasa init` |",
        "| --- | ---: | ---: |",
        f"| median time of a message | {_ms(ours, 50)} ms | {_ms(stock, 50)} ms |",
        f"| 95th percentile | {_ms(ours, 95)} ms | {_ms(stock, 95)} ms |",
        f"| training | {ours.training:.0f} s | {stock.training:.0f} s |",
        f"| resident memory in all | {_in_all(ours)} MiB | {_in_all(stock)} MiB |",
        *(f"| - {part} | {memory:.0f} MiB | |" for part, memory in ours.memory.items()),
    ]
    packages = ", ".join(f"{name} {version(name)}" for name in ("rasa", "tensorflow", "onnxruntime", "spacy"))
    return "\n".join(
        [
            "# Beside Rasa's stock pipeline",
            "",
            f"{date.today().isoformat()}, {platform.machine()}, {os.cpu_count()} cores, Python "
            f"{platform.python_version()}, {packages}. Repeat with `make bench`.",
            "",
            f"{len(ours.times)} messages each over the REST channel, sent in turn; the action server, the "
            "knowledge base and an SQLite tracker store are included. Training includes starting Python.",
            "",
            *rows,
            "",
            f"The median message takes {ratio:.0%} of the stock pipeline's time.",
            "",
        ]
    )


def _in_all(measured: Measured) -> str:
    return f"{sum(measured.memory.values()):.0f}"


def _ms(measured: Measured, percentile: int) -> str:
    return f"{statistics.quantiles(measured.times, n=100)[percentile - 1] * 1000:.1f}"


if __name__ == "__main__":
    sys.exit(main())
