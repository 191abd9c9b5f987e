"""The quick reader says what ruamel says, or that it leaves the text to ruamel."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML, YAMLError

from bot.knowledge.quick_yaml import OddError, read_plain
from bot.settings import ROOT

FILES = [
    path
    for path in sorted((ROOT / "data").rglob("*.yml"))
    if path.parent.name in ("knowledge", "data", "safety", "rules")
    or path.name in ("cost.yml", "contact.yml")
]
SCALARS = """12ab 1e5 0x1f 0o7 012 1_000 .5 5. +5 -3 -0 2020-01-01 2020-1-1 12:30 yes no on off y True
~ null = .inf -.INF .nan 1.5 1.50 -1.5 00 1e 5e3x 0b1 08 09.5 1.2.3 + . _ __ 1_ 0x 1,000 12% 24/7 7-9
'true' "5" !!int !x &a *a |x 3f9a12 1e2f <<""".split()


def read_slowly(text: str) -> Any:
    """By ruamel's safe reader of YAML 1.2."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return YAML(typ="safe", pure=True).load(text)


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "data")))
def test_the_files_are_plain_and_read_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert same(read_plain(text), read_slowly(text))


@pytest.mark.parametrize("scalar", SCALARS)
@pytest.mark.parametrize("around", ["{}", "a: {}", "- {}", "a: [b, {}]", "{}: a"])
def test_a_scalar_is_the_same_or_left(scalar: str, around: str) -> None:
    compare(around.format(scalar))


@settings(deadline=None, max_examples=400, derandomize=True)
@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("ab1 -:[]{}#&*!|>'\"%@`,?\n\t.0_~<="), st.characters()),
        max_size=30,
    )
)
def test_any_text_is_the_same_or_left(text: str) -> None:
    compare(text)


def compare(text: str) -> None:
    try:
        quick = read_plain(text)
    except OddError:
        return
    try:
        assert same(quick, read_slowly(text))
    except (YAMLError, ValueError, NotImplementedError):
        pytest.fail(f"ruamel refuses {text!r}")


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a: [", "1: a", "a: !!set {b}", "a: 2020-01-01", "\x00", "- a\nb: c"]
)
def test_what_is_not_plain_is_left(text: str) -> None:
    with pytest.raises(OddError):
        read_plain(text)
