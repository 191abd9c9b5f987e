"""The readable half of the net: named patterns over plain sentences, with guards.

A rule (data/safety/rules/*.yml) says which words mean danger; a guard (guards.yml) says when the same
words do not: denied, long ago, about people in general, asked for information.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.knowledge.yaml_file import DataError
from bot.safety.normalise import DATA, Vocabulary, fold
from bot.safety.people import About

Strength = Literal["danger", "distress"]
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NEAR = 7  # words on each side that a guard may look at
_JUST_BEFORE = 4  # words that tell the subject and tense of a match
_NAME = re.compile(r"\{([a-z_]+)\}")
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
    any_pattern: re.Pattern[str]  # all of them in one: most sentences need no closer look
    unless: tuple[Guard, ...]
    lowers: tuple[Guard, ...]
    variant: str
    about: About | Literal[""]
    language: str
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def says(self, sentence: str) -> bool:
        """Whether one plain sentence has its words of danger, whatever the guards make of them."""
        return self.strength == "danger" and self.any_pattern.search(sentence) is not None

    def match(self, sentence: str) -> Match | None:
        """The strongest match in one plain sentence that no guard silences."""
        if not self.any_pattern.search(sentence):
            return None
        weaker: Match | None = None
        for pattern in self.patterns:
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
class RuleSet:
    """All rules, ready to run."""

    rules: tuple[Rule, ...]
    figures: re.Pattern[str]
    figure_examples: tuple[str, ...]
    foreign: tuple[tuple[str, str, re.Pattern[str]], ...]  # safety id, language, pattern over folded text
    vocabulary: Vocabulary

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
        return RuleSet(
            rules=tuple(rules),
            figures=_compile("|".join(f"(?:{figure['says']})" for figure in figures), "figures.yml"),
            figure_examples=tuple(str(figure["example"]) for figure in figures),
            foreign=_foreign(_read(folder / "languages.yml")),
            vocabulary=Vocabulary.read(folder / "words.yml", known),
        )

    def matches(self, sentence: str) -> list[Match]:
        """Every rule met in one plain sentence, figures of speech set aside."""
        sentence = self.figures.sub("~", sentence)
        found = (rule.match(sentence) for rule in self.rules)
        return [match for match in found if match is not None]

    def silences(self, sentence: str) -> bool:
        """Whether words of danger in one plain sentence are set aside: a guard holds, or it is a figure of
        speech.
        """
        if self.figures.search(sentence):
            return True
        met = [rule.match(sentence) for rule in self.rules if rule.says(sentence)]
        return bool(met) and not any(match and match.strength == "danger" for match in met)

    def foreign_words(self, text: str) -> list[tuple[str, str, str]]:
        """(safety id, language, words) of every plain danger word of another language in a message."""
        folded = fold(text)
        found = ((id_, language, pattern.search(folded)) for id_, language, pattern in self.foreign)
        return [(id_, language, match.group()) for id_, language, match in found if match]


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
            any_pattern=_compile("|".join(f"(?:{text})" for text in says), where),
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


def _foreign(raw: dict[str, dict[str, Sequence[str]]]) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (id_, language, re.compile("|".join(map(_foreign_phrase, phrases))))
        for id_, languages in raw.items()
        for language, phrases in languages.items()
    )


def _foreign_phrase(phrase: str) -> str:
    folded = fold(phrase)
    pattern = r"\s+".join(map(re.escape, folded.split()))
    # Scripts that write words apart are held to whole words at the start; endings vary.
    return rf"(?<!\w){pattern}" if folded[0] < "\u0590" else pattern
