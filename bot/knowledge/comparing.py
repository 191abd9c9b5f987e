"""What each source says in numbers on a topic, side by side: the centre first, then the documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.cards import Bounds, Range
from bot.knowledge.answers import PROFILE, Snapshot, sources_of
from bot.knowledge.placeholders import join
from bot.knowledge.quantities import Quantity
from bot.knowledge.schema import Citation, Fact, Knowledge
from bot.reply import Source

# How much of one unit another is; what is not here cannot be compared.
_IN = {
    ("day", "week"): 1 / 7,
    ("month", "week"): 365.25 / 12 / 7,
    ("minute", "hour"): 1 / 60,
    ("visit_per_week", "day_per_week"): 1.0,
}


@dataclass(frozen=True)
class Figure:
    """A quantity, who gives it (in short), and where."""

    quantity: Quantity
    by: str
    sources: tuple[Source, ...]
    centre: bool

    def bounds(self, unit: str) -> tuple[float | None, float | None]:
        """Low and high counted in `unit`; None for an end left open. Raises KeyError for another kind."""
        factor = 1.0 if self.quantity.unit == unit else _IN[self.quantity.unit, unit]
        low, high = self.quantity.low, self.quantity.high
        if self.quantity.qualifier in ("at_least", "over"):
            high = None
        elif self.quantity.qualifier in ("at_most", "under"):
            low = None
        else:
            low, high = low or high, high or low
        return low and low * factor, high and high * factor

    def row(self, unit: str) -> Range:
        """The figure on an axis counted in `unit`."""
        low, high = (bound and round(bound, 2) for bound in self.bounds(unit))
        return Range(self.by, self.quantity.words, low, high, self.centre)


def figures(snapshot: Snapshot, topic: str, unit: str) -> list[Figure]:
    """The figures on the topic that can be counted in `unit`: the centre's, then those of approved facts
    from low to high. A fact that holds for some people only is left out."""
    knowledge, profile = snapshot.knowledge, snapshot.profile
    found: list[Figure] = []
    if own := profile.words.get(topic):
        source = Source(PROFILE, profile.name, knowledge.topics[topic].title)
        found = [Figure(quantity, profile.name, (source,), True) for quantity in own.figures]
    facts = [
        Figure(fact.quantity, in_short(knowledge, fact.sources), sources_of(knowledge, fact), False)
        for fact in approved(knowledge, topic)
        if fact.quantity and not fact.when
    ]
    comparable = [f for f in (*found, *facts) if f.quantity.unit == unit or (f.quantity.unit, unit) in _IN]
    return sorted(comparable, key=lambda figure: (not figure.centre, figure.bounds(unit)[0] or 0.0))


def reach(compared: Iterable[Figure], unit: str) -> Bounds | None:
    """The lowest low and the highest high of the figures; None if they have neither."""
    ends = [end for figure in compared for end in figure.bounds(unit) if end]
    return (min(ends), max(ends)) if ends else None


def approved(knowledge: Knowledge, topic: str) -> list[Fact]:
    """The topic's facts that may be said."""
    facts = knowledge.topics[topic].facts if topic in knowledge.topics else ()
    return [fact for fact in facts if fact.status == "approved"]


def in_short(knowledge: Knowledge, sources: Iterable[Source | Citation]) -> str:
    """The documents, by their short names."""
    cited = dict.fromkeys(source.document for source in sources)
    return join(tuple(knowledge.documents[document].short for document in cited))
