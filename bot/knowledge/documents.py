"""Reads the source documents and cuts them into sentences with stable identifiers.

A fact names the sentence it rests on by a hash, so that the documents' text need not be in
the repository and a changed sentence is noticed.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

HASH_LENGTH = 12
_BULLET = re.compile(r"^\s*(?:[•*\-–]|\d+[.)])\s+")
_MOJIBAKE_SPACE = "\u00ac\u2020"  # a no-break space, decoded twice by the documents' publisher
_INVISIBLE = re.compile(r"[\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class Sentence:
    """One sentence, list item or heading of a document.

    `section` is the nearest heading above it (the title at the top of a document).
    """

    document: str
    section: str
    text: str
    hash: str
    is_heading: bool


class DocumentError(Exception):
    """A document could not be read; the message names the file and the reason."""


def normalise(text: str) -> str:
    """One line of plain text: compatibility characters folded, white space collapsed."""
    text = _INVISIBLE.sub("", text.replace(_MOJIBAKE_SPACE, " "))
    return " ".join(unicodedata.normalize("NFKC", text).split())


def sentence_hash(text: str) -> str:
    """The first 12 hex digits of the SHA-256 of the normalised sentence."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:HASH_LENGTH]


def read_document(path: Path) -> list[Sentence]:
    """The sentences of one UTF-8 text file, in order.

    Raises DocumentError if the file cannot be read or is not UTF-8 text.
    """
    try:
        raw = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DocumentError(f"{path}: expected a file to read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: expected text in UTF-8, found other bytes") from error
    sentences: list[Sentence] = []
    section = ""
    for line in raw.splitlines():
        is_item = bool(_BULLET.match(line))
        line = normalise(_BULLET.sub("", line))
        if not line:
            continue
        is_heading = not is_item and _looks_like_heading(line)
        if is_heading:
            section = line
        for text in [line] if is_heading else _split(line):
            sentences.append(Sentence(path.name, section, text, sentence_hash(text), is_heading))
    return sentences


def read_documents(folder: Path) -> dict[str, list[Sentence]]:
    """Every *.txt file of a folder by file name. Raises DocumentError if there is none."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise DocumentError(f"{folder}: expected a folder with .txt documents, found none")
    return {path.name: read_document(path) for path in paths}


def _looks_like_heading(line: str) -> bool:
    """Short, without a full stop; a question may be a heading ("What is an IOP?")."""
    return len(line.split()) <= 12 and line[-1] not in ".!:,;"


def _split(line: str) -> list[str]:
    return [sentence.text.strip() for sentence in _splitter()(line).sents if sentence.text.strip()]


@lru_cache(maxsize=1)
def _splitter() -> Language:
    # spaCy loads TensorFlow where it is installed: ten seconds and much noise for nothing here.
    hidden = "tensorflow" not in sys.modules
    if hidden:
        sys.modules["tensorflow"] = None  # type: ignore[assignment]  # "import" then fails at once
    try:
        import spacy
    finally:
        if hidden:
            del sys.modules["tensorflow"]

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    return pipeline
