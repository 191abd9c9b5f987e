"""What the running assistant says is read back as turns, with the model and the knowledge that answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.feedback.repository import FeedbackStore
from bot.house import Running
from bot.knowledge.database import open_database
from bot.knowledge.repository import KnowledgeRepository
from bot.language.encoder import SentenceEncoder
from bot.safety.classifier import classifier_of
from bot.safety.detect import nearness
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts
from bot.transcripts.reading import conversation
from bot.transcripts.search import Filter, turns

SENDER = "conversation-of-transcripts"


def say(running: Running, text: str) -> None:
    answer = running.post({"sender": SENDER, "message": text, "message_id": f"id-{len(text):020}"})
    assert answer.status_code == 200


def test_a_conversation_is_read_as_it_was(running: Running, trained_model: Path) -> None:
    say(running, "how long is the program and what does it cost")
    say(running, "i want to kill myself")
    say(running, asked := "he drinks every night and i am tired of it, do you take aetna? call 312 555 0188")
    url = running.config.tracker_url
    FeedbackStore(url).add(SENDER, f"id-{45:020}", "down", "too long")

    several, danger, insurance = conversation(engine := open_transcripts(url), SENDER)
    assert several.reply.kind == "answer"
    assert several.reply.topics == ("program_length", "cost")
    assert [part.intent for part in several.understood.parts] == ["program_length", "cost"]
    assert several.reply.sources
    assert several.reply.texts
    assert several.feedback is not None
    assert several.feedback.why == "too long"
    noticed = danger.understood.safety
    assert noticed is not None
    assert (noticed.strength, noticed.id, danger.reply.kind) == ("danger", "suicide", "safety")
    assert "kill" in noticed.reason
    near = nearness(asked, SentenceEncoder.load(), classifier_of(trained_model))
    assert insurance.understood.safety is None
    assert insurance.understood.near_danger == pytest.approx(near, abs=0.001), (
        "kept where nothing was noticed"
    )
    assert danger.understood.near_danger == 0
    assert insurance.text == "he drinks every night and i am tired of it, do you take aetna? call <phone>"
    assert insurance.understood.others, "the runners-up"
    assert insurance.model

    knowledge = KnowledgeRepository(open_database(running.config.database_url)).snapshot().version
    assert knowledge > 0
    assert {turn.knowledge for turn in (several, danger, insurance)} == {knowledge}

    import_batch(engine)
    found = [turn for turn in turns(engine, Filter(), size=1000).found if turn.conversation == SENDER]
    assert [(turn.kind, turn.rating) for turn in found] == [
        ("answer", ""),
        ("safety", ""),
        ("answer", "down"),
    ]

    say(running, "delete my conversation")
    say(running, "yes, delete it")
    assert conversation(engine, SENDER) == ()
    assert SENDER not in {turn.conversation for turn in turns(engine, Filter(), size=1000).found}
    engine.dispose()
