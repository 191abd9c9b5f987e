"""A quantity of a fact, and how it is said in plain words ("at least 9 hours a week")."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import root_validator, validator

from bot.knowledge.strict import Number, Strict

Qualifier = Literal["typical", "at_least", "at_most", "under", "over", "exact"]

_TIMES = {word: f"{word}s" for word in ("minute", "hour", "day", "week", "month", "year", "night")}
_COUNTS = {word: f"{word}s" for word in ("visit", "session", "meeting", "part", "group", "time")}
PLURALS = {**_TIMES, **_COUNTS, "person": "people"}
_PERIODS = ("day", "week", "month", "year")
_UNITS_EXPECTED = (
    f"expected one of {', '.join(PLURALS)}, or one of these with {', '.join(f'_per_{p}' for p in _PERIODS)}"
)


class Quantity(Strict):
    """An amount or a range; bounds are counted in `unit`.

    A unit is singular ("week") and may be a rate ("hour_per_week"). "typical" with one bound,
    or two equal ones, reads "about 90 days".
    """

    low: Number | None = None
    high: Number | None = None
    unit: str
    qualifier: Qualifier

    @validator("unit", pre=True)
    def _known_unit(cls, unit: Any) -> Any:
        noun, per, period = str(unit).partition("_per_")
        if noun not in PLURALS or (per and period not in _PERIODS):
            raise ValueError(_UNITS_EXPECTED)
        return unit

    @root_validator(skip_on_failure=True)
    def _bounds_fit(cls, values: dict[str, Any]) -> dict[str, Any]:
        low, high, qualifier = values["low"], values["high"], values["qualifier"]
        if low is None and high is None:
            raise ValueError("expected low, high or both")
        if low is not None and high is not None and low > high:
            raise ValueError(f"expected low to be at most high, found {number(low)} and {number(high)}")
        if qualifier in ("at_least", "over") and (low is None or high not in (None, low)):
            raise ValueError(f"expected only low with {qualifier}")
        if qualifier in ("at_most", "under") and (high is None or low not in (None, high)):
            raise ValueError(f"expected only high with {qualifier}")
        return values

    @property
    def numbers(self) -> frozenset[float]:
        """The bounds that are given."""
        return frozenset(bound for bound in (self.low, self.high) if bound is not None)

    @property
    def words(self) -> str:
        """As it is said in the middle of a sentence: "8 to 12 weeks", "fewer than 15 people"."""
        low, high = (bound for bound in (self.low or self.high, self.high or self.low) if bound)
        if low != high:
            return f"{number(low)} to {self._amount(high)}"
        noun, per, period = self.unit.partition("_per_")
        amount = self._amount(high)
        if noun == "time" and high in (1, 2):
            amount = ("once" if high == 1 else "twice") + (f" a {period}" if per else "")
        return {
            "typical": f"about {amount}",
            "exact": amount,
            "at_least": f"at least {amount}",
            "at_most": f"up to {amount}",
            "under": f"{'less' if noun in _TIMES else 'fewer'} than {amount}",
            "over": f"more than {amount}",
        }[self.qualifier]

    def _amount(self, value: float) -> str:
        noun, _, period = self.unit.partition("_per_")
        noun = noun if value == 1 else PLURALS[noun]
        return f"{number(value)} {noun}" + (f" a {period}" if period else "")


def number(value: float) -> str:
    """Digits as read in the US: 8, 1.5, 1,200."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")
