"""A card as a picture for messaging apps: a PNG to be read on a phone, and in words as its caption."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Polygon

from bot.cards import Card, Checklist, Day, Phases, Planner, Range, Ranges, Steps, Week, from_json
from bot.knowledge.planner import total

WIDTH = 1080  # pixels
_MARGIN = 64
_INNER = WIDTH - 2 * _MARGIN
_PAPER, _INK, _SOFT, _ACCENT, _SAID = "#fffdf9", "#2b2926", "#5f594f", "#2a5f50", "#e9e1d2"
_TITLE, _TEXT, _SMALL = 56, 46, 38  # pixels: on a phone 360 wide, a third of it
_LETTER = 0.58  # how wide a letter is at most on average, of its height
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def picture(card: Mapping[str, Any]) -> bytes | None:
    """The PNG of an item of a reply's `cards`; None for one that is no picture (contacts)."""
    read = from_json(card)
    return _png(read) if read else None


def caption(card: Mapping[str, Any]) -> str:
    """What the picture shows, in words; "" for one that is no picture."""
    read = from_json(card)
    if read is None:
        return ""
    source = "" if isinstance(read, Ranges) else f"\nSource: {read.source}"
    return f"{read.title}\n{read.text}{source}"


class _Sheet:
    """Things drawn from top to bottom, in pixels; the sheet grows with them."""

    def __init__(self) -> None:
        self.y = float(_MARGIN)
        self._things: list[Callable[[Axes], object]] = []

    def text(
        self,
        text: str,
        size: int = _TEXT,
        color: str = _INK,
        indent: float = 0,
        bold: bool = False,
        keep_free: float = 0,
    ) -> None:
        """Wrapped to the sheet, less what is kept free at its end."""
        across = int((_INNER - indent - keep_free) / (size * _LETTER))
        for line in (wrapped for one in text.splitlines() for wrapped in textwrap.wrap(one, across)):
            self.words(line, _MARGIN + indent, self.y + size * 0.65, size, color, bold)
            self.y += size * 1.35

    def words(
        self, text: str, x: float, y: float, size: int, color: str, bold: bool = False, align: str = "left"
    ) -> None:
        """One line, in the middle of which is `y`."""
        style = {"fontweight": "bold"} if bold else {}
        self._things.append(
            lambda axes: axes.text(
                x, y, text, fontsize=size, color=color, ha=align, va="center", parse_math=False, **style
            )
        )

    def shape(self, patch: Patch) -> None:
        """At its own place."""
        self._things.append(lambda axes: axes.add_patch(patch))

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """With round corners."""
        round_by = min(height, width) / 2 if height < 40 else 12
        style = f"round,pad=0,rounding_size={round_by}"
        self.shape(FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=color, linewidth=0))

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str, width: float = 5) -> None:
        """Through points."""
        self._things.append(lambda axes: axes.plot(xs, ys, color=color, linewidth=width))

    def png(self) -> bytes:
        """The sheet."""
        height = math.ceil(self.y + _MARGIN)
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=_PAPER)  # a point is a pixel
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        for draw in self._things:
            draw(axes)
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        out = io.BytesIO()
        canvas.print_png(out)
        return out.getvalue()


def _png(card: Card) -> bytes:
    sheet = _Sheet()
    sheet.text(card.title, _TITLE, bold=True)
    sheet.y += 24
    if isinstance(card, Ranges):
        _bars(sheet, card.rows)
    elif isinstance(card, Planner):
        _planner(sheet, card)
    elif isinstance(card, Week):
        _week(sheet, card)
    elif isinstance(card, Day):
        _day(sheet, card)
    elif isinstance(card, Steps):
        _steps(sheet, card)
    elif isinstance(card, Checklist):
        _checklist(sheet, card)
    else:
        _phases(sheet, card)
    if not isinstance(card, Ranges):
        sheet.y += 24
        sheet.text(f"Source: {card.source}", _SMALL, _SOFT)
    return sheet.png()


def _bars(sheet: _Sheet, rows: Sequence[Range]) -> None:
    """All on one axis from 0."""
    most = max(end for row in rows for end in (row.low, row.high) if end)
    step = next((size for size in (1, 2, 4, 5, 10, 20, 25, 40, 50, 100) if most / size <= 5), most)
    most = math.ceil(most / step) * step
    for row in rows:
        low, high = row.low, row.high
        sheet.text(row.words, bold=True)
        sheet.box(_MARGIN, sheet.y, _INNER, 30, _SAID)
        color = _ACCENT if row.centre else _SOFT
        start = _MARGIN + _INNER * (low or 0) / most
        end = _MARGIN + _INNER * (most if high is None else high) / most
        if low == high:
            sheet.shape(Circle((start, sheet.y + 15), 17, color=color))
        elif low is None or high is None:  # stripes where the source leaves an end open
            for x in range(int(start), int(end) - 13, 26):
                sheet.box(x, sheet.y, 16, 30, color)
        else:
            sheet.box(start, sheet.y, end - start, 30, color)
        sheet.y += 38
        sheet.text(f"{row.source}{' · this center' if row.centre else ''}", _SMALL, _SOFT)
        sheet.y += 16
    sheet.line([_MARGIN, WIDTH - _MARGIN], [sheet.y, sheet.y], _SOFT, 2)
    for mark in range(int(most / step) + 1):
        place = mark * step / most
        align = "left" if mark == 0 else "right" if mark * step == most else "center"
        sheet.words(f"{mark * step:g}", _MARGIN + _INNER * place, sheet.y + 30, _SMALL, _SOFT, align=align)
    sheet.y += 56


