"""What the assistant does in a conversation: Rasa SDK actions, thin around `bot`."""

import threading

from actions.answers import ActionAnswer, ActionRephrase, ActionSources
from actions.base import warm_up
from actions.callback import CallbackForm
from actions.fixed import ActionHuman, ActionReply, ActionUnknown
from actions.privacy import ActionDeleteConversation
from actions.safety import ActionSafety

__all__ = [
    "ActionAnswer",
    "ActionDeleteConversation",
    "ActionHuman",
    "ActionRephrase",
    "ActionReply",
    "ActionSafety",
    "ActionSources",
    "ActionUnknown",
    "CallbackForm",
]

# Opened before the first visitor waits. What is missing is said by the log, and to them by the reply.
threading.Thread(target=warm_up, daemon=True).start()
