"""What one message asks, given the conversation so far: an intent, the parts of several, or a choice.

Everything is decided on the classifier's probabilities; `score` gives them for any text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.language import context as conversation
from bot.language.clauses import without_opening_words
from bot.language.compound import Part, Score, parts
from bot.language.context import Context
from bot.language.thresholds import ANSWER, SURE_FROM_NOTHING

FALLBACK = "nlu_fallback"  # Rasa's name for not having understood
# What is said beside a question rather than instead of it.
COURTESIES = frozenset({"greeting", "thanks", "goodbye", "affirm", "deny"})
NO_TOPICS = frozenset({"human", "medical_advice"})  # answered beside topics, in fixed words
ABOUT_THE_CONVERSATION = frozenset({"tell_more", "simpler", "sources", "human", "privacy", "are_you_robot"})

# How a message is read after an answer: weights of logarithms of probabilities, fitted on development
# dialogues (docs/language.md). ALONE is the message by itself; it counts for less the more words could
# belong to the question before, and where it could be asked of anything ("how often?").
ALONE, ALONE_PER_WORD, ALONE_OF_ANYTHING = 0.82, -0.17, -0.23
AFTER_WORDS, AFTER_TOPIC = 0.22, 0.42  # the message after the visitor's last question; after the topic's
SAME_TOPIC, OFFERED, MISTAKEN = 0.93, 0.44, -1.9  # bonuses; the last for a topic the visitor corrects
FOLLOW_UP = 12  # words; a longer message says itself what it is about

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Understood:
    """The intent to act on and how likely it is; all intents, the likeliest first; and the parts, in the
    order asked, of a message that asks several things."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    parts: tuple[Part, ...] = ()


def understand(text: str, score: Score, context: Context) -> Understood:
    """Decides what the message asks. `score` is asked once for a plain message, at most three times."""
    [alone] = score([text])
    picked = conversation.chosen(text, alone, context)
    if picked:
        return Understood(picked, 1.0, _ranked({**alone, picked: 1.0}))
    several = parts(text, score, alone)
    if several:
        weakest = min(part.confidence for part in several)
        leading = next((part for part in several if part.intent not in NO_TOPICS), several[0])
        return Understood(leading.intent, weakest, _ranked(alone), several)
    ranking = _ranked(_in_context(text, alone, score, context))
    intent, confidence = ranking[0]
    from_nothing = not context.topics and conversation.says_nothing_alone(text)
    if from_nothing and intent not in COURTESIES and confidence < SURE_FROM_NOTHING:
        return Understood(FALLBACK, confidence, ())
    return Understood(intent if confidence >= ANSWER else FALLBACK, confidence, ranking)


def _in_context(text: str, alone: Scores, score: Score, context: Context) -> Scores:
    """The probabilities of the intents, with what the conversation tells about them."""
    meant = text
    bare = without_opening_words(text)
    if bare != text and max(alone, key=alone.__getitem__) in COURTESIES and len(bare.split()) > 1:
        meant = bare
    correction = conversation.corrected(text) if context.topics else None
    if correction:
        meant = correction
    words = len(meant.split())
    if not context.topics or words > FOLLOW_UP:
        return alone if meant == text else score([meant])[0]
    apart, after_words, after_topic = score(
        [meant, f"{context.asked} {meant}", f"{context.question} {meant}"]
    )
    best = max(apart, key=apart.__getitem__)
    if best in COURTESIES | ABOUT_THE_CONVERSATION and apart[best] >= ANSWER:
        return apart
    own = ALONE + ALONE_PER_WORD * math.log(words)
    own += ALONE_OF_ANYTHING * conversation.could_be_of_anything(meant)
    weights = {
        intent: math.exp(
            own * _log(apart[intent])
            + AFTER_WORDS * _log(after_words[intent])
            + AFTER_TOPIC * _log(after_topic[intent])
            + (MISTAKEN if correction else SAME_TOPIC) * (intent in context.topics)
            + OFFERED * (intent in context.offered)
        )
        for intent in apart
    }
    total = sum(weights.values())
    return {intent: weight / total for intent, weight in weights.items()}


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-5))


def _ranked(scores: Scores) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(scores.items(), key=lambda pair: -pair[1]))
