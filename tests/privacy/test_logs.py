"""What reaches a log once visitors are served."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.privacy import logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything logged, as text; the process's own way to make records comes back afterwards."""
    before, written = logging.getLogRecordFactory(), io.StringIO()
    logging.setLogRecordFactory(logging.LogRecord)
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.setLogRecordFactory(before)


def test_what_others_log_is_withheld_but_its_place(log: io.StringIO) -> None:
    logs.close()
    logging.getLogger("rasa.core.processor").debug("Received user message %r", "i drink alone")
    assert log.getvalue().startswith("rasa.core.processor DEBUG (withheld: test_logs.py:")
    assert "drink" not in log.getvalue()


def test_an_exception_keeps_its_kind_and_place_only(log: io.StringIO) -> None:
    logs.close()
    try:
        raise ValueError("i drink alone")
    except ValueError:
        logging.getLogger("sanic.error").exception("failed for %s", "sender-0123456789")
    text = log.getvalue()
    assert "test_logs.py" in text
    assert text.rstrip().endswith("ValueError")
    assert "drink" not in text.replace('raise ValueError("i drink alone")', "")
    assert "sender-0123456789" not in text.replace('"sender-0123456789"', "")


def test_our_own_lines_stay_readable_and_are_redacted(log: io.StringIO) -> None:
    logs.close()
    logging.getLogger("bot.site.chat").warning("no answer within %g s, said %s", 15, "call 312-555-0188")
    assert log.getvalue() == "bot.site.chat WARNING no answer within 15 s, said call <phone>\n"


def test_before_visitors_come_nothing_is_withheld(log: io.StringIO) -> None:
    logs.install()
    logging.getLogger("rasa.core.run").error("The model could not be loaded")
    assert "The model could not be loaded" in log.getvalue()


def test_installing_twice_is_once(log: io.StringIO) -> None:
    logs.close()
    made = logging.getLogRecordFactory()
    logs.close()
    logs.install()
    assert logging.getLogRecordFactory() is made
