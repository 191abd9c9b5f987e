"""What waits today, one thing after the other: the message with what was said around it, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.responses import RedirectResponse, Response

from bot.judging import claims, decisions, phrases, queue
from bot.judging.choices import Choices
from bot.judging.decisions import VERDICT_WORDS, Decision
from bot.judging.known import KnownPhrases, folded
from bot.judging.meaning import Meaning
from bot.judging.queue import REASONS, Item
from bot.judging.tables import decision, phrase
from bot.review.access import PATH, Visit
from bot.review.audit import record
from bot.review.database import Database
from bot.review.errors import ChangedMeanwhileError, InvalidError, NotFoundError
from bot.review.forms import read_number
from bot.review.pages import Pages
from bot.review.sought import KIND_WORDS
from bot.safety.detect import PRIORITY as DANGERS
from bot.transcripts.reading import conversation
from bot.transcripts.search import sender_of
from bot.transcripts.tables import turn

ADDRESS = f"{PATH}/today"
HEADING = "#heading"  # which gets the focus, so that keyboard and screen reader begin there
REASON_WORDS = {
    "danger": "Missed or possible danger",
    "thumbs_down": "Thumbs down",
    "unanswered": "Unanswered",
    "unsure": "Answered, but hardly sure",
    "refused": "Asked back, and none of the choices fitted",
    "sample": "A sample of the rest",
    "chosen": "A message you chose",
}
_SHOWN = 5  # of a kind, in the list
_TEXTS = 100  # different wordings of one question that are judged at once
_MOST_PHRASES = 50
_BEFORE, _AFTER = 2, 1  # messages around the one that is judged
GONE = "There is no such message any more. Its visitor may have deleted it, or its time has passed."


class TodayPage:
    """Nobody is shown a visitor's words before the audit log says so."""

    def __init__(
        self, pages: Pages, database: Database, meaning: Meaning, known: KnownPhrases, choices: Choices
    ) -> None:
        self._pages = pages
        self._database = database
        self._meaning = meaning
        self._known = known
        self._choices = choices

    def index(self, visit: Visit) -> Response:
        """Everything that waits, by its reason."""
        with self._database.reading() as connection:
            items = self._items(connection)
            held = claims.others(connection, visit.account.name)
            done = _done(connection, visit)
        with self._database.writing() as connection:
            record(connection, visit.account.name, "conversations_listed", f"today: {len(items)} waiting")
        by_reason = {reason: [one for one in items if one.reason == reason] for reason in REASONS}
        return self._pages.show(
            visit,
            "today.html",
            by_reason={reason: found for reason, found in by_reason.items() if found},
            begin=_next(items, held),
            held=held,
            shown=_SHOWN,
            days=queue.DAYS,
            REASONS=REASON_WORDS,
            VERDICTS=VERDICT_WORDS,
            **done,
        )

    def item(self, visit: Visit) -> Response:
        """One of them, which is claimed with that, unless somebody else has it. Raises NotFoundError."""
        return self._shown(visit)

    def _shown(self, visit: Visit, problem: str = "", status: int = 200, keep: bool = False) -> Response:
        """The item's page; with `keep`, what was sent is on it still."""
        who, id = visit.account.name, message_number(visit)
        with self._database.reading() as connection:
            items = self._items(connection)
            item = queue.item_of(items, id) or queue.chosen(connection, id)
            done = _done(connection, visit)
        if item is None:
            raise NotFoundError(GONE)
        with self._database.engine() as engine:
            sender = sender_of(engine, id)
            turns = conversation(engine, sender) if sender else ()
        place = next((number for number, one in enumerate(turns) if one.id == id), None)
        if place is None:
            raise NotFoundError(GONE)
        ids = [one.id for one in item.messages]
        with self._database.writing() as connection:
            alike = f", and {len(ids) - 1} messages like it" if len(ids) > 1 else ""
            record(connection, who, "conversation_read", f"that of message {turns[0].id}{alike}")
            held = claims.others(connection, who)
            holder = next((held[one] for one in ids if one in held), None)
            if holder is None:
                claims.take(connection, who, ids)
            judged = decisions.of(connection, ids)
        latest = max(judged.values(), key=lambda one: one.id, default=None)
        understood = turns[place].understood
        titles = self._choices.titles()
        return self._pages.show(
            visit,
            "item.html",
            status,
            problem=problem,
            sent=visit.form if keep else None,
            id=id,
            item=item,
            wordings=_wordings(item),
            turn=turns[place],
            before=turns[max(0, place - _BEFORE) : place],
            after=turns[place + 1 : place + 1 + _AFTER],
            holder=holder,
            latest=latest,
            topic=(turns[place].reply.topics or (understood.intent,))[0],
            runners_up=[
                (one.intent, titles[one.intent]) for one in understood.others[:3] if one.intent in titles
            ],
            choices=self._choices.grouped(),
            following=_next(_after(items, id), held),
            left=len(items),
            DANGERS=DANGERS,
            KINDS=KIND_WORDS,
            REASONS=REASON_WORDS,
            VERDICTS=VERDICT_WORDS,
            longest=phrases.LONGEST,
            **done,
        )

    def judge(self, visit: Visit) -> Response:
        """Saves the verdict, and goes on to the next. Raises NotFoundError."""
        try:
            return self._judged(visit)
        except InvalidError as error:
            return self._shown(visit, str(error), 400, keep=True)
        except ChangedMeanwhileError as error:  # the page says what the other said, and can be sent again
            return self._shown(visit, str(error), 409, keep=True)

    def _judged(self, visit: Visit) -> Response:
        who, form = visit.account.name, visit.form
        verdict, intent = form.get("verdict", ""), self._intent(visit)
        ids = _ids(form.getlist("turn"))
        lines = self._lines(form.get("phrases", ""), verdict, intent)
        there = 0
        with self._database.reading() as connection:
            items = self._items(connection)
        rest = _after(items, message_number(visit))
        lines = _ticked(lines, items, ids)
        with self._database.writing() as connection:
            held = claims.others(connection, who)
            if holder := next((held[one] for one in ids if one in held), None):
                raise ChangedMeanwhileError(
                    f"{holder.who} has taken this over meanwhile. Nothing of yours was saved."
                )
            seen = read_number(form.get("seen", "")) or 0
            done = decisions.decide(connection, who, ids, verdict, intent, seen)
            told = f"{verdict} {intent}".strip()
            record(
                connection,
                who,
                "message_judged",
                f"decision {done}: {told}; {len(ids)}, with message {ids[0]}",
            )
            said = _said(connection, ids)
            for line in lines:
                kept = phrases.suggest(connection, self._known, self._meaning, line, intent, who, done)
                if kept.id is None:
                    there += 1
                    continue
                record(connection, who, "phrase_suggested", f"phrase {kept.id}: {intent}")
                if origin := said.get(folded(line)):
                    decisions.link(connection, origin, kept.id)
        following = _next(rest, held)
        query = urlencode({"done": done, **({"there": there} if there else {})})
        return RedirectResponse(f"{ADDRESS}{f'/{following}' if following else ''}?{query}{HEADING}", 303)

    def undo(self, visit: Visit) -> Response:
        """Takes a decision back, and shows its message again. Raises InvalidError, NotFoundError."""
        id = read_number(visit.form.get("decision", ""))
        if id is None:
            raise InvalidError("Say which decision is to be undone.")
        with self._database.writing() as connection:
            again = decisions.undo(connection, id)
            record(connection, visit.account.name, "judgement_undone", f"decision {id}")
        return RedirectResponse(f"{ADDRESS}/{again[-1]}{HEADING}", 303)

    def take_over(self, visit: Visit) -> Response:
        """Takes the item from whoever has it. Raises InvalidError."""
        ids = _ids(visit.form.getlist("turn"))
        with self._database.writing() as connection:
            claims.take(connection, visit.account.name, ids)
            record(connection, visit.account.name, "message_taken_over", f"{len(ids)}, with message {ids[0]}")
        if "phrases" in visit.form:  # what was typed before somebody else took it
            return self._shown(visit, keep=True)
        return RedirectResponse(f"{ADDRESS}/{message_number(visit)}", 303)

    def _items(self, connection: Connection) -> tuple[Item, ...]:
        day = self._pages.start_of(datetime.now(self._pages.zone).date())
        assert day
        return queue.today(connection, self._meaning, day.timestamp())

    def _intent(self, visit: Visit) -> str:
        form = visit.form
        verdict = form.get("verdict", "")
        if verdict == "safety":
            return form.get("danger", "")
        if verdict == "poor_answer":
            topic = form.get("topic", "")
            return topic if topic in self._choices.titles() else ""
        if verdict != "wrong_topic":
            return ""
        intent = form.get("intent", "")
        if intent and intent not in self._choices.titles():
            raise InvalidError("There is no such topic any more.")
        return intent

    def _lines(self, text: str, verdict: str, intent: str) -> list[str]:
        """The phrases to keep. What is slow about them is done here, before the database is locked."""
        if verdict not in ("wrong_topic", "safety"):
            return []
        lines = list(dict.fromkeys(phrases.normalised(line) for line in text.splitlines() if line.strip()))
        if len(lines) > _MOST_PHRASES:
            raise InvalidError(f"Keep at most {_MOST_PHRASES} phrases at once.")
        for line in lines:
            self._known.find(line, intent)
        return lines


