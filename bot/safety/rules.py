"""The readable half of the net: named patterns over plain sentences, with guards.

A rule (data/safety/rules/*.yml) says which words mean danger; a guard (guards.yml) says when the same
words do not: denied, long ago, about people in general, asked for information.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.knowledge.yaml_file import DataError
from bot.safety.normalise import DATA, Vocabulary, fold
from bot.safety.people import About
from bot.safety.prefilter import Prefilter, beginnings

Strength = Literal["danger", "distress"]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NEAR = 7  # words on each side that a guard may look at
_JUST_BEFORE = 4  # words that tell the subject and tense of a match
_NAME = re.compile(r"\{([a-z_]+)\}")
_NO_WORD = re.compile(r"\W")
_CLAIM = re.compile(
    r"(?<! if)(?<! when)(?<! that)(?:"
    r"(?<! do)(?<! can)(?<! should)(?<! would)(?<! will)(?<! could)(?<! did)(?<! am) (?:i|he|she|we|my|our) "
    r"| (?:i|he|she|we) (?:overdosed|took|swallowed|tried|am|is|are|can not) "
    r"| (?:my|our) (?:\S+ ){1,2}(?:is|are|overdosed|took|swallowed|tried) )"
)


@dataclass(frozen=True)
class Guard:
    """A reason why a rule's words mean something else; see guards.yml for the parts."""

    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    near: re.Pattern[str] | None = None
    within: re.Pattern[str] | None = None
    sentence: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None
    needs_said: re.Pattern[str] | None = None
    but: re.Pattern[str] | None = None
    said_now: re.Pattern[str] | None = None
    claims: bool = False

    def holds(self, sentence: str, start: int, end: int) -> bool:
        """Whether it silences a match at sentence[start:end]."""
        before, said, after = sentence[:start], sentence[start:end], sentence[end:]
        around = " ".join([*before.split()[-_NEAR:], *said.split(), *after.split()[:_NEAR]])
        if self.needs and not self.needs.search(before):
            return False
        if self.needs_said and not self.needs_said.search(said):
            return False
        if not (
            (self.before and self.before.search(before))
            or (self.after and self.after.search(after))
            or (self.near and self.near.search(around))
            or (self.within and self.within.search(said))
            or (self.sentence and self.sentence.search(sentence))
        ):
            return False
        if self.but and self.but.search(around):
            return False
        told = " ".join([*before.split()[-_JUST_BEFORE:], said])
        if self.said_now and self.said_now.search(told):
            return False
        # "do you take cash i overdosed": someone who says it of a person is not asking in general.
        return not (self.claims and _CLAIM.search(f" {told} "))


@dataclass(frozen=True)
class Rule:
    """One way of saying one thing. `yes` and `no` are examples the tests hold it to."""

    id: str
    name: str
    strength: Strength
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[Guard, ...]
    lowers: tuple[Guard, ...]
    variant: str
    about: About | Literal[""]
    language: str
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def match(self, sentence: str, patterns: Sequence[re.Pattern[str]] = ()) -> Match | None:
        """The strongest match in one plain sentence that no guard silences.

        `patterns` are those of its own that may be found there, if that is known.
        """
        weaker: Match | None = None
        for pattern in patterns or self.patterns:
            for found in pattern.finditer(sentence):
                start, end = found.span()
                if any(guard.holds(sentence, start, end) for guard in self.unless):
                    continue
                lowered = any(guard.holds(sentence, start, end) for guard in self.lowers)
                strength: Strength = "distress" if lowered else self.strength
                made = Match(self, strength, found.group(), start, end)
                if strength == "danger":
                    return made
                weaker = weaker or made
        return weaker


@dataclass(frozen=True)
class Match:
    """Where a rule was met: `start` and `end` are offsets in the plain sentence."""

    rule: Rule
    strength: Strength
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Foreign:
    """The plain words of one danger in one other language, over folded text."""

    id: str
    language: str
    pattern: re.Pattern[str]
    begins: frozenset[str]  # of the first words, one of which is there; empty in scripts without spaces


