"""The training phrases themselves."""

import re

import yaml

from bot.knowledge.reading import read_knowledge
from bot.settings import ROOT, settings

MAIN_TOPICS = (
    "what_is_iop program_length weekly_schedule session_length time_of_day work_school_home "
    "detox_availability medication services group_therapy individual_therapy family_involvement "
    "who_benefits conditions_treated "
    "iop_vs_inpatient how_to_start cost insurance contact virtual_iop"
).split()


def test_every_topic_has_an_intent_with_enough_phrases(phrases):
    for topic in read_knowledge(settings().data_dir / "knowledge").topics:
        assert len(phrases[topic]) >= (50 if topic in MAIN_TOPICS else 30), topic


def test_no_phrase_stands_twice(phrases):
    seen: dict[str, str] = {}
    for intent, texts in phrases.items():
        for text in texts:
            plain = " ".join(re.findall(r"\w+", text.lower())) or text
            assert plain not in seen, f"{text!r} in {intent} and {seen[plain]}"
            seen[plain] = intent


def test_one_file_an_intent():
    for path in (settings().data_dir / "nlu").glob("*.yml"):
        assert [block["intent"] for block in yaml.safe_load(path.read_text())["nlu"]] == [path.stem]


def test_no_held_out_question_is_a_training_phrase(phrases):
    import json

    trained = {" ".join(re.findall(r"\w+", text.lower())) for texts in phrases.values() for text in texts}
    for line in (ROOT / "tests" / "held_out" / "questions.jsonl").read_text().splitlines():
        text = json.loads(line)["text"]
        plain = " ".join(re.findall(r"\w+", text.lower()))
        assert len(plain.split()) < 2 or plain not in trained, text
