"""What a training for corrected phrases takes over from the live model."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.encoder import SentenceEncoder
from bot.language.rasa_components import MeaningAndSpellingClassifier
from bot.rasa_component import KEEP_FROM
from bot.safety.classifier import classifier_of
from bot.safety.rasa_adapter import SafetyNet

DANGER = ["i wont be here in the morning"]


def test_nothing_is_kept_unless_a_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEEP_FROM, raising=False)
    assert SafetyNet.kept() is None


def test_what_is_kept_is_what_the_model_has_learned(
    trained_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEEP_FROM, str(trained_model))
    kept, encoder = SafetyNet.kept(), SentenceEncoder.load()
    assert kept is not None
    assert kept.find(DANGER, encoder) == classifier_of(trained_model).find(DANGER, encoder)
    classifiers = MeaningAndSpellingClassifier.kept()
    assert classifiers is not None
    assert classifiers.after.intents == classifiers.alone.intents


def test_a_model_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEEP_FROM, str(tmp_path / "gone.tar.gz"))
    with pytest.raises(FileNotFoundError):
        SafetyNet.kept()
