"""The knowledge base and the profile that are in this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.answers import FIRST_MESSAGE_WORDS, Snapshot, compose
from bot.knowledge.check import check
from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_data

DATA = Path(__file__).resolve().parents[2] / "data"

# What visitors, tests and reviewers know topics by: these ids must go on working.
_TOPICS = """
    what_is_iop program_length length_factors weekly_schedule session_length time_of_day daily_schedule phases
    work_school_home detox_availability withdrawal_safety medication services group_types group_therapy
    group_size group_format individual_therapy skills_taught relapse_prevention alternative_therapies
    twelve_step family_involvement who_benefits not_suitable conditions_treated co_occurring
    special_populations mandated_or_unready iop_vs_inpatient iop_vs_outpatient benefits outcomes preparation
    what_to_bring employer_leave transport how_to_start choosing_program progress_and_steps aftercare cost
    resources insurance virtual_iop contact confidentiality drug_testing relapse_policy attendance house_rules
    childcare language_access age_groups
"""
TOPICS = _TOPICS.split()


@pytest.fixture(scope="module")
def real() -> Snapshot:
    return Snapshot(*read_data(DATA))


def test_every_topic_is_there(real: Snapshot) -> None:
    assert set(TOPICS) <= set(real.knowledge.topics)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_answer_is_short_known_and_sourced(real: Snapshot, topic: str) -> None:
    said = compose(real, topic)
    assert said.known
    assert 0 < len(said.first.split()) <= FIRST_MESSAGE_WORDS
    assert said.first_sources
    assert bool(said.more) == bool(said.more_sources)
    assert 2 <= len(said.next_topics) <= 3
    assert "{" not in said.first + said.more


@pytest.mark.parametrize("topic", TOPICS)
def test_with_an_empty_profile_every_topic_still_gets_a_reply(real: Snapshot, topic: str) -> None:
    said = compose(Snapshot(real.knowledge, CentreProfile()), topic)
    assert 0 < len(said.first.split()) <= FIRST_MESSAGE_WORDS
    from_documents = real.knowledge.topics[topic].source == "documents"
    assert said.known == from_documents
    assert from_documents or "has not told this assistant" in said.first


def test_the_example_centre_is_marked_as_one(real: Snapshot) -> None:
    assert real.profile.example


def test_the_sources_disagree_on_the_length_and_the_answer_says_so(real: Snapshot) -> None:
    said = compose(Snapshot(real.knowledge, CentreProfile()), "program_length")
    both = said.first + said.more
    for figure in ("8 to 12 weeks", "5 to 8 weeks", "12 to 16 weeks", "about 90 days"):
        assert figure in both


def test_nothing_is_odd_about_the_wording(real: Snapshot) -> None:
    notes = [note for note in check(real.knowledge, {}).notes if not note.message.startswith("no sentence")]
    assert notes == []
