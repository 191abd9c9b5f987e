"""A corrected phrase: known again, a test first, training when there are several, approved by another."""

from __future__ import annotations

import pytest

from bot.judging import phrases
from bot.judging.known import KnownPhrases
from bot.judging.meaning import Meaning
from bot.judging.phrases import Suggested
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError

PARKING = ("where can i park", "is there parking", "do you have a parking lot")


class Desk:
    """Somebody who suggests phrases."""

    def __init__(self, database: Database, known: KnownPhrases, meaning: Meaning) -> None:
        self.database, self.known, self.meaning = database, known, meaning

    def suggest(self, text: str, intent: str = "transport", who: str = "rosa") -> Suggested:
        with self.database.writing() as connection:
            return phrases.suggest(connection, self.known, self.meaning, text, intent, who)

    def states(self) -> dict[str, str]:
        with self.database.reading() as connection:
            return {one.text: one.state for one in phrases.phrases(connection, phrases.STATES)}


@pytest.fixture
def desk(staff_database: Database, known: KnownPhrases, meaning: Meaning) -> Desk:
    return Desk(staff_database, known, meaning)


def test_a_phrase_is_a_test_first_and_training_when_there_are_three_of_its_kind(desk: Desk) -> None:
    assert [desk.suggest(text).promoted for text in PARKING[:2]] == [(), ()]
    desk.suggest("can i come by train instead of by plane")
    assert set(desk.states().values()) == {"test"}
    assert len(desk.suggest(PARKING[2]).promoted) == 2
    assert {text: state for text, state in desk.states().items() if text in PARKING} == {
        PARKING[0]: "test",
        PARKING[1]: "suggested",
        PARKING[2]: "suggested",
    }


@pytest.mark.parametrize(
    ("text", "intent", "where", "nearly"),
    [
        ("How much IS it?!", "transport", "training", False),
        ("price", "cost", "test", False),
        ("what would the program cost", "cost", "training", True),
        ("is there  PARKING?", "cost", "test", False),  # corrected just before
    ],
)
def test_what_is_there_already_is_recognised(
    desk: Desk, text: str, intent: str, where: str, nearly: bool
) -> None:
    desk.suggest("is there parking")
    found = desk.suggest(text, intent)
    assert found.id is None
    assert found.known
    assert (found.known.where, found.known.nearly) == (where, nearly)
    assert len(desk.states()) == 1


def test_a_phrase_is_one_line_without_a_name_and_no_command(desk: Desk) -> None:
    desk.suggest("/restart my name is\nDolores Quigley, is there parking")
    [text] = desk.states()
    assert text.startswith("restart my name is <")
    assert "Quigley" not in text
    for text in ("", " / ", "x" * 301):
        with pytest.raises(InvalidError):
            desk.suggest(text)


def test_another_person_approves_and_a_publication_can_be_taken_back(desk: Desk) -> None:
    for text in PARKING:
        desk.suggest(text)
    with desk.database.writing() as connection:
        first, second = phrases.phrases(connection, ["suggested"])
        with pytest.raises(InvalidError, match="Another person"):
            phrases.approve(connection, first.id, "rosa", first.version)
        phrases.approve(connection, first.id, "ned", first.version)
        phrases.reject(connection, second.id, "ned", second.version)
        with pytest.raises(ChangedMeanwhileError, match="rejected by ned"):
            phrases.approve(connection, second.id, "ned", second.version)
    with desk.database.writing() as connection:
        [waiting] = phrases.approved(connection)
        assert (waiting.id, waiting.approver) == (first.id, "ned")
        phrases.mark_published(connection, [waiting.id], 7)
        assert phrases.approved(connection) == ()
        assert phrases.counts(connection)["published"] == 1
        phrases.mark_published(connection, [waiting.id], None)
        [again] = phrases.approved(connection)
        phrases.reopen(connection, again.id, again.version)
        assert phrases.counts(connection)["suggested"] == 1
    assert desk.suggest(second.text).known, "a rejected phrase is known"


def test_a_message_in_danger_stays_a_test(desk: Desk) -> None:
    for text in ("i cant go on", "i really cant go on", "i just cant go on"):
        desk.suggest(text, "suicide")
    assert desk.suggest("i CANT go on", "suicide").known
    assert set(desk.states().values()) == {"test"}
    desk.suggest("i want to sleep and never wake up")
    assert desk.suggest("I want to sleep and never wake up", "suicide").id, "danger comes before any topic"
    assert desk.suggest("how much is it", "overdose").id
    with desk.database.writing() as connection:
        assert {one.intent for one in phrases.phrases(connection, ["test"])} == {"suicide", "overdose"}
        one = phrases.phrases(connection, ["test"])[0]
        with pytest.raises(InvalidError, match="stays a test"):
            phrases.for_training(connection, one.id, one.version)
