"""The weights of what the conversation says about a follow-up, fitted on development dialogues."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from rich.progress import Progress

from benchmarks.fit.log_linear import Choice, Weights, chance, fit, right_first
from benchmarks.fit.material import (
    DIALOGUES,
    QUESTIONS,
    SEED,
    Judge,
    cases,
    follower,
    learned,
    phrases,
    scorer,
    topics,
)
from benchmarks.fit.report import Fitted, Score
from bot.knowledge.schema import Topic
from bot.language.context import Context
from bot.language.division import Score as Scorer
from bot.language.evaluate import Turn
from bot.language.understanding import FEATURES, WEIGHTS, After, heard

FOLDS = 5
# Before anything is learned, a message is what it is by itself, and a topic that is corrected, which happens
# in few dialogues, is not meant.
PRIOR = {**dict.fromkeys(FEATURES, 0.0), "alone": 1.0, "mistaken": -2.0}
STRENGTH = 0.005  # of the prior, for each choice

Dialogue = Sequence[Choice]


def run(progress: Progress) -> Fitted:
    """Raises CasesError and DataError."""
    conversations, known = cases(DIALOGUES), topics()
    work = progress.add_task("Classifier of all phrases", total=1)
    classifier, following = learned(phrases()), follower(phrases())
    progress.advance(work)
    judge, score = Judge(classifier.intents), scorer(classifier)
    dialogues = [
        follow_ups(turns, judge, known, score, following)
        for turns in progress.track(conversations, description="Dialogues")
    ]
    # A question never trained on, after any answer: the subject changes too.
    dialogues += [
        follow_ups(turns, judge, known, score, following) for turns in changes(cases(QUESTIONS), known)
    ]
    every = [choice for dialogue in dialogues for choice in dialogue]
    parts = progress.track(folds(dialogues), total=FOLDS, description="Cross-validation")
    unseen = [(asked, fitted_on(others)) for asked, others in parts]
    fitted = fitted_on(every)
    sizes = [len(asked) for asked, _ in unseen]
    scores = []
    for name, of in (("likeliest intent right", right_first), ("probability of the right ones", chance)):
        what = f"{name}, {len(every)} follow-ups"
        scores.append(Score(what, of(every, WEIGHTS), of(every, fitted)))
        apart = float(np.average([of(asked, weights) for asked, weights in unseen], weights=sizes))
        scores.append(Score(f"{what}, each dialogue by weights of others", None, apart))
    return Fitted("context", WEIGHTS, fitted, tuple(scores))


def fitted_on(choices: Sequence[Choice]) -> Weights:
    """The weights of the features a follow-up has."""
    return fit(choices, PRIOR, STRENGTH * len(choices))


def follow_ups(
    turns: Sequence[Turn], judge: Judge, known: Mapping[str, Topic], score: Scorer, following: After
) -> Dialogue:
    """The choices among intents that a dialogue leaves to the weights, each turn after right answers."""
    found = []
    context = Context()
    for turn in turns:
        right = judge.accepted(turn)
        if context.topics and right and len(turn.topics) <= 1:
            _, features = heard(turn.text, score([turn.text])[0], score, following, context)
            if features is not None and right & features.keys():
                found.append(Choice.of(features.values(), (intent in right for intent in features), FEATURES))
        if "answer" in turn.kinds and turn.topics:
            context = _after(turn, known)
    return found


def changes(questions: Sequence[Sequence[Turn]], known: Mapping[str, Topic]) -> list[list[Turn]]:
    """Each question on a topic after the answer on another, drawn at random."""
    drawn = random.Random(SEED)
    found = []
    for [turn] in questions:
        if turn.form == "topic":
            other = drawn.choice([name for name in sorted(known) if name not in turn.topics[0]])
            found.append([replace(turn, text=known[other].question, topics=((other,),)), turn])
    return found


def folds(dialogues: Sequence[Dialogue]) -> list[tuple[list[Choice], list[Choice]]]:
    """The choices of every part of the dialogues, and those of the other parts."""
    shuffled = random.Random(SEED).sample(list(dialogues), len(dialogues))
    parts = [[choice for dialogue in shuffled[fold::FOLDS] for choice in dialogue] for fold in range(FOLDS)]
    return [(part, [choice for other in parts if other is not part for choice in other]) for part in parts]


def _after(turn: Turn, known: Mapping[str, Topic]) -> Context:
    """What is remembered of the best answer to a turn (see actions/base.py)."""
    answered = tuple(accepted[0] for accepted in turn.topics)
    following = [known[topic].next for topic in answered]
    return Context(
        topics=answered,
        question=" ".join(known[topic].question for topic in answered),
        offered=following[0] if len(answered) == 1 else tuple(next_[0] for next_ in following),
    )
