from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.language.encoder import SentenceEncoder
from bot.safety.classifier import SafetyClassifier, classifier_of
from bot.safety.detect import Finding, detect
from bot.settings import ROOT

HELD_OUT = sorted(Path(__file__).parent.glob("held_out*.yml"))
FOUND_LATER = Path(__file__).parent / "found_later.yml"
DATA = ROOT / "data"


@pytest.fixture(scope="session")
def encoder(trained_model: Path) -> SentenceEncoder:
    return SentenceEncoder.load()


@pytest.fixture(scope="session")
def classifier(trained_model: Path) -> SafetyClassifier:
    """The one visitors meet."""
    return classifier_of(trained_model)


@pytest.fixture(scope="session")
def look(encoder: SentenceEncoder, classifier: SafetyClassifier) -> Callable[[str], Finding | None]:
    """detect() with rules and classifier."""
    return partial(detect, encoder=encoder, classifier=classifier)
