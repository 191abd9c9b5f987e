"""The {placeholders} by which sentences take their content from facts.

In what a fact says: {quantity} or {items}. In a sentence of an answer: {fact}, {fact:says} or
{fact:source}, and the same with another topic's fact: {topic.fact}.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

FORMS = ("says", "source")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Reference:
    """What one placeholder of an answer names; `form` is "" for the fact's own words."""

    topic: str
    fact: str
    form: str


def names(text: str) -> list[str]:
    """What stands between braces, in order. Raises ValueError for a brace without its partner."""
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise ValueError("expected every { to be closed by a }")
    return _PLACEHOLDER.findall(text)


def reference(name: str, topic: str) -> Reference:
    """What `name` refers to when it stands in a sentence of `topic`."""
    path, _, form = name.partition(":")
    first, dot, second = path.partition(".")
    return Reference(first, second, form) if dot else Reference(topic, first, form)


def references(sentence: str, topic: str) -> list[Reference]:
    """Every fact a sentence of `topic` refers to, in order."""
    return [reference(name, topic) for name in names(sentence)]


def fill(text: str, words_for: Callable[[str], str]) -> str:
    """`text` with each placeholder replaced, and its first letter a capital."""
    filled = _PLACEHOLDER.sub(lambda match: words_for(match[1]), text)
    return filled[:1].upper() + filled[1:]


def without(text: str) -> str:
    """The words of the sentence itself."""
    return _PLACEHOLDER.sub(" ", text)


def join(parts: tuple[str, ...]) -> str:
    """ "a", "a and b", "a, b, and c"."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"
