"""The Rasa side of language understanding: graph components around this folder's modules."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import (
    ENTITIES,
    FEATURE_TYPE_SENTENCE,
    INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from bot.knowledge.reading import read_knowledge
from bot.language import message_check, spacy_pipeline
from bot.language.classifier import OUT_OF_SCOPE, IntentClassifier
from bot.language.context import Context
from bot.language.division import Scores
from bot.language.encoder import Remembered, SentenceEncoder, Vectors
from bot.language.follow_ups import Evidence, FollowUpClassifier, after, read_follow_ups
from bot.language.particulars import with_particulars
from bot.language.spacy_pipeline import EntityName
from bot.language.understanding import FALLBACK, understand
from bot.rasa_component import TrainedComponent, folder_fingerprint
from bot.settings import settings
from bot.text import LONGEST

_PLAIN_COMMAND = re.compile(r"/\w+")
PARTS = "parts"  # the key of parse data that holds the parts of a message that asks several things
FOLLOW_UPS = "follow_ups"  # the folder under data/
NOTICE = "notice"  # the key under which parse data says that a message cannot be understood, and why

Component = DefaultV1Recipe.ComponentType


@DefaultV1Recipe.register(Component.ENTITY_EXTRACTOR, is_trainable=True)
class KnowledgeEntityExtractor(TrainedComponent[list[EntityName]], EntityExtractorMixin):
    """The entities the project's spaCy pipeline finds.

    Tokens are not passed on: nothing after it needs them, and Rasa would store them with each message.
    """

    file = "entities.json"

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The knowledge base's files decide the entities, so a change in them retrains."""
        return super().fingerprint_addon(config) + folder_fingerprint(settings().data_dir / "knowledge")

    def train(self, training_data: TrainingData) -> Resource:
        return self.keep(spacy_pipeline.entity_names(read_knowledge(settings().data_dir / "knowledge")))

    @staticmethod
    def write(learned: list[EntityName], path: Path) -> None:
        path.write_text(json.dumps([vars(name) for name in learned]))

    @staticmethod
    def read(path: Path) -> list[EntityName]:
        return [EntityName(**row) for row in json.loads(path.read_text())]

    @cached_property
    def _pipeline(self) -> Language:
        return spacy_pipeline.build(self.learned)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            # "/topic and more words" is something typed, not a button: it is read as words.
            text = message.get(TEXT)
            if text.startswith("/") and not _PLAIN_COMMAND.fullmatch(text.strip()):
                text = text.lstrip("/ ")
                message.data[TEXT] = text
            doc = self._pipeline(text[:LONGEST])
            entities = [
                {
                    "entity": entity.label_,
                    "value": entity.ent_id_ or entity.text,
                    "start": entity.start_char,
                    "end": entity.end_char,
                }
                for entity in doc.ents
            ]
            found = message.get(ENTITIES, []) + self.add_extractor_name(entities)
            message.set(ENTITIES, found, add_to_output=True)
        return messages


@DefaultV1Recipe.register(Component.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """One sentence feature a message: its vector, shape (1, 384)."""

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, {**self.get_default_config(), **config})
        self._name = name
        self._encoder = SentenceEncoder.load()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be configured."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        kept = MeaningAndSpellingClassifier.kept()
        encoder = Remembered(self._encoder, kept.alone.vectors()) if kept else self._encoder
        self._featurize(training_data.nlu_examples, encoder)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        return self._featurize(messages, self._encoder)

    def _featurize(self, messages: list[Message], encoder: SentenceEncoder | Remembered) -> list[Message]:
        vectors = encoder.encode([message.get(TEXT) for message in messages])
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages


