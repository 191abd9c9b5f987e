"""A whole conversation that gives everything away, with the trained model, and every process at DEBUG."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.house import Running, open_house

# What is typed, and what of it may be nowhere on the disk afterwards.
GIVEN_AWAY = [
    ("hi my name is Xiomara Quillfeather and im 34", ["xiomara", "quillfeather"]),
    ("my son Tyler is using again, how long is the program", ["tyler"]),
    ("call me at 773-555-0143 or (312) 555-0188", ["773-555-0143", "555-0188"]),
    ("email me at quill.88@example.com, do you take Aetna", ["quill.88", "example.com"]),
    (
        "i live at 4821 N Kedzie Ave Apt 7, Chicago, IL 60625. is there parking",
        ["4821 n", "kedzie", "il 60625"],
    ),
    ("dob 03/14/1989, am i too old", ["03/14/1989"]),
    ("my ssn is 536-22-8174", ["536-22-8174"]),
    ("aetna member id W199284756, does it cover iop", ["w199284756"]),
    ("can i pay with 4111 1111 1111 1111", ["4111 1111"]),
    ("routing 071000013 account 000123456789", ["071000013", "000123456789"]),
    ("https://portal.willow.example/reset?token=9f8a7c6b5d4e does not work", ["9f8a7c6b5d4e"]),
    ("what does it cost? https://clinic.example/me?id=77f3c21b9e how long is it", ["77f3c21b9e"]),
    ("my ip is 73.22.118.204", ["73.22.118.204"]),
    ("license plate BX 71 442, can i park there", ["bx 71 442"]),
    ("drivers license G544-0618-9021, MRN 00482913", ["g544-0618", "00482913"]),
    ("my insta is @tyler.sober77", ["tyler.sober77"]),
    ('/program_length{"name": "Xiomara"}', ["xiomara"]),
    ("how much is it and can tyler bring his own food", ["tyler"]),
]
SENDER = "conversation-secret-5f0d1c"


@pytest.fixture(scope="module")
def house(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with open_house(tmp_path_factory.mktemp("private"), trained_model, debug=True) as running:
        yield running


def say(house: Running, text: str, sender: str = SENDER) -> list[dict[str, object]]:
    """Over the site, as the widget does."""
    body = {"conversation": sender, "message_id": f"m-{time.monotonic_ns():020}", "text": text}
    answer = house.client.post(f"{house.site}/chat", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"]


def holding(folder: Path, words: str) -> list[str]:
    """The files that hold the words, in any case, as UTF-8; our own data apart.

    Another process reads them: if this one closed a database's file, its locks on the open database would be
    lost with it (sqlite.org/howtocorrupt.html).
    """
    command = ["grep", "--recursive", "--text", "--ignore-case", "--files-with-matches", "--fixed-strings"]
    found = subprocess.run(
        [*command, "--exclude-dir=data", "--regexp", words, str(folder)], capture_output=True, text=True
    )
    assert found.returncode in (0, 1), found.stderr
    return sorted(str(Path(line).relative_to(folder)) for line in found.stdout.splitlines())


def rows(house: Running, sender: str) -> int:
    with closing(sqlite3.connect(house.config.tracker_db)) as database:
        return int(
            database.execute("SELECT COUNT(*) FROM events WHERE sender_id = ?", [sender]).fetchone()[0]
        )


@pytest.fixture(scope="module")
def told(house: Running) -> Running:
    for text, _ in GIVEN_AWAY:
        say(house, text)
    return house


def test_the_conversation_is_stored_and_its_ordinary_words_stay(told: Running) -> None:
    assert rows(told, SENDER) > len(GIVEN_AWAY)
    with closing(sqlite3.connect(told.config.tracker_db)) as database:
        said = [
            json.loads(data)["text"]
            for (data,) in database.execute("SELECT data FROM events WHERE type_name = 'user' ORDER BY id")
        ]
    assert said[0] == "hi my name is <name> and im 34"
    assert said[1] == "my son <name> is using again, how long is the program"
    assert said[3] == "email me at <email>, do you take Aetna"


@pytest.mark.parametrize("secret", sorted({secret for _, secrets in GIVEN_AWAY for secret in secrets}))
def test_nothing_that_identifies_is_in_any_file(told: Running, secret: str) -> None:
    assert holding(told.folder, secret) == []


def test_no_log_holds_words_or_the_conversations_id(told: Running) -> None:
    assert "assistant.log" in holding(told.folder, "withheld"), "DEBUG was on, and visitors were served"
    for ordinary in ("using again", "own food", "does not work", SENDER):
        assert [file for file in holding(told.folder, ordinary) if file.endswith(".log")] == []


def test_an_answer_after_a_redacted_message_is_as_good(told: Running) -> None:
    for sender, first in (
        ("plain-visitor-00001", "do you drug test people"),
        ("named-visitor-00001", "this is Tyler Maddox 312-555-0164, do you drug test people"),
    ):
        say(told, first, sender)
        custom = [part["custom"] for part in say(told, "how often?", sender) if "custom" in part]
        assert custom[0]["topics"] == ["drug_testing"]  # type: ignore[index]


@pytest.mark.parametrize("how", ["words", "button"])
def test_deleted_means_gone_from_the_files(told: Running, how: str) -> None:
    sender, mark = f"leaving-visitor-{how}", f"marmalade{how}"
    say(told, f"what is {mark} therapy and is there parking", sender)
    assert rows(told, sender)
    assert any(file.startswith("tracker.db") for file in holding(told.folder, mark))
    if how == "words":
        messages = say(told, "please delete my conversation", sender)
    else:
        answer = told.client.request("DELETE", f"{told.site}/chat", json={"conversation": sender})
        assert answer.status_code == 200
        messages = answer.json()["messages"]
    custom = [part["custom"] for part in messages if "custom" in part]
    assert custom[0]["kind"] == "privacy"  # type: ignore[index]
    assert "deleted" in str(messages[0]["text"])
    assert rows(told, sender) == 0
    assert holding(told.folder, mark) == []
    assert holding(told.folder, sender) == []
    assert rows(told, SENDER), "others' conversations stay"


def test_the_conversation_can_begin_anew_after_deletion(told: Running) -> None:
    sender = "returning-visitor-1"
    say(told, "/program_length", sender)
    say(told, "delete my conversation", sender)
    [custom] = [part["custom"] for part in say(told, "tell me more", sender) if "custom" in part]
    assert custom["topics"] == [], "nothing is remembered"  # type: ignore[index]


def test_who_cannot_be_reached_deletes_nothing_and_says_so(told: Running) -> None:
    wrong = told.client.request("DELETE", f"{told.site}/chat", json={"conversation": "short"})
    assert wrong.status_code == 400
    unread = httpx.delete(f"{told.site}/chat", trust_env=False)
    assert unread.status_code == 415
