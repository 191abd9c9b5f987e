from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import bot.settings
from bot.knowledge.check import Report, check
from bot.knowledge.cli import add_commands
from bot.knowledge.documents import DocumentError, read_documents, sentence_hash
from bot.knowledge.reading import read_knowledge
from tests.knowledge.conftest import CRAFTS, LONG, SPAM

Edit = Callable[[str, str, str], None]
LENGTH = "knowledge/length.yml"


def report(data: Path, documents: Path) -> Report:
    return check(read_knowledge(data / "knowledge"), read_documents(documents))


def rewrite(documents: Path, name: str, old: str, new: str) -> None:
    content = (documents / name).read_text()
    assert old in content
    (documents / name).write_text(content.replace(old, new))


def messages(report: Report) -> list[str]:
    return [f"{gap.where}: {gap.message}" for gap in report.gaps]


def test_a_knowledge_base_that_uses_every_sentence_has_no_gap(data: Path, documents: Path) -> None:
    found = report(data, documents)
    assert (found.ok, found.gaps, found.notes) == (True, (), ())
    assert [(one.document, one.sentences, one.cited, one.left_out) for one in found.coverage] == [
        ("a.txt", 3, 2, 1),
        ("b.txt", 3, 3, 0),
    ]
    assert found.total.share == 1


def test_a_changed_sentence_is_reported_with_its_facts_and_answers(data: Path, documents: Path) -> None:
    new = "Most courses run for nine to 14 weeks."
    rewrite(documents, "a.txt", LONG, new)
    found = report(data, documents)
    assert not found.ok
    (changed,) = found.changed
    assert (changed.document, changed.section) == ("a.txt", "How long")
    assert changed.facts == ("length.weeks",)
    assert changed.answers == (
        ("length", "Sources differ: 8 to 12 weeks (Courses) or 5 to 8 weeks (Short)."),
    )
    assert changed.likely is not None
    assert changed.likely.text == new


def test_a_changed_sentence_names_every_answer_in_every_topic(data: Path, documents: Path) -> None:
    rewrite(documents, "b.txt", CRAFTS, "There is dancing.")
    (changed,) = report(data, documents).changed
    assert changed.facts == ("crafts.offers",)
    assert {topic for topic, _ in changed.answers} == {"length", "crafts"}


def test_a_sentence_that_is_gone_altogether_has_no_new_wording(data: Path, documents: Path) -> None:
    rewrite(documents, "a.txt", LONG, "")
    (changed,) = report(data, documents).changed
    assert changed.likely is None


def test_a_sentence_nobody_used_is_a_gap(data: Path, documents: Path) -> None:
    lunch = "Lunch is served at noon."
    rewrite(documents, "b.txt", "Claims", f"{lunch}\n\nClaims")
    found = report(data, documents)
    assert messages(found) == [
        f"b.txt, Short Courses: not used: {sentence_hash(lunch)} {lunch}",
    ]
    assert found.coverage[1].share == 0.75


def test_a_heading_need_not_be_used(data: Path, documents: Path) -> None:
    rewrite(documents, "b.txt", "Claims", "Share This Post\n\nClaims")
    assert report(data, documents).ok


@pytest.mark.parametrize(
    ("name", "old", "new", "gap"),
    [
        (LENGTH, "high: 12", "high: 13", r"length.weeks: 13 stands in no sentence it cites"),
        (LENGTH, "low: 5", "low: 4.5", r"length.short: 4.5 stands in no sentence it cites"),
        (LENGTH, "for some people", "after 3 weeks", r"length.stay: 3 stands in no sentence it cites"),
        (
            "knowledge/crafts.yml",
            "- pottery",
            "- 4 kinds of pottery",
            r"crafts.offers: 4 stands in no sentence",
        ),
        (
            LENGTH,
            '"How long"',
            '"How short"',
            r"length.weeks: sentence .* stands in the section 'How long', not",
        ),
        ("knowledge/left_out.yml", sentence_hash(SPAM), "0" * 12, r"left_out: a.txt has no sentence 0{12}"),
        (
            "knowledge/left_out.yml",
            sentence_hash(SPAM),
            sentence_hash(LONG),
            r"left_out: .* cited by a fact as",
        ),
        (
            "knowledge/documents.yml",
            "documents:",
            "documents:\n- {file: c.txt, title: C, short: C}",
            r"c.txt: is l",
        ),
    ],
)
def test_what_does_not_hold_is_a_gap(
    data: Path, documents: Path, edit: Edit, name: str, old: str, new: str, gap: str
) -> None:
    edit(name, old, new)
    found = report(data, documents)
    assert not found.ok
    assert [message for message in messages(found) if re.match(gap, message)], messages(found)


