"""What staff can edit, as plain values of the same shape as in the YAML files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel

from bot.knowledge.answers import Voice
from bot.knowledge.documents import sentence_hash
from bot.knowledge.profile import CentreProfile, OwnWord
from bot.knowledge.schema import ANSWER_PARTS, Fact, Knowledge, Specific, Topic

Kind = Literal["answer", "words", "fact", "specific", "centre", "topic"]
Value = dict[str, Any]

FACT_FIELDS = ("status", "reason", "says", "quantity", "sources")
SPECIFIC_FIELDS = ("asks", "verdict", "says")
NO_FACT: Value = {name: None for name in FACT_FIELDS} | {"sources": []}
NO_SPECIFIC: Value = {"asks": [], "verdict": "", "says": None}
CENTRE_FIELDS = ("name", "phone", "address", "time_zone", "hours", "emergency_note")
WORDS_FIELDS = ("says", "more", "plain")


@dataclass(frozen=True)
class Target:
    """What an edit is of: a topic's "answer", the centre's own "words" on a topic, a "fact" ("topic.fact"),
    a "specific" (see `specific_target`), the "centre" (id "centre"), or a new "topic"."""

    kind: Kind
    id: str

    @property
    def topic(self) -> str:
        """The topic it belongs to; "" for the centre."""
        return "" if self.kind == "centre" else self.id.partition(".")[0]


@dataclass(frozen=True)
class State:
    """The knowledge base and the centre's profile at one moment."""

    knowledge: Knowledge
    profile: CentreProfile


def present(state: State, target: Target) -> Value:
    """What the target's fields hold now; None and [] where there is nothing, as for a fact or a particular
    question that does not exist. Raises LookupError for a topic that does not (a new one has {})."""
    if target.kind == "centre":
        return _plain(state.profile, CENTRE_FIELDS)
    if target.kind == "topic":
        topic = state.knowledge.topics.get(target.id)
        return {} if topic is None else {"title": topic.title, "question": topic.question}
    topic = state.knowledge.topics[target.topic]
    if target.kind == "words":
        own = state.profile.words.get(topic.id)
        return _plain(own, WORDS_FIELDS) if own else {name: [] for name in WORDS_FIELDS}
    if target.kind == "fact":
        fact = state.knowledge.fact(topic.id, target.id.partition(".")[2])
        return _plain(fact, FACT_FIELDS) if fact else NO_FACT
    if target.kind == "specific":
        specific = next((one for one in specifics(state, target) if _is_of(one, target)), None)
        return _plain(specific, SPECIFIC_FIELDS) if specific else NO_SPECIFIC
    answer: Value = {part: list(getattr(topic.answer, part)) if topic.answer else [] for part in ANSWER_PARTS}
    return {"title": topic.title, "question": topic.question, **answer}


def changed(state: State, target: Target, after: Mapping[str, Any]) -> State:
    """The state with these fields of the target replaced. A new topic is not part of it: the model has to
    learn it first. Raises LookupError, and pydantic's ValidationError for values of the wrong shape."""
    knowledge, profile = state.knowledge, state.profile
    if target.kind == "topic":
        return state
    if target.kind == "centre":
        return replace(state, profile=CentreProfile.parse_obj({**profile.dict(), **after}))
    topic = knowledge.topics[target.topic]
    if target.kind == "words":
        return replace(state, profile=_with_words(profile, topic.id, after))
    fields = topic.dict(by_alias=True)
    if target.kind == "fact":
        now = knowledge.fact(topic.id, target.id.partition(".")[2])
        new = Fact.parse_obj({**(now.dict() if now else {"id": target.id.partition(".")[2]}), **after})
        facts = [new if fact.id == new.id else fact for fact in topic.facts]
        fields["facts"] = facts if now else [*facts, new]
    elif target.kind == "specific":
        asked = _with_specific(state, target, after)
        if voice_of(target) == "centre":
            return replace(state, profile=_with_words(profile, topic.id, {"specifics": asked}))
        fields["specifics"] = asked
    else:
        parts = {part: after[part] for part in ANSWER_PARTS if part in after}
        fields |= {name: after[name] for name in ("title", "question") if name in after}
        if parts:
            fields["answer"] = {**(fields["answer"] or {"lead": ()}), **parts}
    topics = {**knowledge.topics, topic.id: Topic.parse_obj(fields)}
    return replace(state, knowledge=replace(knowledge, topics=topics))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Value, Value]:
    """Those fields alone that differ, before and after."""
    names = [name for name in after if after[name] != before.get(name)]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def specific_target(topic: str, voice: Voice, first_ask: str) -> Target:
    """A particular question on a topic is known by its first way to ask, and by whose answer it is."""
    return Target("specific", f"{topic}.{voice}.{sentence_hash(first_ask)}")


def voice_of(target: Target) -> Voice:
    """Whose particular question it is."""
    return "centre" if target.id.split(".")[1] == "centre" else "documents"


def specifics(state: State, target: Target) -> tuple[Specific, ...]:
    """All particular questions beside that of the target. Raises LookupError."""
    if voice_of(target) == "documents":
        return state.knowledge.topics[target.topic].specifics
    own = state.profile.words.get(target.topic)
    return own.specifics if own else ()


def _is_of(specific: Specific, target: Target) -> bool:
    return sentence_hash(specific.asks[0]) == target.id.rpartition(".")[2]


def _with_specific(state: State, target: Target, after: Mapping[str, Any]) -> list[Specific]:
    """Changed, added, or, without any way to ask, taken out."""
    beside = specifics(state, target)
    value = {**present(state, target), **after}
    new = [Specific.parse_obj(value)] if value["asks"] else []
    if not any(_is_of(one, target) for one in beside):
        return [*beside, *new]
    return [kept for one in beside for kept in (new if _is_of(one, target) else [one])]


def _with_words(profile: CentreProfile, topic: str, after: Mapping[str, Any]) -> CentreProfile:
    own = profile.words.get(topic)
    said = {**(own.dict() if own else {}), **after}
    words = {name: word for name, word in profile.words.items() if name != topic}
    if said.get("says") or own:
        new = OwnWord.parse_obj(said)
        words = {name: new if name == topic else word for name, word in profile.words.items()} | {topic: new}
    return profile.copy(update={"words": words})


def _plain(model: BaseModel, fields: tuple[str, ...]) -> Value:
    """As JSON has it; a quantity without the bounds it lacks."""
    value: Value = json.loads(model.json(include=set(fields)))
    if value.get("quantity"):
        value["quantity"] = {name: part for name, part in value["quantity"].items() if part is not None}
    return {name: value[name] for name in fields}
