"""Every rule against its own examples, and the guards that keep it quiet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.knowledge.yaml_file import DataError
from bot.safety.detect import PRIORITY, detect, detect_in_conversation
from bot.safety.normalise import DATA, sentences
from bot.safety.rules import Rule, RuleSet

RULES = RuleSet.load()


def _name(rule: Rule) -> str:
    return f"{rule.id}.{rule.name}"


def _strengths(rule: Rule, text: str) -> set[str]:
    plain = (RULES.figures.sub("~", sentence) for sentence in sentences(text, RULES.vocabulary))
    return {match.strength for match in map(rule.match, plain) if match}


@pytest.mark.parametrize("rule", RULES.rules, ids=_name)
def test_a_rule_notices_its_examples(rule):
    assert rule.yes
    for example in rule.yes:
        assert rule.strength in _strengths(rule, example), example


@pytest.mark.parametrize("rule", RULES.rules, ids=_name)
def test_what_only_looks_like_a_rule_is_no_danger(rule):
    assert rule.no
    for example in rule.no:
        finding = detect(example)
        assert finding is None or not finding.is_danger, (example, finding)


@pytest.mark.parametrize("example", RULES.figure_examples)
def test_figures_of_speech_raise_no_alarm(example):
    assert detect(example) is None


def test_every_danger_has_rules_and_spanish_ones():
    assert {rule.id for rule in RULES.rules} == set(PRIORITY)
    assert {rule.id for rule in RULES.rules if rule.language == "es"} == set(PRIORITY)


@pytest.mark.parametrize(
    "text",
    [
        "i do not want to die",
        "I'm NOT suicidal",
        "i have never overdosed",
        "i dont want to hurt anyone",
        "no chest pain",
        "my husband never hits me",
        "she didn't overdose",
        "i'm not having seizures",
        "i would never kill myself",
        "we don't have thoughts of suicide",
    ],
)
def test_what_is_denied_is_no_danger(text):
    finding = detect(text)
    assert finding is None or not finding.is_danger


@pytest.mark.parametrize(
    "text",
    [
        "i can't stop thinking about killing myself",
        "no i want to die",
        "not ok. i want to die",
        "im not okay i want to kill myself",
        "why not just kill myself",
        "i don't want to live",
        "i do not know why i should not kill myself",
        "he's not breathing",
    ],
)
def test_a_not_that_denies_nothing_hides_nothing(text):
    finding = detect(text)
    assert finding is not None
    assert finding.is_danger


@pytest.mark.parametrize(
    ("text", "language", "danger"),
    [
        ("je veux mourir", "fr", "suicide"),
        ("Ich will nicht mehr leben", "de", "suicide"),
        ("хочу умереть", "ru", "suicide"),
        ("我想死", "zh", "suicide"),
        ("죽고 싶어요", "ko", "suicide"),
        ("أريد أن أموت", "ar", "suicide"),
        ("marido me bate, ele me bate muito", "pt", "abuse"),
        ("quiero morir", "es", "suicide"),
        ("mi esposo me pega", "es", "abuse"),
    ],
)
def test_a_plain_danger_word_in_another_language(text, language, danger):
    finding = detect(text)
    assert finding is not None
    assert (finding.id, finding.strength, finding.language) == (danger, "danger", language)


def test_ordinary_words_are_not_taken_apart() -> None:
    """ "Attended" was "at ten dead", "intensive" was "in ten si ve"."""
    text = "i attended an intensive residential program and was suspended it is confidential"
    assert sentences(text, RULES.vocabulary) == [text]
    assert sentences("idontwanttolive", RULES.vocabulary) == ["i do not want to live"]


@pytest.mark.parametrize(
    ("text", "danger", "about", "variant"),
    [
        ("i want to die", "suicide", "self", ""),
        ("my son says he wants to die", "suicide", "other", ""),
        ("i took too many pills", "overdose", "self", ""),
        ("my boyfriend overdosed", "overdose", "other", ""),
        ("my toddler ate my suboxone", "overdose", "other", "poison"),
        ("im about to use alone", "overdose", "self", "alone"),
        ("she used heroin. she wont wake up", "overdose", "other", ""),
        ("my dad collapsed", "medical_emergency", "other", ""),
        ("goodbye everyone", "suicide", "self", ""),
        ("she took 30 tylenol an hour ago and feels fine", "overdose", "other", "poison"),
        ("she took 30 oxycodone", "overdose", "other", ""),
        ("i took 30 tylenol", "overdose", "self", ""),
        ("my dealer is outside with a gun", "violence", "other", ""),
        ("he said he will kill us if i leave", "violence", "other", "home"),
        ("my wife is driving drunk with the baby right now", "violence", "other", "drunk_driver"),
        ("my husband drives drunk with the kids", "violence", "other", "drunk_driver"),
        ("i'm about to drive home drunk", "violence", "self", "about_to_drive"),
        ("i was raped and i drink to forget", "abuse", "self", "assault"),
        ("my husband rapes me", "abuse", "self", ""),
        ("i want to kill him", "violence", "self", ""),
        ("my brother says he will shoot our neighbor", "violence", "other", ""),
        ("my husband beats me", "abuse", "self", ""),
        ("my neighbor beats his children", "abuse", "other", "child"),
        ("the caregiver hits my grandmother", "abuse", "self", "elder"),
        ("she cuts her arms", "self_harm", "other", ""),
    ],
)
def test_who_is_in_danger(text, danger, about, variant):
    finding = detect(text)
    assert finding is not None
    assert (finding.id, finding.variant) == (danger, variant)
    assert finding.about == about or variant == "elder"


def test_despair_right_after_danger_is_danger():
    finding = detect_in_conversation("i just dont see the point anymore", "i want to die")
    assert finding is not None
    assert finding.is_danger
    assert detect_in_conversation("how much does it cost", "i want to die") is None


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("my wife is driving drunk with the baby right now", "danger"),
        ("my husband drives drunk with the kids", "distress"),
        ("i'm about to drive home drunk", "distress"),
        ("can you die from alcohol withdrawal", "distress"),
        ("what do i do if someone ODs", "distress"),
    ],
)
def test_what_may_happen_is_distress_and_what_happens_now_danger(text, strength):
    finding = detect(text)
    assert finding is not None
    assert finding.strength == strength


def test_the_quickest_help_comes_first_and_the_rest_is_named():
    finding = detect("My husband beats me. I took 40 xanax. I want to die.")
    assert finding is not None
    assert finding.id == "overdose"
    assert finding.also == ("suicide", "abuse")


def test_a_finding_says_which_rule_and_where():
    finding = detect("How long is it? I want to kill myself.")
    assert finding is not None
    assert finding.sentence == 1
    assert finding.reason == "rule suicide.kill_oneself: “kill myself”"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rules/suicide.yml", "unless: [negated, ", "unless: [negatted, ", "no guard negatted"),
        ("rules/abuse.yml", "strength: distress", "strength: high", "strength is danger or distress"),
        ("guards.yml", "negated:", "negated: [", "guards.yml, line"),
        ("rules/violence.yml", "homicidal", "homicidal(", "violence.yml, kill_them"),
    ],
)
def test_a_broken_rule_file_is_named(tmp_path: Path, file, old, new, said):
    folder = tmp_path / "safety"
    shutil.copytree(DATA, folder)
    broken = folder / file
    broken.write_text(broken.read_text().replace(old, new, 1))
    with pytest.raises(DataError, match=said):
        RuleSet.load(folder)


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("theres rats on my bed. i know theyre not there. last drink was monday", True),
        ("came off the ativan cold turkey. twitching. cant think", True),
        ("Eight years ago I wanted to die. Today I am a nurse.", False),
        ("I quit my job today. The kids have a fever. What does it cost?", False),
    ],
)
def test_danger_told_in_pieces_is_noticed_and_the_pieces_of_something_else_are_not(text, danger):
    finding = detect(text)
    assert (finding is not None and finding.is_danger) == danger


def test_what_is_over_is_no_danger_of_today():
    finding = detect("i was suicidal when i was 16, not anymore. can i visit the alumni group")
    assert finding is None or not finding.is_danger
    for today in (
        "but tonight i want to die",
        "and now i am suicidal again",
        "but i am going to kill myself today",
    ):
        finding = detect(f"i was suicidal a long time ago, not anymore, {today}")
        assert finding is not None, today
        assert finding.is_danger, today
