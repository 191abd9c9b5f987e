"""Telegram: bots in private chats."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from typing import Any

from bot.channels.vendor import Delivery, Incoming, Part, Post, Unreadable

API = "https://api.telegram.org"
MOST_CHARACTERS = 4096
# A message that holds none of these, and no words, is the app's own ("pinned a message").
_WORDLESS = frozenset(
    "animation audio contact dice document location photo poll sticker story venue video video_note "
    "voice".split()
)
_COMMANDS = {"/start": "/greeting", "/help": "/capabilities"}


class Telegram:
    """A bot with a token of BotFather's; `secret` comes back in a header of each delivery."""

    name = "telegram"
    received = 200
    longest_title = 100  # no limit is documented; a phone shows one line
    longest_payload = 64
    paged = False
    stop_words: frozenset[str] = frozenset()

    def __init__(self, token: str, secret: str, webhook: str, api: str = API) -> None:
        self._url = f"{api}/bot{token}"
        self._secret = secret
        self._webhook = webhook

    def fits(self, text: str) -> bool:
        """Up to 4,096 UTF-16 units."""
        return len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS

    def is_authentic(self, delivery: Delivery) -> bool:
        """The secret token, which only Telegram was told."""
        sent = delivery.headers.get("x-telegram-bot-api-secret-token", "")
        return delivery.method == "POST" and hmac.compare_digest(sent.encode(), self._secret.encode())

    def handshake(self, delivery: Delivery) -> str | None:
        """Telegram has none."""
        return None

    def read(self, delivery: Delivery) -> list[Incoming]:
        """A message, an edited message, or a button. Groups are left alone: others read along there."""
        try:
            update = json.loads(delivery.body)
            if query := update.get("callback_query"):
                message = query.get("message") or {"chat": {"id": query["from"]["id"], "type": "private"}}
                return _in_private(update, message, str(query.get("data", "")), str(query["id"]))
            message = update.get("message") or update.get("edited_message")
            if message is None:
                return []
            text = message.get("text", message.get("caption"))
            if text is None and not _WORDLESS & message.keys():
                return []
            return _in_private(update, message, _COMMANDS.get((text or "").strip(), text or ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(type(error).__name__) from None

    def posts(self, to: Incoming, parts: Sequence[Part]) -> list[Post]:
        """A message a part, with a row a button; then the button that was pressed stops turning."""
        sent = []
        for part in parts:
            values: dict[str, Any] = {"chat_id": to.address, "text": part.text}
            if part.buttons:
                rows = [[{"text": button.title, "callback_data": button.payload}] for button in part.buttons]
                values["reply_markup"] = {"inline_keyboard": rows}
            sent.append(self._post("sendMessage", **values, link_preview_options={"is_disabled": True}))
        if to.reference:  # last: Telegram refuses it when the press is old
            sent.append(self._post("answerCallbackQuery", callback_query_id=to.reference))
        return sent

    def picture(self, to: Incoming, url: str) -> Post | None:
        """Telegram fetches it."""
        return self._post("sendPhoto", chat_id=to.address, photo=url)

    def at_start(self) -> Post | None:
        """Tells Telegram where to deliver, and the secret."""
        updates = ["message", "edited_message", "callback_query"]
        return self._post("setWebhook", url=self._webhook, secret_token=self._secret, allowed_updates=updates)

    def _post(self, method: str, **values: Any) -> Post:
        return Post(f"{self._url}/{method}", json=values)


def _in_private(
    update: dict[str, Any], message: dict[str, Any], text: str, query: str = ""
) -> list[Incoming]:
    if not isinstance(text, str):
        raise TypeError
    chat = message["chat"]
    if chat["type"] != "private":
        return []
    address = str(chat["id"])
    return [Incoming(str(update["update_id"]), address, address, text, reference=query)]
