"""Reads one YAML file into a model; every mistake becomes a DataError with its line."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.knowledge.quick_yaml import OddError, read_plain
from bot.knowledge.strict import PATTERNS

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]  # the keys and list positions (from 0) that lead to a value


class DataError(Exception):
    """Data that cannot be used: which file, which line (None if no line is to blame), and why.

    `others` are the further mistakes found in the same reading; str() lists them all, one a line.
    """

    def __init__(self, file: str, line: int | None, message: str, others: Iterable[DataError] = ()) -> None:
        super().__init__(file, line, message)
        self.file, self.line, self.message = file, line, message
        self.others = tuple(others)

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return "\n".join([f"{where}: {self.message}", *map(str, self.others)])

    def alone(self) -> DataError:
        """The same mistake without the others."""
        return DataError(self.file, self.line, self.message)


def raise_all(errors: Sequence[DataError]) -> None:
    """Raises the errors as one, if there are any."""
    flat = [one.alone() for error in errors for one in (error, *error.others)]
    if flat:
        raise DataError(flat[0].file, flat[0].line, flat[0].message, flat[1:])


@dataclass(frozen=True)
class YamlFile:
    """What a file holds: its text, and the same as plain `data`, None in an empty file."""

    path: Path
    text: str
    data: Any

    @cached_property
    def _tree(self) -> Any:
        """Knows the lines; only made where one is asked for, as it takes long."""
        return _tree(self.text)

    def error(self, place: Place, message: str) -> DataError:
        """A mistake at `place`, with the place in words: "facts 3: unit"."""
        return DataError(str(self.path), self._line(place), ": ".join([*place_in_words(place), message]))

    def parse(self, model: type[Model]) -> Model:
        """The file as `model`. Raises DataError with all that is wrong."""
        if not isinstance(self.data, dict):
            keys = ", ".join(field.alias for field in model.__fields__.values())
            found = "an empty file" if self.data is None else _shown(self.data)
            raise DataError(str(self.path), 1, f"expected the keys {keys}, found {found}")
        try:
            return model.parse_obj(self.data)
        except ValidationError as error:
            problems = {problem["loc"]: problem for problem in reversed(error.errors())}
            raise_all([self._explain(model, problem) for problem in reversed(problems.values())])
            raise

    def _line(self, place: Place) -> int | None:
        """The line of the deepest part of `place` that is in the file, from 1."""
        line: int | None = None
        node = self._tree
        for part in place:
            try:
                line = (node.lc.key(part) if isinstance(node, CommentedMap) else node.lc.item(part))[0] + 1
                node = node[part]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line or (1 if self._tree is not None else None)

    def _explain(self, model: type[BaseModel], problem: Any) -> DataError:
        place = tuple(part for part in problem["loc"] if part != "__root__")
        kind, context = str(problem["type"]), problem.get("ctx", {})
        found = self.data
        for part in place:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                break
        if kind == "value_error.missing":
            return self.error(place, "expected this key, found none")
        if kind == "value_error.extra":
            return self.error(place, _unknown_key(str(place[-1]), _model_at(model, place[:-1])))
        if kind == "value_error.const":
            expected = f"expected one of {', '.join(map(str, context['permitted']))}"
        elif kind == "value_error.str.regex":
            expected = f"expected {PATTERNS.get(context['pattern'], context['pattern'])}"
        elif kind in _EXPECTED:
            expected = f"expected {_EXPECTED[kind]}"
        else:
            expected = str(problem["msg"])
        if ", found" in expected:
            return self.error(place, expected)
        return self.error(place, f"{expected}, found {_shown(found)}")


def read_yaml(path: Path) -> YamlFile:
    """Reads a UTF-8 YAML file. Raises DataError if it cannot be read or is not YAML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(str(path), line, "expected a text file in UTF-8, found other bytes") from error
    except OSError as error:
        raise DataError(str(path), None, f"expected a file to read: {error.strerror}") from error
    with suppress(OddError):
        return YamlFile(path, text, read_plain(text))
    try:
        return YamlFile(path, text, _plain(_tree(text), None))
    except _NotPlain as error:
        raise DataError(str(path), error.line, str(error)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(filter(None, [str(error.problem or "not YAML"), error.context]))
        raise DataError(str(path), mark.line + 1 if mark else None, f"expected YAML: {message}") from error
    except YAMLError as error:  # a control character; the position is one of the text
        position = getattr(error, "position", None)
        where = None if position is None else text[:position].count("\n") + 1
        raise DataError(str(path), where, "expected text, found a control character") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(str(path), None, f"expected YAML: {error}") from error


def _tree(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ruamel warns of anchors used twice; the last one counts
        return YAML(typ="rt").load(text)


class _NotPlain(Exception):
    """Something that YAML has and these files have not."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


def _plain(node: Any, line: int | None) -> Any:
    """Built-in types in place of ruamel's own; `line` is where the node begins. Raises _NotPlain."""
    if isinstance(node, CommentedMap):
        lines = {key: place[0] + 1 for key, place in (node.lc.data or {}).items()}
        for key in node:
            if not isinstance(key, str):
                raise _NotPlain(lines.get(key, line), f"expected every key to be a word, found {key!r}")
        return {str(key): _plain(value, lines.get(key, line)) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value, node.lc.item(place)[0] + 1) for place, value in enumerate(node)]
    for plain in (bool, int, float, str):
        if isinstance(node, plain):
            return plain(node)
    if node is None:
        return None
    found = getattr(node, "value", node)
    raise _NotPlain(line, f"expected text, a number, a list or keys, found {found} (text in quotes is text)")


_EXPECTED = {
    "type_error.str": "text",
    "value_error.any_str.min_length": "text",
    "value_error.strictbool": "true or false",
    "type_error.none.not_allowed": "a value",
    "type_error.tuple": "a list",
    "type_error.list": "a list",
    "type_error.sequence": "a list",
    "type_error.dict": "keys with values",
    "type_error.mapping": "keys with values",
}


def _shown(found: Any) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, dict):
        return "keys (text that starts with { needs quotes)"
    if isinstance(found, list):
        return "a list" if found else "an empty list"
    if isinstance(found, str) and len(found) > 60:
        return repr(found[:57] + "...")
    return repr(found)


def place_in_words(place: Place) -> list[str]:
    """("facts", 2, "says") as ["facts 3", "says"]: people count from 1."""
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return words


def _unknown_key(key: str, model: type[BaseModel]) -> str:
    names = [field.alias for field in model.__fields__.values()]
    near = difflib.get_close_matches(key, names, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"not a key here{hint}; expected one of {', '.join(names)}"


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """The model of the mapping at `place`."""
    for part in place:
        field = next((field for field in model.__fields__.values() if field.alias == part), None)
        if field and isinstance(field.type_, type) and issubclass(field.type_, BaseModel):
            model = field.type_
    return model
