"""Between the models and the rows of the tables, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.knowledge import tables
from bot.knowledge.profile import CentreProfile
from bot.knowledge.schema import ANSWER_PARTS, Document, Fact, Knowledge, LeftOut, Topic

CENTRE_ID = VERSION_ID = 1
_QUANTITY = ("low", "high", "unit", "qualifier")


def stored(session: Session, table: Any) -> list[Any]:
    """All rows of Document, Topic, LeftOut or Centre in their order, with all that belongs to them."""
    query = select(table).order_by(getattr(table, "position", None))
    if table is tables.Topic:
        query = query.options(
            selectinload(table.facts).selectinload(tables.Fact.sources),
            selectinload(table.sentences),
            selectinload(table.specifics),
            selectinload(table.following),
        )
    return list(session.execute(query).scalars())


def knowledge_of(documents: Iterable[Any], topics: Iterable[Any], left_out: Iterable[Any]) -> Knowledge:
    """The knowledge base in these rows. Raises pydantic.ValidationError for rows that make no sense."""
    return Knowledge(
        {row.file: Document(file=row.file, title=row.title, short=row.short) for row in documents},
        {row.id: _topic(row) for row in topics},
        tuple(
            LeftOut(document=row.document, sentence=row.sentence, reason=row.reason, note=row.note)
            for row in left_out
        ),
    )


def profile_of(row: Any) -> CentreProfile:
    """The profile in the row. Raises pydantic.ValidationError."""
    return CentreProfile.parse_obj({name: getattr(row, name) for name in CentreProfile.__fields__})


def document_rows(knowledge: Knowledge) -> list[tables.Document]:
    """New rows, of no session yet; so too below."""
    return [
        tables.Document(position=position, **document.dict())
        for position, document in enumerate(knowledge.documents.values())
    ]


def topic_rows(knowledge: Knowledge) -> list[tables.Topic]:
    """One row a topic, with its facts, sentences and next topics."""
    return [_topic_row(topic, position) for position, topic in enumerate(knowledge.topics.values())]


def left_out_rows(knowledge: Knowledge) -> list[tables.LeftOut]:
    """One row a sentence left out."""
    return [
        tables.LeftOut(position=position, **left_out.dict())
        for position, left_out in enumerate(knowledge.left_out)
    ]


def centre_row(profile: CentreProfile) -> tables.Centre:
    """The profile's only row."""
    # As JSON reads it back: lists for tuples, so that what is stored can be compared.
    plain = json.loads(profile.json())
    row: tables.Centre = tables.Centre(id=CENTRE_ID, **plain)
    return row


def _topic_row(topic: Topic, position: int) -> tables.Topic:
    row: tables.Topic = tables.Topic(
        id=topic.id,
        topic_group=topic.group,
        source=topic.source,
        title=topic.title,
        question=topic.question,
        position=position,
        facts=[_fact_row(topic.id, fact, place) for place, fact in enumerate(topic.facts)],
        sentences=[
            tables.AnswerSentence(topic_id=topic.id, part=part, position=place, text=text)
            for part, place, text in topic.sentences()
        ],
        specifics=[
            tables.Specific(
                topic_id=topic.id,
                position=place,
                asks=list(specific.asks),
                verdict=specific.verdict,
                says=specific.says,
            )
            for place, specific in enumerate(topic.specifics)
        ],
        following=[
            tables.NextTopic(topic_id=topic.id, position=place, next_id=following)
            for place, following in enumerate(topic.next)
        ],
    )
    return row


def _fact_row(topic_id: str, fact: Fact, position: int) -> tables.Fact:
    row: tables.Fact = tables.Fact(
        topic_id=topic_id,
        id=fact.id,
        position=position,
        status=fact.status,
        reason=fact.reason,
        says=fact.says,
        applies_when=fact.when,
        entity=fact.entity,
        items=[{"name": item.name, "also": list(item.also)} for item in fact.items],
        sources=[
            tables.FactSource(topic_id=topic_id, fact_id=fact.id, position=place, **source.dict())
            for place, source in enumerate(fact.sources)
        ],
        **({name: getattr(fact.quantity, name) for name in _QUANTITY} if fact.quantity else {}),
    )
    return row


def _topic(row: Any) -> Topic:
    sentences = {
        part: [sentence.text for sentence in row.sentences if sentence.part == part] for part in ANSWER_PARTS
    }
    return Topic.parse_obj(
        {
            "topic": row.id,
            "group": row.topic_group,
            "source": row.source,
            "title": row.title,
            "question": row.question,
            "next": [following.next_id for following in row.following],
            "answer": sentences if row.sentences else None,
            "facts": [_fact(fact) for fact in row.facts],
            "specifics": [
                {"asks": specific.asks, "verdict": specific.verdict, "says": specific.says}
                for specific in row.specifics
            ],
        }
    )


def _fact(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "status": row.status,
        "reason": row.reason,
        "says": row.says,
        "when": row.applies_when,
        "quantity": {name: getattr(row, name) for name in _QUANTITY} if row.unit else None,
        "entity": row.entity,
        "items": row.items,
        "sources": [
            {"document": source.document, "section": source.section, "sentence": source.sentence}
            for source in row.sources
        ],
    }
