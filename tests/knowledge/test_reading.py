"""Every mistake in a data file is answered with the file, the line, and what is expected."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge.database import migrate, open_database
from bot.knowledge.load import load_files
from bot.knowledge.reading import read_data, read_knowledge, read_profile
from bot.knowledge.repository import KnowledgeRepository
from bot.knowledge.yaml_file import DataError
from tests.knowledge.conftest import FILES

Edit = Callable[[str, str, str], None]
LENGTH = "knowledge/length.yml"

MISTAKES = [
    # file, what is there, what is written instead, line, what the message says
    (
        LENGTH,
        "unit: week",
        "unit: weks",
        18,
        "facts 1: quantity: unit: expected one of minute, .* found 'weks'",
    ),
    (LENGTH, "typical", "usual", 18, "expected one of typical, at_least, .*, found 'usual'"),
    (
        LENGTH,
        "approved",
        "aproved",
        16,
        "facts 1: status: expected one of approved, doubtful, found 'aproved'",
    ),
    (LENGTH, "low: 8, high: 12", "low: 12, high: 8", 18, "expected low to be at most high, found 12 and 8"),
    (LENGTH, "low: 8", 'low: "8"', 18, "low: expected a number above 0, found '8'"),
    (LENGTH, "low: 8, high: 12, ", "", 18, "expected low, high or both"),
    (LENGTH, "  says: Staying", "  sais: Staying", 29, r"sais: not a key here \(did you mean says\?\)"),
    (LENGTH, "title: How long a course takes\n", "", 1, "title: expected this key, found none"),
    (LENGTH, "title:", "title: A\ntitle:", 5, 'duplicate key "title"'),
    (
        LENGTH,
        "topic: length",
        "topic: lenght",
        1,
        "topic: expected the name of the file, 'length', found 'lenght'",
    ),
    (LENGTH, "group: basics", "group: The Basics", 2, "group: expected a name of small letters"),
    (
        LENGTH,
        "source: documents",
        "source: books",
        3,
        "source: expected one of documents, profile, found 'books'",
    ),
    (
        LENGTH,
        "How long does it take?",
        "How long does it take for people like me?",
        5,
        "at most 40 characters",
    ),
    (LENGTH, "[crafts, money]", "[crafts, monney]", 6, "next 2: expected the id of a topic, found 'monney'"),
    (LENGTH, "[crafts, money]", "[crafts, crafts]", 6, "expected each topic once, found 'crafts' again"),
    (LENGTH, "[crafts, money]", "[crafts, length]", 6, "expected another topic, found this one"),
    (LENGTH, "[crafts, money]", "[crafts]", 6, "next: expected 2 or 3 topics, found 1"),
    (LENGTH, "[crafts, money]", "crafts", 6, "next: expected a list, found 'crafts'"),
    (LENGTH, "{stay}", "{stays}", 11, "answer: lead 3: expected the id of a fact of length, found {stays}"),
    (LENGTH, "{crafts.offers}", "{craft.offers}", 13, "expected the id of a fact of craft, found"),
    (
        LENGTH,
        "{weeks:source}",
        "{weeks:sauce}",
        9,
        "expected :says or :source after the fact, found {weeks:sauce}",
    ),
    (LENGTH, "{stay}", "{stay", 11, "expected every { to be closed"),
    (LENGTH, '"{stay}"', "{stay}", 11, r"expected text, found keys \(text that starts with { needs quotes\)"),
    (LENGTH, '"{stay}"', '"Stay, if you like."', 11, "expected at least one {fact} in the sentence"),
    (LENGTH, "differ: ", "differ by 4: ", 9, "expected numbers only through a fact, found '4'"),
    (LENGTH, "differ: ", "differ by four: ", 9, "expected numbers only through a fact, found 'four'"),
    (
        LENGTH,
        "longer is possible",
        "2 weeks longer is possible",
        29,
        "expected numbers only through .* found '2'",
    ),
    (LENGTH, "mostly take {quantity}", "vary", 17, "facts 1: says: expected {quantity}, found none"),
    (LENGTH, "is possible", "{items} is possible", 29, "expected no placeholder .* found {items}"),
    (LENGTH, "id: short", "id: weeks", 21, "facts 2: id: expected each id once, found 'weeks' again"),
    (LENGTH, "  reason: nobody can promise that\n", "", 34, "expected a reason beside status: doubtful"),
    (LENGTH, "document: a.txt", "document: z.txt", 20, "expected one of a.txt, b.txt .* found 'z.txt'"),
    (LENGTH, 'sentence: "', 'sentence: "x', 20, "expected a sentence hash of 12 hex digits"),
    (LENGTH, "\n  lead:", "\n\tlead:", 8, "expected YAML"),
    (LENGTH, "title: How", "title: !!python/object:os.system How", 4, "expected text, a number"),
    (LENGTH, "title: How long a course takes", "title: 2020-01-01", 4, "expected text, a number"),
    (LENGTH, "title: How", "1: x\ntitle: How", 4, "expected every key to be a word, found 1"),
    (LENGTH, "How long a course takes", "", 4, "title: expected a value, found nothing"),
    (LENGTH, "a course", "a \x07 course", 4, "expected text, found a control character"),
    (
        "knowledge/crafts.yml",
        "  entity: therapy",
        "  entity: theraphy",
        14,
        "expected one of group_kind, .*'theraphy'",
    ),
    ("knowledge/crafts.yml", "- pottery", "- {nam: pottery}", 16, "items 1: nam: not a key here"),
    ("knowledge/crafts.yml", "- pottery", "- 7", 16, "items 1: expected keys with values, found 7"),
    (
        "knowledge/crafts.yml",
        "  entity",
        "  quantity: {low: 1, unit: day, qualifier: exact}\n  entity",
        16,
        "found both",
    ),
    ("knowledge/money.yml", "next:", "facts: [{id: a}]\nnext:", 6, "facts 1: status: expected this key"),
    (
        "knowledge/money.yml",
        "next:",
        "answer: {lead: [Free.]}\nnext:",
        6,
        "expected none in a topic with source: prof",
    ),
    (
        "knowledge/left_out.yml",
        "spam",
        "spma",
        2,
        "left_out 1: reason: expected one of spam, .* found 'spma'",
    ),
    ("knowledge/left_out.yml", "spam, note: an advertisement", "no_information", 2, "expected a note"),
    ("knowledge/left_out.yml", "a.txt", "z.txt", 2, "expected one of a.txt, b.txt"),
    (
        "knowledge/documents.yml",
        "file: b.txt",
        "file: a.txt",
        5,
        "expected each file once, found 'a.txt' again",
    ),
    ("knowledge/documents.yml", "short: Courses", "shorty: Courses", 4, "shorty: not a key here"),
    ("centre.yml", "  money:", "  monney:", 9, "words: monney: expected the id of a topic, found 'monney'"),
    ("centre.yml", '"19:00"', '"7 pm"', 6, 'hours 1: closes: expected a time from "00:00" to "24:00", found'),
    ("centre.yml", '"19:00"', '"07:00"', 6, "expected closes to be later than opens"),
    ("centre.yml", '"08:00"', "800", 6, "hours 1: opens: expected text, found 800"),
    ("centre.yml", "mon,", "monday,", 6, "hours 1: days 1: expected one of mon, tue, .* found 'monday'"),
    ("centre.yml", "[sat]", "[]", 7, "hours 2: days: expected at least one entry"),
    ("centre.yml", "America/Chicago", "Chicago", 4, 'expected a time zone such as "America/Chicago", found'),
    ("centre.yml", '"+1 555 010 0199"', "15550100199", 3, "phone: expected text, found 15550100199"),
    ("centre.yml", "+1 555 010 0199", "call us", 3, "phone: expected a phone number, found 'call us'"),
    (
        "centre.yml",
        "example: true",
        "example: perhaps",
        1,
        "example: expected true or false, found 'perhaps'",
    ),
    ("centre.yml", "name:", "nam:", 2, r"nam: not a key here \(did you mean name\?\)"),
    (
        "centre.yml",
        "    more:",
        "    moer:",
        11,
        r"words: money: moer: not a key here \(did you mean more\?\)",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "line", "message"), MISTAKES)
def test_a_mistake_names_file_line_and_what_is_expected(
    data: Path, edit: Edit, name: str, old: str, new: str, line: int | None, message: str
) -> None:
    edit(name, old, new)
    with pytest.raises(DataError) as caught:
        read_data(data)
    every = [caught.value, *caught.value.others]
    found = [error for error in every if re.search(message, error.message)]
    assert found, str(caught.value)
    assert (found[0].file, found[0].line) == (str(data / name), line)
    where = f"{data / name}, line {line}: " if line else f"{data / name}: "
    assert where + found[0].message in str(caught.value).splitlines()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\xff", id="binary"),
        pytest.param("title: Köln".encode("latin-1"), id="not UTF-8"),
        pytest.param(b"a: [1,\n", id="unclosed"),
        pytest.param(b"just words\n", id="no keys"),
        pytest.param(b"- a\n- b\n", id="a list"),
        pytest.param(b"<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> theirs\n", id="unmerged"),
        pytest.param(b"a: 1\n---\na: 2\n", id="two in one"),
        pytest.param(b"a: *b\n", id="unknown alias"),
        pytest.param(b"[a, b]: c\n", id="a list as key"),
    ],
)
def test_a_file_of_something_else_is_refused_by_name(data: Path, name: str, content: bytes) -> None:
    (data / name).write_bytes(content)
    with pytest.raises(DataError, match=re.escape(str(data / name)) + r".*: expected "):
        read_data(data)


@pytest.mark.parametrize("name", [name for name in FILES if name != "centre.yml"])
@pytest.mark.parametrize("content", ["", "\n\n", "# later\n", "---\n"])
def test_an_empty_file_says_which_keys_are_expected(data: Path, name: str, content: str) -> None:
    (data / name).write_text(content)
    with pytest.raises(DataError, match=r"line 1: expected the keys .*, found an empty file"):
        read_data(data)


@given(place=st.integers(0, len(FILES[LENGTH]) - 60))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_half_written_file_is_refused(data: Path, place: int) -> None:
    (data / LENGTH).write_text(FILES[LENGTH][:place])
    with pytest.raises(DataError, match=r"length\.yml"):
        read_data(data)


def test_brackets_without_end_are_refused(data: Path) -> None:
    (data / LENGTH).write_text("[" * 600)
    with pytest.raises(DataError, match=r"length\.yml: expected YAML"):
        read_data(data)


def test_all_mistakes_are_told_at_once(data: Path, edit: Edit) -> None:
    edit(LENGTH, "unit: week", "unit: weks")
    edit("knowledge/crafts.yml", "approved", "aproved")
    edit("centre.yml", "name:", "nam:")
    with pytest.raises(DataError) as caught:
        read_data(data)
    files = [line.split(", line")[0] for line in str(caught.value).splitlines()]
    assert files == [str(data / f"knowledge/{name}.yml") for name in ("crafts", "length")] + [
        str(data / "centre.yml")
    ]


@pytest.mark.parametrize("name", ["knowledge/documents.yml", "knowledge/left_out.yml", "centre.yml"])
def test_a_missing_file_is_named(data: Path, name: str) -> None:
    (data / name).unlink()
    with pytest.raises(DataError, match=re.escape(f"{data / name}: expected a file to read: No such file")):
        read_data(data)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere"):
        read_knowledge(tmp_path / "nowhere")


def test_a_folder_in_place_of_a_file_is_named(data: Path) -> None:
    (data / "knowledge" / "odd.yml").mkdir()
    with pytest.raises(DataError, match=r"odd\.yml: expected a file to read: Is a directory"):
        read_data(data)


def test_a_file_that_would_be_overlooked_is_reported(data: Path) -> None:
    (data / "knowledge" / "money.yml").rename(data / "knowledge" / "money.yaml")
    with pytest.raises(DataError, match=r"money\.yaml: expected a name that ends in \.yml"):
        read_data(data)


@pytest.mark.parametrize(("name", "old", "new", "line", "message"), MISTAKES[::6])
def test_a_broken_file_leaves_the_database_as_it_was(
    data: Path, edit: Edit, url: str, name: str, old: str, new: str, line: int | None, message: str
) -> None:
    load_files(url, data)
    before = KnowledgeRepository(open_database(url)).snapshot()
    edit("knowledge/money.yml", "What it costs", "The price")  # a good change beside the bad one
    edit(name, old, new)
    with pytest.raises(DataError):
        load_files(url, data)
    assert KnowledgeRepository(open_database(url)).snapshot() == before


def test_a_broken_file_leaves_no_database_where_there_was_none(
    data: Path, edit: Edit, tmp_path: Path
) -> None:
    edit(LENGTH, "unit: week", "unit: weks")
    with pytest.raises(DataError):
        load_files(f"sqlite:///{tmp_path}/new/knowledge.db", data)
    assert not (tmp_path / "new").exists()


def test_what_is_read_is_what_was_written(data: Path) -> None:
    knowledge, profile = read_data(data)
    assert list(knowledge.documents) == ["a.txt", "b.txt"]
    assert sorted(knowledge.topics) == ["crafts", "length", "money"]
    offers = knowledge.fact("crafts", "offers")
    assert offers is not None
    assert offers.statement == "Some courses offer pottery, riding, and 12-step work."
    assert [(kind, item.name, item.also) for kind, item in knowledge.entities()] == [
        ("therapy", "pottery", ()),
        ("therapy", "riding", ("horses", "horse riding")),
        ("therapy", "12-step work", ()),
    ]
    assert knowledge.fact("crafts", "nothing") is None
    assert profile.words["money"].says[0] == "Each week costs 10 dollars."


@pytest.mark.parametrize(
    "content", ["", "# nobody has filled this in\n", "words:\n", "words: {}\nhours:\nname:\n"]
)
def test_an_empty_profile_is_a_profile(data: Path, content: str) -> None:
    (data / "centre.yml").write_text(content)
    profile = read_profile(data / "centre.yml", ["money"])
    assert (profile.name, profile.phone, profile.hours_in_words) == ("the center", None, "")
    assert profile.whom_to_ask == "Please ask a staff member at the center."


@pytest.mark.parametrize(
    ("days", "opens", "closes", "words"),
    [
        ("mon, tue, wed, thu, fri", "08:00", "19:00", "Monday to Friday 8 am to 7 pm"),
        ("sat, sun", "09:30", "12:00", "Saturday and Sunday 9:30 am to noon"),
        ("fri, mon, wed", "12:15", "24:00", "Monday, Wednesday, and Friday 12:15 pm to midnight"),
        ("mon, tue, wed, sat", "00:00", "01:00", "Monday to Wednesday and Saturday midnight to 1 am"),
        ("mon, tue, wed, thu, fri, sat, sun", "00:00", "24:00", "every day 24 hours"),
    ],
)
def test_hours_are_said_in_words(data: Path, days: str, opens: str, closes: str, words: str) -> None:
    (data / "centre.yml").write_text(f'hours: [{{days: [{days}], opens: "{opens}", closes: "{closes}"}}]')
    assert read_profile(data / "centre.yml").hours_in_words == words


def test_the_profile_says_whom_to_ask(data: Path) -> None:
    assert read_profile(data / "centre.yml").whom_to_ask == (
        "Please call Oak House at +1 555 010 0199, Monday to Friday 8 am to 7 pm, Saturday 9:30 am to noon."
    )


def test_windows_line_ends_and_a_byte_order_mark_are_fine(data: Path) -> None:
    expected = read_data(data)
    for path in data.rglob("*.yml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_data(data) == expected


def test_nothing_here_waits_for_spacy() -> None:
    """It is slow to import and needed for the documents alone."""
    modules = "answers, check, cli, database, documents, load, reading, repository, show"
    code = f"import sys; from bot.knowledge import {modules}; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_migrating_twice_does_no_harm(data: Path, url: str) -> None:
    load_files(url, data)
    migrate(url)
    assert KnowledgeRepository(open_database(url)).snapshot().knowledge == read_knowledge(data / "knowledge")


def test_a_data_folder_works_wherever_it_is(data: Path, tmp_path: Path) -> None:
    shutil.move(data, tmp_path / "elsewhere")
    assert read_data(tmp_path / "elsewhere")
