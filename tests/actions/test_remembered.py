"""A reply leaves in its events which version of the knowledge base it came from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from actions.base import _remembered
from bot.knowledge.answers import Snapshot
from bot.knowledge.database import open_database
from bot.knowledge.load import load_files
from bot.knowledge.reading import read_data
from bot.knowledge.repository import KnowledgeRepository
from bot.privacy.events import Words, redacted_event, withheld_event
from bot.reply import Reply
from bot.settings import settings
from bot.transcripts.turns import StoredEvent, turns_of

MESSAGE = {"event": "user", "text": "how long is it"}


def test_the_database_tells_its_version(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'knowledge.db'}"
    load_files(url, settings().data_dir)
    assert KnowledgeRepository(open_database(url)).snapshot().version > 0


def test_it_is_read_back_from_the_stored_event() -> None:
    snapshot = replace(Snapshot(*read_data(settings().data_dir)), version=4711)
    event = _remembered(Reply("answer", ("Eight weeks.",)), snapshot)
    for stored in (redacted_event(event, Words()), withheld_event(event)):
        rows = [StoredEvent(1, json.dumps(MESSAGE)), StoredEvent(2, json.dumps(stored))]
        assert [turn.knowledge for turn in turns_of("somebody", rows)] == [4711]
