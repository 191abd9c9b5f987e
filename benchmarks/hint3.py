"""Two public sets of messages to real bots (HINT3), beside Rasa's default pipeline: docs/benchmarks/hint3.md.

The sets lie outside the repository, and nothing of their texts is written into it.
"""

from __future__ import annotations

import csv
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rasa.cli
import yaml
from rich.console import Console
from sklearn.metrics import matthews_corrcoef

from benchmarks import figures
from benchmarks.rasa_model import RasaModel
from benchmarks.report import SHARED, Target, percent, saying, table, targets, write
from bot import prepare
from bot.language import thresholds
from bot.settings import ROOT, settings

FOLDER = SHARED / "benchmarks" / "hint3"
SETS = {"Curekart": ("curekart", 0.70), "Powerplay11": ("powerplay11", 0.50)}  # file name, target
OUT_OF_SCOPE = "NO_NODES_DETECTED"
GRID = tuple(round(0.1 * step, 1) for step in range(1, 10))
OURS, STOCK = "this project", "Rasa's default pipeline"
# They hold our own data, not what a set teaches: without them an intent is the same.
LEFT_OUT = {
    "KnowledgeEntityExtractor": "the names in our knowledge base",
    "SafetyNet": "our messages of danger",
}
REPORT = """\
Real messages to two commercial bots, more than half of them out of scope, from "HINT3: Raising the bar for
Intent Detection in the Wild" (2020), full training sets. They lie beside the repository
(`../shared/benchmarks/hint3`) and are not copied into it. The figure is the Matthews correlation over all
test messages, out of scope as one class, at the best threshold from 0.1 to 0.9.

{targets}

{results}

*{ours}* is `config.yml` as it stands, really trained by `rasa train nlu`, without {left_out}. Its own
threshold is `ANSWER` of `bot/language/thresholds.py`, chosen on other messages: what it would reach without
looking for the best. *{stock}* is what `rasa init` gives (DIET), trained once and unseeded, as it comes.
The threshold is held against the confidence of the likeliest intent, before anything is given up.

![Matthews correlation against the threshold](hint3.svg)

Dashed: the best of the paper's five on each set.

## The paper's results

Matthews correlations as quoted in the README beside the sets.

{paper}"""


@dataclass(frozen=True)
class Messages:
    """Texts and their labels."""

    texts: list[str]
    labels: list[str]


@dataclass(frozen=True)
class Result:
    """Of one system on one set: the likeliest intents with their confidences; training is in seconds."""

    labels: list[str]
    guesses: list[tuple[str | None, float]]
    training: float
    median_ms: float

    def predicted(self, threshold: float) -> list[str]:
        """The labels given with a threshold."""
        return [
            intent if intent is not None and confidence >= threshold else OUT_OF_SCOPE
            for intent, confidence in self.guesses
        ]

    def correlation(self, threshold: float) -> float:
        """Matthews correlation coefficient over all messages."""
        return float(matthews_corrcoef(self.labels, self.predicted(threshold)))

    @property
    def best(self) -> float:
        """The threshold with the highest correlation."""
        return max(GRID, key=self.correlation)

    def accuracy(self, in_scope: bool) -> float:
        """The share that is right at the best threshold, in scope or out of scope (recall)."""
        pairs = [
            label == given
            for label, given in zip(self.labels, self.predicted(self.best), strict=True)
            if (label != OUT_OF_SCOPE) == in_scope
        ]
        return sum(pairs) / len(pairs)


def run(console: Console) -> None:
    """Trains both systems on both sets, writes the report; says so where the sets are not there."""
    if not FOLDER.is_dir():
        console.print(f"Skipped: the HINT3 sets are not in {FOLDER}", markup=False)
        return
    prepare.build_encoder(settings(), saying(console))
    results: dict[tuple[str, str], Result] = {}
    for name, (file, _) in SETS.items():
        training, test = (_read(FOLDER / f"{file}_{part}.csv") for part in ("train", "test"))
        for system in (OURS, STOCK):
            console.print(f"{name}: training {system}")
            results[name, system] = _measured(system, training, test, console, name)
    paper = _paper()
    _draw(results, paper)
    met = []
    for name, (_, aim) in SETS.items():
        reached = results[name, OURS].correlation(results[name, OURS].best)
        met.append(Target(f"{name}, Matthews correlation", f"> {aim:.2f}", f"{reached:.3f}", reached > aim))
    head = ["set", "", "correlation>", "at threshold>", f"at our own {thresholds.ANSWER}>"]
    head += ["accuracy in scope>", "out-of-scope recall>", "training>", "one message>"]
    report = REPORT.format(
        targets=targets(met),
        results=table(head, [_row(name, system, one) for (name, system), one in results.items()]),
        ours=OURS.capitalize(),
        stock=STOCK,
        left_out=" and ".join(f"`{name}` ({why})" for name, why in LEFT_OUT.items()),
        paper=table(("set", *(f"{system}>" for system in next(iter(paper.values())))), _paper_rows(paper)),
    )
    write("hint3", "HINT3, beside Rasa's default pipeline", "hint3", [report], console)


