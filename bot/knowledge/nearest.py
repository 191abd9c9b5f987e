"""Finds what in the knowledge base is nearest to a message: particular questions, names, passages.

Texts are compared by their sentence vectors, which the caller's `encode` makes: unit length, so that
the dot product is the cosine. Particular questions are compared by their words too (TF-IDF): "20 minutes
late" and "5 minutes late" have much the same vector, and not the same answer.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.knowledge.amounts import Amount, amounts
from bot.knowledge.answers import Focus, Snapshot, narrowed
from bot.knowledge.schema import Fact, Specific

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]  # shape (number of texts, dimensions)

WORDS = 0.5  # weight of the words' cosine beside that of the vectors
SAME_QUESTION = 0.80  # sum of both from which a message asks a particular question
AS_LIKE = 0.3  # how much less like than the most like another entry may be that takes its place
TOUCHES = 0.50  # cosine from which a passage touches a message
NO_VERDICT = ("", "unsaid")
# Vectors hardly tell a question from its reverse: "is it safe to stop" and "is it dangerous to stop" have
# different answers. What has one of these words is only like what has one too.
_TURNING = tuple(
    frozenset(words.split())
    for words in (
        "dangerous unsafe risky bad harmful deadly fatal kill danger risk unhealthy",
        "without",
        "forbidden banned prohibited",
        "young younger youth",
        *(f"{day} {day}s" for day in "monday tuesday wednesday thursday friday saturday sunday".split()),
    )
)
# A word of one side and none of the other is the reverse.
_SIDES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        ("cheap cheaper affordable less", "expensive pricey pricier costly more"),
        ("longer", "shorter"),
        ("easy easier", "hard harder difficult tough"),
        ("before", "after"),
        ("keep keeps keeping continue", "quit quits quitting stop stops stopping leave resign lose"),
        ("voluntary optional", "required mandatory must"),
    )
)
_TOO_MUCH = re.compile(r"\btoo (?:young|old|late|early|far|long|short|many|few|much|big|small)\b")
# What one may is not what one must.
_MAY = re.compile(r"\b(?:can|could|may|allowed|able|possible)\b")
_MUST = re.compile(r"\b(?:ha(?:ve|s|v|f|d) to|needs? to|must|required|gotta|got to|supposed to)\b")
_EITHER_OR = re.compile(r"\bor\b(?!\s+(?:what|not|no|something|anything|so|whatever)\b)")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+(?:[:.,]\d+)*")


@dataclass(frozen=True)
class Passage:
    """A fact that touches a message, and how closely (cosine)."""

    topic: str
    fact: Fact
    likeness: float


class Nearest:
    """Keeps the vectors of one state of the knowledge base, and follows it as it changes.

    Safe to share between threads.
    """

    def __init__(self, encode: Encode, kept: Path | None = None) -> None:
        """`kept` is a file with the vectors of an earlier run (see `keep`); it may be missing or broken."""
        self._encode = encode
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = _read(kept) if kept else {}
        self._states: tuple[_State, ...] = ()  # the latest, and the one before

    def focus(
        self,
        snapshot: Snapshot,
        topic: str,
        text: str,
        names: Collection[str],
        expects_verdict: bool,
    ) -> Focus:
        """What `text` asks in particular on the topic; `names` are items of facts that it names."""
        state = self._state_of(snapshot)
        vector, words = self._encode([text])[0], state.tfidf.transform([text])
        own = _best(state.own.get(topic), text, vector, words)
        documents = _best(state.documents.get(topic), text, vector, words)
        if not expects_verdict:  # "how many weeks" is not what "is it 16 weeks" asks
            own = None if own and own.verdict else own
            documents = None if documents and documents.verdict else documents
        if documents and topic in snapshot.profile.words and not (expects_verdict and documents.says):
            documents = None  # the centre's word comes first, and it may say what the documents don't
        named = _named(snapshot, topic, names)
        if not (own or documents or named) and _is_another(text, snapshot.knowledge.topics[topic].question):
            expects_verdict = False  # "must I quit my job": a "yes" to "can I keep my job" is none to that
        return Focus(own, documents, named, expects_verdict)

    def passages(self, snapshot: Snapshot, text: str, most: int = 2) -> list[Passage]:
        """The approved facts that touch the text, the closest first, one a topic."""
        state = self._state_of(snapshot)
        if state.facts is None:
            return []
        likeness = state.facts.vectors @ self._encode([text])[0]
        found: dict[str, Passage] = {}
        for place in np.argsort(-likeness):
            if likeness[place] < TOUCHES or len(found) == most:
                break
            topic, fact = state.facts.meant[place]
            found.setdefault(topic, Passage(topic, fact, float(likeness[place])))
        return list(found.values())

    def keep(self, snapshot: Snapshot, path: Path) -> None:
        """Writes the vectors of a state, so that a start need not compute them. Raises OSError."""
        self._state_of(snapshot)
        texts = np.array(list(self._known), dtype=str)
        vectors = np.array(list(self._known.values()), dtype=np.float16)
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, texts=texts, vectors=vectors)
        partial.replace(path)

    def get_ready(self, snapshot: Snapshot) -> None:
        """Makes ready for a state that is said soon, while the one before is asked on."""
        self._state_of(snapshot)

    def _state_of(self, snapshot: Snapshot) -> _State:
        return self._found(snapshot) or self._made(snapshot)

    def _found(self, snapshot: Snapshot) -> _State | None:
        return next((state for state in self._states if state.snapshot is snapshot), None)

    def _made(self, snapshot: Snapshot) -> _State:
        with self._lock:
            state = self._found(snapshot)
            if state is None:
                state = self._read(snapshot)
                self._states = (state, *self._states[:1])
            return state

    def _read(self, snapshot: Snapshot) -> _State:
        topics = snapshot.knowledge.topics.values()
        words = snapshot.profile.words
        facts = [(topic.id, fact) for topic, fact in snapshot.knowledge.facts() if fact.status == "approved"]
        asks = [*(topic.specifics for topic in topics), *(word.specifics for word in words.values())]
        texts = [text for specifics in asks for specific in specifics for text in specific.asks]
        texts += [fact.statement for _, fact in facts]
        self._learn(texts)
        tfidf = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"[^\W_]+", preprocessor=_without_amounts
        )
        tfidf.fit(texts or ["nothing"])

        def index(entries: Sequence[tuple[str, Any]]) -> _Index | None:
            if not entries:
                return None
            texts, meant = zip(*entries, strict=True)
            vectors = np.stack([self._known[text] for text in texts])
            return _Index(vectors, tfidf.transform(texts), texts, meant)

        return _State(
            snapshot,
            tfidf,
            {topic: index(_ways(word.specifics)) for topic, word in words.items()},
            {topic.id: index(_ways(topic.specifics)) for topic in topics},
            index([(fact.statement, (topic, fact)) for topic, fact in facts]),
        )

    def _learn(self, texts: Iterable[str]) -> None:
        """Encodes what is new and forgets what is gone."""
        wanted = dict.fromkeys(texts)
        new = [text for text in wanted if text not in self._known]
        vectors = dict(zip(new, self._encode(new), strict=True)) if new else {}
        kept = {text: vector for text, vector in self._known.items() if text in wanted}
        self._known = {**kept, **vectors}


class _Index:
    """Texts with what each stands for, their vectors, shape (entries, dimensions), and words, shape (entries,
    words)."""

    def __init__(self, vectors: Vectors, words: Any, asks: Sequence[str], meant: Sequence[Any]) -> None:
        self.vectors, self.words, self.asks, self.meant = vectors, words, asks, meant
        self.amounts = [amounts(text) for text in asks]
        self._asked_of: dict[frozenset[Amount], list[int]] = {}  # where just these amounts are asked of
        self._values: dict[tuple[int, str], list[float]] = {}  # by entry and kind
        for place, named in enumerate(self.amounts):
            self._asked_of.setdefault(named, []).append(place)
            for amount in named:
                self._values.setdefault((id(meant[place]), amount.kind), []).append(amount.value)

    def misleads(self, place: int, said: frozenset[Amount], likeness: Vectors) -> bool:
        """Whether the verdict at `place` may be wrong for a question of other amounts.

        It holds for the same amounts, and for one that lies between two the entry is asked with, unless what
        is as much like it and asked with just that amount has another verdict.
        """
        own, entry = self.amounts[place], self.meant[place]
        if own == said or not own or (not said and entry.verdict == "depends"):
            return False
        if len(own) != 1 or len(said) != 1:
            return True
        (asked,), (told,) = said, own
        values = self._values[id(entry), told.kind]
        if asked.kind != told.kind or not min(values) <= asked.value <= max(values):
            return True
        rivals = [other for other in self._asked_of.get(said, ()) if likeness[other] >= likeness[place]]
        return any(self.meant[rival].verdict not in (*NO_VERDICT, entry.verdict) for rival in rivals)


@dataclass(frozen=True)
class _State:
    snapshot: Snapshot
    tfidf: TfidfVectorizer
    own: Mapping[str, _Index | None]  # by topic: the centre's particular questions
    documents: Mapping[str, _Index | None]
    facts: _Index | None


def _read(path: Path) -> dict[str, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            vectors = kept["vectors"].astype(np.float32)
            return dict(zip(kept["texts"].tolist(), vectors, strict=True))
    except (OSError, ValueError, KeyError, BadZipFile, EOFError):
        return {}


def _ways(specifics: Iterable[Specific]) -> list[tuple[str, Specific]]:
    return [(way, specific) for specific in specifics for way in specific.asks]


def _best(index: _Index | None, text: str, vector: Vectors, words: Any) -> Specific | None:
    """The entry that is asked like the text, and means the same."""
    if index is None:
        return None
    said = amounts(text)
    likeness = index.vectors @ vector + WORDS * (index.words @ words.T).toarray()[:, 0]
    least = max(SAME_QUESTION, likeness.max() - AS_LIKE)
    like = [place for place in np.argsort(-likeness) if likeness[place] >= least]
    if said:  # stable: what names amounts too comes first
        like.sort(key=lambda place: not index.amounts[place])
    for place in like:
        found: Specific = index.meant[place]
        if found.verdict and _is_another(text, index.asks[place]):
            continue
        if found.verdict in NO_VERDICT or not index.misleads(place, said, likeness):
            return found
    return None


def _without_amounts(text: str) -> str:
    return _DIGITS.sub("0", text.lower())


def _is_another(text: str, ask: str) -> bool:
    """Whether yes or no to the one would mislead about the other."""
    said, asked = (frozenset(_WORD.findall(one.lower())) for one in (text, ask))
    if any(bool(said & turning) != bool(asked & turning) for turning in _TURNING):
        return True
    for one, other in _SIDES:
        sides = [(bool(words & one), bool(words & other)) for words in (said, asked)]
        if sorted(sides) == [(False, True), (True, False)]:
            return True
    modes = [(bool(_MAY.search(one.lower())), bool(_MUST.search(one.lower()))) for one in (text, ask)]
    if sorted(modes) == [(False, True), (True, False)]:
        return True
    return any(
        bool(turning.search(text.lower())) != bool(turning.search(ask.lower()))
        for turning in (_EITHER_OR, _TOO_MUCH)
    )


def _named(snapshot: Snapshot, topic: str, names: Collection[str]) -> Fact | None:
    """The first approved fact of the topic that lists what was named, narrowed to that."""
    for fact in snapshot.knowledge.topics[topic].facts if names else ():
        items = [item for item in fact.items if item.name in names]
        if fact.status == "approved" and fact.entity and items:
            return narrowed(fact, items)
    return None
