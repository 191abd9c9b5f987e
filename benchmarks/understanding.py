"""What visitors get for messages never seen, over the REST channel: docs/benchmarks/understanding.md."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks import figures
from benchmarks.report import (
    HELD_OUT,
    SHARED,
    Target,
    at_least,
    percent,
    table,
    targets,
    trained,
    write,
)
from bot.house import open_house
from bot.knowledge.reading import read_knowledge
from bot.language.evaluate import UNSURE, Outcome, by_wanted, play, read_cases, summary, taken_for
from bot.safety.evaluate import Share
from bot.settings import settings

REAL = SHARED / "evaluation" / "real_questions.jsonl"
PAIRS = 15  # of most frequent confusions
SMALLEST_VOICE = 10  # messages; fewer say nothing of a voice
# What was aimed at, by the names of the summary.
_TARGETS = {
    "right topic": 0.93,
    "right topic, or offered when unsure": 0.97,
    "all parts and nothing else": 0.85,
    "dialogue turns": 0.90,
    "right kind": 0.92,
}

RULES = """\
Every message goes over Rasa's REST channel to the whole house, a conversation each, and what is judged is
the reply a visitor reads.

- *Right topic*: an answer, and every topic it names is one that a fair reader accepted beforehand.
- *Offered when unsure*: the reply says that it is unsure, and one of its buttons leads to an accepted
  topic.
- *Beside the answer*: the answer was a wrong one, and one of its buttons leads to an accepted topic.
- *Right kind*: messages that ask no topic (out of scope, medical advice, a person, small talk, ...). For
  out of scope a choice is right too, as an honest way not to know.
- *All parts*: the answer names a topic for each of the things asked, in order, and no other.
- *Dialogue turns*: in one conversation, turn by turn; a turn after a wrong one is judged like any other.
- *Verdict or choice first*: the first words are the yes, the no, "it depends" or "the material doesn't say"
  that is right; of "mornings or evenings?", the first sentence makes the choice.

