"""What the assistant does in a conversation: Rasa SDK actions, thin around `bot`."""

from actions.answers import ActionAnswer, ActionRephrase, ActionSources
from actions.fixed import ActionHuman, ActionReply, ActionUnknown
from actions.safety import ActionSafety

__all__ = [
    "ActionAnswer",
    "ActionHuman",
    "ActionRephrase",
    "ActionReply",
    "ActionSafety",
    "ActionSources",
    "ActionUnknown",
]
