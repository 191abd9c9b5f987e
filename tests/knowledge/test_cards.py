"""The pictures of real answers: each from the profile or approved facts, none from a doubtful one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cards import Card, Planner, Ranges, from_json, to_json
from bot.knowledge.answers import Snapshot
from bot.knowledge.cards import cards_for
from bot.knowledge.profile import CentreProfile, OwnWord
from bot.knowledge.reading import read_data
from bot.knowledge.schema import Fact

DATA = Path(__file__).resolve().parents[2] / "data"
REAL = Snapshot(*read_data(DATA))
NO_CENTRE = Snapshot(REAL.knowledge, CentreProfile())


def all_cards(snapshot: Snapshot) -> list[tuple[str, Card]]:
    return [(topic, card) for topic in snapshot.knowledge.topics for card in cards_for(snapshot, topic)]


def with_facts(snapshot: Snapshot, topic: str, facts: Iterable[Fact]) -> Snapshot:
    changed = snapshot.knowledge.topics[topic].copy(update={"facts": tuple(facts)})
    topics = {**snapshot.knowledge.topics, topic: changed}
    return Snapshot(replace(snapshot.knowledge, topics=topics), snapshot.profile)


def with_status(snapshot: Snapshot, topic: str, fact_id: str, status: str) -> Snapshot:
    facts = snapshot.knowledge.topics[topic].facts
    changed = (fact.copy(update={"status": status}) if fact.id == fact_id else fact for fact in facts)
    return with_facts(snapshot, topic, changed)


@pytest.mark.parametrize("snapshot", [REAL, NO_CENTRE], ids=["centre", "documents alone"])
def test_each_card_survives_json_is_small_and_names_its_sources(snapshot: Snapshot) -> None:
    known = {document.short for document in snapshot.knowledge.documents.values()}
    known.add(snapshot.profile.name)
    for topic, card in all_cards(snapshot):
        as_json = json.loads(json.dumps(to_json(card)))
        assert from_json(as_json) == card
        assert len(json.dumps(as_json)) < 2_000, topic
        assert card.title
        assert card.text
        rows = card.rows if isinstance(card, Ranges | Planner) else ()
        sources = [row.source for row in rows] + ([] if isinstance(card, Ranges) else [card.source])
        assert sources
        assert all(any(name in source for name in known) for source in sources), topic


def test_the_length_is_shown_with_every_source_and_the_centre_first() -> None:
    (card, _) = cards_for(REAL, "program_length")
    assert isinstance(card, Ranges)
    assert [(row.words, row.source) for row in card.rows] == [
        ("about 10 weeks", "Willow Creek Recovery Center"),
        ("5 to 8 weeks", "What to Expect"),
        ("8 to 12 weeks", "How Long IOP Takes and Who Can Benefit"),
        ("12 to 16 weeks", "Intensive Outpatient Programs"),
        ("about 90 days", "Intensive Outpatient Programs"),
    ]
    assert card.rows[-1].low == card.rows[-1].high == pytest.approx(90 / 7, abs=0.01)


def test_an_open_end_stays_open() -> None:
    cards: list[Any] = [card for card in cards_for(NO_CENTRE, "weekly_schedule") if isinstance(card, Ranges)]
    (at_least, _) = cards[0].rows
    assert (at_least.words, at_least.low, at_least.high) == ("at least 9 hours a week", 9.0, None)


def test_no_doubtful_fact_is_in_any_card() -> None:
    """A fact that is doubtful, or becomes so, counts as little as one that is not there."""
    shown = set()
    as_it_is = all_cards(NO_CENTRE)
    for topic, fact in NO_CENTRE.knowledge.facts():
        doubted = all_cards(with_status(NO_CENTRE, topic.id, fact.id, "doubtful"))
        rest = (other for other in topic.facts if other is not fact)
        assert doubted == all_cards(with_facts(NO_CENTRE, topic.id, rest)), fact.id
        if doubted != as_it_is:
            shown.add(fact.id)
            assert fact.status == "approved"
    assert shown >= {"weeks_8_12", "days_90", "hours_9_20", "days_3_5", "hours_3_4", "referral", "ending"}


def test_without_the_centre_the_week_is_not_made_up() -> None:
    assert "week" not in [card.type for _, card in all_cards(NO_CENTRE)]
    assert cards_for(NO_CENTRE, "what_to_bring") == ()


def test_a_figure_the_words_do_not_give_is_refused() -> None:
    figure = {"low": 12, "high": 12, "unit": "week", "qualifier": "typical"}
    with pytest.raises(ValueError, match="found 12"):
        OwnWord.parse_obj({"says": "It takes about 10 weeks.", "figures": [figure]})
    assert OwnWord.parse_obj({"says": "It takes 12 weeks.", "figures": [figure]}).figures


def test_the_example_day_is_as_long_as_the_centre_says() -> None:
    own = REAL.profile.words["session_length"]
    assert sum(part.minutes for part in own.parts) == 60 * (own.figures[0].low or 0)


def test_what_is_no_picture_is_none() -> None:
    assert from_json({"type": "contacts", "contacts": []}) is None
    assert from_json({"type": "ranges", "title": "x"}) is None
    assert from_json({}) is None
