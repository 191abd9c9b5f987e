"""What the example centre answers when a figure is asked of: a wrong one is worse than none.

These ways of asking were written apart from those in data/centre, and none was added there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.nearest import Nearest
from bot.knowledge.reading import read_data
from bot.language.clauses import expects_verdict, question_in, without_opening_words
from bot.language.encoder import SentenceEncoder

DATA = Path(__file__).parents[2] / "data"
Verdict = Callable[[int], str]
LEAST_RIGHT = 0.64
MOST_WRONG = 0.05

AGES = (7, 13, 15, 16, 17, 18, 19, 21, 24, 27, 32, 36, 43, 48, 55, 61, 68, 73, 79, 88)
WEEKS = (1, 3, 4, 5, 6, 7, 8, 10, 12, 13, 14, 16, 18, 24, 36, 48)
HOURS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)


def yes_from(least: int, most: int = 1000) -> Verdict:
    """Yes within, no beyond."""
    return lambda figure: "Yes." if least <= figure <= most else "No."


# topic, ways to ask, figures, what is right
ASKED: list[tuple[str, list[str], Sequence[int], Verdict]] = [
    (
        "age_groups",
        [
            "can u treat a {} year old",
            "would my {} year old be allowed in",
            "do {} year olds get in",
            "my kid is {} could he join yall",
            "is it ok that i am {}",
            "will they take me at {}",
            "my wife is {} can she sign up",
            "grandson is {}. can he go there?",
            "does a {} yr old qualify",
            "hi im {} do you take people my age",
            "age {} ok?",
        ],
        AGES,
        yes_from(18),
    ),
    ("age_groups", ["im only {} is that a problem for you"], AGES, yes_from(0, 17)),
    (
        "program_length",
        [
            "does the program last {} weeks",
            "am i in this for {} weeks",
            "is the whole thing {} weeks",
            "so {} weeks and im done?",
            "will this take me {} weeks",
        ],
        WEEKS,
        yes_from(10, 10),
    ),
    (
        "program_length",
        ["will it take more than {} weeks", "does it go longer than {} weeks"],
        (2, 4, 6, 8, 9, 11, 12, 14, 16, 20),
        yes_from(0, 9),
    ),
    (
        "program_length",
        ["is it done in less than {} weeks", "can i expect under {} weeks"],
        (3, 5, 7, 8, 11, 12, 13, 16, 20),
        yes_from(11),
    ),
    (
        "group_size",
        [
            "so like {} people in a room?",
            "do you put {} people in one group",
            "am i sitting with {} other people",
            "are groups about {} ppl",
        ],
        (2, 3, 4, 7, 8, 9, 12, 14, 17, 20, 25, 40),
        yes_from(6, 10),
    ),
    (
        "weekly_schedule",
        [
            "do i have to come {} days every week",
            "so {} days per week?",
            "you go {} times weekly?",
            "is it really {} days a week",
        ],
        range(1, 8),
        yes_from(3, 3),
    ),
    (
        "weekly_schedule",
        ["is that {} hours weekly", "am i there {} hours per week"],
        (3, 5, 6, 9, 12, 15, 18, 20, 25, 40),
        yes_from(9, 9),
    ),
    (
        "session_length",
        ["do you sit there {} hours every day", "is one day {} hours long", "each day is {} hours right"],
        (1, 2, 3, 4, 5, 6, 8),
        yes_from(3, 3),
    ),
    (
        "attendance",
        [
            "bus is late ill be {} minutes late is that alright",
            "can i walk in {} min late",
            "running {} minutes behind can i still join",
        ],
        (3, 4, 6, 9, 11, 13, 15, 18, 22, 28, 35, 55),
        lambda minutes: "Yes." if minutes <= 15 else "It depends.",
    ),
    (
        "contact",
        ["will somebody pick up if i call at {} pm", "are yall open {}pm"],
        HOURS,
        yes_from(0, 8),
    ),
    ("contact", ["will somebody pick up if i call at {} am", "are yall open {}am"], HOURS[1:], yes_from(8)),
    (
        "aftercare",
        ["does aftercare go {} months", "is the free group for {} months"],
        (1, 2, 3, 6, 9, 12),
        yes_from(6, 6),
    ),
]


def questions() -> Iterator[tuple[str, str, str]]:
    """Topic, question and right verdict."""
    for topic, ways, figures, right in ASKED:
        for way in ways:
            for figure in figures:
                yield topic, way.format(figure), right(figure)


@pytest.mark.usefixtures("trained_model")  # which has the encoder made
def test_a_figure_asked_of_is_seldom_answered_wrong() -> None:
    snapshot, nearest = Snapshot(*read_data(DATA)), Nearest(SentenceEncoder.load().encode)
    asked = list(questions())
    right, wrong = 0, []
    for topic, text, verdict in asked:
        question = question_in(text)
        focus = nearest.focus(
            snapshot, topic, without_opening_words(question), (), expects_verdict(question, text)
        )
        said = compose(snapshot, topic, focus).first
        if said.startswith(verdict):
            right += 1
        elif said.startswith(("Yes.", "No.", "It depends.")):
            wrong.append(f"{text}: {said[:20]}")
    print(f"{right} right, {len(wrong)} wrong of {len(asked)}", *wrong, sep="\n")
    assert len(wrong) <= MOST_WRONG * len(asked)
    assert right >= LEAST_RIGHT * len(asked)
