"""How the figures look: light, readable at the width of a page, small SVG files with real text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.report import FOLDER

# Told apart by people who do not see all colours, too.
BLUE, ORANGE, GREEN, PURPLE = "#1f6fb2", "#c8570c", "#2b8a4b", "#7b4fa3"
GREY, PALE = "#667085", "#cfd4dc"
_FONTS = "'DejaVu Sans', Verdana, Arial, sans-serif"  # the widths are those of the first
LARGEST = 60_000  # bytes

plt.rcParams.update(
    {
        "svg.fonttype": "none",  # text stays text: smaller, and searchable
        "svg.hashsalt": "benchmarks",  # the same figure gives the same file
        "font.family": "sans-serif",
        "font.size": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "grid.color": "#eaecf0",
        "legend.frameon": False,
        "lines.linewidth": 1.8,
    }
)


def panels(rows: int, columns: int, width: float, height: float, **options: Any) -> tuple[Figure, list[Axes]]:
    """A figure of `width` by `height` inches, and its panels row by row."""
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)
    return figure, list(axes.flat)


def in_percent(axis: Any) -> None:
    """Shows an axis of shares, 0 to 1, in percent."""
    axis.set_major_formatter(matplotlib.ticker.PercentFormatter(1.0, decimals=0))


def save(figure: Figure, name: str) -> str:
    """Writes docs/benchmarks/<name>.svg; returns its file name. Raises ValueError for one too large."""
    path: Path = FOLDER / f"{name}.svg"
    FOLDER.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    # Matplotlib quotes the family, and "sans-serif" in quotes is no font anywhere.
    path.write_text(path.read_text().replace("'sans-serif'", _FONTS))
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{path.name} has {size} bytes, more than {LARGEST}")
    return path.name
