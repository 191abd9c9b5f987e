"""The Rasa side of the safety net: a component that looks, and a policy that answers first."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.encoder import SentenceEncoder
from bot.safety.classifier import SafetyClassifier, train
from bot.safety.detect import detect
from bot.safety.messages import read_messages
from bot.safety.rules import RuleSet
from bot.settings import settings

SAFETY = "safety"  # the key of parse data that holds what was noticed
ACTION = "action_safety"

Component = DefaultV1Recipe.ComponentType


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class SafetyNet(GraphComponent, IntentClassifier):
    """Adds `safety` to a message's parse data where it tells of danger or distress.

    It reads the text alone: whatever the intent is, and whatever is going on.
    """

    def __init__(
        self, storage: ModelStorage, resource: Resource, classifier: SafetyClassifier | None = None
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._encoder = SentenceEncoder.load()
        self._classifier = classifier

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyNet:
        return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Its own messages and rules decide, so a change in them retrains."""
        from bot.language.rasa_components import folder_fingerprint

        return folder_fingerprint(settings().data_dir / "safety")

    def train(self, training_data: TrainingData) -> Resource:
        ordinary = [example.get(TEXT) for example in training_data.intent_examples]
        messages = read_messages(settings().data_dir / "safety" / "messages.yml")
        with self._storage.write_to(self._resource) as folder:
            train(self._encoder, messages, ordinary).save(folder / "safety.joblib")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyNet:
        RuleSet.load()  # now, and not while the first visitor waits
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, SafetyClassifier.load(folder / "safety.joblib"))

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            finding = detect(message.get(TEXT), self._encoder, self._classifier)
            if finding is not None:
                message.set(SAFETY, vars(finding), add_to_output=True)
        return messages


@DefaultV1Recipe.register(Component.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """Answers danger with the safety reply, before forms, rules and stories."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": 10}

    def train(
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """There is nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        message = tracker.latest_message
        if not tells_of_danger(message):
            return self._prediction(self._default_predictions(domain))
        # Once said, the visitor's turn comes, whatever rule would go on from here.
        action = ACTION_LISTEN_NAME if _was_answered(tracker) else ACTION
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)


def tells_of_danger(message: UserUttered | None) -> bool:
    """Whether the message's parse data holds a finding of danger."""
    finding = (message.parse_data or {}).get(SAFETY) if message else None
    return finding is not None and finding["strength"] == "danger"


def _was_answered(tracker: DialogueStateTracker) -> bool:
    """Whether the safety reply came after the latest message."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, ActionExecuted) and event.action_name == ACTION:
            return True
    return False
