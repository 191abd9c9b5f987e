"""A million events read into the transcripts, and turns found among them: docs/benchmarks/transcripts.md.

SQLite, and PostgreSQL where IOP_TEST_POSTGRES_URL names one. The events are those of the demo, more of them.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta, timezone
from pathlib import Path

from rich.console import Console
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url

from benchmarks.report import Target, table, targets, write
from bot.judging.helped import Change, did_help
from bot.judging.meaning import Meaning
from bot.settings import settings
from bot.transcripts import demo, reading, search
from bot.transcripts.cli import import_waiting
from bot.transcripts.counts import count_waiting, count_weeks, count_within
from bot.transcripts.importer import import_batch
from bot.transcripts.opening import open_transcripts
from bot.transcripts.search import Filter
from bot.transcripts.tables import turn

EVENTS = 1_000_000
ROUNDS = 5
LIMIT = 0.2  # seconds
COUNT_LIMIT = 1.0  # seconds
IMPORT_LIMIT = 300.0  # seconds
DAYS = 400


def run(console: Console) -> None:
    """Measures and writes the report."""
    blocks: list[str] = []
    rows: list[Target] = []
    for kind, database in _databases():
        with database as address:
            block, found = _measure(kind, address, console)
            blocks += block
            rows += found
    write("transcripts", "Transcripts of a million events", "transcripts", [targets(rows), *blocks], console)


def _measure(kind: str, url: str, console: Console) -> tuple[list[str], list[Target]]:
    engine = open_transcripts(url)
    written = _fill(engine)
    console.print(f"{kind}: {written:,} events", markup=False)
    start = time.perf_counter()
    import_waiting(engine)
    took = time.perf_counter() - start
    with engine.begin() as connection:
        turns = connection.execute(select(func.count()).select_from(turn)).scalar_one()
        connection.execute(update(turn).where(turn.c.id % 100 == 0).values(reviewed=1.0, reviewer="ada"))
    if kind == "PostgreSQL":  # as its autovacuum does after a while
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    idle = _median(lambda: import_batch(engine))
    times = []
    for name, sought in filters(engine).items():
        found = _median(lambda sought=sought: search.turns(engine, sought))  # type: ignore[misc]
        talks = _median(lambda sought=sought: search.conversations(engine, sought))  # type: ignore[misc]
        times.append((name, _how_many(engine, sought), found, talks))
    old = _some_turn(engine, 0.5)
    deep = _median(lambda: search.turns(engine, Filter(), before=old[0]))
    one = _median(lambda: reading.conversation(engine, old[1]))
    week, helped = _counting(engine)
    engine.dispose()
    slowest = max(max(found, talks) for _, _, found, talks in times)
    found = [
        Target(f"{kind}: slowest page", "200 ms", _ms(slowest), slowest < LIMIT),
        Target(f"{kind}: a week's figures", "1 s", _ms(week), week < COUNT_LIMIT),
        Target(f"{kind}: did a change help", "1 s", _ms(helped), helped < COUNT_LIMIT),
        Target(f"{kind}: first import", "5 min", f"{took:.0f} s", took < IMPORT_LIMIT),
    ]
    body = [
        f"## {kind}",
        f"{written:,} events, {turns:,} turns. First import {took:.0f} s ({written / took:,.0f} events a "
        f"second), memory of the process at most {memory:.0f} MB. An import with nothing new {_ms(idle)}; a "
        f"page in the middle {_ms(deep)}; one whole conversation {_ms(one)}. Medians of {ROUNDS}.",
        table(
            ("filter", "turns>", "page of turns>", "page of conversations>"),
            [(name, f"{many:,}", _ms(found), _ms(talks)) for name, many, found, talks in times],
        ),
    ]
    return body, found


def filters(engine: Engine) -> dict[str, Filter]:
    """One for each thing that can be asked for, some that match nothing, and several at once."""
    now = demo.now()
    return {
        "everything": Filter(),
        "the last week": Filter(since=now - timedelta(days=7)),
        "a week a year ago": Filter(since=now - timedelta(days=365), until=now - timedelta(days=358)),
        "channel: slack (3 %)": Filter(channel="slack"),
        "channel: none such": Filter(channel="pigeon"),
        "kind: answer": Filter(kind="answer"),
        "kind: privacy (rare)": Filter(kind="privacy"),
        "topic: cost": Filter(topic="cost"),
        "topic: none such": Filter(topic="astrology"),
        "confidence 0.4 to 0.5": Filter(confidence_from=0.4, confidence_to=0.5),
        "confidence above 1": Filter(confidence_from=1.01),
        "thumbs down": Filter(rating="down"),
        "safety: danger": Filter(safety="danger"),
        "safety: any": Filter(safety="any"),
        "unanswered": Filter(unanswered=True),
        "reviewed": Filter(reviewed=True),
        "not reviewed": Filter(reviewed=False),
        "text: insurance": Filter(text="insurance"),
        "text: not there": Filter(text="xylophone"),
        "unanswered, thumbs down, text": Filter(unanswered=True, rating="down", text="parking"),
        "answer on cost by Slack, unsure": Filter(
            kind="answer", topic="cost", channel="slack", confidence_to=0.6
        ),
        "danger, thumbs up (none)": Filter(safety="danger", rating="up"),
    }


def _fill(engine: Engine) -> int:
    """More conversations of the demo, until there are enough; each batch with a seed of its own."""
    made = demo.read_demo(settings())
    written = seed = 0
    while written < EVENTS:
        until = demo.now() - timedelta(days=DAYS * max(0.0, 1 - written / (0.95 * EVENTS)))
        written += demo.write(engine, made.conversations(until, 2000, 12, seed))
        seed += 1
    return written


def _counting(engine: Engine) -> tuple[float, float]:
    """Seconds for a page's figures: of the latest whole week with the five before it, and of a change four
    weeks ago, once the vectors of its messages are known."""
    starts = [demo.now() - timedelta(days=7 * number) for number in range(7, 0, -1)]
    change = Change("", demo.now() - timedelta(days=28), "cost", ("what does it cost", "how much is it"))
    meaning = Meaning()

    def figures() -> None:
        with engine.connect() as connection:
            count_weeks(connection, starts)
            count_within(connection, starts[-2], starts[-1], timezone.utc)
            count_waiting(connection, starts[-2])

    def helped() -> None:
        did_help(engine, [change], meaning, demo.now())

    helped()
    return _median(figures), _median(helped)


def _median(do: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        do()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _how_many(engine: Engine, sought: Filter) -> int:
    return sum(len(page) for page in search.every_turn(engine, sought, 20_000))


def _some_turn(engine: Engine, share: float) -> tuple[int, str]:
    with engine.connect() as connection:
        last = connection.execute(select(func.max(turn.c.id))).scalar_one()
        row = connection.execute(
            select(turn.c.id, turn.c.sender_id).where(turn.c.id >= last * share).order_by(turn.c.id).limit(1)
        ).one()
    return int(row.id), str(row.sender_id)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _databases() -> Iterator[tuple[str, AbstractContextManager[str]]]:
    yield "SQLite", _sqlite()
    if server := os.environ.get("IOP_TEST_POSTGRES_URL"):
        yield "PostgreSQL", _postgresql(server)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'tracker.db'}"


@contextmanager
def _postgresql(server: str) -> Iterator[str]:
    name = f"transcripts_{uuid.uuid4().hex[:8]}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with owner.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        owner.dispose()
