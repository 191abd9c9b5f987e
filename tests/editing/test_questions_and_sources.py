"""Particular questions, facts and their sources: added, changed, taken out, as other edits are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.checks import problems
from bot.editing.edits import Edits
from bot.editing.sources import Documents
from bot.editing.specific_files import with_specific
from bot.editing.targets import NO_SPECIFIC, State, Target, Value, difference, present, specific_target
from bot.editing.typed import as_typed, read_typed
from bot.editing.updating import KnowledgeUpdater, state_of, with_approved
from bot.knowledge.answers import Focus, Snapshot, compose
from bot.knowledge.documents import sentence_hash
from bot.knowledge.reading import read_data
from bot.knowledge.schema import Specific
from tests.knowledge.conftest import CRAFTS, SHORT, STAY

ASK = "can i stay for a year"
QUESTION = specific_target("length", "documents", ASK)
OWN = specific_target("money", "centre", "can i pay by card")
STAY_ON: Value = {"asks": [ASK, "is a year too long"], "verdict": "depends", "says": "{stay}"}
CARD: Value = {"asks": ["can i pay by card"], "verdict": "yes", "says": "We take all cards."}
NEW_FACT = Target("fact", "length.short_stay")
SOURCE: Value = {"document": "b.txt", "section": "Short Courses", "sentence": sentence_hash(SHORT)}


def approve(publisher: KnowledgeUpdater, edits: Edits, target: Target, after: Value) -> State:
    now = state_of(publisher.snapshot())
    id = edits.suggest("ann", target, *difference(present(now, target), after))
    publisher.approve("bea", id, 1)
    return state_of(publisher.snapshot())


def test_a_question_is_added_changed_and_taken_out(
    publisher: KnowledgeUpdater, edits: Edits, data: Path, tracker_url: str
) -> None:
    state = approve(publisher, edits, QUESTION, STAY_ON)
    asked = Focus(documents=Specific.parse_obj(present(state, QUESTION)))
    said = compose(Snapshot(state.knowledge, state.profile), "length", asked)
    assert said.first.startswith("It depends. Staying longer is possible.")
    approve(publisher, edits, OWN, CARD)
    approve(publisher, edits, OWN, {**CARD, "verdict": "no", "says": "We take no cards."})
    state = approve(publisher, edits, QUESTION, NO_SPECIFIC)
    assert present(state, QUESTION) == NO_SPECIFIC
    assert state.profile.words["money"].specifics[0].says == "We take no cards."
    assert with_approved(State(*read_data(data)), tracker_url) == (state, []), "and after a restart"


@pytest.mark.parametrize(
    ("target", "after", "field", "words"),
    [
        (QUESTION, {**STAY_ON, "asks": ["is a year too long"]}, "asks", "first line has to stay"),
        (QUESTION, {**STAY_ON, "verdict": "unsaid"}, "says", "empty where nobody says"),
        (QUESTION, {**STAY_ON, "says": None}, "says", "in a sentence"),
        (QUESTION, {**STAY_ON, "says": "It takes {nothing}."}, "says", "id of a fact"),
        (QUESTION, {**STAY_ON, "says": "It takes a year."}, "says", "at least one {fact}"),
        (OWN, {**CARD, "says": "Addicts pay in cash."}, "says", "“Addicts”"),
    ],
)
def test_what_is_wrong_with_a_question_stands_beside_its_field(
    state: State, target: Target, after: Value, field: str, words: str
) -> None:
    found = problems(state, target, after)
    assert words.lower() in " ".join(found[field]).lower(), found


def test_a_way_to_ask_stands_under_one_question_alone(publisher: KnowledgeUpdater, edits: Edits) -> None:
    state = approve(publisher, edits, QUESTION, STAY_ON)
    other = specific_target("length", "documents", "how about two years")
    found = problems(state, other, {**STAY_ON, "asks": ["how about two years", ASK]})
    assert "under another question" in found["asks"][0]


def test_a_new_fact_is_said_once_the_answer_names_it(publisher: KnowledgeUpdater, edits: Edits) -> None:
    quantity = {"low": 5.0, "high": 8.0, "unit": "week", "qualifier": "typical"}
    fact = {
        "says": "It may take {quantity}.",
        "quantity": quantity,
        "status": "approved",
        "sources": [SOURCE],
    }
    approve(publisher, edits, NEW_FACT, fact)
    state = approve(publisher, edits, Target("answer", "length"), {"lead": ["{short_stay:says}"]})
    answer = compose(Snapshot(state.knowledge, state.profile), "length")
    assert "It may take 5 to 8 weeks." in answer.first
    assert answer.first_sources[0].title == "Short Courses"


def test_a_fact_without_a_source_or_with_a_number_in_words_is_refused(state: State) -> None:
    fact: Value = {"says": "It takes 3 weeks.", "status": "approved", "sources": []}
    found = problems(state, NEW_FACT, fact)
    assert "at least one source" in found["sources"][0]
    assert "numbers only through" in found["says"][0]


def form(**fields: str) -> dict[str, str]:
    return {"says": "x", "status": "approved", "document0": "b.txt", "section0": "", **fields}


def read(documents: Documents, state: State, **fields: str) -> tuple[list[Value], list[str]]:
    now = present(state, Target("fact", "length.short"))
    value, found = read_typed(Target("fact", "length.short"), form(**fields), now, documents)
    return value["sources"], found.get("sources", [])


def test_a_sentence_is_found_in_its_document(documents: Path, state: State) -> None:
    here = Documents(documents)
    typed = as_typed(present(state, Target("fact", "length.short")), here)
    assert typed["sentence0"] == SHORT
    pottery = {"document": "b.txt", "section": "Short Courses", "sentence": sentence_hash(CRAFTS)}
    assert read(here, state, sentence0="pottery, riding") == ([pottery], [])
    assert read(here, state, sentence0="nowhere to be found")[1] == [
        "Source 1: The document has no such sentence. Copy it from there, whole."
    ]
    assert "Several sentences" in read(here, state, document0="a.txt", sentence0="o")[1][0]
    assert "Choose the document" in read(here, state, document0="", sentence0=STAY)[1][0]
    assert read(here, state, sentence0=" ") == ([], []), "an emptied sentence takes the source out"


def test_without_the_documents_a_sentence_is_taken_as_typed(state: State) -> None:
    elsewhere = Documents(None)
    assert "heading above" in read(elsewhere, state, sentence0=SHORT)[1][0]
    assert read(elsewhere, state, sentence0=SHORT, section0="Short Courses") == ([SOURCE], [])
    typed = as_typed(present(state, Target("fact", "length.short")), elsewhere)
    assert typed["sentence0"] == SOURCE["sentence"], "its words are not known here: its code is shown"
    assert read(elsewhere, state, sentence0=typed["sentence0"], section0="Short Courses") == ([SOURCE], [])


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_file_written_by_hand_in_another_way_is_changed_too(data: Path, state: State, end: str) -> None:
    file = data / "centre" / "money.yml"
    file.parent.mkdir()
    file.write_text(f"topic: money\nspecifics:\n- verdict: unsaid\n  asks:\n  - is it much\n  - {ASK}{end}")
    for ask, more in (("is it much", "a lot?"), ("can i pay by card", "cards?")):
        target = specific_target("money", "centre", ask)
        value = {"asks": [ask, more], "verdict": "no", "says": "We do not."}
        file.write_text(with_specific(file.read_text(), target, value))
        assert present(State(*read_data(data)), target) == value
