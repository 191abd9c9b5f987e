"""The learned half of the net: how much a sentence sounds like someone in danger.

One regression decides whether it is danger, another whether it is distress, both with a second look
(second_look.py); a third on the vector decides which danger. The thresholds come from cross-validation on the
training messages.
"""

from __future__ import annotations

import math
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.model_archive import file_of
from bot.safety.alarm import SEED, STRENGTH, Scores, Vectors
from bot.safety.messages import IMPLICIT, ORDINARY, SAFE, Message
from bot.safety.normalise import sentences
from bot.safety.rules import RuleSet, Strength
from bot.safety.second_look import SecondLook, fit_with_second_look

if TYPE_CHECKING:
    from bot.safety.detect import Encoder

FOLDS = 4
ORDINARY_DISTRESS = 0.07  # share of ordinary questions that may get a support line for nothing
UNSURE = ("abuse", "violence")  # what a support line speaks of only where the kind is clear
UNCLEAR = "suicide"  # whose line, a crisis line for everyone, is right where it is not
FALSE_KIND = 0.2  # share of such lines for nothing that may speak of abuse or violence
HARD_DANGER = 0.02  # share of hard negatives that may be taken for danger
ORDINARY_DANGER = 0.0005  # share of ordinary questions, held out in turn, that may be taken for danger
LOOKED_TWICE = 0.05  # share of the harmless sentences that are looked at again for danger
HINTS_LOOKED_TWICE = 0.2  # and for hints
MAX_WORDS = 40  # of a unit; a message this short is also scored as a whole
CLASSIFIER_FILE = "safety.joblib"
_FORMAT = 7


class SafetyModelError(Exception):
    """The classifier's file is missing or of another version; the message says which command makes it."""


@dataclass(frozen=True)
class Scored:
    """What the classifier found: the unit with the highest score."""

    id: str
    strength: Strength
    reason: str
    sentence: int
    score: float
    is_clear: bool  # whether the kind of distress is; danger always has one


@dataclass(frozen=True)
class _Kinds:
    """The fitted choice between the safety ids."""

    ids: tuple[str, ...]
    meaning: Scores  # shape (len(ids), 384)
    intercepts: Scores

    def of(self, vector: npt.NDArray[np.float32]) -> tuple[str, float]:
        """The likeliest id of a vector of shape (384,) and its probability, 0 to 1."""
        sums = self.meaning @ vector + self.intercepts
        best = int(np.argmax(sums))
        return self.ids[best], float(1 / np.exp(sums - sums[best]).sum())


