"""Today's queue, a verdict, its undo; two people at once; phrases and danger, as staff see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from sqlalchemy import update

from bot.feedback.repository import Given
from bot.judging.tables import claim
from bot.privacy.conversations import Conversations
from bot.reply import Source
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.settings import Settings
from bot.transcripts import demo
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts
from bot.transcripts.turns import Noticed, Replied, Scored, Turn, Understood
from tests.review.conftest import Browser, done

HOUR = timedelta(hours=1)


def said(text: str, number: int, **more: object) -> Turn:
    """A message in a conversation of its own, some hours ago."""
    kind = str(more.pop("kind", "unknown"))
    intent, confidence = str(more.pop("intent", "nlu_fallback")), float(str(more.pop("confidence", 0.2)))
    noticed = more.pop("noticed", None)
    assert noticed is None or isinstance(noticed, Noticed)
    sources = (Source("a.txt", "A", "B"),) if kind == "answer" else ()
    at = datetime.now(timezone.utc) - 2 * HOUR + timedelta(minutes=number)
    understood = Understood(
        intent,
        confidence,
        (Scored("transport", 0.1), Scored("cost", 0.05)),
        safety=noticed,
        near_danger=float(str(more.pop("near", 0.0))),
    )
    turn = Turn(
        0,
        f"visitor-{number}",
        f"message-{number}",
        at,
        "rest",
        text,
        "",
        understood,
        Replied(kind, ("A reply",), sources=sources),
    )
    if more.pop("down", False):
        given = Given(turn.conversation, turn.message_id, "down", "not what i asked", at)
        turn = Turn(**{**vars(turn), "feedback": given})
    return turn


ALONE = Noticed("suicide", "distress", "a rule")
NEAR = "there is not much left for me"
MESSAGES = (
    said("is there parking", 1),
    said("where can i park", 2),
    said("do you have a parking lot", 3),
    said("is there a swimming pool", 4),
    said("how much is it", 5, kind="answer", intent="cost", confidence=0.9, down=True),
    said("i feel so alone since she left", 6, kind="answer", intent="cost", noticed=ALONE),
    said("can i bring my horse", 7, kind="answer", intent="transport", confidence=0.45),
    said("what about thursdays", 8, kind="clarify"),
    said(NEAR, 9, kind="answer", intent="cost", confidence=0.9, near=0.62),
    said("what about my knees", 10, kind="answer", intent="cost", confidence=0.9, near=0.3),
)  # fmt: skip


@pytest.fixture
def talks(config: Settings) -> None:
    """What visitors said."""
    engine = open_transcripts(config.tracker_url)
    demo.write(engine, iter([[turn] for turn in MESSAGES]))
    import_batch(engine)
    engine.dispose()


@pytest.fixture
def rosa(browser_of: Callable[..., Browser], talks: None) -> Browser:
    return browser_of("rosa", "editor")


@pytest.fixture
def ned(browser_of: Callable[..., Browser], talks: None) -> Browser:
    return browser_of("ned", "editor", "approver")


def links(page: str) -> list[tuple[str, str]]:
    """Address and words of each item in the list."""
    found = re.findall(r'<h3><a href="/staff(/today/\d+)">([^<]+)</a>', page)
    return [(address, unescape(words)) for address, words in found]


def address(browser: Browser, words: str) -> str:
    return next(path for path, text in links(browser.page("/today")) if text == words)


def turns(page: str) -> list[str]:
    return re.findall(r'name="turn" value="([\d,]+)"', page)


def judge(browser: Browser, path: str, verdict: str, **fields: str | list[str]) -> str:
    """Sends a verdict from the item's page; shows the page that follows."""
    page = browser.page(path)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    sent = {"turn": turns(page), "seen": seen[1], "verdict": verdict, **fields}
    response = browser.submit(path, path, **sent)
    assert response.status_code == 303, response.text
    return browser.page(response.headers["location"].removeprefix("/staff"))