def _next(items: Sequence[Item], held: dict[int, claims.Claim]) -> int | None:
    """The first that nobody else has."""
    return next((one.id for one in items if not any(message.id in held for message in one.messages)), None)


def _ticked(lines: Sequence[str], items: Sequence[Item], ids: Sequence[int]) -> list[str]:
    """The phrases without the words of messages that were unticked."""
    item = queue.item_of(items, ids[0])
    messages = item.messages if item else ()
    judged = {folded(one.text) for one in messages if one.id in set(ids)}
    unticked = {folded(one.text) for one in messages} - judged
    return [line for line in lines if folded(line) not in unticked]


def _after(items: Sequence[Item], id: int) -> Sequence[Item]:
    """The others, those first that come after the one of this message."""
    item = queue.item_of(items, id)
    place = items.index(item) if item else -1
    return [*items[place + 1 :], *items[: max(place, 0)]]


def _wordings(item: Item) -> list[tuple[str, list[int]]]:
    """Each text once, with its messages, the commonest first."""
    found: dict[str, list[int]] = {}
    for message in item.messages:
        found.setdefault(" ".join(message.text.split()), []).append(message.id)
    wordings = []
    left = decisions.MOST
    for text, ids in sorted(found.items(), key=lambda one: -len(one[1]))[:_TEXTS]:
        wordings.append((text, ids[:left]))
        left -= len(ids)
        if left <= 0:
            break
    return wordings


