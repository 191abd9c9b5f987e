"""A call back asked for in conversation, over Rasa's REST channel: the trained model, every process at DEBUG,
and a mail server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.callbacks.actor import CALLBACKS, Actor
from bot.callbacks.keys import Keys
from bot.callbacks.repository import Callback, Callbacks
from bot.house import Conversation, Heard, Running, open_house
from bot.safety.detect import detect
from tests.callbacks.mail_server import MailServer
from tests.privacy.test_house import holding

STAFF = Actor("rosa", frozenset({CALLBACKS}))
# What leads to each step, and words of what the step asks.
STEPS = {
    "consent": ["can someone call me"],
    "name": ["can someone call me", "yes"],
    "phone": ["have a counselor ring me back tmrw", "sure", "Thessaly Quillfeather"],
    "best_time": ["call me back", "ok", "my name is Thessaly Quillfeather", "773-555-0143"],
}
ASKED = {"consent": "yes or no", "name": "What name", "phone": "What number", "best_time": "good time"}
BY_THE_RULES = "i want to kill myself"
BY_THE_CLASSIFIER = "i swallowed something i shouldnt have and my lips are tingling"


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def house(
    trained_model: Path, tmp_path_factory: pytest.TempPathFactory, mail: MailServer
) -> Iterator[Running]:
    post = {
        "smtp_url": f"smtp://127.0.0.1:{mail.port}",
        "notices_from": "bot@willow.example",
        "notices_to": ("staff@willow.example",),
    }
    with open_house(tmp_path_factory.mktemp("form"), trained_model, debug=True, **post) as running:
        yield running


@pytest.fixture
def visitor(house: Running) -> Conversation:
    return house.conversation()


def at(visitor: Conversation, step: str) -> Heard:
    for text in STEPS[step]:
        heard = visitor.say(text)
    assert ASKED[step] in heard.text
    return heard


def requests(house: Running) -> list[Callback]:
    kept = Callbacks(house.config.callbacks_url, Keys(house.config.callbacks_keys))
    return list(kept.list(STAFF).requests)


def stored(house: Running, visitor: Conversation) -> list[str]:
    """Everything the tracker store holds of a conversation, an event each."""
    with closing(sqlite3.connect(house.config.tracker_db)) as database:
        query = "SELECT data FROM events WHERE sender_id = ? ORDER BY id"
        return [data for (data,) in database.execute(query, [visitor.sender])]


def test_consent_comes_first_and_a_whole_request_is_kept_encrypted(
    house: Running, visitor: Conversation, mail: MailServer
) -> None:
    before = len(requests(house))
    first = visitor.say("can someone call me back tomorrow")
    assert first.kind == "human"
    assert "90 days" in first.text
    [card] = [card for card in first.custom["cards"] if card["type"] == "callback_form"]
    assert first.text.startswith(card["consent"])
    assert [button["title"] for button in first.buttons] == ["Yes", "No"]
    assert len(requests(house)) == before

    assert "What name" in visitor.say("/affirm").text
    assert "What number" in visitor.say("it's Marmaduke Pennywhistle").text
    assert "good time" in visitor.say("(773) 555-0164").text
    done = visitor.say("after 5, ask for the night nurse")
    assert "has your request" in done.text
    assert done.custom["cards"][0]["contacts"][0]["href"] == "tel:+13125550142"

    *_, request = requests(house)
    assert request.details.name == "Marmaduke Pennywhistle"
    assert request.details.phone == "+1 773-555-0164"
    assert request.details.best_time == "after 5, ask for the night nurse"
    assert request.details.consent == card["consent"]
    assert datetime.now(timezone.utc) - request.details.agreed < timedelta(minutes=5)

    [*_, notice] = mail.wait_for(1)
    assert "python -m bot callbacks list" in notice.content
    assert "Pennywhistle" not in notice.content

    for secret in ("Marmaduke", "Pennywhistle", "555-0164", "5550164", "night nurse"):
        assert holding(house.folder, secret) == []
    said = [json.loads(data)["text"] for data in stored(house, visitor) if '"event": "user"' in data]
    assert said == ["can someone call me back tomorrow", "/affirm", "<callback>", "<callback>", "<callback>"]


def test_the_name_is_known_as_one_when_it_is_said_again(house: Running, visitor: Conversation) -> None:
    at(visitor, "phone")
    visitor.say("cancel")
    visitor.say("is quillfeather a name you have heard")
    assert "quillfeather" not in "".join(stored(house, visitor)).lower()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("words", ["cancel", "stop", "never mind", "forget it"])
def test_it_can_be_stopped_at_every_step(
    house: Running, visitor: Conversation, step: str, words: str
) -> None:
    before = len(requests(house))
    at(visitor, step)
    assert "I stopped" in visitor.say(words).text
    assert visitor.say("/program_length").text.count("What n") == 0, "and is over"
    assert len(requests(house)) == before
    assert "Quillfeather" not in "".join(stored(house, visitor))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("danger", [BY_THE_RULES, BY_THE_CLASSIFIER])
def test_danger_comes_first_at_every_step(
    house: Running, visitor: Conversation, step: str, danger: str
) -> None:
    noticed = detect(danger)
    assert bool(noticed and noticed.is_danger) == (danger is BY_THE_RULES)
    at(visitor, step)
    heard = visitor.say(danger)
    assert heard.kind == "safety"
    assert len(heard.custom["safety"]) == 1
    assert not any(words in heard.text for words in ASKED.values())
    after = visitor.say("hello")
    assert after.kind == "small_talk", "the form is over: what is said next is not taken for a name"
    assert not any(words in after.text for words in ASKED.values())


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("name", "Thessaly Quillfeather, i want to kill myself"),
        ("phone", "773-555-0143 i took all my pills"),
        ("phone", "i want to kill myself 773 555 0143"),
        ("best_time", "it wont matter, i am going to end my life at 5"),
    ],
)
def test_danger_in_a_field_beside_its_value(
    house: Running, visitor: Conversation, step: str, typed: str
) -> None:
    before = len(requests(house))
    at(visitor, step)
    assert visitor.say(typed).kind == "safety"
    assert len(requests(house)) == before
    kept = "".join(stored(house, visitor))
    assert "Quillfeather" not in kept
    assert "555-0143" not in kept
    assert "555 0143" not in kept


def test_danger_told_in_two_messages_inside_the_form(visitor: Conversation) -> None:
    at(visitor, "name")
    visitor.say("i want to")
    assert visitor.say("die").kind == "safety"


@pytest.mark.parametrize("step", ["name", "phone", "best_time"])
@pytest.mark.parametrize(
    ("asked", "topic"),
    [("how long is the program?", "program_length"), ("do you take insurance", "insurance")],
)
def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(
    visitor: Conversation, step: str, asked: str, topic: str
) -> None:
    at(visitor, step)
    heard = visitor.say(asked)
    assert heard.topics == [topic]
    assert ASKED[step] in heard.texts[-1]
    again = visitor.say("/cost")
    assert again.topics == ["cost"]
    assert ASKED[step] in again.texts[-1], "twice in a row too"
    given = {"name": "Thessaly", "phone": "773-555-0143", "best_time": "any time"}[step]
    following = {"name": "What number", "phone": "good time", "best_time": "has your request"}[step]
    assert following in visitor.say(given).text


def test_a_question_before_consent_leaves_the_form(visitor: Conversation) -> None:
    at(visitor, "consent")
    heard = visitor.say("how long is the program")
    assert heard.topics == ["program_length"]
    assert 'say "call me"' in heard.texts[-1]
    assert "yes or no" not in visitor.say("/cost").text


@pytest.mark.parametrize(
    "number", ["773-555-01", "12345", "555 0143", "1 900 555 1234", "seven seven three five five five"]
)
def test_a_number_that_cannot_be_called_is_asked_for_again(
    house: Running, visitor: Conversation, number: str
) -> None:
    at(visitor, "phone")
    heard = visitor.say(number)
    assert heard.kind == "human"
    assert "can't use" in heard.text
    assert "cancel" in heard.text
    assert number not in "".join(stored(house, visitor))
    assert "good time" in visitor.say("773-555-0143").text


def test_name_and_number_together(house: Running, visitor: Conversation) -> None:
    at(visitor, "name")
    assert "good time" in visitor.say("Thessaly, my number is 773 555 0143").text
    visitor.say("any time")
    *_, request = requests(house)
    assert (request.details.name, request.details.phone) == ("Thessaly", "+1 773-555-0143")


def test_deleting_the_conversation_drops_what_was_given(house: Running, visitor: Conversation) -> None:
    at(visitor, "best_time")
    assert visitor.say("delete my conversation").custom["cards"] == [{"type": "deleted"}]
    assert stored(house, visitor) == []
    assert visitor.say("any time").kind != "human"


def test_a_call_asked_for_beside_a_question_is_offered(visitor: Conversation) -> None:
    heard = visitor.say("how much does it cost and can someone call me")
    assert heard.topics == ["cost"]
    assert '"call me"' in heard.text


def test_a_person_means_whether_it_is_open_now_and_the_offer_of_a_call(visitor: Conversation) -> None:
    heard = visitor.say("talk to a person")
    assert heard.kind == "human"
    assert "+1 312 555 0142" in heard.text
    assert "By our usual hours (holidays may differ) we are" in heard.text
    assert [button["payload"] for button in heard.buttons] == ["/request_callback"]
    assert "callback_form" in [card["type"] for card in heard.custom["cards"]]


@pytest.mark.parametrize(
    "said",
    [
        "would somebody mind calling me tonite",
        "cn u hav sum1 cal my wife",
        "call my husband pls at 555-0199",
        "I would like to request that someone telephone me.",
        "could u guys gimme a ring",
    ],
)
def test_a_call_is_asked_for_in_many_ways(visitor: Conversation, said: str) -> None:
    assert ASKED["consent"] in visitor.say(said).text


@pytest.mark.parametrize(
    "said",
    [
        "let me talk to somebody real",
        "put a human on",
        "whats the number i should call",
        "when are you there to take calls",
        "do you guys call my work",
        "will you be calling my mother about this",
        "who calls my insurance you or me",
    ],
)
def test_not_every_word_of_a_call_asks_for_one(visitor: Conversation, said: str) -> None:
    assert ASKED["consent"] not in visitor.say(said).text


def test_no_log_holds_what_was_typed(house: Running) -> None:
    for words in ("Quillfeather", "Thessaly", "555-0143", "5550143"):
        assert holding(house.folder, words) == []
