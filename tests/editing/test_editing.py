"""An edit's way: suggested, approved by a second person, said at once, and kept over a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.editing.applying import FILES_CHANGED, undone
from bot.editing.checks import problems
from bot.editing.edits import Edits
from bot.editing.targets import State, Target, Value, difference, present
from bot.editing.updating import KnowledgeUpdater, state_of, with_approved
from bot.knowledge.answers import compose
from bot.knowledge.database import open_database
from bot.knowledge.reading import read_data
from bot.knowledge.repository import KnowledgeRepository
from bot.review.errors import ChangedMeanwhileError, InvalidError, UnavailableError

WEEKS = Target("fact", "length.weeks")
NINE: Value = {"quantity": {"low": 9.0, "high": 12.0, "unit": "week", "qualifier": "typical"}}


def suggest(edits: Edits, state: State, target: Target, after: Value, who: str = "ann") -> int:
    return edits.suggest(who, target, *difference(present(state, target), after))


def test_an_approved_number_is_said_by_another_process(
    publisher: KnowledgeUpdater, edits: Edits, state: State, knowledge_url: str
) -> None:
    another = KnowledgeRepository(open_database(knowledge_url), check_every=0)
    assert "8 to 12 weeks" in compose(another.snapshot(), "length").first
    id = suggest(edits, state, WEEKS, NINE)
    assert "8 to 12 weeks" in compose(another.snapshot(), "length").first, "it waits"
    publisher.approve("bea", id, 1)
    assert "9 to 12 weeks" in compose(another.snapshot(), "length").first
    [edit] = edits.of(WEEKS)
    assert (edit.author, edit.decided_by, edit.state) == ("ann", "bea", "approved")


def test_nobody_approves_their_own(publisher: KnowledgeUpdater, edits: Edits, state: State) -> None:
    id = suggest(edits, state, WEEKS, NINE)
    with pytest.raises(InvalidError, match="second person"):
        publisher.approve("ann", id, 1)
    assert edits.get(id).state == "waiting"


def test_two_who_approve_at_once_do_it_once(publisher: KnowledgeUpdater, edits: Edits, state: State) -> None:
    id = suggest(edits, state, WEEKS, NINE)
    outcomes: list[str] = []

    def approve(who: str) -> None:
        try:
            publisher.approve(who, id, 1)
            outcomes.append("done")
        except ChangedMeanwhileError:
            outcomes.append("too late")

    threads = [threading.Thread(target=approve, args=(who,)) for who in ("bea", "cleo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "too late"]


def test_approved_edits_are_said_after_a_restart(
    publisher: KnowledgeUpdater, edits: Edits, state: State, data: Path, tracker_url: str, knowledge_url: str
) -> None:
    publisher.approve("bea", suggest(edits, state, WEEKS, NINE), 1)
    publisher.approve("bea", suggest(edits, state, Target("words", "money"), {"says": ["It is free."]}), 1)
    said = publisher.snapshot()
    again, left_out = with_approved(State(*read_data(data)), tracker_url)
    assert left_out == []
    assert again == state_of(said)


def test_files_that_changed_beneath_an_edit_win_and_the_edit_is_told_of(
    publisher: KnowledgeUpdater,
    edits: Edits,
    state: State,
    data: Path,
    tracker_url: str,
    edit: Callable[[str, str, str], None],
) -> None:
    publisher.approve("bea", suggest(edits, state, WEEKS, NINE), 1)
    edit("knowledge/length.yml", "low: 8, high: 12", "low: 7, high: 14")
    again, [line] = with_approved(State(*read_data(data)), tracker_url)
    assert FILES_CHANGED in line
    assert present(again, WEEKS)["quantity"]["low"] == 7.0
    assert undone(again, edits.approved()) == {edits.of(WEEKS)[0].id}
    edits.set_aside("bea", edits.of(WEEKS)[0].id, 2)
    assert with_approved(State(*read_data(data)), tracker_url)[1] == []


def test_an_edit_that_the_files_hold_already_does_nothing(
    publisher: KnowledgeUpdater,
    edits: Edits,
    state: State,
    data: Path,
    tracker_url: str,
    edit: Callable[[str, str, str], None],
) -> None:
    publisher.approve("bea", suggest(edits, state, WEEKS, NINE), 1)
    ten: Value = {"quantity": {"low": 10.0, "high": 12.0, "unit": "week", "qualifier": "typical"}}
    publisher.approve("bea", suggest(edits, state_of(publisher.snapshot()), WEEKS, ten), 1)
    edit("knowledge/length.yml", "low: 8, high: 12", "low: 10, high: 12")
    again, left_out = with_approved(State(*read_data(data)), tracker_url)
    assert (left_out, present(again, WEEKS)["quantity"]["low"]) == ([], 10.0)


def test_the_second_of_two_edits_of_a_number_is_not_approved_unseen(
    publisher: KnowledgeUpdater, edits: Edits, state: State
) -> None:
    other: Value = {"quantity": {"low": 6.0, "high": 12.0, "unit": "week", "qualifier": "typical"}}
    first, second = suggest(edits, state, WEEKS, NINE), suggest(edits, state, WEEKS, other, "cleo")
    publisher.approve("bea", first, 1)
    with pytest.raises(ChangedMeanwhileError):
        publisher.approve("bea", second, 1)
    assert edits.get(second).state == "waiting", "nothing is lost"


def test_a_knowledge_base_that_cannot_be_written_leaves_the_edit_waiting(
    publisher: KnowledgeUpdater, edits: Edits, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.knowledge.database import DatabaseError

    def full(*_: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr("bot.editing.updating.load", full)
    id = suggest(edits, state, WEEKS, NINE)
    with pytest.raises(UnavailableError):
        publisher.approve("bea", id, 1)
    assert edits.get(id).state == "waiting"


def test_a_rejection_has_a_reason_and_only_the_author_withdraws(edits: Edits, state: State) -> None:
    id = suggest(edits, state, WEEKS, NINE)
    with pytest.raises(InvalidError, match="why"):
        edits.reject("bea", id, 1, " ")
    with pytest.raises(InvalidError):
        edits.withdraw("bea", id, 1)
    edits.reject("bea", id, 1, "the documents say 8")
    with pytest.raises(ChangedMeanwhileError):
        edits.withdraw("ann", id, 1)


@pytest.mark.parametrize(
    ("target", "after", "field", "words"),
    [
        (WEEKS, {"says": "Courses take 8 weeks."}, "says", "expected {quantity}"),
        (WEEKS, {"status": "doubtful", "reason": None}, "status", "reason beside"),
        (
            Target("answer", "length"),
            {"lead": ["It takes {nothing}."]},
            "lead",
            "Sentence 1: Expected the id",
        ),
        (Target("answer", "length"), {"question": "x" * 41}, "question", "at most 40"),
        (Target("words", "money"), {"says": ["Addicts pay less."]}, "says", "“Addicts”"),
        (
            Target("words", "money"),
            {"says": ["Remuneration obligations necessitate individualized institutional determination."]},
            "says",
            "grade",
        ),
        (Target("centre", "centre"), {"phone": "none"}, "phone", "phone number"),
        (Target("centre", "centre"), {"time_zone": "Nowhere"}, "time_zone", "time zone"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    state: State, target: Target, after: Value, field: str, words: str
) -> None:
    found = problems(state, target, after)
    assert words.lower() in " ".join(found[field]).lower(), found


def test_what_is_right_has_no_problems(state: State) -> None:
    assert problems(state, WEEKS, NINE) == {}