@dataclass(frozen=True)
class RuleSet:
    """All rules, ready to run."""

    rules: tuple[Rule, ...]
    figures: re.Pattern[str]
    figure_examples: tuple[str, ...]
    foreign: tuple[Foreign, ...]
    vocabulary: Vocabulary
    parts: tuple[tuple[Rule, re.Pattern[str]], ...]  # every pattern beside its rule
    prefilter: Prefilter  # over the patterns of `parts`
    over: Guard  # of the whole sentence: what it tells is over

    @staticmethod
    @lru_cache(maxsize=2)
    def load(folder: Path = DATA) -> RuleSet:
        """Reads every rule file of a folder once a process. Raises DataError."""
        words = {name: " ".join(str(text).split()) for name, text in _read(folder / "rule_words.yml").items()}
        guards = {name: _guard(name, parts) for name, parts in _read(folder / "guards.yml").items()}
        rules: list[Rule] = []
        for path in sorted((folder / "rules").glob("*.yml")):
            raw = _read(path)
            rules.extend(_rule(path, str(raw["id"]), rule, words, guards) for rule in raw["rules"])
        figures = _read(folder / "figures.yml")["figures"]
        sources = [pattern.pattern for rule in rules for pattern in rule.patterns]
        examples = [example for rule in rules for example in (*rule.yes, *rule.no)]
        known = set(re.findall(r"[a-z]{2,}", " ".join([*sources, *map(fold, examples)])))
        parts = tuple((rule, pattern) for rule in rules for pattern in rule.patterns)
        return RuleSet(
            rules=tuple(rules),
            figures=_compile("|".join(f"(?:{figure['says']})" for figure in figures), "figures.yml"),
            figure_examples=tuple(str(figure["example"]) for figure in figures),
            foreign=_foreign(_read(folder / "languages.yml")),
            vocabulary=Vocabulary.read(folder / "words.yml", known),
            parts=parts,
            prefilter=Prefilter((pattern for _, pattern in parts), map(fold, examples)),
            over=guards["over"],
        )

    def matches(self, sentence: str) -> list[Match]:
        """Every rule met in one plain sentence, figures of speech set aside."""
        sentence = self.figures.sub("~", sentence)
        found = [rule.match(sentence, patterns) for rule, patterns in self._possible(sentence)]
        met = [match for match in found if match is not None]
        if any(match.strength == "danger" for match in met) and self.is_over(sentence):
            return [replace(match, strength="distress") for match in met]
        return met

    def is_over(self, sentence: str) -> bool:
        """Whether one plain sentence tells of the past alone."""
        return self.over.holds(sentence, 0, len(sentence))

    def silences(self, sentence: str) -> bool:
        """Whether words of danger in one plain sentence are set aside: a guard holds, or it is a figure of
        speech.
        """
        if self.figures.search(sentence):
            return True
        met = [
            rule.match(sentence, patterns)
            for rule, patterns in self._possible(sentence)
            if rule.strength == "danger" and any(pattern.search(sentence) for pattern in patterns)
        ]
        return bool(met) and not any(match and match.strength == "danger" for match in met)

    def _possible(self, sentence: str) -> Iterator[tuple[Rule, list[re.Pattern[str]]]]:
        """The rules one plain sentence may meet, each with those of its patterns that may be found."""
        parts = (self.parts[number] for number in self.prefilter.possible(sentence))
        for _, group in groupby(parts, key=lambda part: id(part[0])):
            rules, patterns = zip(*group, strict=True)
            yield rules[0], list(patterns)

    def foreign_words(self, text: str) -> list[tuple[str, str, str]]:
        """(safety id, language, words) of every plain danger word of another language in a message."""
        folded = fold(text)
        words = beginnings(_NO_WORD.sub(" ", folded))
        likely = (one for one in self.foreign if not one.begins or not one.begins.isdisjoint(words))
        found = ((one, one.pattern.search(folded)) for one in likely)
        return [(one.id, one.language, match.group()) for one, match in found if match]


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DataError(str(path), line, f"expected YAML: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(str(path), None, str(error)) from error
    if not isinstance(raw, dict):
        raise DataError(str(path), 1, "expected keys with values")
    return raw


def _compile(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(rf"(?<!\S)(?:{_whole_words(pattern)})(?!\S)")
    except re.error as error:
        raise DataError(where, None, f"{error} in {pattern!r}") from error


def _whole_words(pattern: str) -> str:
    """`(?! a| b)` made to mean the words, so that " a" does not forbid " again"."""
    made, at = "", 0
    while (start := pattern.find("(?! ", at)) >= 0:
        depth, end = 1, start + 3
        while depth:
            depth += {"(": 1, ")": -1}.get(pattern[end], 0) if pattern[end - 1] != "\\" else 0
            end += 1
        made += f"{pattern[at:start]}(?!(?:{pattern[start + 3 : end - 1]})(?!\\S))"
        at = end
    return made + pattern[at:]


def _guard(name: str, parts: dict[str, Any]) -> Guard:
    try:
        compiled = {key: re.compile(value) for key, value in parts.items() if key != "claims"}
        return Guard(claims=bool(parts.get("claims", False)), **compiled)
    except (re.error, TypeError) as error:
        raise DataError("guards.yml", None, f"{name}: {error}") from error


def _rule(path: Path, id_: str, raw: dict[str, Any], words: dict[str, str], guards: dict[str, Guard]) -> Rule:
    where = f"{path.name}, {raw.get('name')}"

    def named(key: str) -> tuple[Guard, ...]:
        unknown = [name for name in raw.get(key, []) if name not in guards]
        if unknown:
            raise DataError(where, None, f"no guard {', '.join(unknown)} in guards.yml")
        return tuple(guards[name] for name in raw.get(key, []))

    try:
        says = [_fill(str(text), words) for text in raw["says"]]
        patterns = tuple(_compile(text, where) for text in says)
        strength = raw.get("strength", "danger")
        if strength not in ("danger", "distress"):
            raise DataError(where, None, f"strength is danger or distress, not {strength}")
        return Rule(
            id=id_,
            name=str(raw["name"]),
            strength=strength,
            patterns=patterns,
            unless=named("unless"),
            lowers=named("lowers"),
            variant=str(raw.get("variant", "")),
            about="other" if raw.get("about") == "other" else "self" if raw.get("about") == "self" else "",
            language=str(raw.get("language", "en")),
            yes=tuple(map(str, raw["yes"])),
            no=tuple(map(str, raw["no"])),
        )
    except KeyError as error:
        raise DataError(where, None, f"{error} is missing") from error


def _fill(text: str, words: dict[str, str]) -> str:
    while True:
        filled = _NAME.sub(lambda found: f"(?:{words[found.group(1)]})", text)
        if filled == text:
            return text
        text = filled


def _foreign(raw: dict[str, dict[str, Sequence[str]]]) -> tuple[Foreign, ...]:
    made: list[Foreign] = []
    for id_, languages in raw.items():
        for language, phrases in languages.items():
            folded = [fold(phrase) for phrase in phrases]
            apart = all(map(_written_apart, folded))
            begins = [min(beginnings(_NO_WORD.split(phrase)[0])) for phrase in folded] if apart else []
            pattern = re.compile("|".join(map(_foreign_phrase, folded)))
            made.append(Foreign(id_, language, pattern, frozenset(begins)))
    return tuple(made)


def _written_apart(folded: str) -> bool:
    """Whether the script of a phrase has spaces between words."""
    return folded[0] < "\u0590"


def _foreign_phrase(folded: str) -> str:
    pattern = r"\s+".join(map(re.escape, folded.split()))
    # Scripts that write words apart are held to whole words at the start; endings vary.
    return rf"(?<!\w){pattern}" if _written_apart(folded) else pattern
