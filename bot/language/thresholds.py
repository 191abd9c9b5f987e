"""Every probability from which something is done, in one place. How they were chosen: docs/language.md."""

from __future__ import annotations

ANSWER = 0.35  # the likeliest intent is acted on
OFFER = 0.10  # a topic is offered in a choice, or beside an answer
ANSWER_AFTER_CHOICE = 0.20  # after a choice that did not help, the likeliest topic is answered
SURE_FROM_NOTHING = 0.90  # a first message that names nothing ("what about that one?") is answered
CHOSEN = 0.60  # of what was offered, one is clearly meant
MOST_OFFERED = 3