@dataclass(frozen=True)
class SafetyClassifier:
    """Fitted; scores are probabilities, 0 to 1, of the visitor or someone else being in danger."""

    alarm: SecondLook
    hints: SecondLook
    kinds: _Kinds
    danger_threshold: float
    worded_threshold: float  # for danger too, in a sentence with a word of danger (see words.yml)
    distress_threshold: float
    kind_threshold: float  # probability from which distress is abuse or violence
    format: int = _FORMAT

    def find(self, plain: Sequence[str], encoder: Encoder) -> Scored | None:
        """The most alarming of a message's plain sentences, if any reaches a threshold."""
        units = _units(plain)
        vectors = encoder.encode(units)
        scores = self.alarm.scores(units, vectors)
        limits = np.array([self._limit(unit, score) for unit, score in zip(units, scores, strict=True)])
        over = np.flatnonzero(scores >= limits)
        if not over.size:
            scores = self.hints.scores(units, vectors)
        best = int(over[np.argmax(scores[over])]) if over.size else int(np.argmax(scores))
        score = float(scores[best])
        if not over.size and score < self.distress_threshold:
            return None
        strength: Strength = "danger" if over.size else "distress"
        id_, likely = self.kinds.of(vectors[best])
        is_clear = strength == "danger" or id_ not in UNSURE or likely >= self.kind_threshold
        limit = float(limits[best]) if over.size else self.distress_threshold
        reason = f"classifier: {id_}, score {score:.2f} (from {limit:.2f}): “{units[best]}”"
        if not is_clear:
            id_, reason = UNCLEAR, f"{reason}, kind not clear: {likely:.2f} (from {self.kind_threshold:.2f})"
        return Scored(id_, strength, reason, min(best, len(plain) - 1), score, is_clear)

    def nearness(self, plain: Sequence[str], encoder: Encoder) -> float:
        """How near the most alarming sentence comes to a support line: its score as a share of the threshold,
        0 to 1."""
        units = _units(plain)
        scores = self.hints.scores(units, encoder.encode(units))
        return min(1.0, float(scores.max()) / self.distress_threshold)

    def _limit(self, unit: str, score: float) -> float:
        """The score from which a unit is danger: what is over is none.

        Words of danger that the rules set aside count for nothing.
        """
        rules = RuleSet.load()
        if score < min(self.worded_threshold, self.danger_threshold):
            return self.danger_threshold
        if rules.is_over(unit):
            return math.inf
        if not rules.vocabulary.danger_words.search(unit):
            return self.danger_threshold
        return self.danger_threshold if rules.silences(unit) else self.worded_threshold

    def save(self, path: Path) -> None:
        """Writes one small file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        joblib.dump(self, part, compress=3)
        part.replace(path)

    @staticmethod
    def load(path: Path) -> SafetyClassifier:
        """Reads what save() wrote. Raises SafetyModelError."""
        if not path.exists():
            raise SafetyModelError(f"no danger classifier at {path}: run `python -m bot prepare`")
        try:
            loaded = joblib.load(path)
        except Exception as error:  # a pickle of other versions can fail in any way
            raise SafetyModelError(f"{path}: {error}: run `python -m bot prepare`") from error
        if not isinstance(loaded, SafetyClassifier) or loaded.format != _FORMAT:
            raise SafetyModelError(f"{path} is of another version: run `python -m bot prepare`")
        return loaded


def classifier_of(model: Path) -> SafetyClassifier:
    """The classifier inside a trained Rasa model, the one visitors meet. Raises SafetyModelError."""
    try:
        with file_of(model, CLASSIFIER_FILE) as path:
            return SafetyClassifier.load(path)
    except (OSError, tarfile.TarError, ValueError) as error:
        raise SafetyModelError(f"{model}: {error}: run `python -m bot prepare`") from error


def train(encoder: Encoder, messages: Sequence[Message], ordinary: Sequence[str] = ()) -> SafetyClassifier:
    """Fits the models on all messages and takes the thresholds from messages held out in turn.

    `ordinary` are questions visitors ask (the training phrases of data/nlu): they set the thresholds.
    """
    messages = [*messages, *(Message(text, SAFE, ORDINARY) for text in ordinary)]
    vocabulary = RuleSet.load().vocabulary
    units = [_units(sentences(message.text, vocabulary) or [""]) for message in messages]
    texts = [text for group in units for text in group]
    vectors = encoder.encode(texts)
    owner = np.repeat(np.arange(len(messages)), [len(group) for group in units])
    ids = np.array([message.id for message in messages])
    # Of a message in danger only the whole is known to be alarming, of another every sentence is not.
    whole = np.array([text == group[-1] for group in units for text in group])
    learn = whole | (ids[owner] == SAFE)
    is_danger = (ids != SAFE)[owner]
    worded = np.array([bool(vocabulary.danger_words.search(text)) for text in texts])
    # What is said outright is known by its words; learned beside the hints, it would drown them.
    hinted = learn & np.array([message.kind == IMPLICIT or message.id == SAFE for message in messages])[owner]
    scores, worded_scores, hint_scores = (np.zeros(len(messages)) for _ in range(3))
    kind_of, likely = np.full(len(messages), "", dtype=object), np.zeros(len(messages))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for training, held in folds.split(ids, ids):
        mine, theirs = np.isin(owner, training) & learn, np.isin(owner, held)
        held_texts = [texts[i] for i in np.flatnonzero(theirs)]
        alarm = _fitted(texts, vectors, is_danger, mine, LOOKED_TWICE)
        hints = _fitted(texts, vectors, is_danger, mine & hinted, HINTS_LOOKED_TWICE)
        found = alarm.scores(held_texts, vectors[theirs])
        np.maximum.at(hint_scores, owner[theirs], hints.scores(held_texts, vectors[theirs]))
        np.maximum.at(scores, owner[theirs], found)
        np.maximum.at(worded_scores, owner[theirs], found * worded[theirs])
        held_kinds = _fit_kinds(vectors[mine & is_danger], ids[owner][mine & is_danger])
        for unit in np.flatnonzero(theirs & whole):
            kind_of[owner[unit]], likely[owner[unit]] = held_kinds.of(vectors[unit])
    dangers = learn & is_danger
    asked = np.array([message.kind == ORDINARY for message in messages])
    hard = (ids == SAFE) & ~asked
    distress_threshold = float(np.quantile(hint_scores[asked], 1 - ORDINARY_DISTRESS)) if asked.any() else 0.5
    nothing = (ids == SAFE) & (hint_scores >= distress_threshold)
    unsure = np.isin(kind_of, UNSURE)
    return SafetyClassifier(
        alarm=_fitted(texts, vectors, is_danger, learn, LOOKED_TWICE),
        hints=_fitted(texts, vectors, is_danger, hinted, HINTS_LOOKED_TWICE),
        kinds=_fit_kinds(vectors[dangers], ids[owner][dangers]),
        danger_threshold=_danger_threshold(scores[asked], scores[hard]),
        worded_threshold=_danger_threshold(worded_scores[asked], worded_scores[hard]),
        distress_threshold=distress_threshold,
        kind_threshold=float(np.quantile(likely[nothing & unsure], 1 - FALSE_KIND))
        if (nothing & unsure).any()
        else 0.5,
    )


def _danger_threshold(ordinary: Scores, hard: Scores) -> float:
    """From the scores of messages held out: hardly any that is no alarm may be taken for danger."""
    limits = [0.5]
    for scores, share in ((ordinary, ORDINARY_DANGER), (hard, HARD_DANGER)):
        if scores.size:
            limits.append(float(np.quantile(scores, 1 - share)))
    return max(limits)


def _units(plain: Sequence[str]) -> list[str]:
    """What is scored of a message: each sentence, and the whole where it is short (last)."""
    whole = " , ".join(plain)
    if len(plain) > 1 and len(whole.split()) <= MAX_WORDS:
        return [*plain, whole]
    return list(plain)


def _fitted(
    texts: Sequence[str],
    vectors: Vectors,
    is_danger: npt.NDArray[np.bool_],
    which: npt.NDArray[np.bool_],
    share: float,
) -> SecondLook:
    """Fits on some of the texts."""
    some = [texts[i] for i in np.flatnonzero(which)]
    return fit_with_second_look(some, vectors[which], is_danger[which], share)


def _fit_kinds(vectors: npt.NDArray[np.float32], ids: npt.NDArray[np.str_]) -> _Kinds:
    model = LogisticRegression(C=STRENGTH, max_iter=500, random_state=SEED)
    model.fit(vectors, ids)
    return _Kinds(tuple(map(str, model.classes_)), model.coef_, model.intercept_)
