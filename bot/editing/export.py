"""Writes approved edits into the YAML files, with comments, order and quotes of all else as they were."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, ScalarString

from bot.editing.edits import Edit
from bot.editing.new_topic import own_words, topic_fields
from bot.editing.specific_files import with_specific
from bot.editing.targets import FACT_FIELDS, Target, voice_of
from bot.knowledge.schema import ANSWER_PARTS

_AFTER = {"reason": "status", "plain": "more", "more": "lead", "quantity": "says"}  # where a new key goes


def export_into(data: Path, edits: Sequence[Edit], domain: Path | None = None) -> tuple[Path, ...]:
    """Writes edits, oldest first, into a data folder; returns the files that changed.

    With `domain`, Rasa's domain.yml, new topics get their intent there and in the stories. Raises OSError,
    and LookupError for an edit of something that is not there.
    """
    files: dict[Path, str] = {}
    for edit in edits:
        if edit.target.kind == "topic":
            files |= _new_topic(data, edit.target.id, edit.after, domain, files)
            continue
        path = data / file_of(edit.target)
        files[path] = with_values(_text(path, files), edit.target, edit.after)
    changed = {path: text for path, text in files.items() if not path.exists() or path.read_text() != text}
    for path, text in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    return tuple(sorted(changed))


def with_values(text: str, target: Target, after: Mapping[str, Any]) -> str:
    """A file's text with the target's fields set; "" is a file that is not there. Raises LookupError."""
    if target.kind == "specific":
        return with_specific(text, target, after)
    tree = _yaml().load(text)
    node = _node(tree, target, after)
    for name, value in after.items():
        inside = node["answer"] if target.kind == "answer" and name in ANSWER_PARTS else node
        _set(inside, name, value)
    if target.kind == "words" and not node.get("says"):
        del tree["words"][target.id]
    return _dumped(tree)


def _yaml() -> Any:
    yaml: Any = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000  # no line is broken that was not
    return yaml


def _dumped(tree: Any) -> str:
    out = io.StringIO()
    _yaml().dump(tree, out)
    return out.getvalue()


def file_of(target: Target) -> Path:
    """The file under data/ that holds the target."""
    if target.kind in ("centre", "words"):
        return Path("centre.yml")
    if target.kind == "specific":
        folder = "centre" if voice_of(target) == "centre" else "knowledge/specifics"
        return Path(folder) / f"{target.topic}.yml"
    return Path("knowledge") / f"{target.topic}.yml"


def _text(path: Path, files: Mapping[Path, str]) -> str:
    if path in files:
        return files[path]
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _node(tree: Any, target: Target, after: Mapping[str, Any]) -> Any:
    if target.kind == "fact":
        fact = target.id.partition(".")[2]
        for node in tree["facts"]:
            if node["id"] == fact:
                return node
        if not after.get("sources"):  # those of a new fact are in its edit
            raise LookupError(target.id)
        tree["facts"].append(CommentedMap({"id": fact}))
        return tree["facts"][-1]
    if target.kind == "words":
        if tree.get("words") is None:
            tree["words"] = CommentedMap()
        return tree["words"].setdefault(target.id, CommentedMap())
    return tree


def _set(node: Any, name: str, value: Any) -> None:
    old = node.get(name)
    if value in (None, []):
        if name in node:
            del node[name]
    elif isinstance(old, CommentedSeq) and isinstance(value, list):
        _set_list(old, value)
    elif isinstance(old, CommentedMap) and isinstance(value, dict):
        for key in [key for key in old if key not in value]:
            del old[key]
        for key, part in value.items():
            old[key] = _scalar(old.get(key), part)
    elif name in node or name not in _AFTER or _AFTER[name] not in node:
        node[name] = _new(old, value)
    else:
        node.insert(list(node).index(_AFTER[name]) + 1, name, _new(old, value))


def _set_list(node: CommentedSeq, value: list[Any]) -> None:
    """In place: what stays keeps its quotes, and a comment behind the list stays behind it."""
    entries: list[Any]
    if isinstance(value[0], dict):
        entries = [next((old for old in node if old == entry), None) or _new(None, entry) for entry in value]
    else:
        had = {str(entry): entry for entry in node}
        entries = [had.get(entry, DoubleQuotedScalarString(entry)) for entry in value]
    behind = node.ca.items.pop(len(node) - 1, None)
    node.clear()
    node.extend(entries)
    if behind:
        node.ca.items[len(node) - 1] = behind


def _scalar(old: Any, value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return type(old)(value) if isinstance(old, ScalarString) and "\n" not in value else value
    return value


def _new(old: Any, value: Any) -> Any:
    if isinstance(value, dict):
        made = CommentedMap({key: _flow(key, part) for key, part in value.items()})
        made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        return CommentedSeq(
            _new(None, entry) if isinstance(entry, dict) else DoubleQuotedScalarString(entry)
            for entry in value
        )
    if isinstance(value, str) and old is None:
        return DoubleQuotedScalarString(value)
    return _scalar(old, value)


def _flow(key: str, value: Any) -> Any:
    if key in ("opens", "closes", "section"):
        return DoubleQuotedScalarString(value)
    if isinstance(value, list):
        made = CommentedSeq(value)
        made.fa.set_flow_style()
        return made
    return _scalar(None, value)


def _new_topic(
    data: Path, id: str, after: Mapping[str, Any], domain: Path | None, files: Mapping[Path, str]
) -> dict[Path, str]:
    """The texts of all files that a new topic touches."""
    said = DoubleQuotedScalarString
    topic = topic_fields(id, after)
    topic |= {"title": said(after["title"]), "question": said(after["question"])}
    topic["next"] = _flow("next", after["next"])
    if facts := topic.get("facts"):
        topic["answer"] = {"lead": [said(sentence) for sentence in topic["answer"]["lead"]]}
        topic["facts"] = [CommentedMap({"id": fact["id"]}) for fact in facts]
        for node, fact in zip(topic["facts"], facts, strict=True):
            for name in FACT_FIELDS:
                _set(node, name, fact[name])
    phrases = LiteralScalarString("".join(f"- {phrase}\n" for phrase in after["phrases"]))
    nlu = {"version": said("3.1"), "nlu": [{"intent": id, "examples": phrases}]}
    new = {
        data / "knowledge" / f"{id}.yml": _dumped(CommentedMap(topic)),
        data / "nlu" / f"{id}.yml": _dumped(CommentedMap(nlu)),
    }
    if words := own_words(after):
        centre = data / "centre.yml"
        new[centre] = with_values(_text(centre, files), Target("words", id), words)
    if domain:
        listed = _yaml().load(_text(domain, files))["intents"]
        beside = [intent for intent in listed if (data / "knowledge" / f"{intent}.yml").exists()][-1]
        for path in (domain, *sorted((data / "stories").glob("*.yml"))):
            new[path] = _with_intent(_text(path, files), id, beside)
    return new


def _with_intent(text: str, intent: str, beside: str) -> str:
    """The new intent on a line of its own below each line that lists the topic `beside`."""
    if re.search(rf"^\s*- (intent: )?{re.escape(intent)}$", text, re.MULTILINE):
        return text
    return re.sub(
        rf"^(\s*- (?:intent: )?){re.escape(beside)}$", rf"\g<0>\n\g<1>{intent}", text, flags=re.MULTILINE
    )
