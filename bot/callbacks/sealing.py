"""A request's details as one encrypted text, which belongs to one row alone."""

from __future__ import annotations

import json
from datetime import datetime

from bot.callbacks.keys import CannotReadError, Keys
from bot.callbacks.request import Details


def seal(id: str, details: Details, keys: Keys) -> str:
    """The details, encrypted. The id goes with them: moved to another row, they are not read.

    Raises CallbacksOffError.
    """
    content = {
        "id": id,
        "name": details.name,
        "phone": details.phone,
        "best_time": details.best_time,
        "consent": details.consent,
        "agreed": details.agreed.isoformat(),
    }
    return keys.encrypt(json.dumps(content, ensure_ascii=False))


def opened(id: object, sealed: object, key_print: object, keys: Keys) -> Details:
    """The details that `seal` encrypted for this id. Raises CannotReadError, CallbacksOffError."""
    content = keys.decrypt(sealed, key_print)
    details = _details(content, id)
    if details is None:
        raise CannotReadError("damaged")
    return details


def _details(content: str, id: object) -> Details | None:
    try:
        values = json.loads(content)
        if values.pop("id") != id:
            return None
        return Details(**{**values, "agreed": datetime.fromisoformat(values["agreed"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
