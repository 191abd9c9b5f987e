"""What is said when no topic is answered: greetings, the offer of a person, "I don't know".

The words are in data/replies.yml, approved as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pydantic import validator

from bot.knowledge.answers import Snapshot
from bot.knowledge.opening import open_now
from bot.knowledge.profile import CentreProfile
from bot.knowledge.strict import Id, Strict, Text, at_least_one
from bot.knowledge.yaml_file import DataError, raise_all, read_yaml
from bot.reply import Button, Kind, Reply

TALK_TO_A_PERSON = Button("Talk to a person", "/human")
_WORDS = ("centre", "phone", "hours", "open_now")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def known_placeholders(cls: Any, sentence: str) -> str:
    """A check for fields that hold sentences: only words of the profile stand in braces."""
    for name in _PLACEHOLDER.findall(sentence):
        if name not in _WORDS:
            raise ValueError(f"expected one of {', '.join(_WORDS)} in braces, found {{{name}}}")
    return sentence


class FixedReply(Strict):
    """One situation's words; `next` are the topics offered as buttons, and "human", a person to talk to."""

    kind: Kind
    says: tuple[Text, ...]
    next: tuple[Id, ...] = ()

    _some_words = validator("says", allow_reuse=True)(at_least_one)
    _known = validator("says", each_item=True, allow_reuse=True)(known_placeholders)


class FixedReplies(Strict):
    """replies.yml: every situation the actions know."""

    greeting: FixedReply
    thanks: FixedReply
    goodbye: FixedReply
    acknowledge: FixedReply
    affirm: FixedReply
    deny: FixedReply
    tells_trouble: FixedReply
    good_news: FixedReply
    are_you_robot: FixedReply
    capabilities: FixedReply
    human: FixedReply
    wants_help: FixedReply
    request_callback: FixedReply
    medical_advice: FixedReply
    privacy: FixedReply
    delete_conversation: FixedReply
    delete_confirm: FixedReply
    delete_failed: FixedReply
    out_of_scope: FixedReply
    unknown: FixedReply
    leads: FixedReply
    clarify: FixedReply
    no_words: FixedReply
    too_long: FixedReply
    spanish: FixedReply
    other_language: FixedReply
    nothing_to_add: FixedReply
    nothing_said_yet: FixedReply
    no_sources: FixedReply

    def __getitem__(self, situation: str) -> FixedReply:
        """Raises KeyError for a situation that has no words."""
        if situation not in self.__fields__:
            raise KeyError(situation)
        reply: FixedReply = getattr(self, situation)
        return reply


def read_replies(path: Path, topics: Mapping[str, object]) -> FixedReplies:
    """Raises DataError with the file, the line and what is expected."""
    file = read_yaml(path)
    replies = file.parse(FixedReplies)
    wrong: list[DataError] = []
    for situation in replies.__fields__:
        for number, topic in enumerate(replies[situation].next):
            if topic not in topics and topic != "human":
                problem = f"expected a topic or human, found {topic!r}"
                wrong.append(file.error((situation, "next", number), problem))
    raise_all(wrong)
    return replies


def fixed_reply(fixed: FixedReply, snapshot: Snapshot) -> Reply:
    """The reply in this centre's name; a sentence whose word the profile lacks is left out."""
    topics = snapshot.knowledge.topics
    buttons = (
        TALK_TO_A_PERSON if topic == "human" else Button(topics[topic].question, f"/{topic}")
        for topic in fixed.next
    )
    return Reply(fixed.kind, (in_words(fixed.says, snapshot.profile),), buttons=tuple(buttons))


def in_words(sentences: Iterable[str], profile: CentreProfile) -> str:
    """All the sentences that can be said, as one text."""
    known = {
        "centre": profile.name,
        "phone": profile.phone,
        "hours": profile.hours_in_words,
        "open_now": open_now(profile, datetime.now(timezone.utc)),
    }
    said = [
        _PLACEHOLDER.sub(lambda match: known[match[1]] or "", sentence)
        for sentence in sentences
        if all(known[name] for name in _PLACEHOLDER.findall(sentence))
    ]
    return " ".join(said)
