"""The sentences that facts rest on, where the documents are on this machine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.check import Texts, check, find
from bot.knowledge.documents import DocumentError, Sentence, normalise, read_documents
from bot.knowledge.schema import Fact, Knowledge

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cited:
    """A source of a fact; `text` is its sentence, "" where that is gone, None where the documents are
    not here."""

    title: str
    section: str
    text: str | None


class Documents:
    """The documents of a folder, cut into sentences at first use (some seconds); None for no folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._read: tuple[tuple[tuple[str, int], ...], Texts] | None = None

    def cited(self, knowledge: Knowledge, facts: Sequence[Fact]) -> dict[str, list[Cited]]:
        """The sources of each fact, by the fact's id."""
        texts = self._texts()
        return {
            fact.id: [
                Cited(
                    knowledge.documents[source.document].title,
                    source.section,
                    None if texts is None else next((one.text for one in find(texts, source)), ""),
                )
                for source in fact.sources
            ]
            for fact in facts
        }

    def sentence(self, source: Mapping[str, Any]) -> str:
        """The words of a source, as a fact has it in a file; its code where they are not to be had."""
        return self._words(source) or str(source["sentence"])

    def _words(self, source: Mapping[str, Any]) -> str:
        found = (self._texts() or {}).get(source["document"], ())
        return next((one.text for one in found if one.hash == source["sentence"]), "")

    def shown(self, knowledge: Knowledge, source: Mapping[str, Any]) -> str:
        """A source in one line: "Title, section: “sentence”"."""
        document = knowledge.documents.get(source["document"])
        title = document.title if document else source["document"]
        words = self._words(source)
        quoted = f"“{words}”" if words else f"the sentence {source['sentence']} (its words are not here)"
        return f"{title}, {source['section']}: {quoted}"

    def holding(self, document: str, words: str) -> list[Sentence] | None:
        """The sentence that is these words, or else all that hold them; None where the documents are not
        here."""
        texts = self._texts()
        if texts is None:
            return None
        words = normalise(words)
        sentences = [one for one in texts.get(document, ()) if not one.is_heading]
        same = [one for one in sentences if one.text == words]
        return same[:1] or [one for one in sentences if words.lower() in one.text.lower()]

    def changed_under(self, knowledge: Knowledge) -> dict[str, list[str]]:
        """By topic, a line for each cited sentence that is no longer in its document."""
        texts = self._texts()
        found: dict[str, list[str]] = {}
        for change in check(knowledge, texts).changed if texts else ():
            title = knowledge.documents[change.document].title
            perhaps = f" Perhaps it reads now: “{change.likely.text}”" if change.likely else ""
            facts = [fact.partition(".") for fact in change.facts]
            for topic in dict.fromkeys([fact[0] for fact in facts] + [topic for topic, _ in change.answers]):
                resting = ", ".join(fact[2] for fact in facts)
                line = f"{title}, {change.section}: a sentence under {resting} is no longer there.{perhaps}"
                found.setdefault(topic, []).append(line)
        return found

    def _texts(self) -> Texts | None:
        if self._folder is None:
            return None
        with self._lock:
            try:
                files = sorted(self._folder.glob("*.txt"))
                state = tuple((file.name, file.stat().st_mtime_ns) for file in files)
                if self._read is None or self._read[0] != state:
                    self._read = state, read_documents(self._folder)
            except (OSError, DocumentError) as error:
                log.error("the documents cannot be read: %s", error)
                return None
            return self._read[1]
