"""What a message may rightly be about: the intents the model learns, with the topics' titles, in groups."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.knowledge.database import DatabaseError, open_database
from bot.knowledge.repository import KnowledgeRepository, KnowledgeUnavailable
from bot.knowledge.schema import Topic

Choice = tuple[str, str]  # an intent, and how it is called
_OTHERS = "Not a topic"


class Choices:
    """The intents that have a file in `nlu`; titles are those of the knowledge base at `url`, as it is now.
    Where that cannot be read, intents are called by their ids."""

    def __init__(self, nlu: Path, url: str) -> None:
        self._nlu, self._url = nlu, url
        self._repository: KnowledgeRepository | None = None

    def grouped(self) -> dict[str, list[Choice]]:
        """By group, in the order of the titles; what is no topic comes last."""
        topics = self._topics()
        groups: dict[str, list[Choice]] = {}
        for path in self._nlu.glob("*.yml"):
            topic = topics.get(path.stem)
            group = _words(topic.group) if topic else _OTHERS
            groups.setdefault(group, []).append((path.stem, topic.title if topic else _words(path.stem)))
        order = sorted(groups, key=lambda group: (group == _OTHERS, group))
        return {group: sorted(groups[group], key=lambda choice: choice[1].casefold()) for group in order}

    def titles(self) -> dict[str, str]:
        """How each intent is called."""
        return {intent: title for choices in self.grouped().values() for intent, title in choices}

    def topics(self) -> dict[str, str]:
        """How the topics are called, without what is none, in the order of the titles."""
        titles = ((id, topic.title) for id, topic in self._topics().items())
        return dict(sorted(titles, key=lambda choice: choice[1].casefold()))

    def _topics(self) -> dict[str, Topic]:
        try:
            if self._repository is None:
                self._repository = KnowledgeRepository(open_database(self._url))
            return dict(self._repository.snapshot().knowledge.topics)
        except (DatabaseError, KnowledgeUnavailable, OSError):
            return {}


def called(titles: Mapping[str, str], id: str) -> str:
    """What a topic is called, also one that is no longer known."""
    return titles.get(id) or _words(id)


def _words(id: str) -> str:
    return id.replace("_", " ").capitalize()
