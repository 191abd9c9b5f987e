"""A topic that staff add: the answer to it, facts from the documents, and ways to ask. The model has to learn
it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from bot.editing.checks import Problems, in_plain_words, problems
from bot.editing.sources import Documents
from bot.editing.targets import NO_FACT, State, Target, Value
from bot.editing.typed import as_typed, read_typed
from bot.knowledge.profile import OwnWord
from bot.knowledge.rules import mistakes
from bot.knowledge.schema import Topic
from bot.knowledge.strict import ID_IN_WORDS, is_id

FIELDS = ("title", "group", "question", "next", "says", "more", "plain", "phrases")
FEWEST_PHRASES = 8  # an intent of fewer is hardly ever understood
MOST_FACTS = 20
EMPTY: dict[str, Any] = {name: [] for name in FIELDS} | {"title": "", "group": "", "question": ""}
_TARGET = Target("topic", "")
_FACT = {"id": "", **NO_FACT}


def as_typed_topic(value: Mapping[str, Any], documents: Documents) -> dict[str, str]:
    """The text of each field; those of the first fact begin with "fact0_"."""
    typed = as_typed({name: value[name] for name in FIELDS}, documents)
    for number, fact in enumerate(value.get("facts", ())):
        typed |= {f"fact{number}_{name}": text for name, text in as_typed(fact, documents).items()}
    return typed


def read_topic(sent: Mapping[str, str], documents: Documents) -> tuple[Value, Problems]:
    """The value of the form, and what cannot be read of it. A fact without a name and words is none."""
    value, found = read_typed(_TARGET, sent, EMPTY, documents)
    value["facts"] = []
    for number in range(MOST_FACTS):
        begins = f"fact{number}_"
        fields = {name.removeprefix(begins): text for name, text in sent.items() if name.startswith(begins)}
        if not (fields.get("id", "").strip() or fields.get("says", "").strip()):
            continue
        fact, wrong = read_typed(_TARGET, fields, _FACT, documents)
        found |= {f"fact{len(value['facts'])}_{name}": words for name, words in wrong.items()}
        value["facts"].append({**fact, "id": "_".join(fact["id"].lower().split())})
    return value, found


def topic_fields(id: str, value: Mapping[str, Any]) -> Value:
    """As a topic's file has it. The answer says each fact."""
    facts = value.get("facts", ())
    topic = {
        "topic": id,
        "group": value["group"],
        "source": "documents" if facts else "profile",
        "title": value["title"],
        "question": value["question"],
        "next": value["next"],
    }
    lead = [f"{{{fact['id']}:says}}" for fact in facts]
    return {**topic, "answer": {"lead": lead}, "facts": list(facts)} if facts else topic


def own_words(value: Mapping[str, Any]) -> Value:
    """What the centre itself says on it; {} where the documents alone do."""
    return {name: value[name] for name in ("says", "more", "plain") if value[name]}


def with_topic(state: State, id: str, value: Mapping[str, Any]) -> State:
    """The state with the topic in it. Raises pydantic's ValidationError."""
    topic = Topic.parse_obj(topic_fields(id, value))
    topics = {**state.knowledge.topics, id: topic}
    words = dict(state.profile.words)
    if own := own_words(value):
        words[id] = OwnWord.parse_obj(own)
    knowledge = replace(state.knowledge, topics=topics)
    return State(knowledge, state.profile.copy(update={"words": words}))


def new_topic_problems(state: State, id: str, value: Mapping[str, Any], intents: Collection[str]) -> Problems:
    """What is wrong, by field ("id" for the id); `intents` are those the model knows."""
    found: Problems = {}
    if id in intents or id in state.knowledge.topics:
        found["id"] = ["There is a topic or an intent of that name already."]
    if not is_id(id):
        found["id"] = [f"Expected {ID_IN_WORDS}."]
    own = own_words(value)
    for model, fields in ((Topic, topic_fields(id, value)), (OwnWord, own)):
        if model is OwnWord and not own and value["facts"]:
            continue
        try:
            model.parse_obj({"says": [], **fields} if model is OwnWord else fields)
        except ValidationError as error:
            for problem in error.errors():
                _note(found, problem["loc"], in_plain_words(problem))
    for following in value["next"]:
        if following not in state.knowledge.topics:
            found.setdefault("next", []).append(f"There is no topic “{following}”.")
    if value["group"] not in {topic.group for topic in state.knowledge.topics.values()}:
        found["group"] = ["Choose one of the groups."]
    phrases = [phrase.lower() for phrase in value["phrases"]]
    if len(set(phrases)) < max(FEWEST_PHRASES, len(phrases)):
        found["phrases"] = [f"Give at least {FEWEST_PHRASES} ways to ask, each another one."]
    if not found:
        new = with_topic(state, id, value)
        for mistake in mistakes(new.knowledge):
            if mistake.file == id:
                _note(found, mistake.place, mistake.message)
        found = found or problems(state, Target("topic", id), value)
        for number, fact in enumerate(new.knowledge.topics[id].facts if not found else ()):
            wrong = problems(new, Target("fact", f"{id}.{fact.id}"), {"says": fact.says})
            found |= {f"fact{number}_{name or 'says'}": words for name, words in wrong.items()}
    return found


def _note(found: Problems, place: tuple[int | str, ...], message: str) -> None:
    """Beside the field of the form that the place is in."""
    steps = [step for step in place if step != "__root__"]
    if steps[:1] == ["topic"]:
        return  # the id, which has been looked at
    field = str(steps[0]) if steps else ""
    if field == "facts" and len(steps) > 1:
        field = f"fact{steps[1]}_{steps[2] if len(steps) > 2 else 'says'}"
    words = message[:1].upper() + message[1:]
    if words not in found.setdefault(field, []):
        found[field].append(words)
