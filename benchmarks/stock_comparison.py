"""Time, throughput and memory of this assistant beside Rasa's stock pipeline, in one run on one machine.

The stock assistant is what `rasa init` makes: its default pipeline (DIET, TED), its own data, with an
SQLite tracker store. Both are sent the same messages in turn (A B A B ...), so that a slow moment
of the machine hits both. Writes docs/benchmarks/stock_comparison.md.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

import httpx
import rasa.cli
from rich.console import Console
from rich.progress import track

from benchmarks import figures
from benchmarks.parsing import ParseTimes, parse_times
from benchmarks.report import HELD_OUT, Target, saying, table, targets, write
from bot import prepare
from bot.house import LOG_TAIL, START_SECONDS, HouseError, free_ports, open_house
from bot.knowledge.reading import read_knowledge
from bot.language.evaluate import read_cases
from bot.processes import stop
from bot.settings import settings

CONVERSATIONS = 20
AT_ONCE = 8  # conversations
ROUNDS = 5  # of AT_ONCE conversations each
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
PARTS = {
    "KnowledgeEntityExtractor": "entities",
    "SentenceEncoderFeaturizer": "vector",
    "MeaningAndSpellingClassifier": "classifier",
    "MessageCheck": "message check",
    "SafetyNet": "safety net",
}
# Of the issues: of the stock median; training in seconds; memory in MiB; understanding in milliseconds.
MOST_TIME, MOST_TRAINING, MOST_MEMORY, MOST_UNDERSTANDING = 0.5, 60.0, 1200.0, 4.0
REPORT = """\
{targets}

{results}

{number} messages each over the REST channel, sent in turn; the action server, the knowledge base and an
SQLite tracker store are included. Throughput is that of {at_once} conversations at once, each waiting for
its answer before it goes on, the median of {rounds} rounds; whoever asks runs on the same machine. Training
includes starting Python, and uses nothing kept from an earlier training.

The median message takes {ratio:.0%} of the stock pipeline's time.

## Understanding one message

![Time of each part](stock_comparison_parsing.svg)

Rasa's `parse_message` on the trained model, one thread, {parsed} single held-out questions as the first
message of a conversation, and {compound} that ask several things. The parts are the components of
`config.yml`; the rest is Rasa's graph runner. A part's median is its own, so that medians do not add up
exactly.