Intervals are 95 % (Wilson)."""


def run(console: Console) -> None:
    """Asks all files, writes the report."""
    topics = read_knowledge(settings().data_dir / "knowledge").topics
    files = [*sorted(HELD_OUT.glob("*.jsonl")), *([REAL] if REAL.exists() else [])]
    cases = {file.name: read_cases(file, topics) for file in files}
    model = trained(console)
    outcomes: dict[str, list[Outcome]] = {}
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder), model) as house:
        for name, conversations in cases.items():
            asked = track(conversations, f"{name}: asking", console=console)
            outcomes[name] = [one for turns in asked for one in play(turns, house.conversation())]
    of_ours = [one for name, found in outcomes.items() if name != REAL.name for one in found]
    single = [one for found in outcomes.values() for one in found if one.turn.form in ("topic", "kind")]
    voices = _voices(of_ours)
    blocks = [
        "Messages written apart from the training phrases, in `tests/held_out`"
        + (f", and `{REAL.name}` of people's own, which is not in the repository." if REAL.exists() else "."),
        targets(_met(of_ours)),
        "The targets are held against the files of the repository together.",
        "## By file",
        _by_file(outcomes),
        _unsure(single),
        "## What counts",
        RULES,
        "## How it goes wrong",
        _ways(single),
        "## Taken for something else",
        f"The {PAIRS} most frequent pairs among the {len(single)} single messages. Of several accepted "
        "topics the first is named, of several topics answered each one that was wrong.",
        _pairs(single),
        "## By voice",
        f"![Share of right topics by voice](understanding_voices.svg)\n\n{_VOICES}",
        table(
            ("voice", "right topic>", "95 %>"), [(voice, *_cells(share)) for voice, share in voices.items()]
        ),
        "## By topic",
        _wanted([one for one in single if one.turn.form == "topic"]),
        "## By kind",
        _wanted([one for one in single if one.turn.form == "kind"]),
    ]
    _draw(voices)
    write("understanding", "What visitors get", "understanding", blocks, console)


_VOICES = (
    "The share of right topics in each voice, with its interval; the dashed line is all of them. Questions "
    f"of all files of the repository, voices of {SMALLEST_VOICE} questions and more."
)


def _met(outcomes: Sequence[Outcome]) -> list[Target]:
    shares = summary(outcomes)
    return [at_least(name, aim, shares[name]) for name, aim in _TARGETS.items() if name in shares]


def _by_file(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    rows = []
    for file, found in outcomes.items():
        for name, share in summary(found).items():
            rows.append((file, name, f"{share.count} of {share.of}", *_cells(share)))
            file = ""  # named once
    return table(("file", "", "right>", "share>", "95 %>"), rows)


def _cells(share: Share) -> tuple[str, str]:
    low, high = share.interval
    return percent(share.count / share.of), f"{low:.0%} to {high:.0%}"


def _unsure(outcomes: Sequence[Outcome]) -> str:
    """Where the offered topics come from, and the out of scope that got a choice."""
    offered = [one.said.kind for one in outcomes if one.offered]
    strange = [one.said.kind for one in outcomes if one.turn.kinds == UNSURE[::-1]]
    choice, unknown = offered.count("clarify"), offered.count("unknown")
    return (
        f"Of the {len(offered)} times an accepted topic was offered, {choice} were a choice, {unknown} "
        f"buttons under a reply that says it does not know. Of the {len(strange)} out-of-scope messages, "
        f"{strange.count('clarify')} got a choice."
    )


def _ways(outcomes: Sequence[Outcome]) -> str:
    """How questions on a topic went wrong."""
    found = Counter(_way(one) for one in outcomes if one.turn.form == "topic" and not one.right)
    return table(("questions on a topic that went wrong", "number>"), found.most_common())


def _way(outcome: Outcome) -> str:
    said = outcome.said
    if said.kind in UNSURE:
        told = "a choice" if said.kind == "clarify" else "“I don't know”"
        return f"{told}, with an accepted topic offered" if outcome.offered else f"{told}, without one"
    if said.kind != "answer":
        return "a reply of another kind"
    if set(said.topics) & set(outcome.turn.topics[0]):
        return "an accepted topic, and another one that was not asked"
    return "another topic" if len(said.topics) == 1 else "other topics, several"


def _pairs(outcomes: Sequence[Outcome]) -> str:
    pairs = Counter(pair for one in outcomes if not one.right for pair in _confused(one))
    return table(("wanted", "got", "times>"), [(*pair, times) for pair, times in pairs.most_common(PAIRS)])


def _confused(outcome: Outcome) -> list[tuple[str, str]]:
    """What was wanted, with each topic or kind it was taken for; nothing for a topic that was given up."""
    turn, said = outcome.turn, outcome.said
    if said.kind == "answer":
        accepted = {topic for part in turn.topics for topic in part}
        return [(turn.wanted, topic) for topic in said.topics if topic not in accepted]
    return [] if turn.topics and said.kind in UNSURE else [(turn.wanted, said.kind)]


def _voices(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """The share of right topics by voice, the best understood first."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for one in outcomes:
        if one.turn.form == "topic" and one.turn.voice:
            groups[one.turn.voice].append(one.right)
    shares = {
        voice: Share(sum(right), len(right))
        for voice, right in groups.items()
        if len(right) >= SMALLEST_VOICE
    }
    return dict(sorted(shares.items(), key=lambda pair: -pair[1].count / pair[1].of))


def _wanted(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for wanted, group in by_wanted(outcomes).items():
        right = sum(one.right for one in group)
        rows.append((wanted, right, len(group), f"{right / len(group):.0%}", taken_for(group)))
    return table(("wanted", "right>", "of>", "share>", "taken for"), rows)


def _draw(voices: Mapping[str, Share]) -> None:
    if not voices:
        return
    figure, [axes] = figures.panels(1, 1, 7.5, 0.8 + 0.24 * len(voices))
    for row, share in enumerate(voices.values()):
        low, high = share.interval
        axes.plot([low, high], [row, row], color=figures.PALE, linewidth=4, solid_capstyle="butt")
        axes.plot(share.count / share.of, row, "o", color=figures.BLUE, markersize=5)
    everything = sum(share.count for share in voices.values()) / sum(share.of for share in voices.values())
    axes.axvline(everything, color=figures.GREY, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(voices)), [f"{voice} ({share.of})" for voice, share in voices.items()])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlim(min(0.6, *(share.interval[0] for share in voices.values())), 1)
    figures.in_percent(axes.xaxis)
    axes.set_xlabel("right topic")
    figures.save(figure, "understanding_voices")
