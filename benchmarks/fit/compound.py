"""The weights of what speaks for a way to divide a message, fitted on written messages and on made ones.

The written ones (benchmarks/data/compound.jsonl) are as people type; the made ones are phrases joined. Those
phrases are left out of the classifier that scores them, and the others were never in it; so the scores are
as unsure as those of visitors' messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.progress import Progress

from benchmarks.fit.log_linear import Choice, Weights, chance, fit
from benchmarks.fit.material import COMPOUND, QUESTIONS, SEED, Phrases, cases, learned, phrases, scorer, split
from benchmarks.fit.report import Fitted
from benchmarks.fit.report import Score as Measured
from benchmarks.fit.synthesis import Made, Maker
from bot.language.compound import divisible, likeliest
from bot.language.division import FEATURES, WEIGHTS, Message, Score
from bot.language.evaluate import CasesError, Turn
from bot.language.ways import Way

KNOWN = 0.8  # of the phrases, the share the classifier learns; messages are made of the others
SEVERAL, ONE = 2400, 1300  # messages made of phrases that ask several things, and one
SEVERAL_HELD_OUT, ONE_HELD_OUT = 840, 460  # made of held-out questions
HELD_OUT_COUNTS = 2.0  # as many times as a message made of phrases
WRITTEN_COUNTS = 16.0  # likewise
MADE = 0.5  # what a message made of phrases counts, beside the prior
PRIOR = dict.fromkeys(FEATURES, 0.0)
STRENGTH = 2.0  # of the prior, all in all


@dataclass(frozen=True)
class Example:
    """A made message and the choice among the ways to divide it, with what each way asks."""

    made: Made
    asked: Sequence[tuple[str, ...]]
    choice: Choice

    def right(self, weights: Mapping[str, float]) -> bool:
        """Whether just the things asked are found, in order; of one thing, whether it is not divided."""
        found = likeliest(self.asked, self.choice.weigh(weights).tolist())
        return found == (self.made.intents if len(self.made.intents) > 1 else ())


def run(progress: Progress) -> Fitted:
    """Raises CasesError."""
    every = phrases()
    known, left = split(every, KNOWN)
    turns = [turn for [turn] in cases(QUESTIONS)]
    asked = _by_intent(turns)
    work = progress.add_task("Classifiers of four fifths of the phrases, and of all", total=2)
    scores = []
    for of in (known, every):
        scores.append(scorer(learned(of)))
        progress.advance(work)
    making, asking = Maker(left, SEED), Maker(asked, SEED)
    made = [*making.several(SEVERAL), *making.one(ONE)]
    made_of_questions = [*asking.several(SEVERAL_HELD_OUT), *asking.one(ONE_HELD_OUT)]
    sources = (
        ("Made of phrases", made, scores[0], 1.0),
        ("Of questions", made_of_questions, scores[1], HELD_OUT_COUNTS),
        ("Written", written(), scores[1], WRITTEN_COUNTS),
    )
    examples = [
        one
        for name, messages, score, counts in sources
        for one in _examples(progress.track(messages, description=name), score, MADE * counts)
    ]
    fitted = fitted_on(examples)
    return Fitted("compound", WEIGHTS, fitted, tuple(_scores(examples, fitted)))


def fitted_on(examples: Sequence[Example]) -> Weights:
    """The weights of the features a division has."""
    return fit([example.choice for example in examples], PRIOR, STRENGTH)


def example(made: Made, score: Score, counts: float = 1.0) -> Example | None:
    """None where no way to divide the message is right, or there is none but one."""
    message = divisible(made.text, score)
    if message is None:
        return None
    asked = [message.intents(way) for way in message.ways]
    right = right_ways(message, made)
    if not any(right):
        return None
    features = []
    for way in message.ways:
        total = dict.fromkeys(FEATURES, 0.0)
        for term in message.terms(way):
            for name, value in term.features.items():
                total[name] += value
        features.append(total)
    return Example(made, asked, Choice.of(features, right, FEATURES, counts))


def written() -> list[Made]:
    """The messages of compound.jsonl. Raises CasesError."""
    found = []
    for number, line in enumerate(COMPOUND.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(_written(str(row["text"]), row["parts"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CasesError(f"{COMPOUND}, line {number}: {error!r}") from error
    return found


def _written(text: str, parts: Sequence[tuple[str, str]]) -> Made:
    """A message with, in order, the stretches that ask and their topics ("a|b": the best first)."""
    asks, at = [], 0
    for stretch, topic in parts:
        start = text.index(stretch, at)
        at = start + len(stretch)
        asks.append((start, at, topic.split("|")[0]))
    return Made(text, tuple(asks), "written")


def right_ways(message: Message, made: Made) -> list[bool]:
    """Of what asks one thing, every way that finds no more. Else the ways with a part at each of the
    stretches that ask; of these, those whose intents are right, if there are any."""
    if len(made.intents) < 2:
        return [len(message.intents(way)) < 2 for way in message.ways]
    in_place = [_in_place(message, way, made) for way in message.ways]
    in_full = [
        good and message.intents(way) == made.intents
        for way, good in zip(message.ways, in_place, strict=True)
    ]
    return in_full if any(in_full) else in_place


def _in_place(message: Message, way: Way, made: Made) -> bool:
    if len(way) != len(made.asks):
        return False
    places = [message.place(span) for span in way]
    return all(
        (_share(place, stretch) >= 0.5) == (number == other)
        for number, place in enumerate(places)
        for other, (*stretch, _) in enumerate(made.asks)
    )


def _share(place: tuple[int, int], stretch: Sequence[int]) -> float:
    """How much of a stretch is in a place."""
    (first, last), (start, end) = place, stretch
    return max(0, min(last, end) - max(first, start)) / (end - start)


def _examples(messages: Iterable[Made], score: Score, counts: float) -> Iterator[Example]:
    found = (example(made, score, counts) for made in messages)
    return (one for one in found if one is not None)


def _by_intent(turns: Sequence[Turn]) -> Phrases:
    """Questions by their best topic; what is none is out of scope, but for two kinds that may be parts."""
    found: dict[str, list[str]] = {}
    for turn in turns:
        kind = turn.kinds[0] if turn.kinds[0] in ("human", "medical_advice") else "out_of_scope"
        found.setdefault(turn.topics[0][0] if turn.topics else kind, []).append(turn.text)
    return found


def _scores(examples: Sequence[Example], fitted: Weights) -> Iterator[Measured]:
    choices = [one.choice for one in examples]
    what = f"probability of the right ways, {len(examples)} messages"
    yield Measured(what, chance(choices, WEIGHTS), chance(choices, fitted))
    for source, counts in (
        ("phrases", 1.0),
        ("held-out questions", HELD_OUT_COUNTS),
        ("written messages", WRITTEN_COUNTS),
    ):
        of_source = [one for one in examples if one.choice.counts == MADE * counts]
        for asks, several in (("several things", True), ("one", False)):
            group = [one for one in of_source if (len(one.made.intents) > 1) == several]
            shares = (sum(one.right(weights) for one in group) / len(group) for weights in (WEIGHTS, fitted))
            yield Measured(f"right, {len(group)} of {source} that ask {asks}", *shares)
