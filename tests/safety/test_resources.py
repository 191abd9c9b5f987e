"""The numbers and words: complete, the number first, nothing that must not be said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textstat

from bot.knowledge.yaml_file import DataError
from bot.safety.detect import PRIORITY
from bot.safety.resources import SafetyResources, emergency_contacts, read_resources
from tests.safety.conftest import DATA

FILE = DATA / "safety" / "resources.yml"
US = read_resources(FILE, "US")
ELSEWHERE = read_resources(FILE, "NZ")
REPLIES = [(danger, kind) for danger in PRIORITY for kind in US._replies[danger]]
FIRST_NUMBER = {
    "suicide": "988",
    "self_harm": "988",
    "overdose": "911",
    "withdrawal": "911",
    "violence": "911",
    "abuse": "1-800-799-7233",
    "medical_emergency": "911",
}
NEVER = (
    r"\bbot\b|robot|just an? |confidential|private|anonymous|it'?s ok(ay)?\b|will be (fine|ok|okay)|"
    r"don't worry|selfish|calm|you (suffer from|are addicted|are depressed)|promise|cheer up|\baddicts?\b"
)


def _spoken(resources: SafetyResources, danger: str, kind: str, again: bool = False) -> tuple[str, ...]:
    if kind == "es":
        return resources.reply(danger, again, language="es").texts
    if kind in ("self", "other"):
        return resources.reply(danger, again, about=kind).texts
    return resources.reply(danger, again, variant=kind).texts


def _number_at(text: str) -> int:
    found = re.search(r"911|988|1-800-\d{3}-\d{4}", text)
    assert found, text
    return len(text[: found.start()].split())


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"911|988|1-800-\d{3}-\d{4}", text))


@pytest.mark.parametrize(("danger", "kind"), REPLIES)
@pytest.mark.parametrize("again", [False, True])
def test_the_number_comes_in_the_first_words(danger, kind, again):
    assert _number_at(_spoken(US, danger, kind, again)[0]) <= 15


@pytest.mark.parametrize(("danger", "number"), FIRST_NUMBER.items())
@pytest.mark.parametrize("again", [False, True])
def test_the_right_number_comes_first(danger, number, again):
    text = US.reply(danger, again).texts[0]
    found = re.search(r"911|988|1-800-\d{3}-\d{4}", text)
    assert found
    assert found.group() == number


@pytest.mark.parametrize(("danger", "kind"), REPLIES)
def test_told_again_it_is_said_otherwise(danger, kind):
    assert set(_spoken(US, danger, kind)).isdisjoint(_spoken(US, danger, kind, again=True))


@pytest.mark.parametrize(("danger", "kind"), REPLIES)
@pytest.mark.parametrize("resources", [US, ELSEWHERE], ids=["US", "elsewhere"])
@pytest.mark.parametrize("again", [False, True])
def test_nothing_unfit_is_said(resources, danger, kind, again):
    text = " ".join(_spoken(resources, danger, kind, again))
    assert "{" not in text
    assert not re.search(NEVER, text, re.IGNORECASE)


@pytest.mark.parametrize(("danger", "kind"), [(d, k) for d, k in REPLIES if k != "es"])
def test_a_twelve_year_old_can_read_it(danger, kind):
    text = re.sub(r"1-800-\d{3}-\d{4}|\{\w+\}", "", " ".join(_spoken(US, danger, kind)))
    assert textstat.flesch_kincaid_grade(text) <= 7


@pytest.mark.parametrize(("danger", "kind"), REPLIES)
def test_what_to_do_while_waiting_and_that_questions_can_go_on(danger, kind):
    first = _spoken(US, danger, kind)
    assert len(first) == 2
    assert re.search(r"question|ask me|asking me|preguntas", first[1])


def test_every_danger_has_contacts_a_phone_can_call():
    for danger, kind in REPLIES:
        contacts = US.reply(danger, about=kind, variant=kind).contacts
        assert contacts[0].href.startswith("tel:")
        assert all(contact.href.startswith(("tel:", "sms:")) for contact in contacts)


def test_abuse_warns_of_a_watched_screen():
    for kind in ("self", "child", "elder", "other"):
        text = " ".join(_spoken(US, "abuse", kind))
        assert "see this screen" in text
        assert "close this" in text


def test_the_variant_that_fits_is_chosen():
    assert "1-800-484-3731" in US.reply("overdose", variant="alone").texts[0]
    assert "1-800-222-1222" in US.reply("overdose", about="other", variant="poison").texts[0]
    assert "1-800-422-4453" in US.reply("abuse", variant="child").texts[0]
    assert {"911", "1-800-799-7233"} <= _numbers(US.reply("violence", about="other", variant="home").texts[0])
    assert {"911", "1-800-656-4673"} <= _numbers(US.reply("abuse", variant="assault").texts[0])
    assert "screen" not in " ".join(US.reply("abuse", variant="assault").texts)
    assert "naloxone" in " ".join(US.reply("overdose", about="other").texts)
    assert US.reply("suicide", about="other") != US.reply("suicide")
    assert US.reply("suicide", language="fr") == US.reply("suicide")
    assert "oprima" in US.reply("suicide", language="es").texts[0]


@pytest.mark.parametrize("resources", [US, ELSEWHERE], ids=["US", "elsewhere"])
@pytest.mark.parametrize("danger", PRIORITY)
def test_a_spanish_reply_is_spanish_throughout(resources, danger):
    for again in (False, True):
        reply = resources.reply(danger, again, language="es")
        shown = [*reply.texts, *(f"{contact.label} {contact.detail}" for contact in reply.contacts)]
        assert not re.search(
            r"\b(the|your|call|text|and|helpline|hotline|help)\b", " ".join(shown), re.IGNORECASE
        )


def test_the_line_that_fits_is_chosen():
    assert "don't drive" in US.support_line("violence", "about_to_drive").text
    assert {"911", "1-800-422-4453"} == _numbers(US.support_line("violence", "drunk_driver").text)
    assert "1-800-656-4673" in US.support_line("abuse", "assault").text
    assert {"988", "1-800-662-4357", "911"} == _numbers(US.support_line("suicide", "general").text)
    assert US.support_line("suicide", "unheard of") == US.support_line("suicide")


def test_a_country_without_numbers_gets_the_local_one_and_findahelpline():
    assert ELSEWHERE.country == "default"
    for danger, kind in REPLIES:
        text = " ".join(_spoken(ELSEWHERE, danger, kind))
        assert not re.search(r"988|1-800", text), text
        assert re.search(
            r"local emergency number|número local de emergencias|findahelpline|poison center", text
        )
    assert ELSEWHERE.reply("suicide").contacts[0].href == "https://findahelpline.com"


def test_each_distress_gets_one_line_with_whom_to_call():
    for danger, variant in ((one, kind) for one in PRIORITY for kind in US._lines[one]):
        line = US.support_line(danger, variant)
        assert re.search(r"911|988|1-800", line.text)
        assert line.contacts
        assert len(line.text.split()) <= 30


def test_numbers_agree_with_what_is_shown():
    for number in US.numbers.values():
        digits = re.sub(r"\D", "", number.number)
        assert digits in re.sub(r"\D", "", number.href)
        assert digits in re.sub(r"\D", "", f"{number.label} {number.detail}") or digits in number.label
        assert number.source


def test_emergency_contacts_stand_alone():
    assert [contact.href for contact in emergency_contacts(DATA, "US")] == ["tel:911", "tel:988", "sms:988"]
    assert emergency_contacts(DATA, "FR")[0].label == "Call your local emergency number"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{lifeline}", "{lifelin}", "lifelin"),
        ("contacts: [emergency]", "contacts: [ambulance]", "ambulance"),
        ("  withdrawal:\n    self:", "  withdrawal:\n    myself:", "withdrawal"),
        ("href:", "link:", "link"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, old, new, said):
    broken = tmp_path / "resources.yml"
    broken.write_text(FILE.read_text().replace(old, new, 1))
    with pytest.raises(DataError, match=said):
        read_resources(broken, "US")
