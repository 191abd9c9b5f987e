"""What is fitted on: training phrases, held-out questions, development dialogues; and classifiers for it."""

from __future__ import annotations

import random
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from sklearn.exceptions import ConvergenceWarning

from bot.knowledge.reading import read_knowledge
from bot.knowledge.schema import Topic
from bot.language.classifier import IntentClassifier
from bot.language.context import Context
from bot.language.division import Score, Scores
from bot.language.encoder import SentenceEncoder
from bot.language.evaluate import Turn, read_cases
from bot.language.follow_ups import Evidence, FollowUpClassifier, after, read_follow_ups
from bot.language.particulars import with_particulars
from bot.language.understanding import After
from bot.replies import read_replies
from bot.settings import ROOT, settings

Phrases = Mapping[str, Sequence[str]]  # by intent

SEED = 20
QUESTIONS = ROOT / "tests" / "held_out" / "questions.jsonl"
DIALOGUES = ROOT / "benchmarks" / "data" / "dialogues.jsonl"
COMPOUND = ROOT / "benchmarks" / "data" / "compound.jsonl"
# Intents whose reply is made, not fixed, and its kind.
_MADE = {"tell_more": "rephrase", "simpler": "rephrase", "sources": "sources"}


def phrases() -> Phrases:
    """The training phrases, each once."""
    found: dict[str, list[str]] = {}
    for path in sorted((settings().data_dir / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found[block["intent"]] = list(
                dict.fromkeys(line[2:].strip() for line in lines if line[2:].strip())
            )
    return found


def split(every: Phrases, share: float) -> tuple[Phrases, Phrases]:
    """A share of each intent's phrases, drawn at random, and the others."""
    chance = random.Random(SEED)
    drawn = {intent: chance.sample(list(texts), int(len(texts) * share)) for intent, texts in every.items()}
    left = {
        intent: [text for text in texts if text not in set(drawn[intent])] for intent, texts in every.items()
    }
    return drawn, left


def learned(from_phrases: Phrases) -> IntentClassifier:
    """A classifier that knows these phrases, and the particular questions as the assistant's does."""
    texts = [text for said in from_phrases.values() for text in said]
    intents = [intent for intent, said in from_phrases.items() for _ in said]
    known = with_particulars(texts, intents, settings().data_dir)
    classifier = IntentClassifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops early on purpose
        classifier.fit(known.texts, SentenceEncoder.load().encode(known.texts), known.intents, known.counts)
    return classifier


def follower(phrases: Phrases) -> After:
    """What messages mean after an answer, by a classifier of these phrases and all follow-ups."""
    encode = SentenceEncoder.load().encode
    classifier = FollowUpClassifier()
    pairs = [(text, intent) for intent, said in phrases.items() for text in said]
    questions = {name: topic.question for name, topic in topics().items()}
    classifier.fit(read_follow_ups(settings().data_dir / "follow_ups"), pairs, questions, encode)

    def following(text: str, context: Context) -> Evidence:
        said, joined = encode([text, after(context.question, text)])
        return classifier.evidence(text, said, joined, context.topics)

    return following


def scorer(classifier: IntentClassifier) -> Score:
    """The classifier's probabilities, of each text computed once."""
    known: dict[str, Scores] = {}

    def score(texts: Sequence[str]) -> list[Scores]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            rows = classifier.probabilities(new, SentenceEncoder.load().encode(new))
            known.update(
                (text, dict(zip(classifier.intents, map(float, row), strict=True)))
                for text, row in zip(new, rows, strict=True)
            )
        return [known[text] for text in texts]

    return score


def topics() -> Mapping[str, Topic]:
    """The knowledge base's topics."""
    return read_knowledge(settings().data_dir / "knowledge").topics


def cases(path: Path) -> list[list[Turn]]:
    """The conversations of a file."""
    return read_cases(path, topics())


class Judge:
    """Says which intents are right for a turn."""

    def __init__(self, intents: Sequence[str]) -> None:
        data = settings().data_dir
        names = topics()
        replies = read_replies(data / "replies.yml", names)
        self._kinds = {
            intent: _MADE.get(intent) or replies[intent].kind for intent in intents if intent not in names
        }

    def accepted(self, turn: Turn) -> frozenset[str]:
        """Of a turn that asks one thing: the topics, and the intents whose reply is of an accepted kind."""
        found = {intent for intent, kind in self._kinds.items() if kind in turn.kinds}
        if "answer" in turn.kinds and turn.topics:
            found |= set(turn.topics[0])
        return frozenset(found)
