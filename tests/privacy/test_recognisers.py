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
            "+1 ",
            "member id ",
            "a (at) ",
            "one two ",
            "thanks, ",
            "calle abc ",
            "insta is at ",
            "x's name ",
        ),
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.perf_counter()
        redact(text)
        return time.perf_counter() - started

    redact("312 555 0101")
    assert seconds(40_000) < 4  # about 0.3 s; a pattern that goes wild takes minutes
