"""Single recognisers with their reasons, what is public, and texts nobody expects."""

from __future__ import annotations

import time

import pytest

from bot.privacy.redact import redact


@pytest.mark.parametrize(
    ("text", "stored", "reason"),
    [
        ("my name is tyler", "my name is <name>", "name: introduced"),
        ("I'm Grace", "I'm <name>", "name: after a person"),
        ("i see dr feldman", "i see dr <name>", "name: after a title"),
        ("how long is it?\nCheers, Quillan", "how long is it?\nCheers, <name>", "name: signature"),
        ("text 3125550188", "text <phone>", "phone: ten digits"),
        ("call 555-0142", "call <phone>", "phone: seven digits after a calling word"),
        ("llame al +52 55 5123 4567", "llame al <phone>", "phone: phonenumbers"),
        ("a.b@example.org!", "<email>!", "email: shape"),
        ("jo at gmail dot com", "<email>", "email: spelt out"),
        ("536-22-8174", "<ssn>", "ssn: shape"),
        ("4111 1111 1111 1111", "<card>", "card: check digit"),
        ("DE89 3704 0044 0532 0130 00 thanks", "<bank_account> thanks", "bank: IBAN"),
        ("my dad frank has been sober", "my dad <name> has been sober", "name: after a person"),
        ("my aunt oksanna is worse", "my aunt <name> is worse", "name: after a person"),
        ("the jamarius family", "the <name> family", "name: a family's"),
        ("five five five oh one four two", "<phone>", "phone: digits in words"),
        ("seis uno cuatro cinco cinco cinco cero uno", "<phone>", "phone: digits in words"),
        ("my soc is five one nine, twenty two, eight oh four one", "my soc is <ssn>", "ssn: digits in words"),
        ("area code 937 then 555 0133", "area code <phone>", "phone: in two parts"),
        ("i live at 2214 sycamore", "i live at <address>", "address: where somebody lives"),
        ("im at twenty two eleven oak lane", "im at <address>", "address: number in words"),
        ("vivo en la calle 8 numero 342", "vivo en la <address>", "address: street in Spanish"),
        ("bday october third two thousand one", "bday <birth_date>", "birth date: in words"),
        ("ann lee 6/21/91", "<name> <birth_date>", "birth date: a date long ago"),
        ("my jeep IL CK 90210", "my jeep <plate>", "plate: near a vehicle"),
        ("jaybird_99 on tiktok", "<handle> on tiktok", "handle: before a platform"),
        ("jay underscore b at aol dot com", "<email>", "email: spelt out"),
        ("member id XYZ123456", "member id <insurance_id>", "insurance: label"),
        ("12 Oak Lane, Apt 4, Joliet, IL 60432.", "<address>.", "address: street"),
        ("born 3/4/85", "born <birth_date>", "birth date: label"),
        ("plate AB12 345 please", "plate <plate> please", "plate: label"),
        ("passport number C03005988", "passport number <id_number>", "papers: licence or passport"),
        ("http://a.example/x?y=1", "<url>", "url: carries a secret"),
        ("8.8.4.4", "<ip>", "ip: address"),
        ("u/throwaway_88", "<handle>", "handle: u/"),
        ("9182736455", "<phone>", "phone: ten digits"),
        ("code 91827364", "code <number>", "number: seven digits or more"),
    ],
)
def test_what_is_taken_out_carries_its_reason(text: str, stored: str, reason: str) -> None:
    redacted = redact(text)
    assert redacted.text == stored
    assert reason in [finding.reason for finding in redacted.findings]


@pytest.mark.parametrize(
    "text",
    [
        "call 988 or 911, or text 741741",
        "1-800-662-4357 and 1-800-222-1222 and 800.273.8255",
        "is +1 312 555 0142 your number? (312) 555-0142",
        "100 Example Street, Suite 200, Willow Creek, IL 00000",
        "http://127.0.0.1:8000/",
        "sober since 4/20/2019, and my sober birthday is 4/20",
        "im suicidal",
        "my son huffs paint",
        "my daughter will need evenings",
        "my mom rose early today",
        "judge sentenced me to 90 days",
        "i live on 500 dollars a month",
        "one two three four five six seven",
        "from 2019 then 2020 and 2021 i was clean",
        "i got arrested 3/2/1998",
        "my car is a ram 1500",
        "iop_vs_inpatient",
    ],
)
def test_what_is_everybodys_stays(text: str) -> None:
    assert redact(text).text == text


def test_a_number_of_the_same_length_that_is_not_public_goes() -> None:
    assert redact("is +1 312 555 0143 your number").text == "is <phone> your number"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "‮مرحبا 312-555-0188",
        "😀" * 50,
        "<script>alert('Tyler')</script>",
        "1" * 500,
    ],
)
def test_strange_texts_are_read(text: str) -> None:
    redacted = redact(text)
    assert "312-555-0188" not in redacted.text
    assert "Tyler" not in redacted.text


def test_wide_digits_and_typographic_signs_hide_nothing() -> None:
    assert redact("call ３１２–555–0188").text == "call <phone>"
    assert redact("my name’s Tyler").text == "my name’s <name>"


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            "1",
            "1-",
            "1 ",
            "@",
            "a@",
            "a.",
            "ab cd ",
            "my name is ",
            "12 maple ",
            "zip is ",
            "ab:",
            "http://a/",
        ),
        *(
            "Tyler ",
            "TYLER ",
            "MY NAME IS ANA ",
            "+1 ",
            "member id ",
            "a (at) ",
            "one two ",
            "thanks, ",
            "calle abc ",
            "insta is at ",
            "x's name ",
            "my dad frank ",
            "five dash ",
            "m as in mary ",
            "group m as in ",
            "twenty oak ",
            "my car ",
            "born may ",
            "a underscore ",
            "a_1",
            "lot 17 shady ",
        ),
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        redact(text)
        return time.process_time() - started

    redact("312 555 0101")
    assert seconds(40_000) < 2  # about 0.3 s; a pattern that goes wild takes minutes