def undo(browser: Browser, page: str) -> None:
    number = re.search(r'name="decision" value="(\d+)"', page)
    assert number
    assert browser.submit("/today/undo", decision=number[1]).status_code == 303


def test_the_queue_is_in_the_order_that_matters(rosa: Browser) -> None:
    found = [words for _, words in links(rosa.page("/today"))]
    assert found[:3] == [NEAR, "i feel so alone since she left", "how much is it"], "nothing was said to NEAR"
    assert found[3:5] == ["do you have a parking lot", "is there a swimming pool"], "three ask for parking"
    assert found[5:] == ["can i bring my horse", "what about thursdays"]
    assert "asked 3 times" in rosa.page("/today")
    assert "62 % of the score for a support line" in rosa.page(address(rosa, NEAR))


def test_a_group_is_judged_at_once_and_undone(rosa: Browser, audit: AuditLog) -> None:
    path = address(rosa, "do you have a parking lot")
    page = judge(rosa, path, "missing_topic")
    assert "Saved: missing topic" in page
    assert "is there a swimming pool" in page, "the next one comes by itself"
    assert not any("park" in words for _, words in links(rosa.page("/today")))
    undo(rosa, page)
    assert "asked 3 times" in rosa.page("/today")
    assert {"message_judged", "judgement_undone", "conversation_read"} <= set(done(audit, "rosa"))


def test_what_is_unticked_stays(rosa: Browser) -> None:
    path = address(rosa, "do you have a parking lot")
    words = "where can i park\nis there parking\ndo you have a parking lot\nis there a garage for a horse"
    judge(rosa, path, "wrong_topic", intent="thanks", turn=turns(rosa.page(path))[:2], phrases=words)
    [left] = [words for _, words in links(rosa.page("/today")) if "park" in words]
    tests = rosa.page("/phrases?state=test") + rosa.page("/phrases?state=suggested")
    assert "is there a garage for a horse</h2>" in tests
    assert f"{left}</h2>" not in tests, "its words are not kept under what was chosen for the others"


def test_a_corrected_phrase_is_known_again_and_three_become_training(rosa: Browser, ned: Browser) -> None:
    path = address(rosa, "do you have a parking lot")
    phrases = """could my horse stay in the parking lot
    is there a lot to park a horse\n\n can horses park in the lot\nhow much"""
    page = judge(rosa, path, "wrong_topic", intent="transport", phrases=phrases)
    assert "3 phrases kept." in page
    assert "1 was known already" in page
    assert "Tests (1)" in ned.page("/phrases")
    listed = ned.page("/phrases?state=suggested")
    first, second = dict.fromkeys(re.findall(r'action="/staff(/phrases/\d+)"', listed))
    assert rosa.submit(first, to="approve", version="2").status_code == 403
    assert rosa.submit(first, to="test", version="2").status_code == 303
    assert rosa.submit(first, to="training", version="3").status_code == 303
    assert ned.submit(first, to="approve", version="4").status_code == 303
    assert ned.submit(first, to="reject", version="2").status_code == 409
    assert ned.submit(second, to="reject", version="2").status_code == 303
    exported = ned.submit("/phrases/export", format="rasa").text
    assert exported.startswith('version: "3.1"\nnlu:\n- intent: transport\n  examples: |\n    - ')


def test_what_was_typed_is_still_there_when_it_cannot_be_saved(rosa: Browser) -> None:
    path = address(rosa, "do you have a parking lot")
    first, *_ = turns(rosa.page(path))
    sent = {"turn": first, "seen": "0", "phrases": "somewhere <near> to park\n" + "x" * 301}
    response = rosa.submit(path, verdict="wrong_topic", intent="what_is_iop", danger="abuse", **sent)
    assert response.status_code == 400
    assert "A phrase has 1 to 300 characters." in response.text
    assert "somewhere &lt;near&gt; to park\n" in response.text
    assert re.findall(r'<option value="(\w+)" selected>', response.text) == ["what_is_iop", "abuse"]
    assert re.findall(r'name="turn" value="([\d,]+)" checked', response.text) == [first]
    assert "asked 3 times" in rosa.page("/today"), "nothing was saved"


