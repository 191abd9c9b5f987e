"""The safety reply: whom to call first, before anything else."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.base import Events, ReplyAction, house
from bot.knowledge.answers import Snapshot
from bot.reply import Reply


class ActionSafety(ReplyAction):
    """Replies to danger in words for its kind, other words when it is told again."""

    def name(self) -> str:
        return "action_safety"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        finding = tracker.latest_message["safety"]
        danger, shown = finding["id"], list(tracker.get_slot("safety_shown") or [])
        fitting = {key: finding[key] for key in ("about", "variant", "language")}
        words = house().safety.reply(danger, again=danger in shown, **fitting)
        reply = Reply("safety", words.texts, safety=(danger, *finding["also"]), contacts=words.contacts)
        return reply, [SlotSet("safety_shown", [*shown, danger])]
