"""What the YAML files of data/knowledge hold, as immutable models, and the knowledge they make up.

The models check what one file can tell by itself; bot.knowledge.rules checks how they fit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import Field, root_validator, validator

from bot.knowledge.placeholders import fill, join
from bot.knowledge.quantities import Quantity
from bot.knowledge.strict import Id, SentenceHash, Strict, Text, at_least_one

Status = Literal["approved", "doubtful"]
EntityKind = Literal["group_kind", "condition", "therapy"]
Verdict = Literal["", "yes", "no", "depends", "unsaid"]
AnswerPart = Literal["lead", "more", "plain"]
ANSWER_PARTS: tuple[AnswerPart, ...] = get_args(AnswerPart)
LeftOutReason = Literal["spam", "navigation", "advertising", "heading", "no_information"]

QUESTION_LENGTH = 40  # characters: what a button can show on a phone


class Citation(Strict):
    """One sentence of one document; `sentence` is its hash, as its text is not kept here."""

    document: Text
    section: Text
    sentence: SentenceHash


class Item(Strict):
    """A member of a fact's list, and other names people give it."""

    name: Text
    also: tuple[Text, ...] = ()


class Fact(Strict):
    """One statement in the project's own words, and the sentences it rests on."""

    id: Id
    status: Status
    reason: Text | None = None
    says: Text
    when: Text | None = None
    quantity: Quantity | None = None
    entity: EntityKind | None = None
    items: tuple[Item, ...] = ()
    sources: tuple[Citation, ...]

    @validator("items", pre=True, each_item=True)
    def _plain_items(cls, item: Any) -> Any:
        return {"name": item} if isinstance(item, str) else item

    @property
    def value(self) -> str:
        """The words of its quantity or its items; "" for a plain statement."""
        return self.quantity.words if self.quantity else join(tuple(item.name for item in self.items))

    @property
    def statement(self) -> str:
        """The whole sentence it makes."""
        return fill(self.says, lambda _: self.value)


class AnswerText(Strict):
    """The sentences of an answer: `lead` for the first message, `more` after "Tell me more", `plain`
    after "Say it simpler"."""

    lead: tuple[Text, ...]
    more: tuple[Text, ...] = ()
    plain: tuple[Text, ...] = ()


class Specific(Strict):
    """A particular question on a topic and its answer; `asks` are ways people put it.

    `says` may refer to facts as an answer's sentences do; it stays empty where the verdict is unsaid.
    An either/or question has no verdict.
    """

    asks: tuple[Text, ...]
    verdict: Verdict = ""
    says: Text | None = None

    _some_ways = validator("asks", allow_reuse=True)(at_least_one)

    @validator("verdict", pre=True)
    def _yes_is_no_bool(cls, verdict: Any) -> Any:
        """YAML reads an unquoted yes as true."""
        return {True: "yes", False: "no"}.get(verdict, verdict) if isinstance(verdict, bool) else verdict

    @root_validator(skip_on_failure=True)
    def _says_something(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values["verdict"] == "unsaid") == bool(values["says"]):
            raise ValueError("expected says, or the verdict unsaid without says")
        return values


class Topic(Strict):
    """Something visitors ask about; `next` names the topics people ask about after it."""

    id: Id = Field(alias="topic")
    group: Id
    source: Literal["documents", "profile"]
    title: Text
    question: Text
    next: tuple[Id, ...]
    answer: AnswerText | None = None
    facts: tuple[Fact, ...] = ()
    specifics: tuple[Specific, ...] = ()

    @validator("question")
    def _fits_a_button(cls, question: str) -> str:
        if len(question) > QUESTION_LENGTH:
            raise ValueError(f"expected at most {QUESTION_LENGTH} characters, found {len(question)}")
        return question

    @validator("next")
    def _a_few(cls, following: tuple[str, ...]) -> tuple[str, ...]:
        if not 2 <= len(following) <= 3:
            raise ValueError(f"expected 2 or 3 topics, found {len(following)}")
        return following

    def sentences(self) -> Iterator[tuple[AnswerPart, int, str]]:
        """Each sentence of the answer with its part and its place in it, from 0."""
        for part in ANSWER_PARTS if self.answer else ():
            yield from ((part, place, text) for place, text in enumerate(getattr(self.answer, part)))


class Document(Strict):
    """A source document: its file name, its title, and a short name shown beside a figure."""

    file: Text
    title: Text
    short: Text


class LeftOut(Strict):
    """A sentence no fact rests on, and why."""

    document: Text
    sentence: SentenceHash
    reason: LeftOutReason
    note: Text | None = None


class DocumentList(Strict):
    """documents.yml"""

    documents: tuple[Document, ...]


class LeftOutList(Strict):
    """left_out.yml"""

    left_out: tuple[LeftOut, ...]


class SpecificList(Strict):
    """A file of particular questions on a topic."""

    topic: Id
    specifics: tuple[Specific, ...]


@dataclass(frozen=True)
class Knowledge:
    """All that is known: documents by file name, topics by id."""

    documents: Mapping[str, Document]
    topics: Mapping[str, Topic]
    left_out: tuple[LeftOut, ...] = ()

    def facts(self) -> Iterator[tuple[Topic, Fact]]:
        """Every fact with the topic it is filed under."""
        return ((topic, fact) for topic in self.topics.values() for fact in topic.facts)

    def fact(self, topic: str, fact: str) -> Fact | None:
        """The fact of that name, or None."""
        facts = self.topics[topic].facts if topic in self.topics else ()
        return next((known for known in facts if known.id == fact), None)

    def entities(self) -> Iterator[tuple[EntityKind, Item]]:
        """The names the language side should recognise, of approved and doubtful facts alike."""
        return ((fact.entity, item) for _, fact in self.facts() if fact.entity for item in fact.items)
