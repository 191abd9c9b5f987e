"""Reads plain YAML in a thirtieth of ruamel's time: libyaml finds the nodes, and what is text, a number or
true is decided here as YAML 1.2 and ruamel do.

Whatever is not plain raises OddError: ruamel then reads the file, and says what is wrong with it and where.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str"))  # where none is written
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_DECIMAL = re.compile(r"[-+]?\d+\.\d+")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Numbers written otherwise, dates and merge keys, or text that looks like them.
_ODD = re.compile(
    r"[-+]?[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?|[-+]?0[box]\w+|[-+]?\.(?:inf|nan)|\d{4}-\d\d?-\d.*|<<|=",
    re.IGNORECASE,
)


class OddError(Exception):
    """Not plain, or not YAML at all."""


def read_plain(text: str) -> Any:
    """Lists, texts, numbers and dicts with texts as keys. Raises OddError."""
    if "\t" in text:
        raise OddError
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
        return None if node is None else _plain(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise OddError from error


def _plain(node: yaml.Node) -> Any:
    if node.tag not in _TAGS:
        raise OddError
    if isinstance(node, yaml.MappingNode):
        found = {}
        for key, value in node.value:
            name = _plain(key)
            if not isinstance(name, str) or name in found:
                raise OddError
            found[name] = _plain(value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(entry) for entry in node.value]
    assert isinstance(node, yaml.ScalarNode)
    return node.value if node.style else _resolved(node.value)


def _resolved(value: str) -> Any:
    """What a scalar without quotes is."""
    if value in _WORDS:
        return _WORDS[value]
    if _WHOLE.fullmatch(value):
        return int(value)
    if _DECIMAL.fullmatch(value):
        return float(value)
    if _ODD.fullmatch(value):
        raise OddError
    return value
