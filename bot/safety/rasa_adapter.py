"""The Rasa side of the safety net: a component that looks, and a policy that answers first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.encoder import Remembered, SentenceEncoder, Vectors
from bot.rasa_component import TrainedComponent, folder_fingerprint
from bot.safety.classifier import CLASSIFIER_FILE, SafetyClassifier, train
from bot.safety.detect import detect_in_conversation, nearness
from bot.safety.messages import OF_TROUBLE, read_messages
from bot.safety.rules import RuleSet
from bot.settings import settings

SAFETY = "safety"  # the key of parse data that holds what was noticed
NEAR = "near_danger"  # of one where nothing was: how near it came, from 0 to 1
ACTION = "action_safety"

Component = DefaultV1Recipe.ComponentType


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class SafetyNet(TrainedComponent[SafetyClassifier], IntentClassifier):
    """Adds `safety` to a message's parse data where it tells of danger or distress, else `near_danger`.

    It reads the text alone: whatever the intent is, and whatever is going on.
    """

    file = CLASSIFIER_FILE

    @staticmethod
    def write(learned: SafetyClassifier, path: Path) -> None:
        learned.save(path)

    @staticmethod
    def read(path: Path) -> SafetyClassifier:
        RuleSet.load()  # now, and not while the first visitor waits
        return SafetyClassifier.load(path)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Its own messages and rules decide, so a change in them retrains."""
        return super().fingerprint_addon(config) + folder_fingerprint(settings().data_dir / "safety")

    def train(self, training_data: TrainingData) -> Resource:
        if (kept := self.keep_as_it_was()) is not None:
            return kept
        ordinary = [
            example.get(TEXT)
            for example in training_data.intent_examples
            if example.get(INTENT) not in OF_TROUBLE
        ]
        messages = read_messages(settings().data_dir / "safety" / "messages.yml")
        return self.keep(train(SentenceEncoder.load(), messages, ordinary))

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        before = _message_before(tracker)
        for message in messages:
            text, encoder = message.get(TEXT), Remembered(SentenceEncoder.load(), _known(message))
            finding = detect_in_conversation(text, before, encoder, self.learned)
            if finding is not None:
                message.set(SAFETY, vars(finding), add_to_output=True)
            else:
                near = nearness(text, encoder, self.learned)
                message.set(NEAR, round(near, 3), add_to_output=True)
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


def _known(message: Message) -> dict[str, Vectors]:
    """The message's vector, of shape (384,), by its text in small letters: the encoder reads no others. More
    than a quarter of the messages are plain as they are."""
    _, sentence = message.get_dense_features(TEXT)
    return {message.get(TEXT).lower(): sentence.features[0]} if sentence else {}


def _message_before(tracker: DialogueStateTracker | None) -> str:
    """The visitor's words before this message, which the tracker does not hold yet; "" for a button."""
    text = (tracker.latest_message.text or "") if tracker and tracker.latest_message else ""
    return "" if text.startswith("/") else text


def _was_answered(tracker: DialogueStateTracker) -> bool:
    """Whether the safety reply came after the latest message."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, ActionExecuted) and event.action_name == ACTION:
            return True
    return False
