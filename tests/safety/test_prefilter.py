"""The prefilter leaves out only patterns that cannot be met."""

from __future__ import annotations

import re

import pytest

from bot.safety.messages import read_messages
from bot.safety.normalise import sentences
from bot.safety.prefilter import Prefilter, beginnings, required
from bot.safety.rules import RuleSet
from tests.safety.conftest import DATA

RULES = RuleSet.load()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("kill(?:ed)? (?:him|her)", {"him", "her"}),
        ("(?:is|are) in", {"in"}),
        ("(?:i|he) (?:want|wants)", {"wan"}),
        ("(?:\\S+ ){0,3}overdosed", {"ove"}),
        ("no (?:\\S+ )?pulse(?! ox)", {"no"}),
        ("(?:very )?cold", {"col"}),
        ("[1-3]\\d pills", {"pil"}),
        ("can not(?=$)", {"can"}),
        ("ab?c", {"ac", "abc"}),
        ("\\S+ing", set()),
        ("(?:kill|\\S+ed) \\S+", set()),
    ],
)
def test_the_words_a_pattern_cannot_do_without(pattern, words):
    usual = {"can": 0, "kil": 9, "not": 9, "pul": 9, "is": 9, "are": 9, "i": 9}
    assert required(pattern, lambda some: sum(1 + usual.get(word, 0) for word in some)) == words


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("(?:od|ods)(?:ed|ing)?", "he oding"),
        ("(?:a |the )?(?:gun|knife)", "knife"),
        ("(?:(?:so|too) ){0,2}sad", "so too sad"),
        ("(?:x|y z) w", "y z w"),
        ("to die(?: now)?", "i want to die now"),
        ("ab?c", "ac"),
    ],
)
def test_what_is_there_is_possible(pattern, sentence):
    whole = re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")
    assert whole.search(sentence)
    assert Prefilter([whole], []).possible(sentence) == [0]


def test_a_sentence_without_its_words_is_not_searched():
    patterns = [re.compile("overdosed"), re.compile("\\S+ing"), re.compile("no pulse")]
    assert Prefilter(patterns, []).possible("how long is the program") == [1]
    assert beginnings("how long is it") == {"how", "lon", "is", "it"}


def test_no_rule_is_missed_on_thousands_of_messages():
    patterns = [pattern for _, pattern in RULES.parts]
    texts = [message.text for message in read_messages(DATA / "safety" / "messages.yml")][::9]
    texts += [example for rule in RULES.rules for example in (*rule.yes, *rule.no)]
    for sentence in (one for text in texts for one in sentences(text, RULES.vocabulary)):
        possible = set(RULES.prefilter.possible(sentence))
        assert [
            number
            for number, pattern in enumerate(patterns)
            if number not in possible and pattern.search(sentence)
        ] == [], sentence
