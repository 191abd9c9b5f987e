"""Composes what a visitor reads on a topic, with the source of every sentence.

The centre's own word comes first; what the documents say follows, marked as general where both
speak. A sentence that rests on a fact not approved is not said. Figures come from facts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from bot.knowledge.placeholders import Reference, fill, join, reference, references
from bot.knowledge.profile import CentreProfile
from bot.knowledge.schema import AnswerPart, Citation, Fact, Item, Knowledge, Specific, Topic, Verdict
from bot.reply import Source

FIRST_MESSAGE_WORDS = 60
PROFILE = "centre.yml"  # how the centre's own word is named as a source

NOT_TOLD = "{name} has not told this assistant about that."
NOT_COVERED = "The material behind this assistant doesn't cover that."
CENTRE_SPEAKS = "At {name}: "
DOCUMENTS_SPEAK = "In general: "

VERDICTS: dict[Verdict, str] = {
    "yes": "Yes.",
    "no": "No.",
    "depends": "It depends.",
    "unsaid": "The material behind this assistant doesn't say.",
}
_YES_OR_NO = re.compile(r"(?:Yes|No|It depends)[,.:;] *")

Voice = Literal["centre", "documents"]


@dataclass(frozen=True)
class Snapshot:
    """Everything an answer is composed from, as it was at one moment; `version` is how often the database had
    been written to by then, 0 where it comes from files."""

    knowledge: Knowledge
    profile: CentreProfile
    version: int = 0


@dataclass(frozen=True)
class Sentence:
    """One sentence as it is said, whose word it is, and where it comes from."""

    text: str
    voice: Voice
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Focus:
    """What a message asks in particular, so that it is answered first.

    `own` and `documents` are particular questions that the centre and the documents have answers to;
    `named` is a fact whose list holds what the message names, narrowed to that.
    `expects_verdict` says that yes or no may answer the message ("art therapy?").
    """

    own: Specific | None = None
    documents: Specific | None = None
    named: Fact | None = None
    expects_verdict: bool = True


NO_FOCUS = Focus()


def narrowed(fact: Fact, items: Iterable[Item]) -> Fact:
    """The fact as it reads for some of its items alone."""
    return fact.copy(update={"items": tuple(items)})


@dataclass(frozen=True)
class Answer:
    """`first` is the first message, of at most 60 words; `more` follows "Tell me more", or is "".

    `direct` is its most direct sentence alone, `plain` the answer in simpler words. Sources are those
    of the sentences in that message, in the order said. `known` is False where neither the documents
    nor the centre say what was asked and `first` says so.
    """

    topic: str
    title: str
    known: bool
    direct: str
    first: str
    more: str
    plain: str
    direct_sources: tuple[Source, ...]
    first_sources: tuple[Source, ...]
    more_sources: tuple[Source, ...]
    plain_sources: tuple[Source, ...]
    next_topics: tuple[tuple[str, str], ...]  # topic id, its question


def compose(snapshot: Snapshot, topic_id: str, focus: Focus = NO_FOCUS) -> Answer:
    """The answer on a topic, led by what was asked in particular.

    Raises KeyError for an id that is no topic.
    """
    knowledge, profile = snapshot.knowledge, snapshot.profile
    topic = knowledge.topics[topic_id]
    own, own_more, own_plain = _own_words(profile, topic)
    words = documents_words(knowledge, topic)
    lead, lead_more = (words["lead"], words["more"]) if words["lead"] else (words["more"], [])
    asked = _asked(snapshot, topic, focus)
    opening = [*own, *_without_what_is_told(knowledge, topic, lead, asked, focus)]
    verdict = _verdict(focus, asked)
    if verdict or asked or not focus.expects_verdict:
        opening = [_without_yes_or_no(sentence) for sentence in opening]
    said_already = {sentence.text for sentence in asked}
    opening = [*asked, *(sentence for sentence in opening if sentence.text not in said_already)]
    if asked:  # who answers what was asked goes on
        opening.sort(key=lambda sentence: sentence.voice != asked[0].voice)
    both = len({sentence.voice for sentence in opening}) > 1
    said = _fitting(opening, profile.name, both)
    rest = [*opening[said:], *own_more, *lead_more]
    rest = [sentence for sentence in rest if sentence.text not in said_already]
    rest.sort(key=lambda sentence: sentence.voice != "centre")  # stable: the centre's word first here too
    plain = [*asked, *(own_plain or words["plain"] or opening[:1])]
    plain = list(dict.fromkeys(plain))[: max(2, len(asked))] if asked else plain
    nobody_says = "" if opening else _nobody_says(topic, profile)

    def message(sentences: Sequence[Sentence], verdict: str = "") -> str:
        text = _message(sentences, profile.name, both)
        return f"{verdict} {text}" if verdict and text else text

    return Answer(
        topic=topic_id,
        title=topic.title,
        known=bool(opening) and verdict != VERDICTS["unsaid"],
        direct=message(opening[:1], verdict) or nobody_says,
        first=message(opening[:said], verdict) or nobody_says,
        more=message(rest),
        plain=message(plain, verdict) or nobody_says,
        direct_sources=_sources(opening[:1]),
        first_sources=_sources(opening[:said]),
        more_sources=_sources(rest),
        plain_sources=_sources(plain),
        next_topics=tuple((following, knowledge.topics[following].question) for following in topic.next),
    )


def documents_words(knowledge: Knowledge, topic: Topic) -> dict[AnswerPart, list[Sentence]]:
    """The sentences of each part that may be said."""
    parts: dict[AnswerPart, list[Sentence]] = {"lead": [], "more": [], "plain": []}
    for part, _, text in topic.sentences():
        if may_be_said(knowledge, topic.id, text):
            parts[part].append(say(knowledge, topic.id, text))
    return parts


def may_be_said(knowledge: Knowledge, topic_id: str, sentence: str) -> bool:
    """Whether all the facts it rests on are approved."""
    return all(fact.status == "approved" for fact in facts_of(knowledge, topic_id, sentence))


def facts_of(knowledge: Knowledge, topic_id: str, sentence: str) -> list[Fact]:
    """The facts a sentence of an answer rests on, in order."""
    return [_referred(knowledge, wanted) for wanted in references(sentence, topic_id)]


def sources_of(knowledge: Knowledge, fact: Fact) -> tuple[Source, ...]:
    """Where a fact comes from, without repetition."""
    return tuple(dict.fromkeys(_source(knowledge, cited) for cited in fact.sources))


def say(knowledge: Knowledge, topic_id: str, sentence: str) -> Sentence:
    """A sentence of an answer with its facts filled in."""

    def words_for(name: str) -> str:
        wanted = reference(name, topic_id)
        fact = _referred(knowledge, wanted)
        if wanted.form == "source":
            cited = dict.fromkeys(source.document for source in fact.sources)
            return join(tuple(knowledge.documents[document].short for document in cited))
        return fact.statement if wanted.form == "says" else fact.value or fact.statement

    facts = facts_of(knowledge, topic_id, sentence)
    sources = (source for fact in facts for source in sources_of(knowledge, fact))
    return Sentence(fill(sentence, words_for), "documents", tuple(dict.fromkeys(sources)))


def _source(knowledge: Knowledge, cited: Citation) -> Source:
    return Source(cited.document, knowledge.documents[cited.document].title, cited.section)


def _referred(knowledge: Knowledge, wanted: Reference) -> Fact:
    fact = knowledge.fact(wanted.topic, wanted.fact)
    if fact is None:  # loading refuses such a sentence
        raise LookupError(f"no fact {wanted.fact} in {wanted.topic}")
    return fact


def _asked(snapshot: Snapshot, topic: Topic, focus: Focus) -> list[Sentence]:
    """The sentences that answer what was asked in particular, the centre's first."""
    knowledge, asked = snapshot.knowledge, []
    if focus.own and focus.own.says:
        asked.append(_own_sentence(snapshot.profile, topic, focus.own.says))
    if focus.documents and focus.documents.says and may_be_said(knowledge, topic.id, focus.documents.says):
        asked.append(say(knowledge, topic.id, focus.documents.says))
    if focus.named and not asked:
        sources = sources_of(knowledge, focus.named)
        asked.append(Sentence(focus.named.statement, "documents", sources))
    return asked


