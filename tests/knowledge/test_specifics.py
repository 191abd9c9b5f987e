"""Particular questions: which is meant, and how its answer begins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.knowledge.answers import Answer, Snapshot, compose
from bot.knowledge.database import open_database
from bot.knowledge.load import load_files
from bot.knowledge.nearest import Nearest, Vectors
from bot.knowledge.reading import read_data
from bot.knowledge.repository import KnowledgeRepository
from bot.knowledge.yaml_file import DataError

Edit = Callable[[str, str, str], None]

FILE = """\
topic: length
specifics:
- asks: [is it under three months, less than 3 months]
  verdict: "yes"
  says: "Courses take {weeks}, so it is."
- asks: [do you give a certificate]
  verdict: unsaid
- asks: [weeks or months]
  says: "{stay}"
"""
WORDS = ["month", "certificate", "week", "clay", "pottery", "price", "stay", "course"]


def encode(texts: Sequence[str]) -> Vectors:
    """A stand-in for the sentence encoder: which of a few words a text holds."""
    rows = np.array([[float(word in text.lower()) for word in WORDS] for text in texts], dtype=np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


@pytest.fixture
def asked(data: Path) -> Path:
    (data / "knowledge" / "specifics").mkdir()
    (data / "knowledge" / "specifics" / "length.yml").write_text(FILE)
    return data


def answer(data: Path, text: str, expects_verdict: bool = True, names: Sequence[str] = ()) -> Answer:
    snapshot = Snapshot(*read_data(data))
    focus = Nearest(encode).focus(snapshot, "length", text, names, expects_verdict)
    return compose(snapshot, "length", focus)


def test_a_yes_or_no_question_gets_its_verdict_first_and_the_source_of_its_reason(asked: Path) -> None:
    said = answer(asked, "is it less than 3 months")
    assert said.first.startswith("Yes. Courses take 8 to 12 weeks, so it is.")
    assert said.direct == "Yes. Courses take 8 to 12 weeks, so it is."
    assert said.direct_sources[0].document == "a.txt"


def test_what_nobody_says_is_said_plainly(asked: Path) -> None:
    said = answer(asked, "do you give a certificate")
    assert said.first.startswith("The material behind this assistant doesn't say.")
    assert not said.known


def test_a_choice_has_no_verdict(asked: Path) -> None:
    assert answer(asked, "weeks or months").first.startswith("Staying longer is possible.")


def test_a_question_that_asks_for_a_figure_gets_no_yes(asked: Path) -> None:
    assert answer(asked, "how many months", expects_verdict=False).first[:3] != "Yes"


def test_another_question_gets_the_topics_answer(asked: Path) -> None:
    assert answer(asked, "price").first.startswith("Sources differ")


def test_the_centres_answer_comes_before_the_documents(asked: Path) -> None:
    (asked / "centre.yml").write_text("name: Oak House\nwords:\n  length:\n    says: Ours takes 6 weeks.\n")
    (asked / "centre").mkdir()
    (asked / "centre" / "length.yml").write_text(
        "topic: length\nspecifics:\n"
        "- asks: [is it less than 3 months]\n  verdict: yes\n  says: It is 6 weeks.\n"
    )
    said = answer(asked, "is it less than 3 months")
    assert said.first.startswith("Yes. At Oak House: It is 6 weeks. Ours takes 6 weeks.\n\nIn general: ")


def test_the_documents_silence_does_not_speak_for_the_centre(asked: Path) -> None:
    (asked / "centre.yml").write_text("name: Oak House\nwords:\n  length:\n    says: Ours takes 6 weeks.\n")
    assert answer(asked, "do you give a certificate").first.startswith("At Oak House: Ours takes 6 weeks.")


def test_specifics_survive_the_database(asked: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'knowledge.db'}"
    load_files(url, asked)
    repository = KnowledgeRepository(open_database(url))
    assert repository.snapshot().knowledge.topics["length"].specifics == (
        read_data(asked)[0].topics["length"].specifics
    )


def test_what_was_encoded_is_kept(asked: Path, tmp_path: Path) -> None:
    snapshot, file = Snapshot(*read_data(asked)), tmp_path / "vectors.npz"
    Nearest(encode).keep(snapshot, file)

    def only_the_message(texts: Sequence[str]) -> Vectors:
        assert len(texts) == 1, "everything else was encoded before"
        return encode(texts)

    assert Nearest(only_the_message, file).focus(snapshot, "length", "certificate", (), True).documents
    file.write_bytes(b"half a file")
    assert Nearest(encode, file).passages(snapshot, "pottery course")


def test_a_passage_is_found_only_where_it_touches(asked: Path) -> None:
    nearest, snapshot = Nearest(encode), Snapshot(*read_data(asked))
    assert [passage.topic for passage in nearest.passages(snapshot, "pottery")] == ["crafts"]
    assert nearest.passages(snapshot, "the weather") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('verdict: "yes"', "verdict: perhaps", "verdict"),
        ("  verdict: unsaid", "  verdict: unsaid\n  says: Hm.", "unsaid"),
        ("{stay}", "{no_such}", "no_such"),
        ("topic: length", "topic: crafts", "name of the file"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(asked: Path, old: str, new: str, message: str) -> None:
    path = asked / "knowledge" / "specifics" / "length.yml"
    path.write_text(FILE.replace(old, new))
    with pytest.raises(DataError, match=message) as error:
        read_data(asked)
    assert "specifics" in error.value.file
    assert error.value.line


@pytest.mark.parametrize(
    "reverse",
    [
        "is it dangerous to take under three months",
        "can it be done without under three months",
        "is it under three months or a year",
    ],
)
def test_a_yes_is_no_answer_to_the_reverse_or_to_a_choice(asked: Path, reverse: str) -> None:
    assert answer(asked, "is it really under three months").first.startswith("Yes.")
    assert not answer(asked, reverse).first.startswith("Yes.")


def test_a_new_state_is_encoded_before_it_is_said(asked: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'knowledge.db'}"
    load_files(url, asked)
    busy = threading.Event()

    def slow(texts: Sequence[str]) -> Vectors:
        if "new" in texts[-1]:
            busy.wait(10)
        encoded.extend(texts)
        return encode(texts)

    encoded: list[str] = []
    nearest, repository = Nearest(slow), KnowledgeRepository(open_database(url), check_every=0.02)
    repository.follow(nearest.get_ready)
    before = repository.snapshot()
    file = asked / "knowledge" / "specifics" / "length.yml"
    file.write_text(FILE.replace("less than 3 months", "a new way to ask"))
    load_files(url, asked)
    encoded.clear()
    assert repository.snapshot() is before, "nobody waits while the new way is encoded"
    assert nearest.focus(before, "length", "less than 3 months", (), True).documents
    assert encoded == ["less than 3 months"], "and the state before is not made again"
    busy.set()
    while repository.snapshot() is before:
        time.sleep(0.01)
    encoded.clear()
    assert nearest.focus(repository.snapshot(), "length", "certificate", (), True).documents
    assert encoded == ["certificate"]


def test_a_fact_told_already_is_not_told_again(asked: Path) -> None:
    path = asked / "knowledge" / "specifics" / "length.yml"
    path.write_text(FILE.replace('"{stay}"', '"As you like: {stay}"'))
    first = answer(asked, "weeks or months").first
    assert first.startswith("As you like: Staying longer is possible.")
    assert first.count("Staying longer") == 1


AMOUNTS = """\
topic: length
specifics:
- asks: [do courses take 4 weeks, do courses take 7 weeks]
  verdict: "no"
  says: "Courses take {weeks}."
