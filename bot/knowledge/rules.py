"""How the parts of the knowledge base must fit together, beyond what one model can tell.

Each rule yields the mistakes it finds: in which topic (or list), at which place, and what is expected.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass

from bot.knowledge.figures import loose_numbers
from bot.knowledge.placeholders import FORMS, names, reference, without
from bot.knowledge.profile import CentreProfile
from bot.knowledge.schema import Fact, Knowledge, Topic
from bot.knowledge.yaml_file import DataError, Place, place_in_words, raise_all

DOCUMENTS = "documents"  # names of the two lists beside the topics; they are file names too
LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Mistake:
    """`file` is a topic's id, or the name of a list; `place` as in bot.knowledge.yaml_file."""

    file: str
    place: Place
    message: str


def mistakes(knowledge: Knowledge) -> Iterator[Mistake]:
    """Everything in the knowledge base that does not fit."""
    for topic in knowledge.topics.values():
        for place, message in _topic(knowledge, topic):
            yield Mistake(topic.id, place, message)
    for number, left_out in enumerate(knowledge.left_out):
        entry = ("left_out", number)
        if left_out.document not in knowledge.documents:
            yield Mistake(LEFT_OUT, (*entry, "document"), _unknown_document(knowledge, left_out.document))
        if left_out.reason == "no_information" and not left_out.note:
            yield Mistake(LEFT_OUT, entry, "expected a note, as the reason is no_information")
    keys = [(one.document, one.sentence) for one in knowledge.left_out]
    yield from (
        Mistake(LEFT_OUT, ("left_out", number, "sentence"), "expected each sentence once, found it again")
        for number in _repeated(keys)
    )


def profile_mistakes(profile: CentreProfile, topics: Collection[str]) -> Iterator[tuple[Place, str]]:
    """Words of the centre on topics that do not exist."""
    return (
        (("words", topic), f"expected the id of a topic, found {topic!r}")
        for topic in profile.words
        if topic not in topics
    )


def verify(knowledge: Knowledge, profile: CentreProfile) -> None:
    """Raises DataError, without lines, if anything does not fit: for data that came from no file."""
    found = [*mistakes(knowledge)]
    found += [Mistake("centre", *wrong) for wrong in profile_mistakes(profile, knowledge.topics)]
    raise_all(
        [
            DataError(f"{wrong.file}.yml", None, ": ".join([*place_in_words(wrong.place), wrong.message]))
            for wrong in found
        ]
    )


def _topic(knowledge: Knowledge, topic: Topic) -> Iterator[tuple[Place, str]]:
    for number, following in enumerate(topic.next):
        if following not in knowledge.topics:
            yield ("next", number), f"expected the id of a topic, found {following!r}"
        elif following == topic.id:
            yield ("next", number), "expected another topic, found this one"
    for number in _repeated(topic.next):
        yield ("next", number), f"expected each topic once, found {topic.next[number]!r} again"
    for number, specific in enumerate(topic.specifics):
        for message in _sentence(knowledge, topic, specific.says) if specific.says else ():
            yield ("specifics", number, "says"), message
    if topic.source == "profile":
        if topic.answer or topic.facts:
            yield ("answer" if topic.answer else "facts",), "expected none in a topic with source: profile"
        return
    if not topic.facts:
        yield ("facts",), "expected at least one fact in a topic with source: documents"
    if not topic.answer or not topic.answer.lead:
        yield ("answer",), "expected at least one sentence under lead"
    for number in _repeated([fact.id for fact in topic.facts]):
        yield ("facts", number, "id"), f"expected each id once, found {topic.facts[number].id!r} again"
    for number, fact in enumerate(topic.facts):
        for place, message in _fact(knowledge, fact):
            yield ("facts", number, *place), message
    for part, number, sentence in topic.sentences():
        for message in _sentence(knowledge, topic, sentence):
            yield ("answer", part, number), message


def _fact(knowledge: Knowledge, fact: Fact) -> Iterator[tuple[Place, str]]:
    if fact.status == "doubtful" and not fact.reason:
        yield ("status",), "expected a reason beside status: doubtful"
    if fact.quantity and fact.items:
        yield ("items",), "expected quantity or items, found both"
    if fact.entity and not fact.items:
        yield ("entity",), "expected items beside entity"
    filled = "quantity" if fact.quantity else "items" if fact.items else None
    try:
        found = names(fact.says)
    except ValueError as error:
        yield ("says",), str(error)
    else:
        expected = f"{{{filled}}}" if filled else "no placeholder (the fact has no quantity or items)"
        wrong = [name for name in found if name != filled]
        if wrong or (filled and not found):
            yield ("says",), f"expected {expected}, found {f'{{{wrong[0]}}}' if wrong else 'none'}"
        yield from ((("says",), message) for message in _own_numbers(fact.says, "{quantity}"))
    if not fact.sources:
        yield ("sources",), "expected at least one source"
    for number, source in enumerate(fact.sources):
        if source.document not in knowledge.documents:
            yield ("sources", number, "document"), _unknown_document(knowledge, source.document)
    for number in _repeated([(source.document, source.sentence) for source in fact.sources]):
        yield ("sources", number), "expected each sentence once, found it again"


def _sentence(knowledge: Knowledge, topic: Topic, sentence: str) -> Iterator[str]:
    try:
        found = names(sentence)
    except ValueError as error:
        yield str(error)
        return
    if not found:
        yield "expected at least one {fact} in the sentence, as every sentence needs a source"
    for name in found:
        wanted = reference(name, topic.id)
        if not knowledge.fact(wanted.topic, wanted.fact):
            yield f"expected the id of a fact of {wanted.topic}, found {{{name}}}"
        elif ":" in name and wanted.form not in FORMS:
            yield f"expected {' or '.join(f':{form}' for form in FORMS)} after the fact, found {{{name}}}"
    yield from _own_numbers(sentence, "a fact")


def _own_numbers(text: str, through: str) -> Iterator[str]:
    loose = loose_numbers(without(text))
    if loose:
        yield f"expected numbers only through {through}, found {loose[0]!r}"


def _unknown_document(knowledge: Knowledge, document: str) -> str:
    return f"expected one of {', '.join(knowledge.documents)} (see documents.yml), found {document!r}"


def _repeated(keys: Iterable[Hashable]) -> Iterator[int]:
    """The positions of what stood in the list before."""
    seen: set[Hashable] = set()
    for number, key in enumerate(keys):
        if key in seen:
            yield number
        seen.add(key)