def _planner(sheet: _Sheet, card: Planner) -> None:
    days, hours = card.days[card.chosen_days], card.hours[card.chosen_hours]
    weekly = (days[0] * hours[0], days[1] * hours[1])
    sheet.text(f"{_reach(days)} days a week, {_reach(hours)} hours a day: {_reach(weekly)} hours a week")
    sheet.y += 20
    counted = [(row, total(row, weekly)) for row in card.rows]
    _bars(
        sheet,
        [
            Range(f"{row.words} · {row.source}", f"about {_reach(sums)} hours", *sums, row.centre)
            for row, sums in counted
        ],
    )
    if card.note:
        sheet.text(card.note, _SMALL, _SOFT)


def _reach(bounds: tuple[float, float]) -> str:
    low, high = bounds
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _week(sheet: _Sheet, card: Week) -> None:
    used = {day for session in card.sessions for day in session.days}
    days = [day for place, day in enumerate(_WEEKDAYS) if place < 5 or day in used]
    across = _INNER / len(days)
    for place, day in enumerate(days):
        sheet.words(
            day.capitalize(), _MARGIN + across * (place + 0.5), sheet.y + 20, _SMALL, _SOFT, align="center"
        )
    sheet.y += 60
    for session, line in zip(card.sessions, card.text.splitlines(), strict=True):
        sheet.text(line)
        for place, day in enumerate(days):
            x = _MARGIN + across * place + 4
            there = day in session.days
            sheet.box(x, sheet.y + 4, across - 8, 70, _ACCENT if there else _SAID)
            if there:
                _tick(sheet, x + across / 2 - 4, sheet.y + 39, _PAPER)
        sheet.y += 96


def _day(sheet: _Sheet, card: Day) -> None:
    timed = all(part.minutes for part in card.parts)
    for part in card.parts:
        top = sheet.y
        sheet.y += 10
        if timed:
            sheet.words(f"{part.minutes:g} min", WIDTH - _MARGIN - 24, top + 40, _TEXT, _SOFT, align="right")
        sheet.text(part.name, indent=36, keep_free=210 if timed else 24)
        sheet.y = max(sheet.y + 6, top + (part.minutes or 0) * 2.6)  # as long as it takes
        sheet.box(_MARGIN, top, _INNER, sheet.y - top, _SAID)
        sheet.box(_MARGIN, top, 12, sheet.y - top, _ACCENT)
        sheet.y += 8


def _steps(sheet: _Sheet, card: Steps) -> None:
    for number, step in enumerate(card.steps, 1):
        sheet.shape(Circle((_MARGIN + 32, sheet.y + 30), 32, color=_ACCENT))
        sheet.words(str(number), _MARGIN + 32, sheet.y + 30, _TEXT, _PAPER, bold=True, align="center")
        sheet.text(step, indent=96)
        sheet.y += 28


def _checklist(sheet: _Sheet, card: Checklist) -> None:
    for item in card.items:
        _tick(sheet, _MARGIN + 24, sheet.y + 30, _ACCENT)
        sheet.text(item, indent=72)
        sheet.y += 12
    if card.leave_at_home:
        sheet.y += 16
        sheet.text("Please leave at home", bold=True)
    for item in card.leave_at_home:
        x, y = _MARGIN + 24, sheet.y + 30
        sheet.line([x - 14, x + 14], [y - 14, y + 14], _SOFT)
        sheet.line([x - 14, x + 14], [y + 14, y - 14], _SOFT)
        sheet.text(item, indent=72)
        sheet.y += 12


def _phases(sheet: _Sheet, card: Phases) -> None:
    """A band that gets narrower from one phase to the next."""
    count = len(card.phases)
    middle = _MARGIN + 75
    for place, phase in enumerate(card.phases):
        top = sheet.y
        sheet.y += 24
        sheet.text(phase, indent=200)
        sheet.y += 24
        wide, narrow = (75 * (1 - 0.9 * at / count) for at in (place, place + 1))
        corners = [
            (middle - wide, top),
            (middle + wide, top),
            (middle + narrow, sheet.y),
            (middle - narrow, sheet.y),
        ]
        sheet.shape(Polygon(corners, facecolor=_ACCENT, linewidth=0))
        sheet.y += 6


def _tick(sheet: _Sheet, x: float, y: float, color: str) -> None:
    sheet.line([x - 18, x - 5, x + 18], [y, y + 13, y - 14], color)
