"""The project's spaCy pipeline: a tokeniser and an entity ruler fed from the knowledge base.

It finds kinds of groups, conditions and therapies by the names the knowledge base gives them,
and quantities ("3 evenings a week", "nine hours").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import spacy
from spacy.language import Language
from spacy.pipeline import EntityRuler

from bot.knowledge.schema import Knowledge

_UNITS = ["minute", "min", "hour", "hr", "day", "night", "evening", "week", "wk", "month", "year", "time"]
QUANTITY_PATTERN: list[dict[str, Any]] = [
    {"LIKE_NUM": True},
    {"LOWER": {"IN": ["to", "-", "–", "or"]}, "OP": "?"},
    {"LIKE_NUM": True, "OP": "?"},
    {"LOWER": {"IN": [*_UNITS, *(f"{unit}s" for unit in _UNITS)]}},
]


@dataclass(frozen=True)
class EntityName:
    """A way to write an entity: label (therapy, condition, group_kind), name typed, name meant."""

    label: str
    written: str
    value: str


def entity_names(knowledge: Knowledge) -> list[EntityName]:
    """Every name of every item in facts that carry an entity label, without repetition."""
    names: dict[tuple[str, str], EntityName] = {}
    for label, item in knowledge.entities():
        for written in (item.name, *item.also):
            names.setdefault((label, written.lower()), EntityName(label, written.lower(), item.name))
    return [names[key] for key in sorted(names)]


def build(names: Iterable[EntityName]) -> Language:
    """A blank English pipeline with sentence ends and the ruler; `ent_id_` is the meant name."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    ruler = pipeline.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    assert isinstance(ruler, EntityRuler)
    patterns: list[dict[str, Any]] = [
        {"label": name.label, "pattern": name.written, "id": name.value} for name in names
    ]
    ruler.add_patterns([*patterns, {"label": "quantity", "pattern": QUANTITY_PATTERN}])
    return pipeline
