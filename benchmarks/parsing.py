"""How long Rasa takes to understand one message, and which component takes how much of it."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.progress import track

from benchmarks.rasa_model import RasaModel
from bot.settings import ROOT

WARM_UP = 30  # messages

Times = list[float]  # milliseconds


@dataclass(frozen=True)
class ParseTimes:
    """Milliseconds of each message, in all and by component."""

    whole: Times
    parts: dict[str, Times]

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.whole)


def parse_times(model: Path, texts: Sequence[str], console: Console) -> ParseTimes:
    """Parses each text once, timed in all and in each component of config.yml."""
    from rasa.shared.utils.common import class_from_module_path  # brings Rasa

    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    components = [class_from_module_path(part["name"]) for part in pipeline]
    parts: dict[str, Times] = {component.__name__: [] for component in components}
    originals = {component: component.process for component in components}
    try:
        # Before the model is loaded: Rasa's graph then keeps the functions.
        for component, process in originals.items():
            component.process = _timed(process, parts[component.__name__])
        loaded = RasaModel(model)
        for text in texts[:WARM_UP]:
            loaded.parse(text)
        for times in parts.values():
            times.clear()
        whole = []
        for text in track(texts, "Timing the understanding", console=console):
            started = time.perf_counter()
            loaded.parse(text)
            whole.append((time.perf_counter() - started) * 1000)
    finally:
        for component, process in originals.items():
            component.process = process
    return ParseTimes(whole, parts)


def _timed(process: Callable[..., Any], times: Times) -> Callable[..., Any]:
    @functools.wraps(process)
    def timed(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        result = process(*arguments, **options)
        times.append((time.perf_counter() - started) * 1000)
        return result

    return timed
