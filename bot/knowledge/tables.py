# mypy: allow-subclassing-any
# SQLAlchemy 1.4 has no types of its own.
"""The tables of the knowledge base, for SQLite and PostgreSQL. Migrations are in migrations/."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeMeta, registry, relationship

_registry = registry()


class Base(metaclass=DeclarativeMeta):
    """The parent of all tables here."""

    __abstract__ = True
    registry = _registry
    metadata = _registry.metadata
    __init__ = _registry.constructor


_OWNED = {"cascade": "all, delete-orphan", "passive_deletes": True}


class Document(Base):
    """A source document."""

    __tablename__ = "document"

    file = Column(String, primary_key=True)
    title = Column(Text, nullable=False)
    short = Column(Text, nullable=False)
    position = Column(Integer, nullable=False)


class Topic(Base):
    """Something visitors ask about."""

    __tablename__ = "topic"

    id = Column(String, primary_key=True)
    topic_group = Column(String, nullable=False)
    source = Column(String, nullable=False)
    title = Column(Text, nullable=False)
    question = Column(Text, nullable=False)
    position = Column(Integer, nullable=False)

    facts = relationship("Fact", order_by="Fact.position", **_OWNED)
    sentences = relationship(
        "AnswerSentence", order_by="[AnswerSentence.part, AnswerSentence.position]", **_OWNED
    )
    specifics = relationship("Specific", order_by="Specific.position", **_OWNED)
    following = relationship(
        "NextTopic", foreign_keys="NextTopic.topic_id", order_by="NextTopic.position", **_OWNED
    )


class Fact(Base):
    """A statement filed under a topic; `id` is unique in the topic."""

    __tablename__ = "fact"

    topic_id = Column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    id = Column(String, primary_key=True)
    position = Column(Integer, nullable=False)
    status = Column(String, nullable=False)
    reason = Column(Text)
    says = Column(Text, nullable=False)
    applies_when = Column(Text)
    low = Column(Float)
    high = Column(Float)
    unit = Column(String)
    qualifier = Column(String)
    entity = Column(String)
    items = Column(JSON, nullable=False)  # [{"name": "art therapy", "also": ["art"]}, ...]

    sources = relationship("FactSource", order_by="FactSource.position", **_OWNED)


class FactSource(Base):
    """A sentence a fact rests on, by its hash."""

    __tablename__ = "fact_source"

    topic_id = Column(String, primary_key=True)
    fact_id = Column(String, primary_key=True)
    position = Column(Integer, primary_key=True)
    document = Column(ForeignKey("document.file"), nullable=False)
    section = Column(Text, nullable=False)
    sentence = Column(String(12), nullable=False, index=True)

    __table_args__ = (
        ForeignKeyConstraint(["topic_id", "fact_id"], ["fact.topic_id", "fact.id"], ondelete="CASCADE"),
    )


class AnswerSentence(Base):
    """A sentence of a topic's answer, with {placeholders} for facts."""

    __tablename__ = "answer_sentence"

    topic_id = Column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    part = Column(String, primary_key=True)  # lead, more or plain
    position = Column(Integer, primary_key=True)
    text = Column(Text, nullable=False)


class Specific(Base):
    """A particular question on a topic and its answer, with {placeholders} for facts."""

    __tablename__ = "specific"

    topic_id = Column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    position = Column(Integer, primary_key=True)
    asks = Column(JSON, nullable=False)  # ["can i keep my job", ...]
    verdict = Column(String, nullable=False)  # "", yes, no, depends or unsaid
    says = Column(Text)


class NextTopic(Base):
    """What people ask after a topic."""

    __tablename__ = "next_topic"

    topic_id = Column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    position = Column(Integer, primary_key=True)
    next_id = Column(ForeignKey("topic.id", ondelete="CASCADE"), nullable=False)


class LeftOut(Base):
    """A sentence of a document that no fact rests on, and why."""

    __tablename__ = "left_out"

    document = Column(ForeignKey("document.file"), primary_key=True)
    sentence = Column(String(12), primary_key=True)
    reason = Column(String, nullable=False)
    note = Column(Text)
    position = Column(Integer, nullable=False)


class Centre(Base):
    """One row: the centre's profile."""

    __tablename__ = "centre"

    id = Column(Integer, primary_key=True)
    example = Column(Boolean, nullable=False)
    name = Column(Text, nullable=False)
    phone = Column(Text)
    address = Column(Text)
    time_zone = Column(String)
    emergency_note = Column(Text)
    hours = Column(JSON, nullable=False)  # [{"days": ["mon"], "opens": "08:00", "closes": "19:00"}, ...]
    words = Column(JSON, nullable=False)  # {topic id: what OwnWord holds}


class KnowledgeVersion(Base):
    """One row. Triggers raise `changes` whenever any other table here is written, by whomever."""

    __tablename__ = "knowledge_version"

    id = Column(Integer, primary_key=True)
    hash = Column(String)  # of the content last loaded; NULL before the first load
    loaded_at = Column(DateTime(timezone=True))
    changes = Column(Integer, nullable=False)
