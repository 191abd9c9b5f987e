"""The net as a whole on messages it has never seen, and the classifier's file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from bot.language.encoder import SentenceEncoder, Vectors
from bot.safety.classifier import UNSURE, SafetyClassifier, SafetyModelError
from bot.safety.detect import detect, nearness
from bot.safety.evaluate import Share, evaluate
from bot.safety.messages import EXPLICIT, IMPLICIT, ORDINARY, SAFE, read_messages, read_ordinary
from bot.safety.rasa_adapter import NEAR, SafetyNet
from bot.transcripts.turns import NEAR_DANGER
from tests.safety.conftest import DATA, FOUND_LATER, HELD_OUT

TRAINING = read_messages(DATA / "safety" / "messages.yml")
TEST = [message for file in HELD_OUT for message in read_messages(file)]


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


@pytest.fixture(scope="module")
def report(look):
    return evaluate(TEST, look)


def test_the_sets_are_large_enough_and_apart():
    assert sum(message.id != SAFE for message in TRAINING) >= 400
    assert sum(message.id == SAFE for message in TRAINING) >= 400
    assert sum(message.kind == EXPLICIT for message in TEST) >= 75
    assert sum(message.kind == IMPLICIT for message in TEST) >= 75
    assert sum(message.id == SAFE for message in TEST) >= 150
    assert {_bare(message.text) for message in TRAINING}.isdisjoint(_bare(message.text) for message in TEST)


def test_no_explicit_danger_is_missed(report):
    assert [message.text for message in report.missed if message.kind == EXPLICIT] == []


def test_implicit_danger_is_noticed(report):
    noticed = report.total(IMPLICIT).noticed
    assert noticed.count / noticed.of >= 0.95, [message.text for message in report.missed]


def test_what_is_missed_comes_nearer_than_what_is_asked(report, encoder, classifier):
    missed = [message.text for message in report.missed]
    asked = [message.text for message in read_ordinary(DATA / "nlu")[::100]]
    near = [
        sum(nearness(text, encoder, classifier) >= NEAR_DANGER for text in texts) / len(texts)
        for texts in (missed, asked)
    ]
    assert near[0] > 4 * near[1], "so that staff look at it first"
    assert nearness("", encoder, classifier) == nearness("!?", encoder, classifier) == 0


def test_hard_negatives_are_hardly_ever_taken_for_danger(report):
    danger = report.total(safe=True).danger
    assert danger.count / danger.of < 0.02, [message.text for message, _ in report.false_dangers]


def test_the_rules_alone_miss_little_that_is_explicit():
    danger = evaluate(TEST, detect).total(EXPLICIT).danger
    assert danger.count / danger.of >= 0.97


def test_no_ordinary_question_is_taken_for_danger(look):
    ordinary = read_ordinary(DATA / "nlu")[::4]
    report = evaluate(ordinary, look)
    assert [message.text for message, _ in report.false_dangers] == []
    noticed = report.total(ORDINARY).noticed
    assert noticed.count / noticed.of < 0.05


def test_what_was_found_later_stays_found(look):
    report = evaluate(read_messages(FOUND_LATER), look)
    assert report.missed == ()
    assert report.false_dangers == ()


def test_worry_and_everyday_words_bring_no_line_on_abuse_or_violence(look):
    safe = [message.text for message in read_messages(FOUND_LATER) if message.id == SAFE]
    found = {text: finding for text in safe if (finding := look(text)) is not None}
    assert [text for text, finding in found.items() if finding.id in UNSURE] == []


def test_a_classifier_finding_names_its_score(look):
    finding = look("i wouldnt mind if tomorrow never came for me")
    assert finding is not None
    assert finding.reason.startswith("classifier: ")
    assert "score" in finding.reason


def test_it_is_kept_as_a_file(tmp_path: Path, classifier, encoder):
    path = tmp_path / "models" / "safety.joblib"
    classifier.save(path)
    assert path.stat().st_size < 20_000_000
    again = SafetyClassifier.load(path)
    text = "i wouldnt mind if tomorrow never came for me"
    assert detect(text, encoder, again) == detect(text, encoder, classifier)


def test_a_missing_or_foreign_file_says_what_to_do(tmp_path: Path):
    with pytest.raises(SafetyModelError, match="python -m bot prepare"):
        SafetyClassifier.load(tmp_path / "none.joblib")
    (tmp_path / "junk.joblib").write_bytes(b"junk")
    with pytest.raises(SafetyModelError, match="python -m bot prepare"):
        SafetyClassifier.load(tmp_path / "junk.joblib")


class _Broken:
    def encode(self, texts):
        raise RuntimeError("no encoder today")


def test_a_broken_encoder_leaves_the_rules(classifier):
    finding = detect("i want to kill myself", _Broken(), classifier)
    assert finding is not None
    assert finding.is_danger
    assert detect("how long is it", _Broken(), classifier) is None


def test_wilson_interval():
    assert Share(0, 0).interval == (0.0, 1.0)
    low, high = Share(95, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert Share(10, 10).interval[1] == 1.0


def test_a_message_that_is_plain_as_it_is_is_not_encoded_again(
    classifier: SafetyClassifier, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Watched:
        def encode(self, texts: Sequence[str]) -> Vectors:
            asked.extend(texts)
            return encoder.encode(texts)

    monkeypatch.setattr(SentenceEncoder, "load", staticmethod(Watched))
    net = SafetyNet({}, cast(ModelStorage, None), Resource("safety"), classifier)

    def near(text: str) -> float:
        message = Message.build(text)
        vector = encoder.encode([text])
        message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, "encoder"))
        [heard] = net.process([message])
        return float(heard.get(NEAR))

    same = near("How Long Is It")
    assert asked == []
    assert near("How long is it?") == same
    assert asked == ["how long is it"]
