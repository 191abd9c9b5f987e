"""Pictures of cards, for apps that fetch them: kept in memory, for minutes, under a name nobody can guess."""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

KEEP_SECONDS = 600.0
KEEP_AT_MOST = 100

Draw = Callable[[Mapping[str, Any]], bytes | None]
log = logging.getLogger(__name__)


class Album:
    """`address` is where /pictures/ is reached from outside; `draw` makes a PNG of a card, or None.

    Without `draw` no card has a picture.
    """

    def __init__(self, address: str, draw: Draw | None = None) -> None:
        self._address = address
        self._draw = draw
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def add(self, card: Mapping[str, Any]) -> str | None:
        """Draws a card; where its picture is, or None."""
        if self._draw is None:
            return None
        try:
            png = self._draw(card)
        except Exception as error:  # the words have been sent, and say it too
            log.info("no picture of a card: %s", type(error).__name__)
            return None
        if png is None:
            return None
        name = secrets.token_urlsafe(24)
        self._kept[name] = (time.monotonic() + KEEP_SECONDS, png)
        while len(self._kept) > KEEP_AT_MOST:
            self._kept.popitem(last=False)
        return f"{self._address}/pictures/{name}.png"

    def find(self, name: str) -> bytes | None:
        """The PNG of that name, while it is kept."""
        until, png = self._kept.get(name, (0.0, b""))
        return png if until > time.monotonic() else None
