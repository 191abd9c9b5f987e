"""A particular question in its YAML file: all other lines, and the breaks of its own, stay as they are."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot.editing.targets import NO_SPECIFIC, Target, Value
from bot.knowledge.documents import sentence_hash

WIDTH = 110  # characters a line
_BEGIN, _INDENT = "- asks: [", " " * len("- asks: [")


def with_specific(text: str, target: Target, after: Mapping[str, Any]) -> str:
    """The file's text with the question changed, added at its end, or taken out. A file that is written in
    another way than these mostly are is written anew."""
    text = text or f"topic: {target.topic}\nspecifics:\n"
    entries = _read(text)
    place = next((n for n, entry in enumerate(entries) if _is_of(entry, target)), len(entries))
    now = entries[place] if place < len(entries) else NO_SPECIFIC
    new = {**NO_SPECIFIC, **{name: now.get(name) for name in NO_SPECIFIC if name in now}, **after}
    lines = text.splitlines(keepends=True)
    first, end = _lines_of(entries, place, lines)
    made = _entry(lines[first:end], now, new, first) if new["asks"] else []
    if not made and len(entries) == 1 and place == 0:
        made = ["specifics: []\n"]
        first -= 1
    elif made and not entries:
        lines[first - 1] = "specifics:\n"
    changed = "".join([*lines[:first], *made, *lines[end:]])
    wanted = [_plain(entry) for entry in entries]
    wanted[place : place + 1] = [_plain(new)] if new["asks"] else []
    with suppress(YAMLError):
        if [_plain(entry) for entry in _read(changed)] == wanted:
            return changed
    return _anew(text, place, new)


def _anew(text: str, place: int, new: Value) -> str:
    yaml: Any = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    tree, out = yaml.load(text), io.StringIO()
    asks, verdict, says = _plain(new)
    entry = {"asks": asks, "verdict": verdict, **({"says": says} if says else {})}
    tree["specifics"] = [
        *tree["specifics"][:place],
        *([entry] if asks else []),
        *tree["specifics"][place + 1 :],
    ]
    yaml.dump(tree, out)
    return out.getvalue()


def _read(text: str) -> Any:
    return YAML(typ="rt").load(text)["specifics"] or []


def _is_of(entry: Mapping[str, Any], target: Target) -> bool:
    return sentence_hash(str(entry["asks"][0])) == target.id.rpartition(".")[2]


def _plain(entry: Mapping[str, Any]) -> tuple[list[str], str, str]:
    verdict = entry.get("verdict", "")
    verdict = {True: "yes", False: "no"}.get(verdict, verdict) if isinstance(verdict, bool) else verdict
    return [str(ask) for ask in entry["asks"]], str(verdict), str(entry.get("says") or "")


def _lines_of(entries: Any, place: int, lines: Sequence[str]) -> tuple[int, int]:
    """From which line to which an entry stands, without what stands before the next; the end of the file for
    a new one."""
    if place == len(entries):
        return len(lines), len(lines)
    first = entries.lc.item(place)[0]
    end = entries.lc.item(place + 1)[0] if place + 1 < len(entries) else len(lines)
    while end > first and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return first, end


def _entry(lines: Sequence[str], now: Any, new: Value, offset: int) -> list[str]:
    """Its lines; those of what has not changed as they were."""
    asks, verdict, says = _plain(new)
    quoted = DoubleQuotedScalarString
    made = {
        "asks": _asks(lines, now, asks, offset),
        "verdict": [f"  verdict: {_scalar(quoted(verdict) if verdict in ('yes', 'no', '') else verdict)}\n"],
        "says": [f"  says: {_scalar(quoted(says))}\n"] if says else [],
    }
    if not lines:
        return [line for part in made.values() for line in part]
    old = _plain(now)
    begins = {key: now.lc.key(key)[0] - offset for key in now}
    for number, name in enumerate(made):
        if name in begins and _plain(new)[number] == old[number]:
            ends = [line for line in begins.values() if line > begins[name]]
            made[name] = list(lines[begins[name] : min(ends, default=len(lines))])
    return [line for part in made.values() for line in part]


def _asks(lines: Sequence[str], now: Any, asks: list[str], offset: int) -> list[str]:
    """What comes before the first way that is another keeps its lines."""
    old = [str(ask) for ask in now["asks"]]
    differing = (n for n, (before, after) in enumerate(zip(old, asks, strict=False)) if before != after)
    same = next(differing, min(len(old), len(asks)))
    text = _BEGIN
    if lines and 0 < same < len(old):
        line, column = now["asks"].lc.item(same)
        text = "".join([*lines[: line - offset], lines[line - offset][:column]]).rstrip()
    elif lines and same:
        line, column = now["asks"].lc.item(same - 1)
        text = "".join([*lines[: line - offset], lines[line - offset][:column]])
        same -= 1
    for number in range(same, len(asks)):
        last = text.rpartition("\n")[2]
        piece = _scalar(asks[number]) + ("]" if number == len(asks) - 1 else ",")
        space = "" if last.endswith(("[", " ")) else " "
        fits = len(last) + len(space) + len(piece) <= WIDTH
        text += f"{space}{piece}" if fits or last.endswith("[") else f"\n{_INDENT}{piece}"
    if same == len(asks):
        text = text.rstrip(",") + "]"
    return [f"{line}\n" for line in text.split("\n")]


def _scalar(value: Any) -> str:
    """As YAML writes it within a list in brackets."""
    yaml: Any = YAML(typ="rt")
    out = io.StringIO()
    yaml.width = 100_000
    entries = yaml.seq([value])
    entries.fa.set_flow_style()
    yaml.dump(entries, out)
    made = out.getvalue().strip()[1:-1]
    return _scalar(DoubleQuotedScalarString(value)) if made.startswith("'") else made