{parts}"""


@dataclass
class Measured:
    """One assistant under test: times in seconds, messages a second in each round, memory in MiB."""

    name: str
    address: str
    training: float
    processes: Mapping[str, subprocess.Popen[bytes]]
    times: list[float] = field(default_factory=list)
    throughput: list[float] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)


def run(console: Console) -> None:
    """Trains both, asks both, writes the report."""
    prepare.build_encoder(settings(), saying(console))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, seconds = _train_ours(folder, console)
        with open_house(folder / "house", model) as house, _stock(folder / "stock", console) as stock:
            ours = Measured("this assistant", house.assistant, seconds, house.processes)
            both = [ours, stock]
            _ask_in_turn(both, console)
            _ask_at_once(both, console)
            for one in both:
                one.memory = {part: _resident(process) for part, process in one.processes.items()}
        topics = read_knowledge(settings().data_dir / "knowledge").topics
        single, compound = (
            parse_times(model, [turn.text for [turn] in read_cases(HELD_OUT / file, topics)], console)
            for file in ("questions.jsonl", "compound.jsonl")
        )
    _draw(single)
    report = REPORT.format(
        targets=targets(_targets(ours, stock, single)),
        results=_results(ours, stock),
        number=len(ours.times),
        at_once=AT_ONCE,
        rounds=ROUNDS,
        ratio=statistics.median(ours.times) / statistics.median(stock.times),
        parsed=len(single.whole),
        compound=len(compound.whole),
        parts=_parts(single, compound),
    )
    write("stock_comparison", "Beside Rasa's stock pipeline", "speed", [report], console)


def _train_ours(folder: Path, console: Console) -> tuple[Path, float]:
    """The model, trained anew, and the seconds it took."""
    config = replace(settings(), models_dir=folder / "models")
    shutil.copytree(settings().encoder_dir, config.encoder_dir)
    with mock.patch.dict(os.environ, {"RASA_CACHE_DIRECTORY": str(folder / "cache")}):
        started = time.perf_counter()
        model = prepare.train(config, saying(console))
        return model, time.perf_counter() - started


@contextmanager
def _stock(project: Path, console: Console) -> Iterator[Measured]:
    shutil.copytree(Path(rasa.cli.__file__).parent / "initial_project", project)
    (project / "endpoints.yml").write_text("tracker_store: {type: SQL, dialect: sqlite, db: tracker.db}\n")
    environment = {**os.environ, **prepare.QUIET_ENVIRONMENT}
    environment.pop("OMP_NUM_THREADS")  # TensorFlow as it comes
    [port] = free_ports(1)
    log = project / "log"
    console.print("Training Rasa's stock pipeline (two minutes or so)")
    with log.open("wb") as output:
        started = time.perf_counter()
        command = [sys.executable, "-m", "rasa", "train"]
        trained = subprocess.run(command, cwd=project, env=environment, stdout=output, stderr=output)
        training = time.perf_counter() - started
        if trained.returncode:
            raise HouseError(f"Rasa's stock pipeline could not be trained:\n{_tail(log)}")
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", "--port", str(port), "--interface", "127.0.0.1"],
            cwd=project,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process, log)
        yield Measured("rasa init", address, training, {"assistant": process})
    finally:
        stop(process)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise HouseError(f"Rasa's stock assistant does not answer; its log ends:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-LOG_TAIL:]


def _ask_in_turn(measured: Sequence[Measured], console: Console) -> None:
    with httpx.Client(timeout=60, trust_env=False) as client:
        for conversation in track(range(-1, CONVERSATIONS), "Asking both", console=console):
            for message in MESSAGES:
                for one in measured:
                    started = time.perf_counter()
                    _ask(client, one, f"in-turn-{conversation}", message)
                    seconds = time.perf_counter() - started
                    if conversation >= 0:  # the first conversation warms up
                        one.times.append(seconds)


def _ask_at_once(measured: Sequence[Measured], console: Console) -> None:
    def converse(one: Measured, sender: str) -> None:
        with httpx.Client(timeout=60, trust_env=False) as client:
            for message in MESSAGES:
                _ask(client, one, sender, message)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in track(range(ROUNDS), f"{AT_ONCE} conversations at once", console=console):
            for one in measured:
                started = time.perf_counter()
                senders = [f"at-once-{number}-{visitor}" for visitor in range(AT_ONCE)]
                list(pool.map(converse, [one] * AT_ONCE, senders))
                one.throughput.append(AT_ONCE * len(MESSAGES) / (time.perf_counter() - started))


def _ask(client: httpx.Client, one: Measured, sender: str, message: str) -> None:
    answer = client.post(f"{one.address}/webhooks/rest/webhook", json={"sender": sender, "message": message})
    if answer.status_code != 200:
        raise HouseError(f"{one.name} answered {answer.status_code}: {answer.text[:200]}")


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


def _targets(ours: Measured, stock: Measured, single: ParseTimes) -> list[Target]:
    ratio = statistics.median(ours.times) / statistics.median(stock.times)
    memory = sum(ours.memory.values())
    understanding = single.median
    return [
        Target(
            "time of a message beside the stock pipeline",
            f"≤ {MOST_TIME:.0%}",
            f"{ratio:.0%}",
            ratio <= MOST_TIME,
        ),
        Target(
            "training", f"< {MOST_TRAINING:.0f} s", f"{ours.training:.0f} s", ours.training < MOST_TRAINING
        ),
        Target("resident memory", f"< {MOST_MEMORY:.0f} MiB", f"{memory:.0f} MiB", memory < MOST_MEMORY),
        Target(
            "understanding one message, median",
            f"< {MOST_UNDERSTANDING:.0f} ms",
            f"{understanding:.1f} ms",
            understanding < MOST_UNDERSTANDING,
        ),
    ]


def _results(ours: Measured, stock: Measured) -> str:
    both = (ours, stock)

    def row(name: str, cells: Iterator[str]) -> tuple[str, ...]:
        return name, *cells

    return table(
        ("", "this assistant>", "`rasa init`>"),
        [
            row("median time of a message", (_ms(one, 50) for one in both)),
            row("95th percentile", (_ms(one, 95) for one in both)),
            row("throughput", (f"{statistics.median(one.throughput):.0f} messages/s" for one in both)),
            row("training", (f"{one.training:.0f} s" for one in both)),
            row("resident memory in all", (f"{sum(one.memory.values()):.0f} MiB" for one in both)),
            *((f"- {part}", f"{memory:.0f} MiB", "") for part, memory in ours.memory.items()),
        ],
    )


def _ms(measured: Measured, percentile: int) -> str:
    return f"{_quantile(measured.times, percentile) * 1000:.1f} ms"


def _quantile(times: Sequence[float], percentile: int) -> float:
    return statistics.quantiles(times, n=100)[percentile - 1]


def _parts(single: ParseTimes, compound: ParseTimes) -> str:
    """Medians and 95th percentiles by part, milliseconds."""

    def cells(name: str, one: Sequence[float], other: Sequence[float]) -> tuple[str, ...]:
        figures_ = (statistics.median(one), _quantile(one, 95), statistics.median(other))
        return name, *(f"{value:.2f} ms" for value in figures_)

    rows = [cells("**in all**", single.whole, compound.whole)]
    rows += [cells(_name(part), times, compound.parts[part]) for part, times in single.parts.items()]
    rows.append(cells("the rest", _rest(single), _rest(compound)))
    return table(("", "median>", "95th percentile>", "median, several things asked>"), rows)


def _rest(times: ParseTimes) -> list[float]:
    return [whole - sum(parts) for whole, *parts in zip(times.whole, *times.parts.values(), strict=True)]


def _name(component: str) -> str:
    return f"{PARTS[component]} (`{component}`)" if component in PARTS else f"`{component}`"


def _draw(times: ParseTimes) -> None:
    medians = {PARTS.get(part, part): statistics.median(found) for part, found in times.parts.items()}
    medians["the rest"] = statistics.median(_rest(times))
    figure, [axes] = figures.panels(1, 1, 7.5, 2.8)
    bars = axes.barh(list(medians), list(medians.values()), color=figures.BLUE, height=0.6)
    axes.bar_label(bars, fmt=" %.2f ms", color=figures.GREY, fontsize=9)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("median, milliseconds")
    axes.margins(x=0.12)
    figures.save(figure, "stock_comparison_parsing")
