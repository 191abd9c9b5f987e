"""Everything a visitor reads: plain, short, person-first."""

from __future__ import annotations

import re

import pytest

from bot.callbacks.words import read_words
from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.cards import cards_for
from bot.knowledge.reading import read_data
from bot.replies import fixed_reply, in_words, read_replies
from bot.settings import settings

KNOWLEDGE, PROFILE = read_data(settings().data_dir)
SNAPSHOT = Snapshot(KNOWLEDGE, PROFILE)
REPLIES = read_replies(settings().data_dir / "replies.yml", KNOWLEDGE.topics)
CALLBACK_WORDS = read_words(settings().data_dir)
ABOUT_A_CALL = {
    f"callback, {name}": in_words(getattr(CALLBACK_WORDS, name), PROFILE)
    for name in CALLBACK_WORDS.__fields__
    if name != "consent"
} | {"callback, consent": CALLBACK_WORDS.consent_text(PROFILE, 90)}
CARDS = {(topic, card.type): card for topic in KNOWLEDGE.topics for card in cards_for(SNAPSHOT, topic)}
SAID = {
    **{f"{topic}, first": compose(SNAPSHOT, topic).first for topic in KNOWLEDGE.topics},
    **{f"{topic}, more": compose(SNAPSHOT, topic).more for topic in KNOWLEDGE.topics},
    **{f"{topic}, {kind}": card.text.replace("\n", ". ") for (topic, kind), card in CARDS.items()},
    **{name: fixed_reply(REPLIES[name], SNAPSHOT).texts[0] for name in REPLIES.__fields__},
    **ABOUT_A_CALL,
}
NOT_SAID = re.compile(
    r"\b(addicts?|alcoholics?|abusers?|junkies?|crazy|guarantee\w*|you will recover)\b", re.I
)


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_nobody_is_named_by_an_illness_and_nothing_is_promised(text):
    assert not NOT_SAID.search(text.replace("Alcoholics Anonymous", ""))


@pytest.mark.parametrize("name", [*REPLIES.__fields__, *ABOUT_A_CALL])
def test_fixed_words_fit_the_first_message(name):
    assert len(SAID[name].split()) <= 60


def test_a_twelve_year_old_can_read_it():
    """Flesch-Kincaid: half of it at grade 6 or below, and hardly anything above 8."""
    import textstat

    names = re.compile(r"\([^)]*\)|At [^:]*: |" + re.escape(PROFILE.name))
    grades = {
        name: textstat.flesch_kincaid_grade(names.sub("", text))
        for name, text in SAID.items()
        if text and name != "spanish"
    }
    above = {name: grade for name, grade in grades.items() if grade > 8}
    assert sorted(grades.values())[len(grades) // 2] <= 6
    assert len(above) / len(grades) <= 0.08, above
