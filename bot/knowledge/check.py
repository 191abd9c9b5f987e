"""Compares the knowledge base with the documents it rests on.

A gap is something to mend: a source that does not resolve, a number its sentence does not hold, a
sentence nobody has dealt with. A note is something to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.knowledge import documents
from bot.knowledge.answers import FIRST_MESSAGE_WORDS, documents_words, facts_of, may_be_said, say
from bot.knowledge.figures import loose_numbers, numbers_in
from bot.knowledge.placeholders import references
from bot.knowledge.quantities import number
from bot.knowledge.schema import Citation, Fact, Knowledge, Topic

Texts = Mapping[str, Sequence[documents.Sentence]]  # sentences by document file name

LIKELY = 0.3  # share of matching characters from which a sentence may be the new wording of another
_TIMES = {"minute": "minute", "hour": "hour", "day": "day|daily", "night": "night", "week": "week"}
_TIMES |= {"month": "month", "year": "year"}


@dataclass(frozen=True)
class Finding:
    """Something to mend or to look at, and where."""

    where: str
    message: str


@dataclass(frozen=True)
class Changed:
    """A cited sentence that is no longer in its document, and what rests on it.

    `facts` are "topic.fact"; `answers` pairs of topic and sentence as said; `likely` the sentence
    that may be its new wording, if there is one.
    """

    document: str
    section: str
    sentence: str
    facts: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    likely: documents.Sentence | None


@dataclass(frozen=True)
class Coverage:
    """How many sentences of a document, without headings, are cited, or left out with a reason."""

    document: str
    sentences: int
    cited: int
    left_out: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return (self.cited + self.left_out) / self.sentences if self.sentences else 1.0


@dataclass(frozen=True)
class Report:
    """What a check found."""

    changed: tuple[Changed, ...]
    gaps: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend."""
        return not (self.changed or self.gaps)

    @property
    def total(self) -> Coverage:
        """The coverage of all documents together."""
        sums = (
            sum(getattr(one, name) for one in self.coverage) for name in ("sentences", "cited", "left_out")
        )
        return Coverage("all", *sums)


def check(knowledge: Knowledge, texts: Texts) -> Report:
    """Compares the knowledge base with the documents' sentences."""
    return Report(
        changed=tuple(_changed(knowledge, texts)),
        gaps=(
            *_documents(knowledge, texts),
            *_sections(knowledge, texts),
            *_numbers(knowledge, texts),
            *_left_out(knowledge, texts),
            *_uncovered(knowledge, texts),
        ),
        notes=(*_units(knowledge, texts), *_unsaid(knowledge), *_wording(knowledge)),
        coverage=tuple(
            _coverage(knowledge, file, texts[file]) for file in knowledge.documents if file in texts
        ),
    )


def find(texts: Texts, source: Citation) -> list[documents.Sentence]:
    """The cited sentence wherever its document has it; [] if it is gone."""
    return [one for one in texts.get(source.document, ()) if one.hash == source.sentence]


def _documents(knowledge: Knowledge, texts: Texts) -> Iterator[Finding]:
    for file in sorted(knowledge.documents.keys() - texts.keys()):
        yield Finding(file, "is listed in documents.yml, but is not among the documents")
    for file in sorted(texts.keys() - knowledge.documents.keys()):
        yield Finding(file, "is among the documents, but not listed in documents.yml")


def _changed(knowledge: Knowledge, texts: Texts) -> Iterator[Changed]:
    gone: dict[tuple[str, str], Citation] = {}
    resting: dict[tuple[str, str], list[tuple[Topic, Fact]]] = {}
    for topic, fact in knowledge.facts():
        for source in fact.sources:
            if source.document in texts and not find(texts, source):
                key = (source.document, source.sentence)
                gone.setdefault(key, source)
                resting.setdefault(key, []).append((topic, fact))
    for key, source in gone.items():
        yield Changed(
            source.document,
            source.section,
            source.sentence,
            tuple(_name(topic, fact) for topic, fact in resting[key]),
            tuple(_answers_on(knowledge, {(topic.id, fact.id) for topic, fact in resting[key]})),
            _new_wording(knowledge, texts, source, [fact for _, fact in resting[key]]),
        )


