"""Everything a visitor reads: plain, short, person-first."""

from __future__ import annotations

import html
import re
from typing import get_args

import pytest
from starlette.testclient import TestClient

from bot.callbacks.words import read_words
from bot.channels.keywords import Keyword, Words
from bot.fallback import centre_contacts, reply_when_down
from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.cards import cards_for
from bot.knowledge.reading import read_data
from bot.replies import fixed_reply, in_words, read_replies
from bot.safety.resources import read_resources
from bot.settings import settings
from bot.site.app import STATIC, create_app
from bot.site.chat import NO_HISTORY, NOT_DELETED

KNOWLEDGE, PROFILE = read_data(settings().data_dir)
SNAPSHOT = Snapshot(KNOWLEDGE, PROFILE)
REPLIES = read_replies(settings().data_dir / "replies.yml", KNOWLEDGE.topics)
CALLBACK_WORDS = read_words(settings().data_dir)
ABOUT_A_CALL = {
    f"callback, {name}": in_words(getattr(CALLBACK_WORDS, name), PROFILE)
    for name in CALLBACK_WORDS.__fields__
    if name != "consent"
} | {"callback, consent": CALLBACK_WORDS.consent_text(PROFILE, 90)}
CARDS = {(topic, card.type): card for topic in KNOWLEDGE.topics for card in cards_for(SNAPSHOT, topic)}
SAID = {
    **{f"{topic}, first": compose(SNAPSHOT, topic).first for topic in KNOWLEDGE.topics},
    **{f"{topic}, more": compose(SNAPSHOT, topic).more for topic in KNOWLEDGE.topics},
    **{f"{topic}, {kind}": card.text.replace("\n", ". ") for (topic, kind), card in CARDS.items()},
    **{name: fixed_reply(REPLIES[name], SNAPSHOT).texts[0] for name in REPLIES.__fields__},
    **ABOUT_A_CALL,
}
RESOURCES = read_resources(settings().data_dir / "safety" / "resources.yml", "US")
EMERGENCY = RESOURCES.emergency
DOWN = reply_when_down(EMERGENCY, centre_contacts(PROFILE))
CHANNELS = Words(lambda: PROFILE, EMERGENCY)
OF_CHANNELS = {
    **{f"channels, {keyword}": CHANNELS.to(keyword) for keyword in get_args(Keyword)},
    "channels, too many": CHANNELS.too_many(20),
    "down": " ".join(DOWN.texts),
    "not deleted": NOT_DELETED,
    "no history": NO_HISTORY,
}
SAFETY = {
    f"safety, {danger}, {kind}, {again}": " ".join(RESOURCES.reply(danger, again, kind, kind).texts)
    for danger, kinds in RESOURCES._replies.items()
    for kind in kinds
    if kind != "es"
    for again in (False, True)
} | {
    f"support, {danger}, {kind}": RESOURCES.support_line(danger, kind).text
    for danger, kinds in RESOURCES._lines.items()
    for kind in kinds
}
NOT_SAID = re.compile(
    r"\b(addicts?|alcoholics?|abusers?|junkies?|crazy|guarantee\w*|you will recover)\b", re.I
)


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_nobody_is_named_by_an_illness_and_nothing_is_promised(text):
    assert not NOT_SAID.search(text.replace("Alcoholics Anonymous", ""))


@pytest.mark.parametrize("name", [*REPLIES.__fields__, *ABOUT_A_CALL])
def test_fixed_words_fit_the_first_message(name):
    assert len(SAID[name].split()) <= 60


@pytest.mark.parametrize(
    "name", [name for name in SAID if name != "callback, not_agreed"]
)  # the widget's form
def test_what_is_also_said_in_text_apps_speaks_of_nothing_they_lack(name):
    assert not re.search(r"\b(pages?|buttons?|tap|tick|click|menu)\b", SAID[name], re.I)


@pytest.mark.parametrize("name", OF_CHANNELS)
def test_what_the_channels_say_is_short(name):
    assert len(OF_CHANNELS[name].split()) <= 60


def widget_strings() -> dict[str, str]:
    """The English strings of the widget, from its source."""
    source = (STATIC / "iop-chat" / "strings.js").read_text()
    english = source[source.index("const english") : source.index("const spanish")]
    strings = re.findall(r'(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)', english)
    found = (re.sub(r"\$\{\w+\}", "2", plain or template) for plain, template in strings)
    return {f"widget, {text[:30]}": text for text in found if len(text.split()) > 4}


def page_texts() -> dict[str, str]:
    """What stands on the center's page, without JavaScript too."""
    with TestClient(create_app(settings(), PROFILE, EMERGENCY, lambda _: DOWN)) as client:
        page = client.get("/").text
    paragraphs = re.findall(r"<(?:p|li|h1|h2)\b[^>]*>(.*?)</(?:p|li|h1|h2)>", page, re.DOTALL)
    found = (html.unescape(re.sub(r"<[^>]*>", "", text)) for text in paragraphs)
    return {f"page, {text[:30]}": text for text in found if len(text.split()) > 4}


def test_everything_a_visitor_reads_is_at_grade_8_or_below():
    """Flesch-Kincaid, names and phone numbers excepted; half of what is said is at grade 6 or below."""
    import textstat

    names = re.compile(
        r"\([^)]*\)|At [^:]*: |Suicide & Crisis Lifeline|\+?[\d-]{3,}|" + re.escape(PROFILE.name)
    )
    texts = {**SAID, **OF_CHANNELS, **widget_strings(), **page_texts(), **SAFETY}
    grades = {
        name: textstat.flesch_kincaid_grade(names.sub("", text))
        for name, text in texts.items()
        if text and name != "spanish"
    }
    assert sorted(grades.values())[len(grades) // 2] <= 6
    assert max(grades.values()) <= 8, {name: grade for name, grade in grades.items() if grade > 8}
