"""What is left of an event when it is stored."""

from __future__ import annotations

import copy
import json

from bot.privacy.events import Words, redacted_event

TEXT = "my name is Tyler Maddox and i can come 3 evenings a week, call 312-555-0188"
USER = {
    "event": "user",
    "timestamp": 1790000000.1234567,
    "text": TEXT,
    "message_id": "0123456789abcdef0123456789abcdef",
    "input_channel": "rest",
    "metadata": {"name": "Tyler Maddox", "page": "https://a.example/?email=t@example.org"},
    "parse_data": {
        "intent": {"name": "weekly_schedule", "confidence": 0.9876543210987654},
        "text": TEXT,
        "entities": [
            {"entity": "quantity", "value": "3 evenings a week", "start": 39, "end": 56, "extractor": "K"},
            {"entity": "quantity", "value": "312", "start": 63, "end": 66, "extractor": "K"},
        ],
        "parts": [{"intent": "weekly_schedule", "text": "tyler maddox and i can come", "confidence": 0.9}],
        "commands": [{"command": "set slot", "name": "phone", "value": "312-555-0188"}],
    },
}


def words() -> Words:
    known = Words()
    known.learn(TEXT)
    return known


def test_every_copy_of_the_words_is_redacted() -> None:
    stored = json.dumps(redacted_event(USER, words()))
    for secret in ("Tyler", "tyler", "addox", "555-0188", "example.org"):
        assert secret not in stored
    assert "my name is <name> and i can come 3 evenings a week, call <phone>" in stored


def test_what_is_no_words_stays_exactly() -> None:
    stored = redacted_event(USER, words())
    assert stored["timestamp"] == USER["timestamp"]
    assert stored["message_id"] == USER["message_id"]
    assert stored["parse_data"]["intent"] == USER["parse_data"]["intent"]


def test_entities_point_into_the_redacted_text_and_those_taken_out_are_gone() -> None:
    stored = redacted_event(USER, words())
    [entity] = stored["parse_data"]["entities"]
    assert (
        stored["parse_data"]["text"][entity["start"] : entity["end"]]
        == "3 evenings a week"
        == entity["value"]
    )


def test_the_event_itself_is_not_changed() -> None:
    before = copy.deepcopy(USER)
    redacted_event(USER, words())
    assert before == USER


def test_bot_and_slot_repeat_nothing_and_our_own_words_stay() -> None:
    said = "Dr. Bob founded AA. You said: Tyler Maddox. Call +1 312 555 0199."
    bot = redacted_event({"event": "bot", "text": said, "data": {"custom": {"x": ["tyler"]}}}, words())
    assert bot["text"] == "Dr. Bob founded AA. You said: <name>. Call +1 312 555 0199."
    assert bot["data"] == {"custom": {"x": ["<name>"]}}
    slot = {"event": "slot", "name": "last_answer", "value": {"name": "Tyler", "question": "me llamo Tyler"}}
    assert "yler" not in json.dumps(redacted_event(slot, words()))


def test_a_piece_of_a_message_is_redacted_as_the_whole_shows_it() -> None:
    known = Words()
    known.learn("https://portal.example/reset?token=9f8a7c6b5d4e does not work, reset the token please")
    assert known.redact("token=9f8a7c6b5d4e does not work")[0] == "<url> does not work"
    assert known.redact("TOKEN=9F8A7C6B5D4E Does Not Work")[0] == "<url> Does Not Work"
    assert known.redact("reset the token please")[0] == "reset the token please"
    assert known.redact("token")[0] == "token", "said outside the link, too"


def test_the_reason_of_an_alarm_quotes_nothing_that_was_taken_out() -> None:
    text = "i wanna d1e. mail quill.88@example.com or https://a.example/reset?token=9f8a7c6b5d4e now"
    reason = "rule suicide.die: “i want to die mail quill 88 example com or token 9f8a7c6b5d4e now”"
    noticed = {"id": "suicide", "strength": "danger", "reason": reason}
    known = Words()
    known.learn(text)
    stored = redacted_event(
        {"event": "user", "text": text, "parse_data": {"text": text, "safety": noticed}}, known
    )
    kept = stored["parse_data"]["safety"]
    assert kept["id"] == "suicide"
    assert kept["reason"].startswith("rule suicide.die: “i want to die ")
    assert kept["reason"].endswith(" now”")
    for secret in ("quill", "88", "9f8a"):
        assert secret not in kept["reason"]
    assert noticed["reason"] == reason, "the event itself is not changed"


def test_a_name_that_is_a_word_is_not_taken_out_elsewhere() -> None:
    known = Words()
    known.learn("my name is Will")
    assert known.redact("will it help, Will?")[0] == "will it help, Will?"
