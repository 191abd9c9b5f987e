"""Edits in the files: exactly the edit, nothing else; read again they are what was approved."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bot.cli import main
from bot.editing.applying import applied
from bot.editing.checks import problems
from bot.editing.edits import Edit, Edits
from bot.editing.export import export_into
from bot.editing.targets import NO_SPECIFIC, State, Target, Value, difference, present, specific_target
from bot.editing.updating import with_approved
from bot.knowledge.reading import read_data
from bot.phrases import check_phrases
from bot.settings import ROOT, settings
from tests.knowledge.conftest import FILES

WEEKS = Target("fact", "length.weeks")


def edit_of(state: State, target: Target, after: Value, id: int = 1) -> Edit:
    before, after = difference(present(state, target), after)
    now = datetime.now(timezone.utc)
    return Edit(id, target, before, after, "ann", "", "approved", now, "bea", now, "", 2)


def changed_lines(before: str, after: str) -> list[str]:
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in diff if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_a_number_is_one_line_of_the_real_files(tmp_path: Path) -> None:
    data = Path(shutil.copytree(settings().data_dir, tmp_path / "data"))
    file = data / "knowledge" / "program_length.yml"
    before = file.read_text()
    target = Target("fact", "program_length.weeks_8_12")
    quantity = {"low": 9.0, "high": 12.0, "unit": "week", "qualifier": "typical"}
    now = datetime.now(timezone.utc)
    edit = Edit(1, target, {}, {"quantity": quantity}, "ann", "", "approved", now, "bea", now, "", 2)
    assert export_into(data, [edit]) == (file,)
    assert changed_lines(before, file.read_text()) == [
        "-  quantity: {low: 8, high: 12, unit: week, qualifier: typical}",
        "+  quantity: {low: 9, high: 12, unit: week, qualifier: typical}",
    ]


def test_a_particular_question_is_a_few_lines_of_the_real_files(tmp_path: Path) -> None:
    data = Path(shutil.copytree(settings().data_dir, tmp_path / "data"))
    state = State(*read_data(data))
    asked = state.knowledge.topics["cost"].specifics[0]
    target = specific_target("cost", "documents", asked.asks[0])
    new = specific_target("cost", "documents", "is it: dear")
    file, words = data / "knowledge" / "specifics" / "cost.yml", data / "centre" / "cost.yml"
    before, mine = file.read_text(), words.read_text()
    dear: Value = {"asks": ["is it: dear", "is it a lot"], "verdict": "unsaid", "says": None}
    changes = (
        (target, {"asks": [*asked.asks, "is it a bargain"]}),
        (new, dear),
        (specific_target("cost", "centre", "do you take cash"), {**dear, "asks": ["do you take cash"]}),
    )
    export_into(data, [edit_of(state, *change) for change in changes])
    diff = changed_lines(before, file.read_text())
    assert len(diff) <= 5, diff
    assert diff[-2:] == ['+- asks: ["is it: dear", is it a lot]', "+  verdict: unsaid"]
    assert len(changed_lines(mine, words.read_text())) == 2
    again = State(*read_data(data))
    assert "is it a bargain" in present(again, target)["asks"]
    assert present(again, new) == dear
    export_into(data, [edit_of(again, new, NO_SPECIFIC)])
    assert present(State(*read_data(data)), new) == NO_SPECIFIC


def test_comments_and_quotes_stay(data: Path, state: State, edit: Callable[[str, str, str], None]) -> None:
    edit("centre.yml", "words:\n", "# What we say\nwords:  # on topics\n")
    before = (data / "centre.yml").read_text()
    hours = [{"days": ["mon"], "opens": "08:00", "closes": "19:00"}]
    new = edit_of(state, Target("centre", "centre"), {"phone": "+1 555 010 0100", "hours": hours})
    export_into(data, [new])
    assert changed_lines(before, (data / "centre.yml").read_text()) == [
        '-phone: "+1 555 010 0199"',
        '+phone: "+1 555 010 0100"',
        '-- {days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "19:00"}',
        '-- {days: [sat], opens: "09:30", closes: "12:00"}',
        '+- {days: [mon], opens: "08:00", closes: "19:00"}',
    ]


def test_a_new_topic_is_learnt_and_answered(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    domain = Path(shutil.copy(ROOT / "domain.yml", tmp_path))
    after: dict[str, Any] = {
        "title": "Pets",
        "group": "practical",
        "question": "May I bring my dog?",
        "next": ["transport", "contact"],
        "says": ["Dogs stay at home."],
        "more": [],
        "plain": [],
        "phrases": ["can i bring my dog", "what about: my cat"],
    }
    now = datetime.now(timezone.utc)
    new = Edit(1, Target("topic", "pets"), {}, after, "ann", "", "approved", now, "bea", now, "", 2)
    export_into(tmp_path / "data", [new], domain)
    check_phrases(tmp_path / "data" / "nlu", domain)
    knowledge, profile = read_data(tmp_path / "data")
    assert knowledge.topics["pets"].question == "May I bring my dog?"
    assert profile.words["pets"].says == ("Dogs stay at home.",)
    assert "- pets\n" in domain.read_text()
    assert "    - intent: pets\n" in (tmp_path / "data" / "stories" / "rules.yml").read_text()
    assert export_into(tmp_path / "data", [new], domain) == (), "a second export does nothing"


def test_a_new_topic_brings_its_facts(tmp_path: Path, state: State) -> None:
    fact: dict[str, Any] = {
        "id": "weeks",
        "says": "It takes {quantity}.",
        "quantity": {"low": 2.0, "unit": "week", "qualifier": "at_least"},
        "status": "approved",
        "reason": None,
        "sources": [present(state, WEEKS)["sources"][0]],
    }
    texts = {"title": "Trials", "group": "basics", "question": "May I try it?", "next": ["length", "money"]}
    after = {**texts, "says": [], "more": [], "plain": [], "phrases": ["can i try it"], "facts": [fact]}
    export_into(tmp_path / "data", [edit_of(state, Target("topic", "trials"), after)])
    assert "trials:" not in (tmp_path / "data" / "centre.yml").read_text(), "the documents alone say it"
    topic = read_data(tmp_path / "data")[0].topics["trials"]
    assert (topic.source, topic.facts[0].statement) == ("documents", "It takes at least 2 weeks.")
    assert "quantity: {low: 2, unit: week, qualifier: at_least}" in (
        (tmp_path / "data" / "knowledge" / "trials.yml").read_text()
    )


TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="{}"), min_size=1, max_size=40
)
TEXT = TEXT.map(lambda text: " ".join(text.split())).filter(bool)
SENTENCE = TEXT.map(lambda text: f"{text} {{weeks}}")
NUMBER = st.floats(1, 99).map(lambda value: round(value, 2))
QUANTITY = st.tuples(NUMBER, NUMBER).map(
    lambda two: {"low": min(two), "high": max(two), "unit": "week", "qualifier": "typical"}
)
SOURCE = st.tuples(
    st.sampled_from(["a.txt", "b.txt"]), TEXT, st.text("0123456789abcdef", min_size=12, max_size=12)
)
SOURCE = SOURCE.map(lambda one: dict(zip(("document", "section", "sentence"), one, strict=True)))
CHANGES = st.one_of(
    st.tuples(st.just(WEEKS), st.fixed_dictionaries({"quantity": QUANTITY})),
    st.tuples(st.just(WEEKS), st.fixed_dictionaries({"status": st.just("doubtful"), "reason": TEXT})),
    st.tuples(st.just(WEEKS), st.fixed_dictionaries({"status": st.just("approved"), "reason": st.none()})),
    st.tuples(
        st.just(Target("answer", "length")),
        st.dictionaries(
            st.sampled_from(["lead", "more", "plain"]), st.lists(SENTENCE, min_size=1, max_size=4), min_size=1
        ),
    ),
    st.tuples(
        st.sampled_from([Target("words", "money"), Target("words", "crafts")]),
        st.fixed_dictionaries(
            {"says": st.lists(TEXT, min_size=1, max_size=3), "more": st.lists(TEXT, max_size=3)}
        ),
    ),
    st.tuples(
        st.sampled_from(
            [specific_target("length", "documents", "a"), specific_target("money", "centre", "a")]
        ),
        st.fixed_dictionaries(
            {
                "asks": st.lists(TEXT, max_size=4).map(lambda asks: ["a", *asks]),
                "verdict": st.sampled_from(["", "yes", "no", "depends"]),
                "says": SENTENCE,
            }
        ),
    ),
    st.tuples(
        st.just(Target("fact", "length.added")),
        st.fixed_dictionaries(
            {
                "says": st.just("It takes {quantity}."),
                "quantity": QUANTITY,
                "status": st.just("doubtful"),
                "reason": TEXT,
                "sources": st.lists(SOURCE, min_size=1, max_size=3, unique_by=lambda one: one["sentence"]),
            }
        ),
    ),
    st.tuples(
        st.just(Target("centre", "centre")),
        st.dictionaries(st.sampled_from(["name", "address", "emergency_note"]), TEXT, min_size=1),
    ),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State]:
    data = tmp_path_factory.mktemp("small") / "data"
    for name, content in FILES.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(content, encoding="utf-8")
    return data, State(*read_data(data))


@examples(max_examples=25, deadline=None)
@given(wanted=st.lists(CHANGES, min_size=1, max_size=3))
def test_exported_and_read_again_it_is_what_was_approved(
    small: tuple[Path, State], wanted: list[tuple[Target, Value]]
) -> None:
    data, state = small
    edits: list[Edit] = []
    now = state
    for number, (target, after) in enumerate(wanted, 1):
        before = present(now, target)
        problem = problems(now, target, after)
        if any("grade" not in words for found in problem.values() for words in found):
            continue
        edits.append(edit_of(now, target, {**before, **after}, number))
        now, refused = applied(now, edits[-1:])
        assert refused == {}
    try:
        export_into(data, edits)
        assert State(*read_data(data)) == now
        assert applied(State(*read_data(data)), edits) == (now, {}), "nothing is left to do"
    finally:
        for name, content in FILES.items():
            (data / name).write_text(content, encoding="utf-8")
        for folder in (data / "centre", data / "knowledge" / "specifics"):
            shutil.rmtree(folder, ignore_errors=True)


def test_the_command_writes_the_files_and_the_edits_are_done(
    data: Path,
    state: State,
    edits: Edits,
    tracker_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("IOP_DATA_DIR", str(data))
    is_file = tracker_url.startswith("sqlite:")
    monkeypatch.setenv(
        "IOP_TRACKER_DB" if is_file else "IOP_TRACKER_URL", tracker_url.removeprefix("sqlite:///")
    )
    settings.cache_clear()
    try:
        id = edits.suggest("ann", WEEKS, *difference(present(state, WEEKS), {"says": "It takes {quantity}."}))
        edits.approve("bea", id, 1, lambda _: None)
        assert main(["knowledge", "export"]) == 0
    finally:
        settings.cache_clear()
    assert "1 edits in 1 files" in capsys.readouterr().out
    assert "says: It takes {quantity}." in (data / "knowledge" / "length.yml").read_text()
    assert edits.get(id).state == "exported"
    assert with_approved(State(*read_data(data)), tracker_url)[1] == []