def test_two_people_do_not_judge_the_same_unknowingly(rosa: Browser, ned: Browser) -> None:
    path = address(rosa, "can i bring my horse")
    before = turns(rosa.page(path))
    second = ned.page(path)
    assert "rosa</strong> has this open until" in second
    assert 'name="verdict"' not in second
    assert "rosa is at it" in ned.page("/today")
    assert ned.submit(f"{path}/claim", path, turn=before).status_code == 303
    assert 'name="verdict"' in ned.page(path)
    typed = {"turn": before, "seen": "0", "phrases": "may my <horse> come", "intent": "transport"}
    late = rosa.submit(path, verdict="wrong_topic", **typed)
    assert late.status_code == 409
    assert "ned has taken this over" in late.text
    assert 'name="phrases" value="may my &lt;horse&gt; come"' in late.text, "to be taken over with it"
    judge(ned, path, "not_for_us")
    stale = rosa.submit(path, verdict="right", **typed)
    assert stale.status_code == 409
    assert "ned has judged this meanwhile: not for us" in stale.text
    assert ">may my &lt;horse&gt; come</textarea>" in stale.text.replace("\n", "")
    (seen,) = re.findall(r'name="seen" value="(\d+)"', stale.text)
    assert rosa.submit(path, verdict="missing_topic", **{**typed, "seen": seen}).status_code == 303
    assert "rosa judged it" in rosa.page(path)


def test_what_was_typed_comes_along_when_it_is_taken_over(rosa: Browser, ned: Browser) -> None:
    path = address(rosa, "can i bring my horse")
    ids = turns(rosa.page(path))
    sent = {"turn": ids, "phrases": "may my horse come", "intent": "what_is_iop", "danger": "abuse"}
    taken = ned.submit(f"{path}/claim", path, **sent)
    assert taken.status_code == 200
    assert ">may my horse come</textarea>" in taken.text.replace("\n", "")
    assert re.findall(r'<option value="(\w+)" selected>', taken.text) == ["what_is_iop", "abuse"]


def test_a_claim_ends(rosa: Browser, ned: Browser, staff_database: Database) -> None:
    path = address(rosa, "can i bring my horse")
    turns(ned.page(path))
    assert 'name="verdict"' not in rosa.page(path)
    with staff_database.writing() as connection:
        connection.execute(update(claim).values(until=0.0))
    assert 'name="verdict"' in rosa.page(path), "a claim ends"


def test_what_was_missed_goes_to_the_safety_queue_and_stays_a_test(
    rosa: Browser, ned: Browser, config: Settings
) -> None:
    path = address(rosa, "can i bring my horse")
    page = judge(rosa, path, "safety", danger="suicide", phrases="can i bring my horse, i want to die")
    assert "Saved: should have been a safety reply (suicide)" in page
    assert Conversations(config.tracker_url).forget("visitor-7").conversations == 1
    file = ned.submit("/phrases/export", format="danger").text
    assert file == "danger:\n  suicide:\n    explicit:\n    - can i bring my horse, i want to die\nsafe: {}\n"
    assert "can i bring" not in rosa.page("/safety")