def _verdict(focus: Focus, asked: Sequence[Sentence]) -> str:
    """The words that stand before everything else, or ""."""
    if not focus.expects_verdict:
        return ""
    for specific in (focus.own, focus.documents):
        if specific and (specific.verdict == "unsaid" or asked):
            return VERDICTS.get(specific.verdict, "")
    return VERDICTS["yes"] if asked else ""


def _without_what_is_told(
    knowledge: Knowledge, topic: Topic, lead: list[Sentence], asked: Sequence[Sentence], focus: Focus
) -> list[Sentence]:
    """The sentences but those that rest on facts the documents' answer to what was asked has just told."""
    if focus.documents is None or not any(sentence.voice == "documents" for sentence in asked):
        return lead
    told = facts_of(knowledge, topic.id, focus.documents.says or "")
    repeating = set()
    for _, _, text in topic.sentences():
        facts = facts_of(knowledge, topic.id, text)
        if facts and all(fact in told for fact in facts):
            repeating.add(say(knowledge, topic.id, text).text)
    return [sentence for sentence in lead if sentence.text not in repeating]


def _without_yes_or_no(sentence: Sentence) -> Sentence:
    """The verdict stands before it already."""
    text = _YES_OR_NO.sub("", sentence.text, count=1) if _YES_OR_NO.match(sentence.text) else sentence.text
    return replace(sentence, text=_capital(text) or sentence.text)


def _own_words(profile: CentreProfile, topic: Topic) -> tuple[list[Sentence], list[Sentence], list[Sentence]]:
    """What the centre says, more, and in plain words."""
    own = profile.words.get(topic.id)
    if own is None:
        return [], [], []
    says, more, plain = (
        [_own_sentence(profile, topic, text) for text in texts] for texts in (own.says, own.more, own.plain)
    )
    return says, more, plain or says[:1]


def _own_sentence(profile: CentreProfile, topic: Topic, text: str) -> Sentence:
    return Sentence(text, "centre", (Source(PROFILE, profile.name, topic.title),))


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
