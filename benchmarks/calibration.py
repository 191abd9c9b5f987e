"""Whether a confidence means what it says, and what each threshold costs: docs/benchmarks/calibration.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from benchmarks import figures
from benchmarks.fit.material import QUESTIONS, Judge, cases
from benchmarks.rasa_model import RasaModel
from benchmarks.report import HELD_OUT, Target, percent, table, targets, trained, write
from bot.language import thresholds
from bot.language.evaluate import Turn
from bot.safety.evaluate import Share

FILES = ("questions.jsonl", "kinds.jsonl", "voices.jsonl")
BINS = 10  # of equal width
LARGEST_ERROR = 0.05  # the target
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(20))  # 0 to 0.95
MARKED = ("OFFER", "ANSWER")  # of bot/language/thresholds.py
REPORT = """\
The confidence Rasa stores with each message: that of the likeliest intent, before anything is given up.
Held-out messages of `{files}`, each as the first of a conversation. {unasked} of them were not left to the
classifier (another language, no words, nothing named) and have no confidence.

{targets}

How sure the classifier is was fitted on `{fitted_on}` (`benchmarks/fit`), so the target is held against the
other files alone.

## Reliability

![Share of right intents against confidence](calibration_reliability.svg)

Messages in {bins} bins of equal width by confidence. A dot is the share of right intents in a bin, with its
95 % interval; on the diagonal, a confidence means what it says. Grey bars: the share of the messages that
are in the bin. The expected calibration error is the mean distance between right share and mean confidence
of a bin, weighted by its messages.

{reliability}

## Thresholds

![What each threshold answers and loses](calibration_thresholds.svg)

Left: what would be answered if only intents from this confidence on were acted on. Right: each dot is a
threshold; up and to the left is better, the orange one is the step nearest to `ANSWER`. Dashed: the
thresholds chosen in `bot/language/thresholds.py`, {chosen}. From the first on, a topic is offered; from the
second on, answered. *Let through* is the share of the out-of-scope messages that would be answered, *lost*
the share of the others that would not be. The intent `out_of_scope` is no answer, whatever its confidence.

{thresholds}"""
_OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Guess:
    """The likeliest intent of a message, None where no classifier was asked, and its confidence."""

    turn: Turn
    intent: str | None
    confidence: float
    right: bool

    @property
    def in_scope(self) -> bool:
        """Whether there is something to answer."""
        return "unknown" not in self.turn.kinds

    def answered(self, threshold: float) -> bool:
        """Whether something would be answered rather than given up."""
        return self.intent not in (None, _OUT_OF_SCOPE) and self.confidence >= threshold


@dataclass(frozen=True)
class Bin:
    """Messages of like confidence: their mean confidence, and the share whose intent is right."""

    confidence: float
    right: Share


@dataclass(frozen=True)
class Point:
    """What a threshold does. All are shares: of all messages, of the answered, of the out of scope, and of
    the in-scope messages."""

    threshold: float
    answered: float
    right: float
    let_through: float
    lost: float


def run(console: Console) -> None:
    """Asks the trained model, writes the report."""
    guesses = _guesses(console)
    groups = {name: [one for one in found if one.intent] for name, found in guesses.items()}
    unseen = [one for name, found in groups.items() if name != QUESTIONS.name for one in found]
    groups["all of them"] = [one for found in groups.values() for one in found]
    bins = {name: reliability(found) for name, found in groups.items()}
    everything = [one for found in guesses.values() for one in found]
    points = [point(everything, threshold) for threshold in THRESHOLDS]
    _draw_reliability(bins)
    _draw_thresholds(points)
    error = calibration_error(reliability(unseen))
    chosen = {name: getattr(thresholds, name) for name in MARKED}
    unasked = sum(one.intent is None for one in everything)
    known = [*points, *(point(everything, value) for value in chosen.values() if value not in THRESHOLDS)]
    aim = f"< {LARGEST_ERROR}"
    target = Target("expected calibration error", aim, f"{error:.3f}", error < LARGEST_ERROR)
    report = REPORT.format(
        files="`, `".join(FILES),
        unasked=unasked,
        fitted_on=QUESTIONS.name,
        bins=BINS,
        targets=targets([target]),
        reliability=table(
            ("messages", "number>", "right intent>", "mean confidence>", "calibration error>"),
            [
                *(_row(name, groups[name], found) for name, found in bins.items()),
                _row(f"without `{QUESTIONS.name}`", unseen, reliability(unseen)),
            ],
        ),
        chosen=", ".join(f"`{name}` {value}" for name, value in chosen.items()),
        thresholds=table(
            ("threshold>", "answered>", "right among answered>", "out-of-scope recall>", "in scope lost>"),
            [
                (
                    f"**{one.threshold}**" if one.threshold in chosen.values() else one.threshold,
                    *map(percent, (one.answered, one.right, 1 - one.let_through, one.lost)),
                )
                for one in sorted(known, key=lambda one: one.threshold)
            ],
        ),
    )
    write("calibration", "What a confidence means", "calibration", [report], console)


def reliability(guesses: Sequence[Guess]) -> list[Bin]:
    """The bins that are not empty, of rising confidence."""
    groups: dict[int, list[Guess]] = {}
    for one in guesses:
        groups.setdefault(_place(one.confidence), []).append(one)
    return [
        Bin(
            float(np.mean([one.confidence for one in group])),
            Share(sum(one.right for one in group), len(group)),
        )
        for _, group in sorted(groups.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error, 0 to 1."""
    total = sum(one.right.of for one in bins)
    return sum(abs(one.right.count - one.confidence * one.right.of) for one in bins) / total