def test_danger_is_judged_by_two_and_settled_by_a_third(
    rosa: Browser, ned: Browser, browser_of: Callable[..., Browser]
) -> None:
    path = address(rosa, "i feel so alone since she left").replace("today", "safety")
    assert 'href="/staff/safety/' in rosa.page("/safety")
    page = rosa.page(path)
    assert "i feel so alone" in page
    assert "A reply" not in page
    assert "rosa" not in page.partition("<main")[2]
    assert rosa.submit(path, verdict="none").status_code == 303
    assert rosa.submit(path, verdict="danger").status_code == 409
    assert "neither</strong>" not in ned.page("/safety"), "the second does not see what the first said"
    assert ned.submit(path, verdict="danger").status_code == 303
    assert "rosa: <strong>neither</strong>, ned: <strong>danger</strong>" in ned.page("/safety")
    assert ned.submit(f"{path}/settle", verdict="danger").status_code == 400
    ida = browser_of("ida", "approver")
    assert ida.submit(f"{path}/settle", verdict="danger").status_code == 303
    measured = ida.page("/safety")
    assert "It was danger; noticed was distress." in measured
    assert "0 of 1" in measured
    assert rosa.submit(f"{path}/undo").status_code == 409
    assert ida.submit(f"{path}/undo").headers["location"] == "/staff/safety", "the third can take it back"
    assert "Where two people differ (1)" in ida.page("/safety")


def test_two_people_alone_settle_it_together(rosa: Browser, ned: Browser, audit: AuditLog) -> None:
    path = address(rosa, NEAR).replace("today", "safety")
    assert path in rosa.page("/safety"), "what came near is judged first"
    assert rosa.submit(path, verdict="none").status_code == 303
    assert rosa.submit(f"{path}/agree", verdict="none").status_code == 409, "ned has not said anything yet"
    assert ned.submit(path, verdict="distress").status_code == 303
    assert "To be settled by ned" not in rosa.page("/safety")
    assert "Once you both choose the same here" in rosa.page("/safety")
    assert rosa.submit(f"{path}/agree", verdict="distress").status_code == 303
    assert "rosa, after talking: <strong>distress</strong>" in ned.page("/safety")
    assert rosa.submit(f"{path}/undo").headers["location"] == "/staff/safety"
    assert "after talking:" not in ned.page("/safety")
    assert rosa.submit(f"{path}/agree", verdict="danger").status_code == 303
    assert ned.submit(f"{path}/agree", verdict="distress").status_code == 303
    assert "Where two people differ (1)" in ned.page("/safety"), "they differ still"
    assert rosa.submit(f"{path}/agree", verdict="distress").status_code == 303
    settled = ned.page("/safety")
    assert "Where two people differ" not in settled
    assert "It was distress; noticed was nothing." in settled
    assert "safety_agreed" in done(audit, "rosa")
    assert ned.submit(f"{path}/undo").headers["location"] == "/staff/safety", "either can open it again"
    assert "Where two people differ (1)" in rosa.page("/safety")


def test_with_a_third_approver_the_two_do_not_settle_it(
    rosa: Browser, ned: Browser, browser_of: Callable[..., Browser]
) -> None:
    path = address(rosa, NEAR).replace("today", "safety")
    for browser, verdict in ((rosa, "none"), (ned, "danger")):
        assert browser.submit(path, verdict=verdict).status_code == 303
    ida = browser_of("ida", "approver")
    assert "To be settled by ida" in rosa.page("/safety")
    refused = rosa.submit(f"{path}/agree", verdict="danger")
    assert refused.status_code == 400
    assert "An approver who is not one of the two settles it: ida." in refused.text
    assert ida.submit(f"{path}/settle", verdict="danger").status_code == 303
    assert rosa.submit(f"{path}/agree", verdict="danger").status_code == 409


def test_a_verdict_cannot_be_made_up(rosa: Browser) -> None:
    path = address(rosa, "can i bring my horse")
    for fields in (
        {"verdict": "perfect"}, {"verdict": "wrong_topic", "intent": "astrology"}, {"verdict": "wrong_topic"},
        {"verdict": "safety", "danger": "boredom"},
        {"verdict": "right", "turn": "x"}, {"verdict": "right", "turn": ""},
    ):  # fmt: skip
        assert (
            rosa.submit(path, **{"turn": path.rpartition("/")[2], "seen": "0", **fields}).status_code == 400
        ), fields
    assert rosa.submit(path, turn="99999", verdict="right").status_code == 404
