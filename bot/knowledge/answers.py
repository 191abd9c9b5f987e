"""Composes what a visitor reads on a topic, with the source of every sentence.

The centre's own word comes first; what the documents say follows, marked as general where both
speak. A sentence that rests on a fact not approved is not said. Figures come from facts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bot.knowledge.placeholders import Reference, fill, join, reference, references
from bot.knowledge.profile import CentreProfile
from bot.knowledge.schema import Fact, Knowledge, Topic
from bot.reply import Source

FIRST_MESSAGE_WORDS = 60
PROFILE = "centre.yml"  # how the centre's own word is named as a source

NOT_TOLD = "{name} has not told this assistant about that."
NOT_COVERED = "The material behind this assistant doesn't cover that."
CENTRE_SPEAKS = "At {name}: "
DOCUMENTS_SPEAK = "In general: "

Voice = Literal["centre", "documents"]


@dataclass(frozen=True)
class Snapshot:
    """Everything an answer is composed from, as it was at one moment."""

    knowledge: Knowledge
    profile: CentreProfile


@dataclass(frozen=True)
class Sentence:
    """One sentence as it is said, whose word it is, and where it comes from."""

    text: str
    voice: Voice
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Answer:
    """`first` is the first message, of at most 60 words; `more` follows "Tell me more", or is "".

    `direct` is its most direct sentence alone. Sources are those of the sentences in that message, in
    the order said. `known` is False where neither the documents nor the centre say anything and
    `first` says so.
    """

    topic: str
    title: str
    known: bool
    direct: str
    first: str
    more: str
    direct_sources: tuple[Source, ...]
    first_sources: tuple[Source, ...]
    more_sources: tuple[Source, ...]
    next_topics: tuple[tuple[str, str], ...]  # topic id, its question


def compose(snapshot: Snapshot, topic_id: str) -> Answer:
    """The answer on a topic. Raises KeyError for an id that is no topic."""
    knowledge, profile = snapshot.knowledge, snapshot.profile
    topic = knowledge.topics[topic_id]
    own, own_more = _own_words(profile, topic)
    lead, lead_more = documents_words(knowledge, topic)
    if not lead:
        lead, lead_more = lead_more, []
    opening = [*own, *lead]
    both = bool(own) and bool(lead)
    said = _fitting(opening, profile.name, both)
    rest = [*opening[said:], *own_more, *lead_more]
    rest.sort(key=lambda sentence: sentence.voice != "centre")  # stable: the centre's word first here too
    nobody_says = "" if opening else _nobody_says(topic, profile)
    return Answer(
        topic=topic_id,
        title=topic.title,
        known=bool(opening),
        direct=_message(opening[:1], profile.name, both=False) or nobody_says,
        first=_message(opening[:said], profile.name, both) or nobody_says,
        more=_message(rest, profile.name, both),
        direct_sources=_sources(opening[:1]),
        first_sources=_sources(opening[:said]),
        more_sources=_sources(rest),
        next_topics=tuple((following, knowledge.topics[following].question) for following in topic.next),
    )


def documents_words(knowledge: Knowledge, topic: Topic) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences that may be said: of the lead, and of what follows it."""
    parts: dict[str, list[Sentence]] = {"lead": [], "more": []}
    for part, _, text in topic.sentences():
        if all(fact.status == "approved" for fact in facts_of(knowledge, topic.id, text)):
            parts[part].append(say(knowledge, topic.id, text))
    return parts["lead"], parts["more"]


def facts_of(knowledge: Knowledge, topic_id: str, sentence: str) -> list[Fact]:
    """The facts a sentence of an answer rests on, in order."""
    return [_referred(knowledge, wanted) for wanted in references(sentence, topic_id)]


def say(knowledge: Knowledge, topic_id: str, sentence: str) -> Sentence:
    """A sentence of an answer with its facts filled in."""

    def words_for(name: str) -> str:
        wanted = reference(name, topic_id)
        fact = _referred(knowledge, wanted)
        if wanted.form == "source":
            cited = dict.fromkeys(source.document for source in fact.sources)
            return join(tuple(knowledge.documents[document].short for document in cited))
        return fact.statement if wanted.form == "says" else fact.value or fact.statement

    sources = (
        Source(source.document, knowledge.documents[source.document].title, source.section)
        for fact in facts_of(knowledge, topic_id, sentence)
        for source in fact.sources
    )
    return Sentence(fill(sentence, words_for), "documents", tuple(dict.fromkeys(sources)))


def _referred(knowledge: Knowledge, wanted: Reference) -> Fact:
    fact = knowledge.fact(wanted.topic, wanted.fact)
    if fact is None:  # loading refuses such a sentence
        raise LookupError(f"no fact {wanted.fact} in {wanted.topic}")
    return fact


def _own_words(profile: CentreProfile, topic: Topic) -> tuple[list[Sentence], list[Sentence]]:
    own = profile.words.get(topic.id)
    if own is None:
        return [], []
    source = (Source(PROFILE, profile.name, topic.title),)
    says, more = ([Sentence(text, "centre", source) for text in texts] for texts in (own.says, own.more))
    return says, more


def _fitting(sentences: Sequence[Sentence], name: str, both: bool) -> int:
    """How many sentences the first message holds: at least one, even if that is too long."""
    count = min(len(sentences), 1)
    while count < len(sentences):
        if len(_message(sentences[: count + 1], name, both).split()) > FIRST_MESSAGE_WORDS:
            break
        count += 1
    return count


def _message(sentences: Iterable[Sentence], name: str, both: bool) -> str:
    """The sentences as one text, a paragraph for each voice, marked with whose word it is."""
    intro = {"centre": CENTRE_SPEAKS.format(name=name), "documents": DOCUMENTS_SPEAK if both else ""}
    return "\n\n".join(
        intro[voice] + " ".join(sentence.text for sentence in group)
        for voice, group in groupby(sentences, key=lambda sentence: sentence.voice)
    )


def _sources(sentences: Iterable[Sentence]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for sentence in sentences for source in sentence.sources))


def _nobody_says(topic: Topic, profile: CentreProfile) -> str:
    plainly = NOT_COVERED if topic.source == "documents" else NOT_TOLD.format(name=_capital(profile.name))
    return f"{plainly} {profile.whom_to_ask}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