def _said(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    """A message with these words, by the words."""
    rows = connection.execute(select(turn.c.id, turn.c.text).where(turn.c.id.in_(ids)))
    return {folded(row.text): row.id for row in rows}


def _done(connection: Connection, visit: Visit) -> dict[str, Any]:
    """What was decided just before, for the box with "Undo"."""
    query = visit.request.query_params
    id = read_number(query.get("done", ""))
    row = connection.execute(select(decision).where(decision.c.id == id)).first() if id else None
    if row is None or row.who != visit.account.name:
        return {"done": None, "kept": 0, "there": 0}
    kept = connection.execute(select(phrase.c.id).where(phrase.c.decision_id == id)).scalars().all()
    told = Decision(row.id, row.who, datetime.fromtimestamp(row.at), row.verdict, row.intent)
    there = min(read_number(query.get("there", "")) or 0, _MOST_PHRASES)
    return {"done": told, "kept": len(kept), "there": there}


def _ids(sent: Sequence[str]) -> list[int]:
    """Messages' numbers, "1,2,3" in each field. Raises InvalidError."""
    ids = [read_number(number) for text in sent for number in text.split(",")]
    if not ids or None in ids or len(ids) > decisions.MOST:
        raise InvalidError("Choose at least one message.")
    return [id for id in ids if id is not None]


def message_number(visit: Visit) -> int:
    """The message's, in the address. Raises NotFoundError."""
    number = int(visit.request.path_params["id"])
    if number >= 2**31:  # more than PostgreSQL takes
        raise NotFoundError(GONE)
    return number