- asks: [do courses take 8 weeks, do courses take 12 weeks]
  verdict: "yes"
  says: "Courses take {weeks}."
- asks: [do courses take more than 2 weeks, do courses take more than 6 weeks]
  verdict: "yes"
  says: "Courses take {weeks}."
- asks: [do courses take 13 weeks, do courses take 52 weeks]
  verdict: "no"
  says: "Courses take {weeks}."
"""


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("do courses take 4 weeks", "No."),
        ("do courses take 5 weeks", "No."),  # between two the entry is asked with
        ("do courses take eleven weeks", "Yes."),
        ("do courses take 3 months", "No."),  # 13.04 weeks
        ("do courses take 40 weeks", "No."),
        ("do courses take more than 5 weeks", "Yes."),
        ("do courses take less than 5 weeks", ""),  # not what was asked of 5 weeks
        ("do courses take more than 20 weeks", ""),
        ("do courses take 60 weeks", ""),
        ("do courses take weeks", ""),
        ("do courses take 10 days", ""),
        ("do courses take 8 to 60 weeks", ""),
    ],
)
def test_a_verdict_on_one_amount_is_none_on_another(asked: Path, text: str, verdict: str) -> None:
    (asked / "knowledge" / "specifics" / "length.yml").write_text(AMOUNTS)
    first = answer(asked, text).first
    assert first.startswith(verdict) if verdict else not first.startswith(("Yes.", "No."))
