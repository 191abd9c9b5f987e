"""What staff published in the invented conversations, a model that learnt and an edit, and what they said of
danger: so the pages about that can be seen full too."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select
from sqlalchemy.engine import Connection

from bot.judging.known import folded
from bot.judging.queue import in_words, nearly_noticed
from bot.judging.safety_queue import judge, sampled
from bot.judging.tables import phrase
from bot.publishing.tables import publication
from bot.review.tables import edit
from bot.transcripts.demo import DAYS, LEARNT_AT, MODELS, Demo, read_words
from bot.transcripts.tables import turn

AUTHOR, APPROVER = "demo editor", "demo approver"  # no accounts: nobody logs in as them


def write_published(connection: Connection, demo: Demo, until: datetime) -> None:
    """Into a database with the staff's tables and the conversations that end at `until`."""
    said = read_words()
    learnt, edited = said["published"]["learnt"], said["published"]["edited"]
    published = until - timedelta(days=(1 - LEARNT_AT) * DAYS)
    taught = [
        [number, learnt["topic"], text]
        for number, text in enumerate(said["unanswered"][learnt["unanswered"]], 1)
    ]
    decided = {"approver": APPROVER, "created": _before(published, 2), "decided": _before(published, 1)}
    connection.execute(
        insert(phrase),
        [
            {"id": number, "text": text, "folded": folded(text), "intent": topic, "state": "published"}
            | {"author": AUTHOR, **decided, "version": 3, "publication": 1}
            for number, topic, text in taught
        ],
    )
    connection.execute(
        insert(publication).values(
            state="published",
            author=AUTHOR,
            approver=APPROVER,
            phrases=json.dumps(taught),
            model_before=MODELS[0],
            model_after=MODELS[1],
            steps="[]",
            figures="{}",
            began=_before(published, 0.1),
            published=published.timestamp(),
        )
    )
    fact = demo.snapshot.knowledge.topics[edited["topic"]].facts[0]
    connection.execute(
        insert(edit).values(
            kind="fact",
            target=f"{edited['topic']}.{fact.id}",
            before=json.dumps({"says": edited["before"]}),
            after=json.dumps({"says": fact.says}),
            author=AUTHOR,
            note="Invented for the demo",
            state="exported",  # the files say it: nothing is left to apply
            made=_before(published, 8),
            decided_by=APPROVER,
            decided=_before(published, 7),
            reason="",
            version=3,
        )
    )


def write_verdicts(connection: Connection, until: datetime) -> None:
    """Two people have judged what the safety queue has; the latest days wait."""
    wanted = or_(turn.c.safety != "", nearly_noticed(), sampled())
    days = turn.c.at.between(_before(until, DAYS), _before(until, 5))
    rows = connection.execute(select(turn).where(days, in_words(), wanted).order_by(turn.c.id)).all()
    differ = next(row.id for row in rows if row.near_danger)
    for row in rows:
        verdict = row.safety or ("distress" if row.near_danger else "none")
        for who in (AUTHOR, APPROVER):
            judge(connection, who, row.id, "danger" if (row.id, who) == (differ, AUTHOR) else verdict)


def _before(when: datetime, days: float) -> float:
    return (when - timedelta(days=days)).timestamp()
