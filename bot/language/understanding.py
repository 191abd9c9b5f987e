"""What one message asks, given the conversation so far: an intent, the parts of several, or a choice.

Everything is decided on the classifier's probabilities; `score` gives them for any text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.language import context as conversation
from bot.language import follow_ups
from bot.language.classifier import calibrated
from bot.language.clauses import clauses, without_opening_words
from bot.language.compound import parts
from bot.language.context import Context
from bot.language.division import NO_PARTS, Part, Score, Scores
from bot.language.follow_ups import EVIDENCE, NO_EVIDENCE, Evidence
from bot.language.thresholds import (
    ANSWER,
    ASKS_BESIDE,
    PART_SAYS_ITSELF,
    SAYS_ITSELF,
    SAYS_ITSELF_ON_A_TOPIC,
    SURE_FROM_NOTHING,
)
from bot.language.weights import weights

FALLBACK = "nlu_fallback"  # Rasa's name for not having understood
# What is said beside a question rather than instead of it.
COURTESIES = frozenset(
    "greeting thanks goodbye acknowledge affirm deny tells_trouble wants_help good_news".split()
)
# Answered beside topics, in fixed words.
NO_TOPICS = frozenset({"human", "medical_advice", "request_callback"})
ABOUT_THE_CONVERSATION = frozenset(
    "tell_more simpler sources human request_callback privacy delete_conversation are_you_robot".split()
)

# What speaks for an intent after an answer, in units of log probability.
FEATURES = (
    # The message by itself; it counts for less the more words could belong to the question before, and
    # where it could be asked of anything ("how often?").
    *"alone alone_per_word alone_of_anything".split(),
    # The message after the question that was answered: by what follow-ups mean, and as one text.
    *EVIDENCE,
    "joined",
    # A topic just answered, unless the visitor corrects it; one offered; one corrected.
    *"same_topic offered mistaken".split(),
)
WEIGHTS = weights("context", FEATURES)
FOLLOW_UP = 12  # words; a longer message says itself what it is about

Features = Mapping[str, float]
After = Callable[[str, Context], Evidence]  # of a text after what was answered


@dataclass(frozen=True)
class Understood:
    """The intent to act on and how likely it is; all intents, the likeliest first; and the parts, in the
    order asked, of a message that asks several things."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    parts: tuple[Part, ...] = ()


def understand(text: str, score: Score, after: After, context: Context) -> Understood:
    """Decides what the message asks. `score` is asked once for a plain message, at most five times; `after`
    at most once.
    """
    [alone] = score([text])
    picked = conversation.chosen(text, alone, context)
    if picked:
        return Understood(picked, 1.0, ((picked, 1.0),))
    several = _in_turn(parts(text, score, alone), score, after)
    if len(several) > 1:
        weakest = calibrated(min(part.confidence for part in several))
        leading = next((part for part in several if part.intent not in NO_TOPICS), several[0])
        return Understood(leading.intent, weakest, _ranked(alone), several)
    ranking = _ranked(_in_context(text, alone, score, after, context))
    intent, confidence = ranking[0]
    from_nothing = not context.topics and conversation.says_nothing_alone(text)
    if from_nothing and intent not in COURTESIES and confidence < SURE_FROM_NOTHING:
        return Understood(FALLBACK, confidence, ())
    return Understood(intent if confidence >= ANSWER else FALLBACK, confidence, ranking)


def _in_turn(several: tuple[Part, ...], score: Score, after: After) -> tuple[Part, ...]:
    """The parts, those that do not say themselves what they ask of read after the part before: "what groups
    are there, how long is each", "do you test and how often". Of several with the same intent the first."""
    found: dict[str, Part] = {}
    before = ""
    for part in several:
        on_topics = before and not {before, part.intent} & NO_TOPICS
        if on_topics and part.confidence < PART_SAYS_ITSELF:
            [alone] = score([part.text])
            context = Context(topics=(before,), question=found[before].text)
            scores = _in_context(part.text, alone, score, after, context)
            likeliest = max(scores, key=scores.__getitem__)
            if likeliest not in NO_PARTS | NO_TOPICS:
                part = Part(part.text, likeliest, scores[likeliest])
        before = part.intent
        found.setdefault(before, part)
    return tuple(found.values())


def _in_context(text: str, alone: Scores, score: Score, after: After, context: Context) -> Scores:
    """The probabilities of the intents, with what the conversation tells about them."""
    apart, features = heard(text, alone, score, after, context)
    if features is None:
        return apart
    masses = {
        intent: math.exp(sum(WEIGHTS[name] * value for name, value in of_intent.items()))
        for intent, of_intent in features.items()
    }
    total = sum(masses.values())
    return {intent: mass / total for intent, mass in masses.items()}


def heard(
    text: str, alone: Scores, score: Score, after: After, context: Context
) -> tuple[Scores, Mapping[str, Features] | None]:
    """The probabilities of the intents by what the message itself means; and what speaks for each intent
    where the conversation counts."""
    meant = text
    bare = without_opening_words(text)
    greets = max(alone, key=alone.__getitem__) in COURTESIES
    if bare != text and greets and len(bare.split()) > 1:
        [beside] = score([bare])
        asked = max(beside, key=beside.__getitem__)
        # Not the "very much" or "a million" of thanks.
        asks = any(piece.asks for piece in clauses(bare)) or max(alone.values()) < SAYS_ITSELF
        if asks and beside[asked] >= ASKS_BESIDE and asked not in COURTESIES:
            meant = bare
    correction = conversation.corrected(text) if context.topics else None
    if correction:
        meant = correction
    words = len(meant.split())
    apart = alone if meant == text else score([meant])[0]
    if not context.topics or words > FOLLOW_UP:
        return apart, None
    best = max(apart, key=apart.__getitem__)
    of_anything = conversation.could_be_of_anything(meant)
    about_itself = best in COURTESIES | ABOUT_THE_CONVERSATION
    enough = SAYS_ITSELF if about_itself else SAYS_ITSELF_ON_A_TOPIC
    if apart[best] >= enough and (about_itself or not of_anything):
        return apart, None
    following = after(meant, context)
    [joined] = score([follow_ups.after(context.question, meant)])
    features = {
        intent: {
            "alone": _log(apart[intent]),
            "alone_per_word": math.log(words) * _log(apart[intent]),
            "alone_of_anything": of_anything * _log(apart[intent]),
            **following.get(intent, NO_EVIDENCE),
            "joined": _log(joined[intent]),
            "same_topic": float(correction is None and intent in context.topics),
            "offered": float(intent in context.offered),
            "mistaken": float(correction is not None and intent in context.topics),
        }
        for intent in apart
    }
    return apart, features


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-5))


def _ranked(scores: Scores) -> tuple[tuple[str, float], ...]:
    """The intents, the likeliest first, with how likely each is to be right: the best calibrated, the
    others sharing what it leaves as before."""
    ranking = sorted(scores.items(), key=lambda pair: -pair[1])
    (intent, best), others = ranking[0], ranking[1:]
    right = calibrated(best)
    share = min(1.0, (1 - right) / max(1 - best, 1e-6))
    return (intent, right), *((name, probability * share) for name, probability in others)