def _row(name: str, system: str, result: Result) -> tuple[str, ...]:
    own = f"{result.correlation(thresholds.ANSWER):.3f}" if system == OURS else ""
    return (
        *(name, system, f"**{result.correlation(result.best):.3f}**", str(result.best), own),
        *(percent(result.accuracy(in_scope=True)), percent(result.accuracy(in_scope=False))),
        *(f"{result.training:.0f} s", f"{result.median_ms:.1f} ms"),
    )


def _read(path: Path) -> Messages:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Messages([row["sentence"] for row in rows], [row["label"] for row in rows])


def _measured(system: str, training: Messages, test: Messages, console: Console, name: str) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        _write_project(project, system, training)
        started = time.perf_counter()
        command = [sys.executable, "-m", "rasa", "train", "nlu", "--nlu", "nlu.json"]
        trained = subprocess.run(
            [*command, "--domain", "domain.yml", "--fixed-model-name", "model"],
            cwd=project,
            env=prepare.environment(settings()),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        seconds = time.perf_counter() - started
        if trained.returncode:
            raise prepare.PrepareError(f"{system} could not be trained on {name}:\n{trained.stdout[-2000:]}")
        model = RasaModel(project / "models" / "model.tar.gz")
        guesses = model.best_guesses(test.texts, console, f"{name}: asking {system}")
        times = []
        for text in test.texts[:200]:
            started = time.perf_counter()
            model.parse(text)
            times.append((time.perf_counter() - started) * 1000)
    return Result(test.labels, guesses, seconds, statistics.median(times))


def _write_project(project: Path, system: str, training: Messages) -> None:
    """A Rasa project whose only data is the set; as JSON, since in Rasa's YAML brackets mean entities."""
    examples = [
        {"text": text, "intent": label} for text, label in zip(training.texts, training.labels, strict=True)
    ]
    (project / "nlu.json").write_text(json.dumps({"rasa_nlu_data": {"common_examples": examples}}))
    domain = {"version": "3.1", "intents": sorted(set(training.labels))}
    (project / "domain.yml").write_text(yaml.safe_dump(domain))
    if system == STOCK:
        shutil.copy(Path(rasa.cli.__file__).parent / "initial_project" / "config.yml", project)
        return
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config["pipeline"] = _without_our_data(config["pipeline"])
    del config["policies"]
    (project / "config.yml").write_text(yaml.safe_dump(config))


def _without_our_data(pipeline: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [part for part in pipeline if str(part["name"]).rpartition(".")[2] not in LEFT_OUT]


def _paper() -> dict[str, dict[str, str]]:
    """The table in the README beside the sets: set, system, correlation."""
    lines = [line for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head = rows[0][1:]
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows[1:] if row[0] in SETS}


def _paper_rows(paper: dict[str, dict[str, str]]) -> list[tuple[str, ...]]:
    return [(name, *systems.values()) for name, systems in paper.items()]


def _draw(results: dict[tuple[str, str], Result], paper: dict[str, dict[str, str]]) -> None:
    figure, panels = figures.panels(1, len(SETS), 9, 3.8, sharey=True)
    for axes, name in zip(panels, SETS, strict=True):
        for system, colour, style in ((OURS, figures.BLUE, "o-"), (STOCK, figures.ORANGE, "s--")):
            result = results[name, system]
            ys = [result.correlation(threshold) for threshold in GRID]
            axes.plot(GRID, ys, style, color=colour, markersize=4, label=system)
        if name in paper:
            axes.axhline(float(paper[name]["best"]), color=figures.GREY, linewidth=1, linestyle="--")
        axes.set_title(name)
        axes.set_xlabel("threshold")
        axes.set_ylim(0, 0.85)
    panels[0].set_ylabel("Matthews correlation")
    panels[0].legend(fontsize=9, loc="lower center")
    figures.save(figure, "hint3")
