"""Phrases go into data/nlu so that Rasa reads them back as they are, and Git shows a line for each."""

from __future__ import annotations

import subprocess
import unicodedata

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bot.knowledge.yaml_file import DataError
from bot.publishing.nlu_files import Phrase, add_phrases, as_line, read_phrases

COST = """version: "3.1"
nlu:
- intent: cost
  examples: |
    - how much is it
    - price?
- intent: insurance  # beside it
  examples: |
    - do you take my plan
"""
# What breaks YAML, Rasa's marks, or a file of lines.
NASTY = (
    '"', "'", ":", ": ", "#", " #", "[x](y)", '[x]{"entity": "y"}', "[x][{}]", "\\", "\\n", "- ", "-", "|",
    ">", "\n", "\r", "\t", "\x85", "\u2028", "\ufeff", "\u200d", "\x00", "\x1b", "é", "🙂", "${HOME}",
    "/stop", "%", "@", "&a", "*a", "intent: insurance", "!!str", "---", "...", "{", "}", "[", "]", ",",
    "?", "no", "~", "\u00a0", "\ud800",
)  # fmt: skip
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=5), max_size=6).map("".join)


@pytest.fixture(scope="module")
def read_by_rasa():
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    def read(path):
        read = RasaYAMLReader().reads(path.read_text(encoding="utf-8"))
        assert not read.entity_examples
        return [Phrase(one.get("text"), one.get("intent")) for one in read.intent_examples]

    return read


@given(st.lists(st.tuples(texts, st.sampled_from(["cost", "insurance"])), max_size=4))
@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_what_rasa_reads(read_by_rasa, tmp_path, said):
    (tmp_path / "cost.yml").write_text(COST)
    there = read_phrases(tmp_path / "cost.yml")
    phrases = [Phrase(as_line(text), intent) for text, intent in said]
    add_phrases(tmp_path, [Phrase(text, intent) for text, intent in said])
    wanted = {phrase for phrase in phrases if phrase.text} | set(there)
    read = read_phrases(tmp_path / "cost.yml")
    assert len(read) == len(wanted)
    assert set(read) == wanted
    assert set(read_by_rasa(tmp_path / "cost.yml")) == wanted


@given(texts)
def test_a_line_keeps_the_words(text):
    line = as_line(text)
    assert as_line(line) == line

    def words(of):
        return [one for one in of if not one.isspace() and unicodedata.category(one)[0] not in "C"]

    assert words(line) == words(text)


def test_git_shows_a_line_for_each(tmp_path):
    file = tmp_path / "cost.yml"
    file.write_text(COST)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    new = [("what's it\ncost", "cost"), ("aetna: ok?", "insurance"), ("price?", "cost"), ("- 5 $", "cost")]
    assert add_phrases(tmp_path, [Phrase(*one) for one in new]) == [file]
    shown = subprocess.run(["git", "diff", "-U0"], cwd=tmp_path, check=True, capture_output=True, text=True)
    changed = [line for line in shown.stdout.split("\n") if line.startswith(("+ ", "- "))]
    assert changed == ["+    - what's it cost", "+    - - 5 $", "+    - aetna: ok?"]
    assert add_phrases(tmp_path, [Phrase(*one) for one in new]) == []


@pytest.mark.parametrize(
    ("text", "intent", "says"),
    [
        (COST, "parking", "no file has phrases of the intent 'parking'"),
        ("nlu: [", "cost", "cost.yml: expected"),
        (COST.replace("    - ", "     - "), "cost", "cost.yml: expected"),
        ("nlu:\n- intent: cost\n  examples: >\n    - a\n    - b\n", "cost", "cost.yml: .*only below"),
    ],
)
def test_a_file_that_is_not_as_expected_is_named(tmp_path, text, intent, says):
    (tmp_path / "cost.yml").write_text(text)
    with pytest.raises(DataError, match=says):
        add_phrases(tmp_path, [Phrase("what does it cost", intent)])
