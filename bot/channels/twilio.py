"""SMS and WhatsApp through Twilio."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.datastructures import MultiDict
from twilio.request_validator import RequestValidator

from bot.channels.segments import MOST_SEGMENTS, plainer, segments
from bot.channels.vendor import Delivery, Incoming, Part, Post, Unreadable

API = "https://api.twilio.com"
MOST_ON_WHATSAPP = 1600  # characters


class _Twilio:
    """A number of an account. `webhook` is the address Twilio was given, which is part of the signature."""

    name: str
    received = 204
    longest_title = 0
    longest_payload = 0
    stop_words: frozenset[str]

    def __init__(self, account: str, auth_token: str, number: str, webhook: str, api: str = API) -> None:
        self._url = f"{api}/2010-04-01/Accounts/{account}/Messages.json"
        self._login = (account, auth_token)
        self._number = number
        self._webhook = webhook
        self._validator = RequestValidator(auth_token)

    def is_authentic(self, delivery: Delivery) -> bool:
        """Twilio's signature of the address and all values."""
        signature = delivery.headers.get("x-twilio-signature", "")
        try:
            return delivery.method == "POST" and bool(
                self._validator.validate(self._webhook, _values(delivery), signature)
            )
        except ValueError:  # no UTF-8
            return False

    def handshake(self, delivery: Delivery) -> str | None:
        """Twilio has none."""
        return None

    def read(self, delivery: Delivery) -> list[Incoming]:
        """The message."""
        values = _values(delivery)
        try:
            sender, id_ = values["From"], values["MessageSid"]
        except KeyError as error:
            raise Unreadable(str(error)) from None
        # `OptOutType` means that Twilio's "Advanced Opt-Out" has already confirmed the keyword.
        said = values.get("OptOutType", "").lower()
        return [Incoming(id_, sender, sender, values.get("Body", ""), said=said)]

    def at_start(self) -> Post | None:
        """Nothing."""
        return None

    def _post(self, to: Incoming, **values: str) -> Post:
        sender = "MessagingServiceSid" if self._number.startswith("MG") else "From"
        return Post(self._url, form={"To": to.address, sender: self._sender(), **values}, login=self._login)

    def _sender(self) -> str:
        return self._number


class Sms(_Twilio):
    """Text messages: answers of two segments, the rest on request."""

    name = "sms"
    paged = True
    # Those on which carriers and Twilio stop by themselves.
    stop_words = frozenset("stop stopall unsubscribe cancel end quit revoke optout".split())

    def fits(self, text: str) -> bool:
        """Two segments."""
        return segments(plainer(text)) <= MOST_SEGMENTS

    def posts(self, to: Incoming, parts: Sequence[Part]) -> list[Post]:
        """A text message a part."""
        return [self._post(to, Body=plainer(part.text)) for part in parts]

    def picture(self, to: Incoming, url: str) -> Post | None:
        """None: a picture message costs the person several times as much."""
        return None


class WhatsApp(_Twilio):
    """WhatsApp messages; without buttons, which would have to be approved as templates."""

    name = "whatsapp"
    paged = False
    stop_words = frozenset("stop stopall unsubscribe".split())

    def fits(self, text: str) -> bool:
        """Up to 1,600 characters."""
        return len(text) <= MOST_ON_WHATSAPP

    def posts(self, to: Incoming, parts: Sequence[Part]) -> list[Post]:
        """A message a part."""
        return [self._post(to, Body=part.text) for part in parts]

    def picture(self, to: Incoming, url: str) -> Post | None:
        """Twilio fetches it."""
        return self._post(to, MediaUrl=url)

    def _sender(self) -> str:
        return self._number if self._number.startswith(("MG", "whatsapp:")) else f"whatsapp:{self._number}"


def _values(delivery: Delivery) -> MultiDict:
    """Empty values are signed too. Raises ValueError."""
    return MultiDict(parse_qsl(delivery.body.decode(), keep_blank_values=True))