def point(guesses: Sequence[Guess], threshold: float) -> Point:
    """What would come of all messages with a threshold."""
    answered = [one for one in guesses if one.answered(threshold)]
    in_scope = [one for one in guesses if one.in_scope]
    strange = [one for one in guesses if not one.in_scope]
    return Point(
        threshold,
        len(answered) / len(guesses),
        sum(one.right for one in answered) / max(len(answered), 1),
        sum(one.answered(threshold) for one in strange) / len(strange),
        sum(not one.answered(threshold) for one in in_scope) / len(in_scope),
    )


def _place(confidence: float) -> int:
    """The bin of a confidence, from 0."""
    return min(int(confidence * BINS), BINS - 1)


def _guesses(console: Console) -> dict[str, list[Guess]]:
    turns = {file: [turn for [turn] in cases(HELD_OUT / file)] for file in FILES}
    model = RasaModel(trained(console))
    found: dict[str, list[tuple[str | None, float]]] = {}
    for file, asked in turns.items():
        found[file] = model.best_guesses([turn.text for turn in asked], console, f"{file}: asking")
    judge = Judge([intent for guesses in found.values() for intent, _ in guesses if intent])
    return {
        file: [
            Guess(turn, intent, confidence, intent in judge.accepted(turn))
            for turn, (intent, confidence) in zip(turns[file], guesses, strict=True)
        ]
        for file, guesses in found.items()
    }


def _row(name: str, guesses: Sequence[Guess], bins: Sequence[Bin]) -> tuple[object, ...]:
    right = sum(one.right for one in guesses) / len(guesses)
    confidence = sum(one.confidence for one in guesses) / len(guesses)
    error = f"{calibration_error(bins):.3f}"
    return name, len(guesses), percent(right), percent(confidence), error


def _draw_reliability(groups: Mapping[str, Sequence[Bin]]) -> None:
    figure, panels = figures.panels(2, 2, 8, 7.4, sharex=True, sharey=True)
    for axes, (name, bins) in zip(panels, groups.items(), strict=True):
        total = sum(one.right.of for one in bins)
        axes.plot([0, 1], [0, 1], color=figures.GREY, linewidth=1, linestyle="--")
        held = {_place(one.confidence): one.right.of / total for one in bins}
        axes.stairs(
            [held.get(place, 0.0) for place in range(BINS)],
            [place / BINS for place in range(BINS + 1)],
            fill=True,
            color="#e4e7ec",
        )
        xs, ys = [one.confidence for one in bins], [one.right.count / one.right.of for one in bins]
        lows, highs = zip(*(one.right.interval for one in bins), strict=True)
        axes.vlines(xs, lows, highs, color=figures.PALE, linewidth=3)
        axes.plot(xs, ys, "o-", color=figures.BLUE, markersize=5, linewidth=1.2)
        axes.set_title(f"{name} ({total}): error {calibration_error(bins):.3f}")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        figures.in_percent(axes.xaxis)
        figures.in_percent(axes.yaxis)
    for axes in panels[2:]:
        axes.set_xlabel("confidence")
    for axes in panels[::2]:
        axes.set_ylabel("right intent")
    figures.save(figure, "calibration_reliability")


def _draw_thresholds(points: Sequence[Point]) -> None:
    figure, [left, right] = figures.panels(1, 2, 10, 4.4)
    xs = [one.threshold for one in points]
    lines = {
        "right among answered": ([one.right for one in points], figures.GREEN, "-"),
        "answered": ([one.answered for one in points], figures.BLUE, "-"),
        "out of scope let through": ([one.let_through for one in points], figures.ORANGE, "-."),
        "in scope lost": ([one.lost for one in points], figures.PURPLE, ":"),
    }
    for name, (ys, colour, style) in lines.items():
        left.plot(xs, ys, style, color=colour, label=name)
    for name in MARKED:
        value = getattr(thresholds, name)
        left.axvline(value, color=figures.GREY, linewidth=1, linestyle="--")
        left.text(value, 1.02, name, ha="center", fontsize=9, color=figures.GREY)
    left.set_xlim(0, THRESHOLDS[-1])
    left.set_ylim(0, 1)
    left.set_xlabel("threshold")
    left.legend(fontsize=9, loc="center left", bbox_to_anchor=(0.02, 0.5))
    recalls, losses = [1 - one.let_through for one in points], [one.lost for one in points]
    right.plot(losses, recalls, "o-", color=figures.BLUE, markersize=4, linewidth=1.2)
    labelled = -1.0
    for one in points[::2]:
        if one.lost - labelled < 0.02:  # it would lie on the label before
            continue
        labelled = one.lost
        right.annotate(
            str(one.threshold),
            (one.lost, 1 - one.let_through),
            xytext=(4, -11),
            textcoords="offset points",
            fontsize=9,
            color=figures.GREY,
        )
    chosen = min(points, key=lambda one: abs(one.threshold - thresholds.ANSWER))
    right.plot(chosen.lost, 1 - chosen.let_through, "o", color=figures.ORANGE, markersize=8)
    right.set_xlabel("in scope lost")
    right.set_ylabel("out of scope recognised")
    for axis in (left.yaxis, right.xaxis, right.yaxis):
        figures.in_percent(axis)
    figures.save(figure, "calibration_thresholds")
