"""Brings a message, however it is typed, to the plain words the rules are written in.

Casing, accents, invisible and look-alike letters, digits for letters, stretched words, letters set
apart ("k m s"), words run together, contractions, shorthand and common misspellings all end in
the same form: lower-case words with one space between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DATA = Path(__file__).resolve().parent.parent.parent / "data" / "safety"

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_LEET = str.maketrans("013457@$!|+€", "oieastasilte")
_LEET_L = str.maketrans("013457@$!|+€", "oleastasllte")
_APOSTROPHES = re.compile(r"[’‘ʼ`´']")
_ONE_LETTER_RUN = re.compile(r"(?<![^\W_])(?:[^\W\d_](?:\s{1,3}|[.\-_*,/])){2,}[^\W\d_](?![^\W_])")
_HESITATION = re.compile(r"\.{2,}|…")  # "i... want to die": no end of a sentence
_DOTTED_WORDS = re.compile(r"(?:[^\W_]{1,20}[._\-]){3,}[^\W_]+")
_TOKEN = re.compile(r"[^\W_]+(?:[*@$!|+€#]+[^\W_]+)*|[@$][^\W_]+|,")
_STRETCH = re.compile(r"(.)\1{2,}")
_STOP = re.compile(
    r"[.!?;:…。！？]+(?=\s|$)|[.?…]+(?=[^\W\d_]{3})|[\r\n]+|[。！？]|\s[-–—]{1,3}\s|[()\[\]\"“”]"
)

_CONTRACTIONS = tuple(
    (re.compile(short), full)
    for short, full in (
        (r"\bod'(?:d|ed)\b", "overdosed"),
        (r"\bod'ing\b", "overdosing"),
        (r"\b(can)'t\b", r"\1 not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"'ll\b", " will"),
        (r"'re\b", " are"),
        (r"'ve\b", " have"),
        (r"'m\b", " am"),
        (r"\b(i|he|she|they|we|you|it)'d\b", r"\1 would"),
        (r"\b(he|she|it|that|there|what|who|here|someone|somebody|nobody|everyone|everything)'s\b", r"\1 is"),
        (r"(?<=[^\W\d_])'(?=[^\W\d_])", ""),
    )
)

MAX_WORDS = 60  # a longer run without a full stop is looked at in windows of this many words
_OVERLAP = 25  # so that no danger sentence is cut by a window's edge


@dataclass(frozen=True)
class Vocabulary:
    """The tables of words.yml, and every word the rules know."""

    expand: dict[str, str]
    join: dict[tuple[str, ...], str]
    fillers: frozenset[str]
    emoji: dict[str, str]
    fuzzy: dict[str, str]
    whole: frozenset[str]
    words: frozenset[str]
    danger_words: re.Pattern[str]
    _cache: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def read(path: Path, words: Iterable[str]) -> Vocabulary:
        """Reads words.yml; `words` are further words worth repairing a stretched or masked word to."""
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        expand = {str(key): str(value) for key, value in raw["expand"].items()}
        known = set(words) | set(raw["fuzzy"]) | set(raw["not_fuzzy"]) | set(expand)
        known.update(word for phrase in expand.values() for word in phrase.split())
        fuzzy = {
            variant: word for word in raw["fuzzy"] for variant in _variants(word) if variant not in known
        }
        return Vocabulary(
            expand=expand,
            join={tuple(str(key).split()): str(value) for key, value in raw["join"].items()},
            fillers=frozenset(raw["fillers"]),
            emoji={str(key): str(value) for key, value in raw["emoji"].items()},
            fuzzy=fuzzy,
            whole=frozenset(raw["whole"]),
            words=frozenset(known),
            danger_words=re.compile(rf"(?<!\S)(?:{'|'.join(raw['danger_words'])})"),
        )

    def repair(self, token: str) -> str:
        """The words one token stands for; the token itself where nothing is known."""
        if token.isascii() and token.isalpha() and len(token) <= 24:
            cached = self._cache.get(token)
            if cached is None:
                if len(self._cache) > 20_000:  # a bounded memory, whatever visitors type
                    self._cache.clear()
                cached = self._cache[token] = self._repair(token)
            return cached
        return self._repair(token)

    def _repair(self, token: str) -> str:
        if token in self.expand:
            return self.expand[token]
        if token in self.words or len(token) > 200:
            return token
        for candidate in _readings(token):
            if candidate in self.expand:
                return self.expand[candidate]
            if candidate in self.words:
                return candidate
            if candidate in self.fuzzy:
                return self.fuzzy[candidate]
        if "*" in token or "#" in token:
            mask = re.compile("[a-z]{1,4}".join(map(re.escape, re.split(r"[*#]+", token))))
            masked = next((word for word in _MASKED if mask.fullmatch(word)), None)
            if masked:
                return masked
        if len(token) >= 8 and token not in self.whole:
            split = self._split_run(_STRETCH.sub(r"\1\1", token).translate(_LEET))
            if split:
                return split
        return re.sub(r"[*@$!|+€#]+", " ", token)

    def _split_run(self, token: str) -> str | None:
        """Words run together ("idontwanttolive"), if the known words make up nearly all of the token."""
        length = len(token)
        cost = [0.0] + [float("inf")] * length
        came_from = [0] * (length + 1)
        for end in range(1, length + 1):
            for start in range(max(0, end - 14), end):
                word = token[start:end]
                if word in _ONE_LETTER or (
                    end - start > 1 and word in self.words and word not in _NOT_IN_RUNS
                ):
                    price = cost[start] + 1
                elif end - start == 1:
                    price = cost[start] + 10
                else:
                    continue
                if price < cost[end]:
                    cost[end], came_from[end] = price, start
        if cost[length] > length / 2 + 10 * (length // 12):
            return None
        words: list[str] = []
        end = length
        while end:
            words.append(token[came_from[end] : end])
            end = came_from[end]
        words.reverse()
        if len(words) == 2 and words[1] not in _REFLEXIVE and words[0] not in _SUBJECT:
            return None  # "therapists" is no "the rapists"
        if len(words) < 2 or max(map(len, words)) < 3:
            return None
        return " ".join(self.expand.get(word, word) for word in words)


_ONE_LETTER = {"i", "a"}
_REFLEXIVE = {"myself", "himself", "herself", "themselves"}
_SUBJECT = {"i", "im", "hes", "shes", "ive"}
_NOT_IN_RUNS = set("b u r n w nd id od hr snot yr wo hav wan er rn tn".split())
_MASKED = "die died dead kill killed killing suicide suicidal rape raped murder overdose".split()


def _variants(word: str) -> set[str]:
    """Every string one letter dropped, doubled, changed or swapped away (first letter kept)."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    made: set[str] = set()
    for index in range(1, len(word)):
        made.add(word[:index] + word[index + 1 :])
        made.update(word[:index] + letter + word[index + 1 :] for letter in letters)
        made.update(word[:index] + letter + word[index:] for letter in letters)
        if index + 1 < len(word):
            made.add(word[:index] + word[index + 1] + word[index] + word[index + 2 :])
    made.update(word + letter for letter in letters)
    made.discard(word)
    return made


