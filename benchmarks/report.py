"""What all reports have: when and where it was measured, the targets, tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from bot import prepare
from bot.safety.evaluate import Share
from bot.settings import ROOT, settings

FOLDER = ROOT / "docs" / "benchmarks"
HELD_OUT = ROOT / "tests" / "held_out"
SHARED = ROOT.parent / "shared"  # beside the repository; not everybody has it
_PACKAGES = ("rasa", "tensorflow", "scikit-learn", "onnxruntime", "spacy")


@dataclass(frozen=True)
class Target:
    """What was aimed at, and what came of it."""

    what: str
    aim: str
    measured: str
    met: bool


def write(name: str, title: str, part: str, blocks: Iterable[str], console: Console) -> Path:
    """Writes docs/benchmarks/<name>.md from blocks (paragraphs, tables), and says so."""
    path = FOLDER / f"{name}.md"
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = f"Repeat with `.venv/bin/python -m benchmarks {part}`."
    path.write_text("\n\n".join([f"# {title}", f"{_circumstances()} {command}", *blocks]) + "\n")
    console.print(f"Written: {path.relative_to(ROOT)}", markup=False)
    return path


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; columns whose name ends with ">" are aligned to the right."""
    ruler = ["---:" if name.endswith(">") else "---" for name in head]
    lines = [[name.rstrip(">") for name in head], ruler, *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def targets(rows: Iterable[Target]) -> str:
    """Targets beside what was measured."""
    found = list(rows)
    missed = [row.what for row in found if not row.met]
    told = f"Missed: {'; '.join(missed)}." if missed else "No target is missed."
    cells = ((row.what, row.aim, row.measured, "yes" if row.met else "**no**") for row in found)
    return f"{told}\n\n{table(('target', 'aim>', 'measured>', 'met'), cells)}"


def told(share: Share) -> str:
    """A share with its 95 % interval, in words."""
    if not share.of:
        return "-"
    low, high = share.interval
    return f"{share.count} of {share.of}, {percent(share.count / share.of)} ({low:.0%} to {high:.0%})"


def percent(value: float) -> str:
    """With one decimal."""
    return f"{value:.1%}"


def at_least(what: str, aim: float, share: Share) -> Target:
    """A target for a share."""
    measured = share.count / share.of if share.of else 0.0
    return Target(what, f"{aim:.0%}", told(share), measured >= aim)


def trained(console: Console) -> Path:
    """The model of the sources as they are, trained now if it is not there. Raises PrepareError."""
    prepare.build_encoder(settings(), saying(console))
    return prepare.train(settings(), saying(console))


def saying(console: Console) -> prepare.Say:
    """Prints what a step of `prepare` says of itself."""
    return lambda text: console.print(text, markup=False)


def _circumstances() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = prepare.model_path(settings()).name.split(".")[0]
    return (
        f"{date.today().isoformat()}, {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python "
        f"{platform.python_version()}, {packages}, model `{model}`."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]} ({platform.machine()})" if names else platform.machine()
