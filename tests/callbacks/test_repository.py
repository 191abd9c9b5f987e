"""Requests are made, read by those with the right, marked, deleted and encrypted anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.callbacks.actor import CALLBACKS, Actor
from bot.callbacks.errors import (
    CallbacksError,
    CallbacksOffError,
    ChangedMeanwhileError,
    KeyFormatError,
    NoSuchRequestError,
    NotAllowedError,
)
from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callback, Callbacks, Unreadable
from bot.privacy.conversations import DAY
from tests.callbacks.conftest import CONSENT, NAME, PHONE, READER, STAFF, TIME, details

Open = Callable[..., Callbacks]
NOBODY = "0" * 20


def did(callbacks: Callbacks, id: str | None = None) -> list[tuple[str, str]]:
    return [(entry.who, entry.what) for entry in reversed(callbacks.audit(STAFF, id))]


def test_what_was_given_is_read_by_another_process(callbacks: Callbacks, opened: Open, key: str) -> None:
    id = callbacks.add(details())
    (one,) = opened(key).list(STAFF).requests
    assert (one.id, one.state, one.changed_by) == (id, "new", "visitor")
    assert (one.details.name, one.details.phone, one.details.best_time) == (NAME, PHONE, TIME)
    assert one.details.consent == CONSENT
    now = datetime.now(timezone.utc)
    assert all(
        now - timedelta(minutes=1) < at <= now for at in (one.created, one.changed, one.details.agreed)
    )
    assert callbacks.get(STAFF, id) == one
    assert callbacks.on


def test_ids_are_random(callbacks: Callbacks) -> None:
    assert len({callbacks.add(details()) for _ in range(20)}) == 20


def test_the_oldest_come_first_and_a_list_has_an_end(callbacks: Callbacks) -> None:
    ids = [callbacks.add(details(name)) for name in ("Ana", "Bo", "Cy")]
    listed = callbacks.list(STAFF, limit=2)
    assert [one.id for one in listed.requests] == ids[:2]
    assert listed.more
    assert not callbacks.list(STAFF, limit=3).more
    assert callbacks.list(STAFF, ["done"]).requests == ()
    assert callbacks.list(STAFF, []).requests == ()


def test_states_are_set_and_can_be_set_back(callbacks: Callbacks) -> None:
    id = callbacks.add(details())
    callbacks.mark(STAFF, id, "called")
    one = callbacks.get(STAFF, id)
    assert isinstance(one, Callback)
    assert (one.state, one.changed_by) == ("called", "rosa")
    assert one.changed > one.created
    callbacks.mark(STAFF, id, "new", was="called")
    with pytest.raises(ChangedMeanwhileError, match="rosa has set this request to 'new'"):
        callbacks.mark(Actor("kim", {CALLBACKS}), id, "done", was="called")
    with pytest.raises(CallbacksError, match="new, called, done"):
        callbacks.mark(STAFF, id, "lost")  # type: ignore[arg-type]
    assert did(callbacks, id) == [
        *(("visitor", "created"), ("rosa", "called"), ("rosa", "read"), ("rosa", "new"))
    ]


@pytest.mark.parametrize("wrong", [NOBODY, "", "x\x00", "é" * 20, "' OR 1=1 --", "1" * 10_000])
def test_a_request_that_is_not_there(callbacks: Callbacks, wrong: str) -> None:
    callbacks.add(details())
    acts: list[Callable[[], object]] = [
        lambda: callbacks.get(STAFF, wrong),
        lambda: callbacks.mark(STAFF, wrong, "done"),
        lambda: callbacks.mark(STAFF, wrong, "done", was="new"),
        lambda: callbacks.delete(STAFF, wrong),
    ]
    for act in acts:
        with pytest.raises(NoSuchRequestError):
            act()
    assert did(callbacks) == [("visitor", "created")]


def test_without_the_right_nothing_is_read_or_changed(callbacks: Callbacks) -> None:
    id = callbacks.add(details())
    acts: list[Callable[[Actor], object]] = [
        callbacks.list,
        callbacks.rotate,
        lambda who: callbacks.get(who, id),
        lambda who: callbacks.mark(who, id, "done"),
        lambda who: callbacks.delete(who, id),
        lambda who: callbacks.purge(who, 0),
    ]
    for act in acts:
        with pytest.raises(NotAllowedError, match="ned lacks the right 'callbacks'"):
            act(READER)
    with pytest.raises(NotAllowedError, match="'audit'"):
        callbacks.audit(Actor("kim", frozenset({CALLBACKS})))
    assert did(callbacks) == [("visitor", "created")]


@pytest.mark.parametrize(
    ("name", "rights", "error"),
    [
        ("ned", "no callbacks", TypeError),
        ("ned", ["callbacks"], TypeError),
        (7, {"callbacks"}, TypeError),
        (" ", {"callbacks"}, ValueError),
        ("n\x00", {"callbacks"}, ValueError),
        ("n" * 101, {"callbacks"}, ValueError),
    ],
)
def test_an_actor_has_a_name_and_a_set_of_rights(name: Any, rights: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Actor(name, rights)


def test_every_read_and_change_is_in_the_audit(callbacks: Callbacks, opened: Open, key: str) -> None:
    first, second = callbacks.add(details()), callbacks.add(details("Bo"))
    callbacks.list(STAFF)
    callbacks.mark(STAFF, first, "done")
    newer = opened(new_key(), key)
    newer.rotate(STAFF)
    newer.delete(STAFF, first)
    newer.purge(Actor("cron", {CALLBACKS}), 0, time.time() + 1)
    expected = [("visitor", "created"), ("rosa", "read")]
    assert did(newer, first) == [*expected, ("rosa", "done"), ("rosa", "rotated"), ("rosa", "deleted")]
    assert did(newer, second) == [*expected, ("rosa", "rotated"), ("cron", "purged")]
    assert len(did(newer)) == 9


def test_old_requests_are_purged_whatever_their_state(callbacks: Callbacks) -> None:
    old = [callbacks.add(details()) for _ in range(2)]
    callbacks.mark(STAFF, old[0], "done")
    limit = time.time()
    time.sleep(0.01)
    kept = callbacks.add(details("Bo"))
    assert callbacks.purge(STAFF, 90, limit + 89 * DAY).requests == 0
    purged = callbacks.purge(STAFF, 90, limit + 90 * DAY)
    assert (purged.requests, purged.whole) == (2, True)
    assert [one.id for one in callbacks.list(STAFF).requests] == [kept]
    assert callbacks.purge(STAFF, 90).requests == 0


def test_a_request_is_deleted_on_demand(callbacks: Callbacks) -> None:
    id = callbacks.add(details())
    assert callbacks.delete(STAFF, id).requests == 1
    assert callbacks.list(STAFF).requests == ()


def test_without_a_key_requests_are_off_but_can_be_deleted(opened: Open, callbacks: Callbacks) -> None:
    first, second = callbacks.add(details()), callbacks.add(details())
    off = opened()
    assert not off.on
    acts: list[Callable[[], object]] = [
        lambda: off.add(details()),
        lambda: off.list(STAFF),
        lambda: off.get(STAFF, first),
        lambda: off.rotate(STAFF),
    ]
    for act in acts:
        with pytest.raises(CallbacksOffError, match=r"off: IOP_CALLBACKS_KEYS .* new-key"):
            act()
    off.mark(STAFF, first, "done")
    off.delete(STAFF, first)
    assert off.purge(STAFF, 0, time.time() + 1).requests == 1
    assert did(off, second)[-1] == ("rosa", "purged")


def test_with_another_key_what_cannot_be_read_is_named_and_the_rest_is_read(
    callbacks: Callbacks, opened: Open, key: str
) -> None:
    lost = callbacks.add(details())
    other = new_key()
    kept = opened(other).add(details("Bo"))
    listed = opened(other).list(STAFF)
    assert [one.id for one in listed.requests] == [kept]
    assert listed.unreadable == (Unreadable(lost, "key", Keys([key]).first_print),)
    assert isinstance(opened(other).get(STAFF, lost), Unreadable)
    assert ("rosa", "read") not in did(callbacks, lost), "nobody has seen it"
    assert len(opened(other, key).list(STAFF).requests) == 2


def test_after_rotation_the_old_key_can_go(callbacks: Callbacks, opened: Open, key: str) -> None:
    id = callbacks.add(details())
    before = callbacks.get(STAFF, id)
    other = new_key()
    rotated = opened(other, key).rotate(STAFF)
    assert (rotated.anew, rotated.already, rotated.unreadable) == (1, 0, ())
    assert opened(other).get(STAFF, id) == before
    assert callbacks.list(STAFF).requests == (), "the old key opens nothing any more"
    again = opened(other, key).rotate(STAFF)
    assert (again.anew, again.already) == (0, 1)


def test_rotation_leaves_what_no_key_reads_for_the_day_its_key_is_found(
    callbacks: Callbacks, opened: Open, key: str
) -> None:
    lost = callbacks.add(details())
    second, third = new_key(), new_key()
    opened(second).add(details("Bo"))
    rotated = opened(third, second).rotate(STAFF)
    assert rotated.anew == 1
    assert [one.id for one in rotated.unreadable] == [lost]
    assert len(opened(third, key).list(STAFF).requests) == 2


@pytest.mark.parametrize("wrong", ["", "marmalade", "A" * 44, "é" * 44])
def test_what_is_no_key_is_not_quoted(wrong: str) -> None:
    with pytest.raises(KeyFormatError) as error:
        Keys([new_key(), wrong])
    assert not wrong or wrong not in str(error.value)


def test_nothing_personal_is_in_a_repr(callbacks: Callbacks, key: str) -> None:
    callbacks.add(details())
    shown = repr((callbacks, callbacks.list(STAFF), Keys([key]), details()))
    assert not any(word in shown for word in (NAME, "Quill", "555-0142", "555 0142", TIME, key))