def test_a_document_nobody_knows_is_a_gap(data: Path, documents: Path) -> None:
    (documents / "new.txt").write_text("Something new.\n")
    assert messages(report(data, documents)) == [
        "new.txt: is among the documents, but not listed in documents.yml"
    ]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ('  - "{stay}"\n', "", "length.stay: is approved, but no answer says it"),
        ("unit: week", "unit: month", "length.weeks: no sentence it cites speaks of a month"),
        ('"{stay}"', '"{stay} {stay}"', "length: says twice: Staying longer is possible."),
        ('"{stay}"', '"{stay}."', "length: look at the punctuation: Staying longer is possible.."),
        (
            '"{stay}"',
            '"' + "so " * 60 + '{stay}"',
            "length: its lead has 77 words; the first message holds 60",
        ),
    ],
)
def test_what_is_odd_is_noted_but_is_no_gap(
    data: Path, documents: Path, edit: Edit, old: str, new: str, note: str
) -> None:
    edit(LENGTH, old, new)
    found = report(data, documents)
    assert [f"{one.where}: {one.message}" for one in found.notes] == [note]
    assert found.ok


# --- documents


def test_documents_are_cut_into_sentences_under_their_headings(documents: Path) -> None:
    sentences = read_documents(documents)["a.txt"]
    assert [(one.text, one.section, one.is_heading) for one in sentences] == [
        ("All About Courses", "All About Courses", True),
        (SPAM, "All About Courses", False),
        ("How long", "How long", True),
        (LONG, "How long", False),
        ("Some people stay on.", "How long", False),
    ]


def test_a_hash_does_not_depend_on_white_space_or_the_kind_of_spaces() -> None:
    assert sentence_hash("  Two\u00a0 words\u200b ") == sentence_hash("Two words")
    assert sentence_hash("IOPs\u00ac\u2020last") == sentence_hash("IOPs last")
    assert sentence_hash("Two words") != sentence_hash("Two word")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "expected a folder with .txt"), (b"\xff\xfe\x00", r"x\.txt: expected text in UTF-8")],
)
def test_documents_that_cannot_be_read_are_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(DocumentError, match=message):
        read_documents(tmp_path)


# --- commands


@pytest.fixture
def bot_command(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `python -m bot knowledge ...` with this data folder and a database of its own."""
    monkeypatch.setenv("IOP_DATA_DIR", str(data))
    monkeypatch.setenv("IOP_DATABASE_URL", f"sqlite:///{tmp_path}/var/knowledge.db")
    monkeypatch.setenv("COLUMNS", "200")
    bot.settings.settings.cache_clear()

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers())
        args = parser.parse_args(["knowledge", *words])
        return int(args.run(args))

    return run


@pytest.fixture(autouse=True)
def _fresh_settings() -> object:
    yield
    bot.settings.settings.cache_clear()


def test_load_says_what_it_did(bot_command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert bot_command("load") == 0
    assert bot_command("load") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Knowledge base: 12 added, 0 changed, 0 removed, 0 unchanged",
        "Knowledge base: 0 added, 0 changed, 0 removed, 12 unchanged",
    ]


def test_load_stops_at_a_broken_file_with_its_line(
    bot_command: Callable[..., int], data: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(LENGTH, "unit: week", "unit: weks")
    assert bot_command("load") == 2
    assert capsys.readouterr().err.startswith(
        f"{data / LENGTH}, line 18: facts 1: quantity: unit: expected one of"
    )


def test_check_succeeds_without_gaps_and_fails_with_one(
    bot_command: Callable[..., int], documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bot_command("check", str(documents)) == 0
    assert "No gaps. Coverage 100.0%." in capsys.readouterr().out
    rewrite(documents, "a.txt", LONG, "Most courses run for [b]nine[/b] to 14 weeks.")
    assert bot_command("check", str(documents)) == 1
    out = capsys.readouterr().out
    for piece in ("length.weeks", "Sources differ: 8 to 12 weeks", "[b]nine[/b] to 14 weeks", "2 to mend"):
        assert piece in out
    assert bot_command("check", str(documents / "nowhere")) == 2


def test_show_prints_what_is_known_and_from_where(
    bot_command: Callable[..., int], documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bot_command("show", "length") == 0
    out = capsys.readouterr().out
    for piece in (
        "Sources differ: 8 to 12 weeks (Courses) or 5 to 8 weeks (Short).",
        f"Courses › How long › {sentence_hash(LONG)}",
        "doubtful",
        "reason: nobody can promise that",
        "applies: for some people",
        "Are there crafts? · What does it cost?",
    ):
        assert piece in out
    assert LONG not in out
    assert bot_command("show", "length", "--documents", str(documents)) == 0
    assert f"“{LONG}”" in capsys.readouterr().out


def test_show_helps_with_a_mistyped_topic(
    bot_command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bot_command("show", "lenght") == 2
    assert "No topic 'lenght': did you mean length?" in capsys.readouterr().err
