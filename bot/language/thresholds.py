"""Every probability from which something is done, in one place. The curve: docs/benchmarks/calibration.md.

SURE_OF_ONE, ASKS_BESIDE, SAYS_ITSELF, SAYS_ITSELF_ON_A_TOPIC, PART_SAYS_ITSELF and CHOSEN are held against
the classifier's own probability of a text, SEVERAL against the share of the ways to divide a message, the
others against calibrated ones.
"""

from __future__ import annotations

ANSWER = 0.40  # the likeliest intent is acted on
SEVERAL = 0.75  # a message is taken to ask several things
SURE_OF_ONE = 0.95  # a message with one question at most is not looked through for several things
OFFER = 0.04  # a topic is offered in a choice
OFFER_BESIDE = 0.015  # a runner-up is offered beside an answer, before what people ask next
ANSWER_AFTER_CHOICE = 0.23  # after a choice that did not help, the likeliest topic is answered
ASKS_BESIDE = 0.50  # what follows a greeting or thanks is what is asked
SURE_FROM_NOTHING = 0.96  # a first message that names nothing ("what about that one?") is answered
SAYS_ITSELF = 0.90  # what is said about the conversation ("thanks", "say that simpler") is taken by itself
SAYS_ITSELF_ON_A_TOPIC = 0.95  # so is a question, whatever was said before, if it names what it asks of
PART_SAYS_ITSELF = 0.85  # so is a later part of a message, whatever the part before it asks
CHOSEN = 0.60  # of what was offered, one is clearly meant
GLAD = 0.95  # what is told is good news; below, it is heard as what it may be, trouble
DELETE = 0.80  # a conversation is deleted at once; below, the visitor is asked (it cannot be undone)
MOST_OFFERED = 3
MOST_BESIDE = 2