@dataclass(frozen=True)
class Classifiers:
    """What tells the intent of a message alone, and after an answer."""

    alone: IntentClassifier
    after: FollowUpClassifier


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class MeaningAndSpellingClassifier(TrainedComponent[Classifiers], RasaIntentClassifier):
    """Sets the intent, its ranking and the parts of a message (see classifier.py, understanding.py)."""

    file = "classifier.joblib"
    write = staticmethod(joblib.dump)
    read = staticmethod(joblib.load)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"ranking_length": 5}

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        intents = [example.get(INTENT) for example in examples]
        everything = with_particulars(texts, intents, settings().data_dir)
        kept = self.kept()
        known = kept.alone.vectors() if kept else {}
        known.update((example.get(TEXT), _vector(example)) for example in examples)
        encoder = Remembered(SentenceEncoder.load(), known)
        vectors = encoder.encode(everything.texts)
        classifier = IntentClassifier()
        before = kept.alone if kept else None
        classifier.fit(everything.texts, vectors, everything.intents, everything.counts, before)
        if kept is not None and {*kept.after.intents} == {*intents}:
            return self.keep(Classifiers(classifier, kept.after))
        follow_ups = FollowUpClassifier()
        follow_ups.fit(
            read_follow_ups(settings().data_dir / FOLLOW_UPS),
            list(zip(texts, intents, strict=True)),
            _questions(),
            encoder.encode,
        )
        return self.keep(Classifiers(classifier, follow_ups))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The follow-ups, the questions they come after and the particular questions are learned from too."""
        data = settings().data_dir
        learned = [folder_fingerprint(data / folder) for folder in (FOLLOW_UPS, "knowledge", "centre")]
        return f"{super().fingerprint_addon(config)}{learned}"

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        for message in messages:
            known = {message.get(TEXT): _vector(message)}
            scorer = _Scorer(self.learned, Remembered(SentenceEncoder.load(), known))
            found = understand(message.get(TEXT), scorer.alone, scorer.after, context_of(tracker))
            intent = {"name": found.intent, "confidence": found.confidence}
            ranking = [
                {"name": name, "confidence": confidence}
                for name, confidence in found.ranking[: self._config["ranking_length"]]
            ]
            message.set("intent", intent, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            if found.parts:
                message.set(PARTS, [vars(part) for part in found.parts], add_to_output=True)
        return messages


class _Scorer:
    """The intents' probabilities of any texts; each is encoded once for a message."""

    def __init__(self, classifiers: Classifiers, encoder: Remembered) -> None:
        self._classifiers = classifiers
        self._encoder = encoder

    def alone(self, texts: Sequence[str]) -> list[Scores]:
        """Of each text by itself."""
        classifier = self._classifiers.alone
        rows = classifier.probabilities(texts, self._encoder.encode(texts))
        return [dict(zip(classifier.intents, map(float, row), strict=True)) for row in rows]

    def after(self, text: str, context: Context) -> Evidence:
        """What speaks for each intent of a text after what was answered."""
        said, joined = self._encoder.encode([text, after(context.question, text)])
        return self._classifiers.after.evidence(text, said, joined, context.topics)


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class MessageCheck(TrainedComponent[frozenset[str]], RasaIntentClassifier):
    """Marks a message no classifier should guess at: no words, too long, another language.

    It becomes `nlu_fallback`, and parse data's `notice` says why.
    """

    file = "words.json"

    def train(self, training_data: TrainingData) -> Resource:
        return self.keep(message_check.words(example.get(TEXT) for example in training_data.intent_examples))

    @staticmethod
    def write(learned: frozenset[str], path: Path) -> None:
        path.write_text(json.dumps(sorted(learned)))

    @staticmethod
    def read(path: Path) -> frozenset[str]:
        return frozenset(json.loads(path.read_text()))

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            intent = message.get("intent")
            confidence = 0.0 if intent["name"] in (FALLBACK, OUT_OF_SCOPE) else intent["confidence"]
            notice = message_check.check(message.get(TEXT), self.learned, confidence)
            if notice is not None:
                message.set(NOTICE, notice, add_to_output=True)
                message.set("intent", {"name": FALLBACK, "confidence": 1.0}, add_to_output=True)
        return messages


def context_of(tracker: DialogueStateTracker | None) -> Context:
    """What the actions remembered of the conversation in its slots (see actions/base.py)."""
    if tracker is None:
        return Context()
    answer = tracker.get_slot("last_answer") or {}
    reply = tracker.get_slot("last_reply") or {}
    return Context(
        topics=tuple(answer.get("topics", ())),
        question=answer.get("question", ""),
        offered=tuple(reply.get("offered", ())),
        clarifying=reply.get("kind") == "clarify",
    )


def _questions() -> dict[str, str]:
    """The topics' own questions. Raises DataError."""
    topics = read_knowledge(settings().data_dir / "knowledge").topics
    return {name: topic.question for name, topic in topics.items()}


def _vector(message: Message) -> Vectors:
    """The sentence vector a SentenceEncoderFeaturizer gave the message, shape (384,)."""
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise ValueError("no sentence features: SentenceEncoderFeaturizer must come first in config.yml")
    vector: Vectors = sentence.features[0]
    return vector
