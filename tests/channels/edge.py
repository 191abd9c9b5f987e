"""Stands in for the vendors: a small HTTP server on loopback that takes what is sent to people, and the
deliveries as the vendors document them, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.channels.vendor import Delivery

PUBLIC = "https://chat.willow.example"
KEY = "k" * 43 + "="
CONFIGURED = {
    "telegram": ("12345:telegram-token", "telegram-secret"),
    "slack": ("xoxb-slack-token", "slack-signing-secret"),
    "messenger": ("page-token", "app-secret", "verify-token"),
    "sms": ("AC00000000000000000000000000000001", "twilio-auth-token", "+15005550006"),
    "whatsapp": ("AC00000000000000000000000000000001", "twilio-auth-token", "+14155238886"),
}
CHANNELS = tuple(CONFIGURED)
_numbers = itertools.count(1000)


@dataclass(frozen=True)
class Sent:
    """One message as it reached the vendor; `buttons` are (title, payload)."""

    to: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass
class Edge:
    """What was asked of the vendors, in order. `statuses` are answered first, then 200."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=lambda: {"ok": True})

    @property
    def sent(self) -> list[Sent]:
        """The messages to people."""
        return [message for path, _, body in self.requests if (message := _sent(path, body)) is not None]

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n\n".join(message.text for message in self.sent)

    def wait_for(self, number: int, seconds: float = 20.0) -> list[Sent]:
        """Until that many messages have arrived."""
        deadline = time.monotonic() + seconds
        while len(self.sent) < number and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.sent


def _sent(path: str, body: dict[str, Any]) -> Sent | None:
    if path.endswith("/sendMessage"):
        rows = body.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((button["text"], button["callback_data"]) for row in rows for button in row)
        return Sent(str(body["chat_id"]), body["text"], buttons)
    if path.endswith("/chat.postMessage") and body["text"]:
        elements = [one for block in body.get("blocks", ()) for one in block.get("elements", ())]
        buttons = tuple((element["text"]["text"], element["value"]) for element in elements)
        return Sent(body["channel"], body["text"], buttons)
    if path.endswith("/me/messages") and "text" in body["message"]:
        replies = body["message"].get("quick_replies", ())
        buttons = tuple((reply["title"], reply["payload"]) for reply in replies)
        return Sent(body["recipient"]["id"], body["message"]["text"], buttons)
    if path.endswith("/Messages.json") and "Body" in body:
        return Sent(body["To"], body["Body"])
    return None


