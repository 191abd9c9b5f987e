"""What is held in memory of a conversation, and for how long."""

from __future__ import annotations

from bot.privacy.memory import KEEP_AT_MOST, KEEP_SECONDS, Remembered


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_is_held_for_an_hour_and_each_time_it_is_put_in_anew() -> None:
    clock = Clock()
    held: Remembered[str] = Remembered(clock)
    held.put("a", "first")
    clock.now = KEEP_SECONDS - 1
    assert held.get("a") == "first"
    held.put("a", "second")
    clock.now = 2 * KEEP_SECONDS - 2
    assert held.get("a") == "second"
    clock.now = 2 * KEEP_SECONDS
    assert held.get("a") is None


def test_what_is_too_old_goes_when_something_new_comes() -> None:
    clock = Clock()
    held: Remembered[str] = Remembered(clock)
    held.put("a", "secret")
    clock.now = KEEP_SECONDS + 1
    held.put("b", "other")
    assert "secret" not in str(vars(held))


def test_the_oldest_makes_room() -> None:
    held: Remembered[int] = Remembered()
    for number in range(KEEP_AT_MOST + 1):
        held.put(str(number), number)
    assert held.get("0") is None
    assert held.get("1") == 1


def test_forgotten_is_gone() -> None:
    held: Remembered[str] = Remembered()
    held.put("a", "secret")
    held.forget("a")
    held.forget("nobody")
    assert held.get("a") is None
