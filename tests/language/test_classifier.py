"""The intent classifier on a handful of phrases, with the real encoder."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from bot.language.classifier import IntentClassifier
from bot.language.encoder import SentenceEncoder

PHRASES = {
    "length": ["how long is it", "how many weeks does it take", "what's the duration", "when is it over"],
    "cost": ["what does it cost", "is it expensive", "how much do i pay", "price please"],
    "medicine": ["can i stay on suboxone", "do you prescribe suboxone", "is methadone ok", "i take vivitrol"],
    "out_of_scope": ["who won the game", "order a pizza", "what's the weather", "tell me a joke"],
}


@pytest.fixture(scope="module")
def classifier():
    return pickle.loads(pickle.dumps(learn(PHRASES)))  # as it comes out of the model file


def learn(phrases, before=None):
    texts = [text for found in phrases.values() for text in found]
    intents = [intent for intent, found in phrases.items() for _ in found]
    learned = IntentClassifier()
    learned.fit(texts, SentenceEncoder.load().encode(texts), intents, before=before)
    return learned


def probabilities(classifier, *texts):
    return classifier.probabilities(texts, SentenceEncoder.load().encode(texts))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how many months", "length"),
        ("whats the price", "cost"),
        ("subuxone??", "medicine"),
        ("who won the match yesterday", "out_of_scope"),
    ],
)
def test_names_the_intent_of_words_it_has_not_seen(classifier, text, intent):
    [row] = probabilities(classifier, text)
    assert classifier.intents[int(row.argmax())] == intent


def test_probabilities_sum_to_one_whatever_was_typed(classifier):
    rows = probabilities(classifier, "how long is it", "", "😀😀", "x" * 3000, "123")
    assert np.isfinite(rows).all()
    assert np.allclose(rows.sum(axis=1), 1)


def test_a_message_means_the_same_alone_and_beside_others(classifier):
    together = probabilities(classifier, "how long is it", "is it expensive", "can i stay on suboxone")
    alone = np.vstack([probabilities(classifier, text) for text in ("how long is it", "is it expensive")])
    assert np.allclose(together[:2], alone, atol=0.02)  # int8 weights round by batch


def test_what_is_unlike_all_phrases_is_less_than_certain_where_no_intent_is_out_of_scope():
    phrases = {intent: texts for intent, texts in PHRASES.items() if intent != "out_of_scope"}
    learned = learn(phrases)
    near, far = probabilities(learned, "how long is it", "the cat sat on the moon").sum(axis=1)
    assert far < 0.6 < near


def test_what_is_added_is_learned_and_the_rest_stays(classifier):
    """As after a correction by staff: a text that was taken for another intent."""
    said = "is there a fee for the shot"
    added = {**PHRASES, "medicine": [*PHRASES["medicine"], said]}
    later, anew = learn(added, before=classifier), learn(added)
    for texts in ([said], ["whats the price"], ["who won the match yesterday"]):
        assert np.allclose(probabilities(later, *texts), probabilities(anew, *texts), atol=0.05)
    medicine = classifier.intents.index("medicine")
    assert probabilities(later, said)[0, medicine] > 0.9 > probabilities(classifier, said)[0, medicine] + 0.3
    assert {*later.vectors()} == {*classifier.vectors(), said}


@pytest.mark.parametrize("fewer", [{"length": PHRASES["length"][1:]}, {"cost": []}])
def test_where_a_text_or_an_intent_is_gone_all_is_learned_anew(classifier, fewer):
    rest = {intent: texts for intent, texts in {**PHRASES, **fewer}.items() if texts}
    text = "how long is it, and whats the price"
    later, anew = learn(rest, before=classifier), learn(rest)
    assert later.intents == anew.intents
    assert np.array_equal(probabilities(later, text), probabilities(anew, text))