@contextmanager
def open_edge() -> Iterator[Edge]:
    """The server, for as long as the block lasts."""
    edge = Edge()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("content-type", "").startswith("application/json"):
                body = json.loads(content)
            else:
                body = dict(parse_qsl(content.decode()))
            status = edge.statuses.pop(0) if edge.statuses else 200
            if status == 200:
                headers = {name.lower(): value for name, value in self.headers.items()}
                edge.requests.append((urlsplit(self.path).path, headers, body))
            answer = json.dumps(edge.body if status == 200 else {"error": {"code": status}}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    edge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield edge
    finally:
        server.shutdown()
        server.server_close()


def delivery(channel: str, text: str | None, person: int = 1, **changes: Any) -> Delivery:
    """A new message of a person; without text it is a photo. `changes` replace parts of the payload."""
    return _MADE[channel](text, person, changes)


def address(channel: str, person: int = 1) -> str:
    """Where this person's replies go."""
    return {
        "telegram": f"{77000 + person}",
        "slack": f"D{person:08}",
        "messenger": f"{990000 + person}",
        "sms": f"+1312555{person:04}",
        "whatsapp": f"whatsapp:+1312555{person:04}",
    }[channel]


def unsigned(delivery: Delivery) -> Delivery:
    """The same without a signature."""
    kept = {name: value for name, value in delivery.headers.items() if not _is_signature(name)}
    return replace(delivery, headers=kept)


def wrongly_signed(delivery: Delivery) -> Delivery:
    """The same with a signature of the right form that is not the vendor's."""

    def other(value: str) -> str:
        return value[:-2] + ("ab" if value[-2:] != "ab" else "cd")

    signed = [name for name in delivery.headers if _is_signature(name) and "time" not in name]
    headers = {**delivery.headers, **{name: other(delivery.headers[name]) for name in signed}}
    return replace(delivery, headers=headers)


def _is_signature(name: str) -> bool:
    return name.startswith("x-")


def telegram_update(**update: Any) -> Delivery:
    body = json.dumps({"update_id": next(_numbers), **update}).encode()
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": "telegram-secret"}
    return Delivery("POST", headers, {}, body)


def telegram_message(person: int, **content: Any) -> dict[str, Any]:
    user = {"id": 77000 + person, "is_bot": False, "first_name": "Xiomara", "username": "xiomara_q"}
    chat = {"id": 77000 + person, "first_name": "Xiomara", "type": "private"}
    return {"message_id": next(_numbers), "from": user, "chat": chat, "date": 1441645532, **content}


def _telegram(text: str | None, person: int, changes: dict[str, Any]) -> Delivery:
    photo = [{"file_id": "AgAC", "file_unique_id": "AQAD", "width": 90, "height": 90}]
    content = {"photo": photo} if text is None else {"text": text}
    return telegram_update(message=telegram_message(person, **content, **changes))


def slack_signed(body: bytes, content_type: str = "application/json", at: float | None = None) -> Delivery:
    timestamp = str(int(time.time() if at is None else at))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(b"slack-signing-secret", base, hashlib.sha256).hexdigest()
    headers = {
        "content-type": content_type,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
    }
    return Delivery("POST", headers, {}, body)


def slack_event(event: dict[str, Any]) -> Delivery:
    outer = {
        "token": "XXYYZZ",
        "team_id": "T061EG9R6",
        "api_app_id": "A0MDYCDME",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{next(_numbers)}",
        "event_time": 1355517523,
    }
    return slack_signed(json.dumps(outer).encode())


def slack_message(text: str, person: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "channel": f"D{person:08}",
        "user": f"U{person:08}",
        "text": text,
        "ts": f"1355517523.{next(_numbers):06}",
        "channel_type": "im",
        **changes,
    }


def _slack(text: str | None, person: int, changes: dict[str, Any]) -> Delivery:
    if text is None:
        changes = {"subtype": "file_share", "files": [{"id": "F1", "mimetype": "image/png"}], **changes}
    return slack_event(slack_message(text or "", person, **changes))


def slack_pressed(value: str, person: int = 1) -> Delivery:
    payload = {
        "type": "block_actions",
        "team": {"id": "T061EG9R6", "domain": "example"},
        "user": {"id": f"U{person:08}", "team_id": "T061EG9R6"},
        "channel": {"id": f"D{person:08}", "name": "directmessage"},
        "message": {"bot_id": "BAH5CA16Z", "type": "message", "text": "x", "ts": "1548261231.000200"},
        "actions": [
            {
                "action_id": "choice_1",
                "block_id": "=qXel",
                "text": {"type": "plain_text", "text": "View"},
                "value": value,
                "type": "button",
                "action_ts": f"1548426417.{next(_numbers):06}",
            }
        ],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return slack_signed(body, "application/x-www-form-urlencoded")


def messenger_events(*events: dict[str, Any]) -> Delivery:
    entry = {"id": "PAGE_ID", "time": 1458692752478, "messaging": list(events)}
    return messenger_signed(json.dumps({"object": "page", "entry": [entry]}).encode())


def messenger_signed(body: bytes) -> Delivery:
    digest = hmac.new(b"app-secret", body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
    return Delivery("POST", headers, {}, body)


def messenger_event(person: int = 1, **content: Any) -> dict[str, Any]:
    return {
        "sender": {"id": f"{990000 + person}"},
        "recipient": {"id": "PAGE_ID"},
        "timestamp": 1458692752478 + next(_numbers),
        **content,
    }


def messenger_message(person: int = 1, **content: Any) -> dict[str, Any]:
    return messenger_event(person, message={"mid": f"m_{next(_numbers)}", **content})


def _messenger(text: str | None, person: int, changes: dict[str, Any]) -> Delivery:
    image = {"type": "image", "payload": {"url": "https://scontent.example/1.jpg"}}
    content = {"attachments": [image]} if text is None else {"text": text}
    return messenger_events(messenger_message(person, **content, **changes))


def twilio(channel: str, **values: str) -> Delivery:
    """Signed as in Twilio's security documentation: address, then names and values in the names' order."""
    signed = f"{PUBLIC}/webhooks/{channel}" + "".join(name + values[name] for name in sorted(values))
    digest = hmac.new(b"twilio-auth-token", signed.encode(), hashlib.sha1).digest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": base64.b64encode(digest).decode(),
    }
    return Delivery("POST", headers, {}, urlencode(values).encode())


def _twilio(channel: str) -> Callable[[str | None, int, dict[str, Any]], Delivery]:
    def make(text: str | None, person: int, changes: dict[str, Any]) -> Delivery:
        sid = f"SM{next(_numbers):032}"
        values = {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "FromZip": "",
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": text or "",
            "To": CONFIGURED[channel][2],
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": CONFIGURED[channel][0],
            "From": address(channel, person),
            "ApiVersion": "2010-04-01",
        }
        if text is None:
            media = {"MediaContentType0": "image/jpeg", "MediaUrl0": "https://api.twilio.example/ME1"}
            values = {**values, "NumMedia": "1", **media}
        return twilio(channel, **{**values, **changes})

    return make


_MADE = {
    "telegram": _telegram,
    "slack": _slack,
    "messenger": _messenger,
    "sms": _twilio("sms"),
    "whatsapp": _twilio("whatsapp"),
}