def _answers_on(knowledge: Knowledge, facts: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for topic in knowledge.topics.values():
        for _, _, sentence in topic.sentences():
            if facts & {(wanted.topic, wanted.fact) for wanted in references(sentence, topic.id)}:
                yield topic.id, say(knowledge, topic.id, sentence).text


def _new_wording(
    knowledge: Knowledge, texts: Texts, source: Citation, facts: Sequence[Fact]
) -> documents.Sentence | None:
    """Of the sentences nobody has dealt with, the one most like the facts, its own section preferred.

    The old wording itself is not known, only its hash.
    """
    dealt_with = _cited(knowledge, source.document) | _listed(knowledge, source.document)

    def likeness(sentence: documents.Sentence) -> float:
        words = (
            SequenceMatcher(None, fact.statement.lower(), sentence.text.lower()).ratio() for fact in facts
        )
        return max(words) + (LIKELY if sentence.section == source.section else 0)

    fresh = [one for one in texts[source.document] if not one.is_heading and one.hash not in dealt_with]
    nearest = max(fresh, key=likeness, default=None)
    return nearest if nearest and likeness(nearest) >= LIKELY else None


def _sections(knowledge: Knowledge, texts: Texts) -> Iterator[Finding]:
    for topic, fact in knowledge.facts():
        for source in fact.sources:
            sections = {sentence.section for sentence in find(texts, source)}
            if sections and source.section not in sections:
                there = " and ".join(repr(section) for section in sorted(sections))
                yield Finding(
                    _name(topic, fact),
                    f"sentence {source.sentence} stands in the section {there}, not in {source.section!r}",
                )


def _numbers(knowledge: Knowledge, texts: Texts) -> Iterator[Finding]:
    for topic, fact in knowledge.facts():
        cited = [find(texts, source) for source in fact.sources]
        if not all(cited):
            continue  # reported as changed, or as a missing document
        there = frozenset[float]().union(*(numbers_in(found[0].text) for found in cited))
        own = fact.quantity.numbers if fact.quantity else frozenset()
        for text in (fact.when or "", *(item.name for item in fact.items)):
            own |= numbers_in(" ".join(loose_numbers(text)))
        for missing in sorted(own - there):
            yield Finding(_name(topic, fact), f"{number(missing)} stands in no sentence it cites")


def _units(knowledge: Knowledge, texts: Texts) -> Iterator[Finding]:
    for topic, fact in knowledge.facts():
        text = " ".join(one.text for source in fact.sources for one in find(texts, source))
        for unit in fact.quantity.unit.split("_per_") if fact.quantity and text else ():
            if unit in _TIMES and not re.search(_TIMES[unit], text, re.IGNORECASE):
                yield Finding(_name(topic, fact), f"no sentence it cites speaks of a {unit}")


def _left_out(knowledge: Knowledge, texts: Texts) -> Iterator[Finding]:
    for entry in knowledge.left_out:
        text = next((one for one in texts.get(entry.document, ()) if one.hash == entry.sentence), None)
        if text is None and entry.document in texts:
            yield Finding("left_out", f"{entry.document} has no sentence {entry.sentence} (any more)")
        if entry.sentence in _cited(knowledge, entry.document):
            what = f": {text.text}" if text else ""
            yield Finding("left_out", f"{entry.document} {entry.sentence} is cited by a fact as well{what}")


def _uncovered(knowledge: Knowledge, texts: Texts) -> Iterator[Finding]:
    for file in knowledge.documents:
        dealt_with = _cited(knowledge, file) | _listed(knowledge, file)
        for sentence in texts.get(file, ()):
            if not sentence.is_heading and sentence.hash not in dealt_with:
                yield Finding(f"{file}, {sentence.section}", f"not used: {sentence.hash} {sentence.text}")


def _coverage(knowledge: Knowledge, file: str, sentences: Sequence[documents.Sentence]) -> Coverage:
    informative = {sentence.hash for sentence in sentences if not sentence.is_heading}
    cited = informative & _cited(knowledge, file)
    listed = informative & _listed(knowledge, file) - cited
    return Coverage(file, len(informative), len(cited), len(listed))


def _unsaid(knowledge: Knowledge) -> Iterator[Finding]:
    said: set[tuple[str, str]] = set()
    for topic in knowledge.topics.values():
        answered = [specific.says for specific in topic.specifics if specific.says]
        for sentence in [*(text for _, _, text in topic.sentences()), *answered]:
            if may_be_said(knowledge, topic.id, sentence):
                wanted = references(sentence, topic.id)
                said |= {(one.topic, one.fact) for one in wanted if one.form != "source"}
    for topic, fact in knowledge.facts():
        if fact.status == "approved" and (topic.id, fact.id) not in said:
            yield Finding(_name(topic, fact), "is approved, but no answer says it")


def _wording(knowledge: Knowledge) -> Iterator[Finding]:
    for topic in knowledge.topics.values():
        parts = documents_words(knowledge, topic)
        words = sum(len(sentence.text.split()) for sentence in parts["lead"])
        if words > FIRST_MESSAGE_WORDS:
            yield Finding(
                topic.id, f"its lead has {words} words; the first message holds {FIRST_MESSAGE_WORDS}"
            )
        for text in (sentence.text for part in parts.values() for sentence in part):
            if not re.search(r"[.!?)\"”]$", text) or re.search(r"[.!?,;:][.,;]|\s[.,;]", text):
                yield Finding(topic.id, f"look at the punctuation: {text}")
        said: set[str] = set()
        for statement in _statements(knowledge, topic):
            if statement in said:
                yield Finding(topic.id, f"says twice: {statement}")
            said.add(statement)


def _statements(knowledge: Knowledge, topic: Topic) -> Iterator[str]:
    """The facts an answer says as whole sentences."""
    for part, _, sentence in topic.sentences():
        if part == "plain":  # says the same again on purpose
            continue
        for wanted, fact in zip(
            references(sentence, topic.id), facts_of(knowledge, topic.id, sentence), strict=True
        ):
            if wanted.form == "says" or not (wanted.form or fact.value):
                yield fact.statement


def _cited(knowledge: Knowledge, file: str) -> set[str]:
    return {one.sentence for _, fact in knowledge.facts() for one in fact.sources if one.document == file}


def _listed(knowledge: Knowledge, file: str) -> set[str]:
    return {entry.sentence for entry in knowledge.left_out if entry.document == file}


def _name(topic: Topic, fact: Fact) -> str:
    return f"{topic.id}.{fact.id}"
