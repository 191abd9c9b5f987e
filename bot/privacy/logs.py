"""Logs without visitors' words and without conversation ids.

Rasa and its libraries quote messages, slots and sender ids in many places: at DEBUG nearly everywhere, in
warnings, in errors. None of it can be told from harmless text, so from the moment visitors are served only
the place in the code is kept of what others log, and of an exception its kind and where it broke.
What this project logs itself never holds words; it is redacted all the same.
"""

from __future__ import annotations

import logging
import os
import traceback
from types import TracebackType
from typing import Any

from bot.privacy.redact import redact

_OURS = ("bot", "actions", "uvicorn")  # uvicorn: where it listens, and why it cannot
_NOT_OURS = ("uvicorn.access",)
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Records:
    """Makes log records. Before `close` those of others are left as they are: no visitor is there yet."""

    def __init__(self, make: Any) -> None:
        self._make = make
        self.closed = False

    def __call__(
        self,
        name: str,
        level: int,
        path: str,
        line: int,
        msg: object,
        args: Any,
        exc_info: Any,
        *rest: Any,
        **named: Any,
    ) -> Any:
        """A LogRecord; the arguments are those of logging.LogRecord."""
        if not self.closed:
            return self._make(name, level, path, line, msg, args, exc_info, *rest, **named)
        if _is_ours(name):
            words = redact(_formatted(msg, args)).text
        else:
            words = f"(withheld: {os.path.basename(path)}:{line})"
        record = self._make(name, level, path, line, words, (), None, *rest, **named)
        if exc_info and exc_info[0] is not None:
            record.exc_text = where(exc_info)
        record.stack_info = None
        return record


def install() -> None:
    """Has this process make its log records here. Once is enough; again does nothing."""
    made = logging.getLogRecordFactory()
    if not isinstance(made, Records):
        logging.setLogRecordFactory(Records(made))
        logging.captureWarnings(True)


def close() -> None:
    """From now on, visitors are served."""
    install()
    made = logging.getLogRecordFactory()
    assert isinstance(made, Records)
    made.closed = True


def where(exc_info: _ExcInfo) -> str:
    """The kind of an exception and the lines of code it passed, without its message."""
    kind, _, trace = exc_info
    return "".join((*traceback.format_tb(trace), kind.__name__))


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in _OURS and name not in _NOT_OURS


def _formatted(msg: object, args: Any) -> str:
    try:
        return str(msg) % args if args else str(msg)
    except (TypeError, ValueError):
        return str(msg)
