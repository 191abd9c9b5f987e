"""The Rasa side of language understanding: graph components around this folder's modules."""

from __future__ import annotations

import hashlib
import json
import re
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
from rasa.shared.nlu.constants import (
    ENTITIES,
    FEATURE_TYPE_SENTENCE,
    INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.knowledge.reading import read_knowledge
from bot.language import message_check, spacy_pipeline
from bot.language.classifier import IntentClassifier
from bot.language.encoder import SentenceEncoder, Vectors
from bot.settings import settings

_PLAIN_COMMAND = re.compile(r"/\w+")
NOTICE = "notice"  # the key under which parse data says that a message cannot be understood, and why

Component = DefaultV1Recipe.ComponentType


@DefaultV1Recipe.register(Component.ENTITY_EXTRACTOR, is_trainable=True)
class KnowledgeEntityExtractor(GraphComponent, EntityExtractorMixin):
    """The entities the project's spaCy pipeline finds.

    Tokens are not passed on: nothing after it needs them, and Rasa would store them with each message.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, names: list[spacy_pipeline.EntityName]):
        self._storage = storage
        self._resource = resource
        self._pipeline = spacy_pipeline.build(names)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KnowledgeEntityExtractor:
        return cls(model_storage, resource, [])

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """The knowledge base's files decide the entities, so a change in them retrains."""
        return folder_fingerprint(settings().data_dir / "knowledge")

    def train(self, training_data: TrainingData) -> Resource:
        names = spacy_pipeline.entity_names(read_knowledge(settings().data_dir / "knowledge"))
        with self._storage.write_to(self._resource) as folder:
            (folder / "entities.json").write_text(json.dumps([vars(name) for name in names]))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KnowledgeEntityExtractor:
        with model_storage.read_from(resource) as folder:
            rows = json.loads((folder / "entities.json").read_text())
        return cls(model_storage, resource, [spacy_pipeline.EntityName(**row) for row in rows])

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            # "/topic and more words" is something typed, not a button: it is read as words.
            text = message.get(TEXT)
            if text.startswith("/") and not _PLAIN_COMMAND.fullmatch(text.strip()):
                text = text.lstrip("/ ")
                message.data[TEXT] = text
            doc = self._pipeline(text[: message_check.LONGEST])
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
        self.process(training_data.nlu_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        vectors = self._encoder.encode([message.get(TEXT) for message in messages])
        for message, vector in zip(messages, vectors, strict=True):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class MeaningAndSpellingClassifier(GraphComponent, RasaIntentClassifier):
    """Sets the intent and its ranking (see classifier.py)."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        classifier: IntentClassifier | None = None,
    ) -> None:
        self._ranking_length: int = config["ranking_length"]
        self._storage = storage
        self._resource = resource
        self._classifier = classifier or IntentClassifier()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"ranking_length": 5}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MeaningAndSpellingClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._classifier.fit(
            [example.get(TEXT) for example in examples],
            np.vstack([_vector(example) for example in examples]),
            [example.get(INTENT) for example in examples],
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._classifier, folder / "classifier.joblib")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MeaningAndSpellingClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "classifier.joblib"))

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking = [
                {"name": scored.intent, "confidence": scored.confidence}
                for scored in self._classifier.rank(message.get(TEXT), _vector(message))
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking[: self._ranking_length], add_to_output=True)
        return messages


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class MessageCheck(GraphComponent, RasaIntentClassifier):
    """Marks a message no classifier should guess at: no words, too long, another language.

    It becomes `nlu_fallback`, and parse data's `notice` says why.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, known_words: frozenset[str]) -> None:
        self._storage = storage
        self._resource = resource
        self._known_words = known_words

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageCheck:
        return cls(model_storage, resource, frozenset())

    def train(self, training_data: TrainingData) -> Resource:
        known = message_check.words(example.get(TEXT) for example in training_data.intent_examples)
        with self._storage.write_to(self._resource) as folder:
            (folder / "words.json").write_text(json.dumps(sorted(known)))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MessageCheck:
        with model_storage.read_from(resource) as folder:
            known = frozenset(json.loads((folder / "words.json").read_text()))
        return cls(model_storage, resource, known)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            confidence = message.get("intent")["confidence"]
            notice = message_check.check(message.get(TEXT), self._known_words, confidence)
            if notice is not None:
                message.set(NOTICE, notice, add_to_output=True)
                message.set("intent", {"name": "nlu_fallback", "confidence": 1.0}, add_to_output=True)
        return messages


def folder_fingerprint(folder: Path) -> str:
    """A hash of the names and contents of a folder's YAML files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _vector(message: Message) -> Vectors:
    """The sentence vector a SentenceEncoderFeaturizer gave the message, shape (384,)."""
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise ValueError("no sentence features: SentenceEncoderFeaturizer must come first in config.yml")
    vector: Vectors = sentence.features[0]
    return vector
