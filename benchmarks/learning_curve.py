"""Accuracy on held-out voices against the number of training phrases: docs/benchmarks/learning_curve.md."""

from __future__ import annotations

import math
import random
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks import figures
from benchmarks.fit.material import cases
from benchmarks.fit.material import phrases as phrases_by_intent
from benchmarks.report import HELD_OUT, percent, saying, table, write
from bot import prepare
from bot.language.classifier import IntentClassifier
from bot.language.encoder import SentenceEncoder, Vectors
from bot.language.evaluate import Turn
from bot.settings import settings

FILES = ("questions.jsonl", "voices.jsonl")
SIZES = (5, 10, 20, 40, 80, 120, 160)  # phrases of each intent, and then all
SEED = 20
DRAWS = 3  # of each subset, since which phrases it holds is chance
FLAT = 0.01  # a doubling of the phrases that brings less is no rise

REPORT = """\
The intent classifier alone, without thresholds, fitted on random subsets of the {phrases} training phrases
of {intents} intents (seed {seed}, the mean of {draws} draws). An intent that has fewer phrases gives all it
has. Measured on the questions on a topic; right when the likeliest intent is an accepted topic.

{verdicts}

![Share of right topics against phrases an intent](learning_curve.svg)

A thin line is a voice, the thick one the mean of the voices. The horizontal axis is logarithmic: steps of
the same width multiply the phrases by the same number.

{curve}"""


@dataclass(frozen=True)
class Phrases:
    """Training phrases with their vectors, shape (len(texts), 384), and intents."""

    texts: list[str]
    vectors: Vectors
    intents: list[str]


@dataclass(frozen=True)
class Measured:
    """`phrases` is the mean number an intent; shares of right topics by (file, voice), with their sizes."""

    phrases: float
    right: dict[tuple[str, str], float]

    def mean(self, file: str) -> float:
        """The mean of a file's voices."""
        return statistics.mean(share for (of, _), share in self.right.items() if of == file)


def run(console: Console) -> None:
    """Fits the classifier once for each size and draw, writes the report."""
    prepare.build_encoder(settings(), saying(console))
    turns = {file: [turn for [turn] in cases(HELD_OUT / file) if turn.form == "topic"] for file in FILES}
    encoder = SentenceEncoder.load()
    console.print("Encoding the phrases")
    phrases = _phrases(encoder)
    vectors = {file: encoder.encode([turn.text for turn in asked]) for file, asked in turns.items()}
    largest = max(map(len, _by_intent(phrases).values()))
    work = [(size, draw) for size in SIZES if size < largest for draw in range(DRAWS)]
    results: dict[int, list[Measured]] = defaultdict(list)
    for size, draw in track([*work, (largest, 0)], "Fitting", console=console):
        chosen = _subset(phrases, size, SEED + draw)
        classifier = IntentClassifier()
        classifier.fit(
            [phrases.texts[i] for i in chosen],
            phrases.vectors[chosen],
            [phrases.intents[i] for i in chosen],
        )
        mean = len(chosen) / len(set(phrases.intents))
        results[size].append(Measured(mean, _shares(classifier, turns, vectors)))
    curve = [_averaged(found) for _, found in sorted(results.items())]
    _draw(curve)
    report = REPORT.format(
        phrases=len(phrases.texts),
        intents=len(set(phrases.intents)),
        seed=SEED,
        draws=DRAWS,
        verdicts="\n".join(_verdict(curve, file) for file in FILES),
        curve=table(
            ("phrases an intent>", *(f"mean of the voices of `{file}`>" for file in FILES)),
            [(f"{one.phrases:.0f}", *(percent(one.mean(file)) for file in FILES)) for one in curve],
        ),
    )
    write("learning_curve", "Accuracy against training phrases", "curve", [report], console)


def last_doubling(curve: Sequence[tuple[float, float]]) -> float:
    """What twice the phrases brought at the end of a curve of (phrases, share right), by straight lines
    between its points on a logarithmic axis."""
    ends = [math.log2(phrases) for phrases, _ in curve]
    shares = [share for _, share in curve]
    return shares[-1] - float(np.interp(ends[-1] - 1, ends, shares))


def _verdict(curve: Sequence[Measured], file: str) -> str:
    gain = last_doubling([(one.phrases, one.mean(file)) for one in curve])
    told = f"- The last doubling of the phrases changed the mean of `{file}` by {gain * 100:+.1f} points"
    if gain < FLAT:
        return f"{told}: less than {FLAT:.0%}, the curve has **flattened**."
    return f"{told}: {FLAT:.0%} or more, the curve is **still rising**."


def _phrases(encoder: SentenceEncoder) -> Phrases:
    texts = {text: intent for intent, said in phrases_by_intent().items() for text in said}
    return Phrases(list(texts), encoder.encode(list(texts)), list(texts.values()))


def _by_intent(phrases: Phrases) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, intent in enumerate(phrases.intents):
        found[intent].append(number)
    return found


def _subset(phrases: Phrases, size: int, seed: int) -> list[int]:
    """Places of at most `size` phrases of each intent; of one seed, a smaller subset is in a larger one."""
    chosen: list[int] = []
    for intent, numbers in sorted(_by_intent(phrases).items()):
        shuffled = random.Random(f"{seed} {intent}").sample(numbers, len(numbers))
        chosen += shuffled[:size]
    return sorted(chosen)


def _shares(
    classifier: IntentClassifier, turns: Mapping[str, Sequence[Turn]], vectors: Mapping[str, Vectors]
) -> dict[tuple[str, str], float]:
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for file, asked in turns.items():
        best = classifier.probabilities([turn.text for turn in asked], vectors[file]).argmax(axis=1)
        for turn, place in zip(asked, best, strict=True):
            right[file, turn.voice].append(classifier.intents[place] in turn.topics[0])
    return {key: statistics.mean(values) for key, values in right.items()}


def _averaged(draws: Sequence[Measured]) -> Measured:
    right = {key: statistics.mean(one.right[key] for one in draws) for key in draws[0].right}
    return Measured(draws[0].phrases, right)


def _draw(curve: Sequence[Measured]) -> None:
    figure, panels = figures.panels(1, len(FILES), 10, 4.4, sharey=True)
    xs = [one.phrases for one in curve]
    for axes, file in zip(panels, FILES, strict=True):
        voices = [key for key in curve[0].right if key[0] == file]
        for key in voices:
            axes.plot(xs, [one.right[key] for one in curve], color=figures.PALE, linewidth=1)
        axes.plot(xs, [one.mean(file) for one in curve], "o-", color=figures.BLUE, markersize=4)
        axes.set_title(f"{file}, {len(voices)} voices")
        axes.set_xscale("log", base=2)
        axes.set_xticks(xs, [f"{x:.0f}" for x in xs], fontsize=9)
        axes.set_xlabel("phrases an intent")
        figures.in_percent(axes.yaxis)
    panels[0].set_ylabel("right topic")
    figures.save(figure, "learning_curve")
