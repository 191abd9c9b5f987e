"""Facebook Messenger: messages to a page."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from bot.channels.vendor import Delivery, Incoming, Part, Post, Unreadable

API = "https://graph.facebook.com/v21.0"
MOST_CHARACTERS = 2000
_GET_STARTED = "GET_STARTED"  # the payload of the button on an empty conversation, as Meta's examples name it


class Messenger:
    """A page with its access token, the app's secret, and a verify token of one's own choice."""

    name = "messenger"
    received = 200
    longest_title = 20
    longest_payload = 1000
    paged = False
    stop_words: frozenset[str] = frozenset()

    def __init__(self, page_token: str, app_secret: str, verify_token: str, api: str = API) -> None:
        self._url = f"{api}/me/messages"
        self._query = {"access_token": page_token}
        self._secret = app_secret.encode()
        self._verify_token = verify_token.encode()

    def fits(self, text: str) -> bool:
        """Up to 2,000 characters."""
        return len(text) <= MOST_CHARACTERS

    def is_authentic(self, delivery: Delivery) -> bool:
        """A delivery's SHA-256 signature; of the GET that checks the address, the verify token."""
        if delivery.method == "GET":
            token = delivery.query.get("hub.verify_token", "").encode()
            return hmac.compare_digest(token, self._verify_token)
        digest = hmac.new(self._secret, delivery.body, hashlib.sha256).hexdigest()
        sent = delivery.headers.get("x-hub-signature-256", "")
        return hmac.compare_digest(sent.encode(), f"sha256={digest}".encode())

    def handshake(self, delivery: Delivery) -> str | None:
        """Repeats the challenge by which Meta checks the address."""
        return delivery.query.get("hub.challenge", "") if delivery.method == "GET" else None

    def read(self, delivery: Delivery) -> list[Incoming]:
        """All messages of all entries: Meta puts several into one delivery."""
        try:
            sent = json.loads(delivery.body)
            events = [event for entry in sent["entry"] for event in entry.get("messaging", ())]
            return [message for event in events for message in _said(event)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(type(error).__name__) from None

    def posts(self, to: Incoming, parts: Sequence[Part]) -> list[Post]:
        """A message a part, with quick replies under the last."""
        return [self._post(to, {"text": part.text, **_quick_replies(part)}) for part in parts]

    def picture(self, to: Incoming, url: str) -> Post | None:
        """Meta fetches it."""
        return self._post(to, {"attachment": {"type": "image", "payload": {"url": url}}})

    def at_start(self) -> Post | None:
        """Nothing."""
        return None

    def _post(self, to: Incoming, message: dict[str, Any]) -> Post:
        values = {"messaging_type": "RESPONSE", "recipient": {"id": to.address}, "message": message}
        return Post(self._url, json=values, query=self._query)


def _said(event: dict[str, Any]) -> list[Incoming]:
    """A person's message or button; not what the page wrote, and no receipts."""
    person = str(event["sender"]["id"])
    if postback := event.get("postback"):
        payload = "/greeting" if postback["payload"] == _GET_STARTED else str(postback["payload"])
        id_ = str(postback.get("mid") or f"{person} {event['timestamp']}")
        return [Incoming(id_, person, person, payload)]
    message = event.get("message") or {}
    if message.get("is_echo") or not {"text", "attachments", "quick_reply"} & message.keys():
        return []
    text = (message.get("quick_reply") or {}).get("payload") or message.get("text") or ""
    return [Incoming(str(message["mid"]), person, person, str(text))]


def _quick_replies(part: Part) -> dict[str, Any]:
    if not part.buttons:
        return {}
    return {
        "quick_replies": [
            {"content_type": "text", "title": button.title, "payload": button.payload}
            for button in part.buttons
        ]
    }
