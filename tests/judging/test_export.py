"""The tests as files: read back by Rasa, by `bot evaluate` and by the danger tests, word for word."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judging.export import as_file
from bot.judging.known import KnownPhrases
from bot.judging.meaning import Meaning
from bot.judging.phrases import Phrase, normalised
from bot.language.evaluate import read_cases
from bot.review.errors import InvalidError
from bot.safety.messages import read_messages
from bot.settings import ROOT

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def phrase(text: str, intent: str, id: int = 1, state: str = "test") -> Phrase:
    return Phrase(id, text, intent, state, "rosa", "", NOW, None, 1, None, None)  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("ab '\"#:-[](){}\\|>\n\t&*!%@`?,"), st.characters()), max_size=40
    )
)
def test_whatever_was_said_is_read_back_as_it_was_kept(text: str) -> None:
    try:
        kept = normalised(text)
    except InvalidError:
        return
    rasa = yaml.safe_load(as_file([phrase(kept, "cost")], "rasa", ()))
    assert rasa["nlu"] == [{"intent": "cost", "examples": f"- {kept}\n"}]
    danger = yaml.safe_load(as_file([phrase(kept, "suicide")], "danger", ()))
    assert danger["danger"] == {"suicide": {"explicit": [kept]}}
    assert "](" not in kept


def test_rasa_takes_the_file_as_its_tests(tmp_path: Path) -> None:
    """Read by what `rasa test nlu --nlu` reads it with; entities and lists are not seen in the words."""
    from rasa.shared.importers.importer import TrainingDataImporter

    kept = [
        phrase("is there a bus: #12, or 'the' [red] line?", "transport", 1),
        phrase("- how much", "cost", 2),
        phrase("i cant go on", "suicide", 3),
    ]
    file = tmp_path / "tests.yml"
    file.write_text(as_file(kept, "rasa", ("transport", "cost")))
    importer = TrainingDataImporter.load_from_dict(
        domain_path=str(ROOT / "domain.yml"), training_data_paths=[str(file)]
    )
    read = importer.get_nlu_data()
    assert {(one.get("text"), one.get("intent")) for one in read.intent_examples} == {
        ("is there a bus: #12, or 'the' [red] line?", "transport"),
        ("- how much", "cost"),
    }
    assert not read.entity_examples
    assert {one.get("intent") for one in read.intent_examples} <= set(importer.get_domain().intents)


def test_each_file_is_read_by_what_it_is_for(tmp_path: Path) -> None:
    kept = [
        phrase("is there a bus", "transport", 1),
        phrase("can i pay by the month", "cost", 2),
        phrase("thx a bunch", "thanks", 3),
        phrase("i cant go on", "suicide", 4),
        phrase("left out: it is trained", "cost", 5, "approved"),
    ]
    topics = ("transport", "cost")
    (tmp_path / "nlu.yml").write_text(as_file(kept, "rasa", topics))
    read = KnownPhrases(tmp_path, tmp_path / "none", Meaning())
    assert read.find("IS THERE A BUS", "x") is not None
    assert read.find("thx, a bunch", "x") is not None
    assert read.find("left out it is trained", "x") is None
    (tmp_path / "q.jsonl").write_text(as_file(kept, "jsonl", topics))
    asked = [case.text for [case, *_] in read_cases(tmp_path / "q.jsonl", topics)]
    assert asked == ["can i pay by the month", "is there a bus"]
    (tmp_path / "danger.yml").write_text(as_file(kept, "danger", topics))
    assert [(one.text, one.id, one.kind) for one in read_messages(tmp_path / "danger.yml")] == [
        ("i cant go on", "suicide", "explicit")
    ]
    assert yaml.safe_load(as_file([], "rasa", topics)) == {"version": "3.1", "nlu": []}
