"""Charts for the staff pages: drawn by matplotlib, put into the page as SVG.

Colours are the style sheet's, so that a chart follows the page into the dark, onto paper and into forced
colours; style attributes, which the site's content security policy refuses, become attributes.
Import this where a chart is drawn, not before: matplotlib takes a second and 23 MB.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

matplotlib.rcParams["svg.fonttype"] = "none"  # letters stay letters: the reader's own, at any size
WIDTH = 400  # CSS pixels, so that the letters can be read on a phone
_DPI = 72  # matplotlib's SVG has one pixel a point
_TEXT = 13
_ROW = 26
_INK, _EDGE = "#010101", "#020202"
_FILLS = ("#030303", "#040404", "#050505")
# Each stands for a colour of the style sheet.
_COLORS = {
    _INK: "var(--ink)",
    _EDGE: "var(--edge)",
    **{fill: f"var(--chart-{number})" for number, fill in enumerate(_FILLS, start=1)},
}
_one_at_a_time = threading.Lock()  # matplotlib does not promise to be safe between threads
_SVG = "{http://www.w3.org/2000/svg}"
Series = tuple[tuple[str, tuple[int, ...]], ...]  # up to three, each with a number for every label


@lru_cache(maxsize=128)
def columns(alt: str, labels: tuple[str, ...], series: Series, every: int = 1) -> Markup:
    """Upright bars, one series on the other; every so many labels is written. `alt` says what it shows."""

    def draw(axes: Axes) -> None:
        places = range(len(labels))
        below = [0] * len(labels)
        for (name, counts), fill in zip(series, _FILLS, strict=False):
            axes.bar(places, counts, 0.7, below, color=fill, edgecolor=_EDGE, label=name, clip_on=False)
            below = [one + other for one, other in zip(below, counts, strict=True)]
        if every == 1:
            for place, total in zip(places, below, strict=True):
                _write(axes, f"{total:,}", (place, total), (0, 3), ha="center")
        axes.set_xticks(places[::every], labels[::every])
        axes.set_xlim(-0.6, len(labels) - 0.4)
        axes.set_ylim(0, max(*below, 4) * 1.12)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        if len(series) > 1:
            axes.legend(
                ncol=len(series), loc="lower left", bbox_to_anchor=(-0.14, 1.02), frameon=False,
                handlelength=1, columnspacing=1, fontsize=_TEXT, labelcolor=_INK,
            )  # fmt: skip

    return _drawn(alt, draw, height=230, left=52, top=36 if len(series) > 1 else 14, bottom=26)


@lru_cache(maxsize=128)
def rows(alt: str, labels: tuple[str, ...], counts: tuple[int, ...]) -> Markup:
    """Lying bars, the first on top, each with its label above it and its number at its end."""

    def draw(axes: Axes) -> None:
        places = range(len(labels))
        axes.barh(places, counts, 0.25, color=_FILLS[0], edgecolor=_EDGE, clip_on=False)
        for place, label, count in zip(places, labels, counts, strict=True):
            _write(axes, label, (0, place), (0, 8))
            _write(axes, f"{count:,}", (count, place), (5, 0), va="center")
        axes.set_xlim(0, max(counts) * 1.15)
        axes.set_ylim(len(labels) - 0.6, -0.8)
        axes.set_axis_off()

    return _drawn(alt, draw, height=int(_ROW * 1.5 * len(labels)) + 12, left=4, top=4, bottom=4)


def _write(
    axes: Axes, text: str, place: tuple[float, float], offset: tuple[int, int], **aligned: str
) -> None:
    """The offset is in pixels. Dollars would begin a formula."""
    plain = text.replace("$", r"\$")
    axes.annotate(plain, place, offset, textcoords="offset points", fontsize=_TEXT, **aligned)


def _drawn(alt: str, draw: Callable[[Axes], None], height: int, left: int, top: int, bottom: int) -> Markup:
    with _one_at_a_time:
        return _inline(_svg(draw, height, left, top, bottom), alt)


def _svg(draw: Callable[[Axes], None], height: int, left: int, top: int, bottom: int) -> str:
    """The margins are in pixels."""
    figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI)
    canvas = FigureCanvasSVG(figure)
    axes = figure.add_axes(
        (left / WIDTH, bottom / height, 1 - (left + 8) / WIDTH, 1 - (top + bottom) / height)
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set(color=_EDGE)
    axes.tick_params(length=0, labelsize=_TEXT, labelcolor=_INK)
    figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    draw(axes)
    for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set_color(_INK)
    written = io.StringIO()
    canvas.print_svg(written, metadata={"Date": None})
    return written.getvalue()


def _inline(svg: str, alt: str) -> Markup:
    root = ElementTree.fromstring(svg)
    root.attrib = {"viewBox": root.attrib["viewBox"], "class": "chart", "role": "img", "aria-label": alt}
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in (f"{_SVG}metadata", f"{_SVG}defs")]:
            parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib.pop("id", None)  # there are several charts on a page
        for name, value in _declarations(element.attrib.pop("style", "")):
            element.set(name, _COLORS.get(value, value))
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _declarations(style: str) -> Sequence[tuple[str, str]]:
    found = []
    for declaration in filter(str.strip, style.split(";")):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font":  # the family is the page's own
            name, value = "font-size", next(part for part in value.split() if part.endswith("px"))
        found.append((name, value))
    return found
