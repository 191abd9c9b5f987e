"""Slack: direct messages to the app, and mentions of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape
from typing import Any
from urllib.parse import parse_qs

from slack_sdk.signature import SignatureVerifier

from bot.channels.vendor import Delivery, Incoming, Part, Post, Unreadable

API = "https://slack.com/api"
MOST_CHARACTERS = 3000  # of the text in a section block
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_FROM_PEOPLE = (None, "file_share", "thread_broadcast")


class Slack:
    """An app with a bot token and the signing secret of its "Basic Information" page."""

    name = "slack"
    received = 200
    longest_title = 75
    longest_payload = 2000
    paged = False
    stop_words: frozenset[str] = frozenset()

    def __init__(self, token: str, signing_secret: str, api: str = API) -> None:
        self._url = f"{api}/chat.postMessage"
        self._headers = {"authorization": f"Bearer {token}"}
        self._verifier = SignatureVerifier(signing_secret)

    def fits(self, text: str) -> bool:
        """As many characters as a block takes."""
        return len(_escaped(text)) <= MOST_CHARACTERS

    def is_authentic(self, delivery: Delivery) -> bool:
        """Slack's signature "v0", not older than five minutes."""
        try:
            return delivery.method == "POST" and bool(
                self._verifier.is_valid_request(delivery.body, dict(delivery.headers))
            )
        except (ValueError, TypeError):  # no number as its time, no UTF-8, no ASCII
            return False

    def handshake(self, delivery: Delivery) -> str | None:
        """Repeats the challenge by which Slack checks the address."""
        if _is_form(delivery):
            return None
        sent = _object(delivery.body)
        return str(sent.get("challenge", "")) if sent.get("type") == "url_verification" else None

    def read(self, delivery: Delivery) -> list[Incoming]:
        """A message or a button."""
        try:
            if _is_form(delivery):
                [payload] = parse_qs(delivery.body.decode())["payload"]
                return _pressed(_object(payload))
            return _said(_object(delivery.body))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise Unreadable(type(error).__name__) from None

    def posts(self, to: Incoming, parts: Sequence[Part]) -> list[Post]:
        """A message a part; in the thread the person wrote in."""
        return [self._post(to, _escaped(part.text), _blocks(part)) for part in parts]

    def picture(self, to: Incoming, url: str) -> Post | None:
        """Slack fetches it."""
        return self._post(to, "", [{"type": "image", "image_url": url, "alt_text": "The same as a picture"}])

    def at_start(self) -> Post | None:
        """Nothing."""
        return None

    def _post(self, to: Incoming, text: str, blocks: list[dict[str, Any]]) -> Post:
        values: dict[str, Any] = {"channel": to.address, "text": text, "mrkdwn": False, "unfurl_links": False}
        if to.reference:
            values["thread_ts"] = to.reference
        if blocks:
            values["blocks"] = blocks
        return Post(self._url, json=values, headers=self._headers)


def _said(sent: dict[str, Any]) -> list[Incoming]:
    event = sent.get("event") or {}
    is_ours = event.get("type") == "app_mention" or event.get("channel_type") == "im"
    if event.get("type") not in ("message", "app_mention") or not is_ours or event.get("bot_id"):
        return []
    if event.get("subtype") not in _FROM_PEOPLE:
        return []
    thread = event.get("thread_ts") or (event["ts"] if event["type"] == "app_mention" else "")
    # A mention in a direct message comes as two events: channel and time are the same.
    return [
        Incoming(
            f"{event['channel']} {event['ts']}",
            _person(sent.get("team_id"), event["user"], event["channel"]),
            event["channel"],
            _plain(event.get("text") or ""),
            reference=thread,
        )
    ]


def _pressed(sent: dict[str, Any]) -> list[Incoming]:
    if sent.get("type") != "block_actions" or "value" not in sent["actions"][0]:
        return []
    action, channel = sent["actions"][0], sent["channel"]["id"]
    person = _person((sent.get("team") or {}).get("id"), sent["user"]["id"], channel)
    thread = (sent.get("message") or {}).get("thread_ts", "")
    return [Incoming(f"{channel} {action['action_ts']}", person, channel, action["value"], reference=thread)]


def _person(team: str | None, user: str, channel: str) -> str:
    """Somebody in one place: what is said in a channel does not continue what was said in private."""
    return f"{team} {user} {channel}"


def _blocks(part: Part) -> list[dict[str, Any]]:
    if not part.buttons:
        return []
    buttons = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": button.title, "emoji": False},
            "value": button.payload,
            "action_id": f"choice_{number}",
        }
        for number, button in enumerate(part.buttons, start=1)
    ]
    text = {"type": "plain_text", "text": part.text, "emoji": False}
    return [{"type": "section", "text": text}, {"type": "actions", "elements": buttons}]


def _plain(text: str) -> str:
    """Slack's markup as it was typed: links by their words, mentions of the app left out."""

    def words(match: re.Match[str]) -> str:
        target, label = match.groups()
        return label or ("" if target[:1] in "@#!" else target)

    return unescape(_LINK.sub(words, text)).strip()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_form(delivery: Delivery) -> bool:
    return delivery.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _object(text: bytes | str) -> dict[str, Any]:
    """Raises Unreadable."""
    try:
        value = json.loads(text)
    except ValueError:
        raise Unreadable("no JSON") from None
    if not isinstance(value, dict):
        raise Unreadable("no object")
    return value
