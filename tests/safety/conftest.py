from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.language.encoder import SentenceEncoder
from bot.prepare import build_encoder
from bot.safety.classifier import SafetyClassifier, train
from bot.safety.detect import Finding, detect
from bot.safety.messages import read_messages, read_ordinary
from bot.settings import ROOT, settings

HELD_OUT = sorted(Path(__file__).parent.glob("held_out*.yml"))
FOUND_LATER = Path(__file__).parent / "found_later.yml"
DATA = ROOT / "data"


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    build_encoder(settings(), print)
    return SentenceEncoder.load()


@pytest.fixture(scope="session")
def classifier(encoder: SentenceEncoder) -> SafetyClassifier:
    """Trained now on the messages and phrases as they are (about 20 s)."""
    ordinary = [message.text for message in read_ordinary(DATA / "nlu")]
    return train(encoder, read_messages(DATA / "safety" / "messages.yml"), ordinary)


@pytest.fixture(scope="session")
def look(encoder: SentenceEncoder, classifier: SafetyClassifier) -> Callable[[str], Finding | None]:
    """detect() with rules and classifier."""
    return partial(detect, encoder=encoder, classifier=classifier)
