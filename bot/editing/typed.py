"""What stands in a form's fields, and the value that what was typed makes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from bot.editing.checks import Problems
from bot.editing.sources import Documents
from bot.editing.targets import Target, Value
from bot.knowledge.documents import sentence_hash
from bot.knowledge.profile import DAYS

SOURCE_FIELDS = ("document", "section", "sentence")
_LISTS = ("lead", "more", "plain", "phrases", "next", "asks")
_QUANTITY = ("low", "high", "unit", "qualifier")
_MOST_SOURCES = 20
_CODE = re.compile(r"[0-9a-f]{12}")
_HOURS = re.compile(
    r"(?P<days>[a-z ,-]+?):?\s+(?P<opens>[\d:]+)\s*(?:to|-|–)\s*(?P<closes>[\d:]+)", re.IGNORECASE
)


def as_typed(value: Mapping[str, Any], documents: Documents) -> dict[str, str]:
    """The text of each field: a list has a line for each entry; a source has fields of its own, numbered
    from 0."""
    typed: dict[str, str] = {}
    for name, part in value.items():
        if name == "quantity":
            if part:
                typed |= {key: _shown(part.get(key)) for key in _QUANTITY}
        elif name == "hours":
            typed[name] = "\n".join(
                f"{' '.join(one['days'])}: {one['opens']} to {one['closes']}" for one in part
            )
        elif name == "sources":
            for number, source in enumerate(part):
                typed |= {f"{field}{number}": source[field] for field in ("document", "section")}
                typed[f"sentence{number}"] = documents.sentence(source)
        else:
            typed[name] = "\n".join(part) if isinstance(part, list) else part or ""
    return typed


def read_typed(
    target: Target, sent: Mapping[str, str], now: Mapping[str, Any], documents: Documents
) -> tuple[Value, Problems]:
    """The value of a form that was sent for what the target holds now, and what cannot be read of it."""
    value: Value = {}
    found: Problems = {}
    for name, before in now.items():
        text = sent.get(name, "").replace("\r", "")
        if name == "quantity":
            given = before or any(sent.get(bound, "").strip() for bound in ("low", "high"))
            value[name] = _quantity(sent, found) if given else before
        elif name == "hours":
            value[name] = _hours(text, found)
        elif name == "sources":
            value[name] = _sources(sent, before, documents, found)
        elif name in _LISTS or isinstance(before, list):
            value[name] = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
        else:
            words = " ".join(text.split())
            value[name] = words or (None if before is None or name in ("phone", "address", "reason") else "")
    if target.kind == "centre":
        value = {name: part or None if name != "hours" else part for name, part in value.items()}
        if not value.get("name"):
            found["name"] = ["Expected the center's name."]
            value["name"] = now.get("name")
    return value, found


def sources_in(typed: Mapping[str, str]) -> int:
    """How many sources a form has fields for."""
    return next(number for number in range(_MOST_SOURCES + 1) if f"document{number}" not in typed)


def _sources(
    sent: Mapping[str, str], before: list[Value], documents: Documents, found: Problems
) -> list[Value]:
    """One whose sentence is empty is taken out."""
    made = []
    for number in range(sources_in(sent)):
        document, section, words = (
            " ".join(sent.get(f"{name}{number}", "").split()) for name in SOURCE_FIELDS
        )
        if not words:
            continue
        kept = next((one for one in before if documents.sentence(one) == words), None)
        if kept and (kept["document"], kept["section"]) == (document, section):
            made.append(kept)
            continue
        problem, code = "", words
        if not document:
            problem = "Choose the document."
        elif not _CODE.fullmatch(words):
            sentences = documents.holding(document, words)
            if sentences is None:
                code = sentence_hash(words)
            elif len(sentences) == 1:
                code = sentences[0].hash
                section = sentences[0].section
            else:
                few = "Several sentences of the document hold these words: copy one of them whole."
                none = "The document has no such sentence. Copy it from there, whole."
                problem = few if sentences else none
        if not problem and not section:
            problem = "Type the heading above the sentence."
        if problem:
            found.setdefault("sources", []).append(f"Source {number + 1}: {problem}")
        made.append({"document": document, "section": section, "sentence": code})
    return made


def _quantity(sent: Mapping[str, str], found: Problems) -> Value:
    made: Value = {}
    for bound in ("low", "high"):
        text = sent.get(bound, "").strip()
        if not text:
            continue
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and number > 0:
            made[bound] = number
        else:
            found.setdefault("quantity", []).append(f"Expected a number above 0, found “{text}”.")
    return {**made, "unit": sent.get("unit", ""), "qualifier": sent.get("qualifier", "")}


def _hours(text: str, found: Problems) -> list[Value]:
    made = []
    for number, line in enumerate(filter(str.strip, text.split("\n")), 1):
        match = _HOURS.fullmatch(line.strip())
        days = _days(match["days"]) if match else []
        if match is None or not days:
            problem = f"Line {number}: expected days and times such as “mon tue wed: 09:00 to 17:00”."
            found.setdefault("hours", []).append(problem)
            continue
        made.append({"days": days, "opens": _time(match["opens"]), "closes": _time(match["closes"])})
    return made


def _days(text: str) -> list[str]:
    """ "mon-wed fri" -> ["mon", "tue", "wed", "fri"]; [] for what are no days."""
    days: list[str] = []
    for part in re.sub(r"\s*-\s*", "-", text.lower()).replace(",", " ").split():
        ends = [end[:3] for end in part.split("-")]
        if len(ends) > 2 or any(end not in DAYS for end in ends):
            return []
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days += DAYS[first : last + 1]
    return days


def _time(text: str) -> str:
    hour, _, minute = text.partition(":")
    return f"{hour:0>2}:{minute or '00'}"


def _shown(part: Any) -> str:
    return f"{part:g}" if isinstance(part, float) else "" if part is None else str(part)
