"""Reads and checks the knowledge base's files: data/knowledge/ and data/centre.yml.

Particular questions have files of their own, one a topic: in data/knowledge/specifics/ what the documents
answer, in data/centre/ what the centre answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from bot.knowledge.profile import CentreProfile
from bot.knowledge.rules import DOCUMENTS, LEFT_OUT, mistakes, profile_mistakes
from bot.knowledge.schema import DocumentList, Knowledge, LeftOutList, Specific, SpecificList, Topic
from bot.knowledge.yaml_file import DataError, YamlFile, raise_all, read_yaml

Read = TypeVar("Read")
SPECIFICS = "specifics"  # the folder, and the key in its files


def read_data(data_dir: Path) -> tuple[Knowledge, CentreProfile]:
    """The knowledge base and the centre's profile of a data folder.

    Raises DataError with every mistake of all files.
    """
    errors: list[DataError] = []
    knowledge = _try(lambda: read_knowledge(data_dir / "knowledge"), errors)
    topics = knowledge.topics if knowledge else None
    profile = _try(lambda: read_profile(data_dir / "centre.yml", topics), errors)
    raise_all(errors)
    assert knowledge  # otherwise there were errors
    assert profile
    return knowledge, profile


def read_knowledge(folder: Path) -> Knowledge:
    """documents.yml, left_out.yml and one file a topic. Raises DataError with every mistake found."""
    strays = [*folder.glob("*.yaml")] if folder.is_dir() else []
    errors = [DataError(str(path), None, "expected a name that ends in .yml") for path in strays]
    files: dict[str, YamlFile] = {}
    for path in sorted({folder / f"{DOCUMENTS}.yml", folder / f"{LEFT_OUT}.yml", *folder.glob("*.yml")}):
        if file := _try(lambda: read_yaml(path), errors):  # noqa: B023
            files[path.stem] = file
    raise_all(errors)

    lists = files.pop(DOCUMENTS), files.pop(LEFT_OUT)
    documents = _try(lambda: _documents(lists[0]), errors)
    left_out = _try(lambda: lists[1].parse(LeftOutList), errors)
    topics = {name: _try(lambda: _topic(file), errors) for name, file in files.items()}  # noqa: B023
    raise_all(errors)
    assert documents  # otherwise there were errors
    assert left_out
    files |= {DOCUMENTS: lists[0], LEFT_OUT: lists[1]}
    specifics = _specifics(folder / SPECIFICS, topics)
    knowledge = Knowledge(
        {document.file: document for document in documents.documents},
        {
            name: topic.copy(update={"specifics": specifics[name][1]}) if name in specifics else topic
            for name, topic in topics.items()
            if topic
        },
        left_out.left_out,
    )
    raise_all(
        [
            (specifics[wrong.file][0] if wrong.place[0] == SPECIFICS else files[wrong.file]).error(
                wrong.place, wrong.message
            )
            for wrong in mistakes(knowledge)
        ]
    )
    return knowledge


def read_profile(path: Path, topics: Collection[str] | None = None) -> CentreProfile:
    """The centre's profile; an empty file gives the profile of a centre that says nothing.

    With `topics`, words on any other topic are a mistake. Raises DataError.
    """
    file = read_yaml(path)
    if file.data is None:
        return CentreProfile()
    profile = file.parse(CentreProfile)
    if topics is not None:
        raise_all([file.error(place, message) for place, message in profile_mistakes(profile, topics)])
    asked = _specifics(path.with_suffix(""), profile.words)
    words = {
        topic: own.copy(update={"specifics": asked[topic][1]}) if topic in asked else own
        for topic, own in profile.words.items()
    }
    return profile.copy(update={"words": words})


def _specifics(folder: Path, topics: Collection[str]) -> dict[str, tuple[YamlFile, tuple[Specific, ...]]]:
    """The particular questions of a folder's files, by topic. Raises DataError with every mistake found."""
    errors: list[DataError] = []
    found: dict[str, tuple[YamlFile, tuple[Specific, ...]]] = {}
    for path in sorted(folder.glob("*.yml")):
        if read := _try(lambda: _specific_list(path, topics), errors):  # noqa: B023
            found[path.stem] = read
    raise_all(errors)
    return found


def _specific_list(path: Path, topics: Collection[str]) -> tuple[YamlFile, tuple[Specific, ...]]:
    file = read_yaml(path)
    parsed = file.parse(SpecificList)
    if parsed.topic != path.stem:
        raise file.error(("topic",), f"expected the name of the file, {path.stem!r}, found {parsed.topic!r}")
    if parsed.topic not in topics:
        raise file.error(("topic",), f"expected a topic that has words of its own, found {parsed.topic!r}")
    return file, parsed.specifics


def _documents(file: YamlFile) -> DocumentList:
    parsed = file.parse(DocumentList)
    names = [document.file for document in parsed.documents]
    if not names:
        raise file.error(("documents",), "expected at least one document, found none")
    for number, name in enumerate(names):
        if name in names[:number]:
            raise file.error(("documents", number, "file"), f"expected each file once, found {name!r} again")
    return parsed


def _topic(file: YamlFile) -> Topic:
    topic = file.parse(Topic)
    if topic.id != file.path.stem:
        raise file.error(("topic",), f"expected the name of the file, {file.path.stem!r}, found {topic.id!r}")
    return topic


def _try(read: Callable[[], Read], errors: list[DataError]) -> Read | None:
    """What `read` returns; or None, with its error added to `errors`."""
    try:
        return read()
    except DataError as error:
        errors.append(error)
        return None