def _readings(token: str) -> Iterable[str]:
    """The ways a token may be meant: as typed, stretched letters shortened, digits as letters."""
    for plain in dict.fromkeys((token, token.translate(_LEET), token.translate(_LEET_L))):
        if plain.isdigit() or (plain != token and not any(c.isalpha() for c in token)):
            continue
        yield plain
        if _STRETCH.search(plain):
            yield _STRETCH.sub(r"\1", plain)
            yield _STRETCH.sub(r"\1\1", plain)
        squeezed = re.sub(r"(.)\1+", r"\1", plain)
        if squeezed != plain and len(squeezed) > 3:
            yield squeezed


def fold(text: str) -> str:
    """Lower case, no accents, no invisible characters, look-alike letters in Latin words as Latin."""
    text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = text.translate({ord("ß"): "ss", ord("ø"): "o", ord("ł"): "l"})
    return re.sub(r"[^\s]+", _latin_word, text)


@lru_cache(maxsize=1)
def _look_alikes() -> dict[int, int]:
    raw = yaml.load((DATA / "words.yml").read_text(encoding="utf-8"), Loader=_LOADER)
    letters, latin = raw["look_alikes"]
    return str.maketrans(letters, latin)


def _latin_word(found: re.Match[str]) -> str:
    """A word mixing alphabets, or made of look-alikes only, is read as Latin; real Cyrillic stays."""
    word = found.group()
    if word.isascii():
        return word
    latin = word.translate(_look_alikes())
    mixed = any("a" <= char <= "z" for char in word)
    return latin if mixed or latin.isascii() else unicodedata.normalize("NFC", word)


def sentences(text: str, vocabulary: Vocabulary) -> list[str]:
    """The message's sentences in plain form; very long ones as overlapping windows of MAX_WORDS."""
    text = _APOSTROPHES.sub("'", fold(text))
    for sign, word in vocabulary.emoji.items():
        if sign in text:
            text = text.replace(sign, f" {word} ")
    text = _HESITATION.sub(" ", text)
    for short, full in _CONTRACTIONS:
        text = short.sub(full, text)
    text = _DOTTED_WORDS.sub(lambda found: re.sub(r"[._\-]", " ", found.group()), text)
    text = _ONE_LETTER_RUN.sub(lambda found: _closed_up(found.group(), vocabulary), text)
    found: list[str] = []
    for part in _STOP.split(text):
        words = _words(part, vocabulary)
        if not any(word != "," for word in words):
            continue
        step = MAX_WORDS - _OVERLAP
        last = max(len(words) - _OVERLAP, 1)
        found.extend(" ".join(words[start : start + MAX_WORDS]) for start in range(0, last, step))
    return found


def _closed_up(letters: str, vocabulary: Vocabulary) -> str:
    """ "k m s" as "kms", if that is a word; "r u i" stays."""
    word = re.sub(r"[\s.\-_*,/]", "", letters)
    return word if word in vocabulary.words or vocabulary.repair(word) != word else letters


def _words(part: str, vocabulary: Vocabulary) -> list[str]:
    words: list[str] = []
    for token in _TOKEN.findall(part):
        words.extend(word for word in vocabulary.repair(token).split() if word not in vocabulary.fillers)
    return _joined(words, vocabulary.join)


def _joined(words: list[str], join: dict[tuple[str, ...], str]) -> list[str]:
    made: list[str] = []
    index = 0
    while index < len(words):
        for length in (4, 3, 2):
            key = tuple(words[index : index + length])
            if len(key) == length and key in join:
                made.extend(join[key].split())
                index += length
                break
        else:
            made.append(words[index])
            index += 1
    return made
