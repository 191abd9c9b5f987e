"""The list of conversations: looked for, saved as a filter, exported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.judging.choices import Choices, called
from bot.review.access import PATH, Visit
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.review.errors import InvalidError
from bot.review.forms import read_number
from bot.review.pages import Pages
from bot.review.saved_filters import LONGEST_NAME, SavedFilters
from bot.review.sought import CHANNEL_WORDS, CHOICES, KIND_WORDS, as_query, in_audit, read_filter, sent_fields
from bot.transcripts import search
from bot.transcripts.export import export_csv, export_jsonl
from bot.transcripts.reading import whole_turns
from bot.transcripts.search import Filter, FoundConversation, FoundTurn
from bot.transcripts.tables import DEMO
from bot.transcripts.turns import Turn

ADDRESS = f"{PATH}/transcripts"
_FORMATS = {"csv": (export_csv, "text/csv"), "jsonl": (export_jsonl, "application/x-ndjson")}
_FIRST_WORDS = 160  # characters


@dataclass(frozen=True)
class Row:
    """A conversation in the list; `turn` is a number for its address, never its id, which is a secret."""

    turn: int
    turns: int
    latest: datetime
    channel: str
    words: str
    kinds: tuple[str, ...]
    topics: tuple[str, ...]
    marks: tuple[str, ...]
    is_demo: bool


class TranscriptsPage:
    """Nobody is shown a visitor's words before the audit log says so."""

    def __init__(
        self, pages: Pages, database: Database, saved: SavedFilters, audit: AuditLog, choices: Choices
    ) -> None:
        self._pages = pages
        self._database = database
        self._saved = saved
        self._audit = audit
        self._choices = choices

    def index(self, visit: Visit) -> Response:
        """A page of those that fit, the latest first."""
        query = visit.request.query_params
        sent = sent_fields(query)
        titles = self._choices.topics()
        problem = ""
        page: search.Page[FoundConversation] = search.Page((), None)
        rows: list[Row] = []
        before, after = read_number(query.get("before", "")), read_number(query.get("after", ""))
        try:
            sought = read_filter(sent, self._pages)
        except InvalidError as error:
            problem = str(error)
        else:
            with self._database.engine() as engine:
                page = search.conversations(engine, sought, before, after=after)
                turns = search.of_conversations(engine, [one.id for one in page.found])
            rows = [_row(one, turns.get(one.id, ()), titles) for one in page.found]
            shown = f"{len(rows)} conversation{'' if len(rows) == 1 else 's'}; {in_audit(sent)}"
            self._audit.add(visit.account.name, "conversations_listed", shown)
        return self._pages.show(
            visit,
            "transcripts.html",
            400 if problem else 200,
            rows=rows,
            page=page,
            latest=before is None and after is None,
            sent=sent,
            query=as_query(sent),
            saved=self._saved.of(visit.account.id),
            problem=problem,
            CHOICES=CHOICES | {"topic": _with_chosen(titles, sent["topic"])},
            CHANNELS=CHANNEL_WORDS,
            KINDS=KIND_WORDS,
            longest_name=LONGEST_NAME,
        )

    def save(self, visit: Visit) -> Response:
        """Keeps the filter that is shown under a name. Raises InvalidError."""
        sent = sent_fields(visit.form)
        read_filter(sent, self._pages)
        self._saved.save(visit.account.id, visit.form.get("name", ""), as_query(sent))
        return RedirectResponse(f"{ADDRESS}?{as_query(sent)}".rstrip("?"), 303)

    def delete(self, visit: Visit) -> Response:
        """Forgets a filter of one's own. Raises NotFoundError."""
        self._saved.delete(visit.account.id, int(visit.request.path_params["id"]))
        return RedirectResponse(ADDRESS, 303)

    def export(self, visit: Visit) -> Response:
        """The turns that fit, as a file. Raises InvalidError."""
        kind = visit.form.get("format", "")
        if kind not in _FORMATS:
            raise InvalidError("Choose CSV or JSON Lines.")
        sent = sent_fields(visit.form)
        sought = read_filter(sent, self._pages)
        self._audit.add(visit.account.name, "conversations_exported", f"{kind}; {in_audit(sent)}")
        write, media_type = _FORMATS[kind]
        name = f"conversations-{datetime.now(self._pages.zone):%Y-%m-%d}.{kind}"
        return StreamingResponse(
            write(self._turns(sought)),
            media_type=f"{media_type}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _turns(self, sought: Filter) -> Iterator[Turn]:
        with self._database.engine() as engine:
            yield from map(_without_secret, whole_turns(engine, sought))


def _without_secret(turn: Turn) -> Turn:
    """Whoever has a conversation's id can go on with it: a file has a code of it, the same for all turns."""
    code = hashlib.sha256(turn.conversation.encode()).hexdigest()[:16]
    feedback = turn.feedback and replace(turn.feedback, conversation=code)
    return replace(turn, conversation=code, feedback=feedback)


def _with_chosen(titles: Mapping[str, str], chosen: str) -> Mapping[str, str]:
    """A saved filter may name a topic that is no longer known."""
    return titles if chosen in titles or not chosen else {chosen: called(titles, chosen), **titles}


def _row(found: FoundConversation, turns: Iterable[FoundTurn], titles: Mapping[str, str]) -> Row:
    turns = tuple(turns)
    words = " ".join(found.text.split())
    return Row(
        turn=found.turn,
        turns=found.turns,
        latest=found.latest,
        channel=found.channel,
        words=words if len(words) <= _FIRST_WORDS else f"{words[:_FIRST_WORDS].rstrip()}…",
        kinds=tuple(dict.fromkeys(one.kind for one in turns if one.kind)),
        topics=tuple(dict.fromkeys(called(titles, topic) for one in turns for topic in one.topics)),
        marks=_marks(turns),
        is_demo=found.id.startswith(DEMO),
    )


def _marks(turns: tuple[FoundTurn, ...]) -> tuple[str, ...]:
    """What somebody looks out for, the gravest first."""
    marks = {
        "danger": any(one.safety == "danger" for one in turns),
        "distress": any(one.safety == "distress" for one in turns),
        "thumbs down": any(one.rating == "down" for one in turns),
        "thumbs up": any(one.rating == "up" for one in turns),
        "unanswered": any(one.unanswered for one in turns),
        "reviewed": all(one.reviewed for one in turns),
    }
    return tuple(mark for mark, holds in marks.items() if holds and turns)
