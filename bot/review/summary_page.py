"""A week in figures, to look at and to print. No visitor's words are on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from bot.judging.choices import Choices, called
from bot.review.access import PATH, Visit
from bot.review.database import Database
from bot.review.forms import read_day
from bot.review.pages import Pages
from bot.review.sought import CHANNEL_WORDS
from bot.transcripts.counts import WeekCounts, count_weeks, count_within
from bot.transcripts.search import has_demo

WEEKS = 6  # that are compared
MOST_BARS = 10
_DAYS = 7
_WHOLE = 20  # messages: with fewer, one of them is one person's


class SummaryPage:
    """Weeks begin on Monday, on the centre's clock."""

    def __init__(self, pages: Pages, database: Database, choices: Choices, keep_days: int) -> None:
        self._pages = pages
        self._database = database
        self._choices = choices
        self._keep_days = keep_days

    def index(self, visit: Visit) -> Response:
        """The week that is asked for, or the last whole one. Raises InvalidError."""
        now = datetime.now(self._pages.zone)
        day = read_day(visit.request.query_params.get("week", "")) or now.date() - timedelta(days=_DAYS)
        monday = day - timedelta(days=day.weekday())
        starts = [self._start(monday, number) for number in range(1 - WEEKS, 2)]
        with self._database.engine() as engine:
            with engine.connect() as connection:
                weeks = count_weeks(connection, starts)
                within = count_within(connection, starts[-2], starts[-1], self._pages.zone)
            is_demo = has_demo(engine)
        titles = self._choices.topics()
        topics = {called(titles, id): count for id, count in within.topics.items()}
        channels = {CHANNEL_WORDS.get(id, id): count for id, count in within.channels.items()}
        kept_since = now - timedelta(days=self._keep_days)
        return self._pages.show(
            visit,
            "summary.html",
            monday=monday,
            sunday=monday + timedelta(days=_DAYS - 1),
            earlier=monday - timedelta(days=_DAYS),
            later=monday + timedelta(days=_DAYS) if starts[-1] <= now else None,
            is_over=starts[-1] <= now,
            week=weeks[-1],
            before=weeks[-2],
            weeks=weeks,
            topics=topics,
            channels=channels,
            hours=within.hours,
            charts=_charts(weeks, topics, channels, within.hours),
            few=0 < weeks[-1].messages < _WHOLE,
            keep_days=self._keep_days,
            not_whole=[week for week in weeks if week.start < kept_since],
            found=lambda **sought: _address(monday, sought),
            is_demo=is_demo,
        )

    def _start(self, monday: date, weeks_later: int) -> datetime:
        start = self._pages.start_of(monday + timedelta(days=_DAYS * weeks_later))
        assert start is not None
        return start


def _charts(
    weeks: tuple[WeekCounts, ...],
    topics: Mapping[str, int],
    channels: Mapping[str, int],
    hours: tuple[int, ...],
) -> Mapping[str, str]:
    from bot.review.charts import columns, rows  # brings matplotlib

    labels = tuple(f"{week.start:%b} {week.start.day}" for week in weeks)

    def by_week(alt: str, **names: str) -> str:
        series = tuple((words, tuple(getattr(week, name) for week in weeks)) for name, words in names.items())
        return columns(f"{alt} by week. The figures are in the table.", labels, series)

    def by_name(alt: str, counts: Mapping[str, int]) -> str:
        if not counts:
            return ""
        names, numbers = tuple(counts)[:MOST_BARS], tuple(counts.values())[:MOST_BARS]
        return rows(f"{alt} The figures are in the table.", names, numbers)

    return {
        "answers": by_week(
            "Questions answered, asked back and unanswered",
            answered="answered",
            clarified="asked back",
            unanswered="unanswered",
        ),
        "thumbs": by_week("Thumbs down and up", down="down", up="up"),
        "safety": by_week("Messages with danger and distress", danger="danger", distress="distress"),
        "topics": by_name("The topics that were answered most.", topics),
        "channels": by_name("Messages by channel.", channels),
        "hours": columns(
            "Messages by hour of the day. The figures are in the table.",
            tuple(f"{hour}:00" for hour in range(24)),
            (("messages", hours),),
            every=6,
        ),
    }


def _address(monday: date, sought: Mapping[str, str]) -> str:
    """The list of the week's conversations that fit."""
    sunday = monday + timedelta(days=_DAYS - 1)
    return f"{PATH}/transcripts?{urlencode({'from': monday, 'to': sunday, **sought})}"
