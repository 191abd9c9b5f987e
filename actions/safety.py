"""The safety reply: whom to call first, before anything else."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.base import Events, ReplyAction, house
from bot.knowledge.answers import Snapshot
from bot.reply import Reply
from bot.safety.detect import Finding
from bot.safety.standby import safety_reply


class ActionSafety(ReplyAction):
    """Replies to danger in words for its kind, other words when it is told again."""

    def name(self) -> str:
        return "action_safety"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        finding = Finding(**tracker.latest_message["safety"])
        shown = list(tracker.get_slot("safety_shown") or [])
        reply = safety_reply(finding, house().safety, again=finding.id in shown)
        return reply, [SlotSet("safety_shown", [*shown, finding.id])]
