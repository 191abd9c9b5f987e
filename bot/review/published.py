"""What staff published, for the question whether it helped. Each kind of change has a function here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone

from sqlalchemy import column, delete, func, insert, inspect, select, table
from sqlalchemy.engine import Connection

from bot.judging.choices import called
from bot.judging.helped import Asked, Change, Counts, Helped, Key, did_help
from bot.judging.meaning import Meaning
from bot.review.database import Database
from bot.review.tables import change_count
from bot.transcripts.turns import moment

MOST = 10  # changes on the page
_publication = table("publication", *map(column, ("id", "state", "phrases", "published", "ended")))
_WERE_LIVE = ("published", "returning", "returned")
_edit = table("edit", *map(column, ("kind", "target", "state", "after", "decided")))
_EDITED = {
    "answer": "Edited the answer",
    "words": "Edited the center's own words",
    "fact": "Edited a fact",
    "specific": "Edited a particular question",
}
_REACHED = "contact", "human"  # topic and kind of the replies that tell how the center is reached

Counted = Callable[[Connection, Mapping[str, str]], list[Change]]


def compare(
    database: Database, titles: Mapping[str, str], meaning: Meaning, of: Sequence[Counted] | None = None
) -> tuple[Helped, ...]:
    """What came of the latest changes, of all kinds unless told; their counts are kept, so that they outlive
    the conversations. Raises UnavailableError."""
    with database.reading() as connection:
        changes = published_changes(connection, titles, of or KINDS)
        known = counted(connection)
    with database.engine() as engine:
        helped = did_help(engine, changes, meaning, datetime.now(timezone.utc), known)
    new = [one for one in helped if known.get(one.change.key) != (one.before, one.after)]
    if new:
        with database.writing() as connection:
            keep_counts(connection, new)
    return helped


def published_changes(
    connection: Connection, titles: Mapping[str, str], of: Sequence[Counted]
) -> tuple[Change, ...]:
    """The latest first. Raises SQLAlchemyError."""
    found = [change for of_kind in of for change in of_kind(connection, titles)]
    return tuple(sorted(found, key=lambda change: change.when, reverse=True)[:MOST])


def counted(connection: Connection) -> dict[Key, Counts]:
    """What was counted of changes before. Raises SQLAlchemyError."""
    return {
        (row.published, row.topic): (
            Asked(row.before_asked, row.before_in_vain),
            Asked(row.after_asked, row.after_in_vain),
        )
        for row in connection.execute(select(change_count))
    }


def keep_counts(connection: Connection, helped: Iterable[Helped]) -> None:
    """Instead of those of the same changes. Raises SQLAlchemyError."""
    for one in helped:
        published, topic = one.change.key
        same = (change_count.c.published == published) & (change_count.c.topic == topic)
        row = {
            "published": published,
            "topic": topic,
            "before_asked": one.before.asked,
            "before_in_vain": one.before.in_vain,
            "after_asked": one.after.asked,
            "after_in_vain": one.after.in_vain,
        }
        connection.execute(delete(change_count).where(same))
        connection.execute(insert(change_count), row)


def models(connection: Connection, titles: Mapping[str, str]) -> list[Change]:
    """A change for each topic that a published model was taught phrases of, taken back since or not."""
    if not inspect(connection).has_table(_publication.name):
        return []
    query = select(_publication).where(_publication.c.state.in_(_WERE_LIVE))
    found = []
    for row in connection.execute(query.order_by(_publication.c.id.desc()).limit(MOST)):
        taught: dict[str, list[str]] = {}
        for _, topic, text in json.loads(row.phrases):
            taught.setdefault(topic, []).append(text)
        for topic, texts in taught.items():
            count = f"{len(texts)} phrase{'' if len(texts) == 1 else 's'}"
            what = f"Learnt {count} for {called(titles, topic)}"
            until = moment(row.ended) if row.state == "returned" else None
            found.append(Change(what, moment(row.published), topic, tuple(texts), until))
    return found


def edits(connection: Connection, titles: Mapping[str, str]) -> list[Change]:
    """A change for each edit of the profile, or a topic's answer, facts or own words, that was approved."""
    if not inspect(connection).has_table(_edit.name):
        return []
    in_use = _edit.c.state.in_(["approved", "exported"]) & _edit.c.kind.in_([*_EDITED, "centre"])
    query = select(_edit).where(in_use).order_by(_edit.c.decided.desc()).limit(MOST)
    found = []
    for row in connection.execute(query):
        if row.kind == "centre":
            topic, kind = _REACHED
            found.append(Change("Edited the center's profile", moment(row.decided), topic, kind=kind))
            continue
        topic = row.target.partition(".")[0]
        what = f"{_EDITED[row.kind]}: {called(titles, topic)}"
        found.append(Change(what, moment(row.decided), topic))
    return found


def topics(connection: Connection, titles: Mapping[str, str]) -> list[Change]:
    """A change for each topic that staff added, from the first model on that was published after that."""
    if not all(inspect(connection).has_table(one.name) for one in (_edit, _publication)):
        return []
    learnt = select(func.min(_publication.c.published)).where(
        _publication.c.state.in_(_WERE_LIVE[:2]), _publication.c.published >= _edit.c.decided
    )
    query = select(_edit, learnt.scalar_subquery().label("published")).where(
        _edit.c.kind == "topic", _edit.c.state.in_(["approved", "exported"])
    )
    return [
        Change(
            f"Added the topic: {called(titles, row.target)}",
            moment(row.published),
            row.target,
            tuple(json.loads(row.after)["phrases"]),
        )
        for row in connection.execute(query)
        if row.published
    ]


KINDS: tuple[Counted, ...] = (
    models,
    edits,
    topics,
)
