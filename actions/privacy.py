"""What the assistant does when a visitor wants the conversation deleted."""

from __future__ import annotations

import logging
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from sqlalchemy.exc import SQLAlchemyError

from actions.base import Events, ReplyAction, house
from bot.fallback import centre_contacts
from bot.knowledge.answers import Snapshot
from bot.language.thresholds import DELETE
from bot.privacy.conversations import DELETED, conversations
from bot.replies import fixed_reply
from bot.reply import Button, Reply
from bot.settings import settings

CONFIRM = Button("Delete my conversation", "/delete_conversation")
log = logging.getLogger(__name__)


class ActionDeleteConversation(ReplyAction):
    """Deletes what is stored of this conversation, and says so only when it is done.

    The slot keeps Rasa from saving the conversation again as this turn ends (bot/privacy/tracker_store.py).
    """

    def name(self) -> str:
        return "action_delete_conversation"

    def reply(self, tracker: Tracker, snapshot: Snapshot) -> tuple[Reply, Events]:
        if tracker.latest_message["intent"]["confidence"] < DELETE:
            return replace(fixed_reply(house().replies.delete_confirm, snapshot), buttons=(CONFIRM,)), []
        try:
            deleted = conversations(settings().tracker_url).forget(tracker.sender_id)
        except SQLAlchemyError as error:
            log.error("a conversation could not be deleted: %s", type(error).__name__)
            reply = fixed_reply(house().replies.delete_failed, snapshot)
            return replace(reply, contacts=centre_contacts(snapshot.profile)), []
        if not deleted.whole:
            log.warning("deleted rows may still be in the files; the next deletion clears them away")
        reply = fixed_reply(house().replies.delete_conversation, snapshot)
        return replace(reply, deleted=True), [SlotSet(DELETED, True)]
