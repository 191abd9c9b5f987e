"""How often a visitor gets what was asked for, on messages never seen, over the REST channel.

A file holds JSON lines, each with an id and one of
  "text", "topics"            a question; `topics` are all that a fair reader would accept
  "text", "kind"              a message that is no question on a topic, and the kind of reply to it
  "text", "parts"             several questions in one message: the accepted topics of each, in order
  "text", "verdict", "topics" a question to which yes, no, "it depends" or "the material doesn't say" comes
                              first; with the verdict "", one of the words in `leads`
  "turns"                     a conversation: of each turn "text", "topics" (as in `parts`), "kind" or "kinds"
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.house import Conversation, Heard
from bot.knowledge.answers import VERDICTS
from bot.reply import KINDS
from bot.safety.evaluate import Share

Form = Literal["topic", "kind", "compound", "specific", "turn"]
Topics = tuple[str, ...]

UNSURE = ("clarify", "unknown")
ON_TOPICS = ("answer", "rephrase", "sources")  # kinds of reply that name the topics they are on

# Before the centre's own word, and before the documents' where both speak.
_WHOSE_WORD = re.compile(r"(?:at [^:.!?]{1,80}|in general): *", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[ap]\.m\.|[^.!?\n]|[.!?](?=\S))*", re.IGNORECASE)
_FIRST_WORDS = {
    "yes": re.compile(r"yes[,.:;!]", re.IGNORECASE),
    "no": re.compile(r"no[,.:;!]", re.IGNORECASE),
    "depends": re.compile(r"it depends\b", re.IGNORECASE),
    # The material "doesn't say", "doesn't cover that"; the centre "has not told this assistant".
    "unsaid": re.compile(
        r"[^.!?]*\b(?:doesn't|does not|has not|hasn't) (?:say|cover|told?)\b", re.IGNORECASE
    ),
}


@dataclass(frozen=True)
class Turn:
    """One message and what is right to reply: one of `kinds`, with an accepted topic for each thing asked."""

    id: str
    form: Form
    text: str
    topics: tuple[Topics, ...]
    kinds: tuple[str, ...]
    voice: str = ""
    verdict: str = ""
    leads: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """The best topic, or the kind of reply, in a word or two."""
        if self.kinds[0] != "answer" or not self.topics:
            return self.kinds[0]
        return self.topics[0][0] if len(self.topics) == 1 else f"{len(self.topics)} things"

    @property
    def accepted(self) -> str:
        """All that is right, in words."""
        topics = ", ".join("/".join(part) for part in self.topics)
        kinds = "" if self.kinds == ("answer",) else "/".join(self.kinds)
        lead = self.verdict or "/".join(self.leads)
        return " ".join(part for part in (kinds, topics, lead and f"({lead})") if part)


@dataclass(frozen=True)
class Said:
    """A reply as it is judged: `text` is the first said, `offered` what its buttons lead to."""

    kind: str
    topics: Topics = ()
    text: str = ""
    offered: Topics = ()

    @staticmethod
    def of(heard: Heard) -> Said:
        """A reply that breaks the contract is of the kind "broken", which is right for nothing."""
        texts = heard.texts
        offered = tuple(button["payload"].lstrip("/") for button in heard.buttons)
        try:
            return Said(heard.kind, tuple(heard.topics), texts[0] if texts else "", offered)
        except (ValueError, KeyError):
            return Said("broken", (), texts[0] if texts else "", offered)


@dataclass(frozen=True)
class Outcome:
    """What a message got."""

    turn: Turn
    said: Said

    @property
    def right(self) -> bool:
        """Right in what its form is about: the topics, the kind, or the verdict."""
        return verdict_first(self.turn, self.said) if self.turn.form == "specific" else self.on_topic

    @property
    def on_topic(self) -> bool:
        """Whether the kind is accepted, and the topics where the reply has some."""
        turn, said = self.turn, self.said
        if said.kind not in turn.kinds:
            return False
        if said.kind not in ON_TOPICS or not turn.topics:
            return True
        if turn.form in ("topic", "specific"):  # two topics are no harm where a reader would accept both
            return bool(said.topics) and set(said.topics) <= set(turn.topics[0])
        return answered(turn.topics, said.topics)

    @property
    def offered(self) -> bool:
        """Whether an accepted topic is a button of a reply that owns to being unsure."""
        return self.said.kind in UNSURE and self._has_button

    @property
    def beside(self) -> bool:
        """Whether an accepted topic is a button beside a wrong answer."""
        return self.said.kind not in UNSURE and not self.on_topic and self._has_button

    @property
    def _has_button(self) -> bool:
        return any(topic in accepted for accepted in self.turn.topics for topic in self.said.offered)

    @property
    def got(self) -> str:
        """The topics answered, or the kind of the reply; of a specific question on its topic, the verdict."""
        if self.said.kind != "answer":
            return self.said.kind
        if self.turn.form == "specific" and self.on_topic:
            return verdict_of(self.said) or "no verdict"
        return " + ".join(self.said.topics)


class CasesError(Exception):
    """A file of cases cannot be used; the message names the file and the line."""


def read_cases(path: Path, topics: Collection[str]) -> list[list[Turn]]:
    """The conversations of a file; a single message is one of one turn. Raises CasesError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(f"{path}: {error}") from error
    cases: list[list[Turn]] = []
    ids: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            turns = _case(json.loads(line), topics)
            case = turns[0].id.partition("#")[0]
            if case in ids:
                raise ValueError(f"the id {case!r} is there twice")
        except ValueError as error:
            raise CasesError(f"{path}, line {number}: {error}") from error
        ids.add(case)
        cases.append(turns)
    if not cases:
        raise CasesError(f"{path}: there is nothing in it")
    return cases


def play(turns: Sequence[Turn], conversation: Conversation) -> list[Outcome]:
    """Says the turns one after the other. Raises HouseError."""
    return [Outcome(turn, Said.of(conversation.say(turn.text))) for turn in turns]


def answered(wanted: Sequence[Collection[str]], said: Sequence[str], seen: Sequence[str] = ()) -> bool:
    """Whether the topics said are the parts wanted, by the topics accepted for each, in order and nothing
    else. A topic is said once: a part may be answered with one before it ("where are you, and when open").
    """
    if not wanted:
        return not said
    if said and said[0] in wanted[0] and answered(wanted[1:], said[1:], [*seen, said[0]]):
        return True
    return any(topic in wanted[0] for topic in seen) and answered(wanted[1:], said, seen)


def verdict_first(turn: Turn, said: Said) -> bool:
    """Whether the reply's first words are the verdict; for a choice, whether its first sentence makes it."""
    if turn.verdict:
        return verdict_of(said) == turn.verdict
    sentence = _SENTENCE.match(_own(said.text))
    words = sentence[0] if sentence else ""
    # The start of a word is enough ("week" of "weekly"), of a number it is not.
    return any(re.search(rf"(?<!\w){re.escape(lead)}(?!\d)", words, re.IGNORECASE) for lead in turn.leads)


def verdict_of(said: Said) -> str:
    """The verdict a reply begins with, or ""."""
    text = _own(said.text)
    return next((verdict for verdict, words in _FIRST_WORDS.items() if words.match(text)), "")


def summary(outcomes: Iterable[Outcome]) -> dict[str, Share]:
    """The share that is right, by what is measured; only of what there is."""
    by_form: dict[Form, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_form[outcome.turn.form].append(outcome)
    topic, compound = by_form["topic"], by_form["compound"]
    several = [outcome for outcome in compound if len(outcome.turn.topics) > 1]
    dialogues: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in by_form["turn"]:
        dialogues[outcome.turn.id.partition("#")[0]].append(outcome)
    later = [outcome for dialogue in dialogues.values() for outcome in dialogue[1:]]
    shares = {
        "right topic": _right(topic),
        "right topic, or offered when unsure": _share(one.right or one.offered for one in topic),
        "right topic, or offered when unsure or beside the answer": _share(
            one.right or one.offered or one.beside for one in topic
        ),
        "right kind": _right(by_form["kind"]),
        "all parts and nothing else": _right(compound),
        "- of messages that ask several things": _right(several),
        "- of messages that ask one thing": _right(one for one in compound if len(one.turn.topics) == 1),
        "dialogue turns": _right(by_form["turn"]),
        "- without first turns": _right(later),
        "- whole dialogues": _share(all(one.right for one in dialogue) for dialogue in dialogues.values()),
        "verdict or choice first": _right(by_form["specific"]),
        "- right topic": _share(one.on_topic for one in by_form["specific"]),
    }
    return {name: share for name, share in shares.items() if share.of}


def by_wanted(outcomes: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    """Outcomes by the topic or kind wanted, in alphabetical order."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.turn.wanted].append(outcome)
    return dict(sorted(groups.items()))


def taken_for(outcomes: Iterable[Outcome]) -> str:
    """What the messages that were not understood were taken for, the most frequent first."""
    counts = Counter(outcome.got for outcome in outcomes if not outcome.right)
    return ", ".join(f"{got} {count}" if count > 1 else got for got, count in counts.most_common())


def _own(text: str) -> str:
    """The text without whose word it is."""
    return text[found.end() :] if (found := _WHOSE_WORD.match(text)) else text


def _share(right: Iterable[bool]) -> Share:
    values = list(right)
    return Share(sum(values), len(values))


def _right(outcomes: Iterable[Outcome]) -> Share:
    return _share(outcome.right for outcome in outcomes)


def _case(row: Any, topics: Collection[str]) -> list[Turn]:
    """One line's turns; a dialogue's are numbered "id#1", "id#2". Raises ValueError."""
    if not isinstance(row, dict):
        raise ValueError("expected a JSON object")
    case, voice = _text(row, "id"), str(row.get("voice", ""))
    if "#" in case:
        raise ValueError(f"an id has no '#': {case!r}")
    if "turns" in row:
        turns = row["turns"]
        if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
            raise ValueError("'turns' must be a list of objects")
        return [
            _dialogue_turn(f"{case}#{number}", turn, topics) for number, turn in enumerate(turns, start=1)
        ]
    text = _text(row, "text")
    if "parts" in row:
        return [Turn(case, "compound", text, _accepted(row, "parts", topics), ("answer",), voice)]
    if "verdict" in row:
        verdict, leads = row["verdict"], _texts(row.get("leads", []), "leads")
        if verdict not in ("", *VERDICTS):
            raise ValueError(f"'verdict' must be empty or one of {', '.join(VERDICTS)}, not {verdict!r}")
        if bool(verdict) == bool(leads):
            raise ValueError("expected either a verdict or words in 'leads'")
        accepted = (_known(row.get("topics"), "topics", topics),)
        return [Turn(case, "specific", text, accepted, ("answer",), voice, verdict, leads)]
    if "topics" in row:
        # Where a message tells of danger as well, the safety reply is right too.
        right = ("answer", "safety") if row.get("safety") else ("answer",)
        return [Turn(case, "topic", text, (_known(row["topics"], "topics", topics),), right, voice)]
    if "kind" in row:
        kinds = _kinds([row["kind"]])
        # A choice is an honest way not to know.
        return [Turn(case, "kind", text, (), UNSURE[::-1] if kinds == ("unknown",) else kinds, voice)]
    raise ValueError("expected one of 'topics', 'kind', 'parts', 'verdict' and 'turns'")


def _dialogue_turn(id_: str, row: Mapping[str, Any], topics: Collection[str]) -> Turn:
    kinds = _kinds(row["kinds"] if "kinds" in row else [row.get("kind")])
    return Turn(id_, "turn", _text(row, "text"), _accepted(row, "topics", topics), kinds)


def _accepted(row: Mapping[str, Any], key: str, topics: Collection[str]) -> tuple[Topics, ...]:
    parts = row.get(key)
    if not isinstance(parts, list) or (key == "parts" and not parts):
        raise ValueError(f"{key!r} must be a list of lists of topics")
    return tuple(_known(part, key, topics) for part in parts)


def _known(value: Any, key: str, topics: Collection[str]) -> Topics:
    names = _texts(value, key)
    if not names:
        raise ValueError(f"{key!r} names no topic")
    for name in names:
        if name not in topics:
            raise ValueError(f"{name!r} is no topic")
    return names


def _kinds(value: Any) -> tuple[str, ...]:
    kinds = value if isinstance(value, list) else []
    if not kinds or not all(kind in KINDS for kind in kinds):
        raise ValueError(f"{value!r} must be kinds of reply: {', '.join(KINDS)}")
    return tuple(kinds)


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise ValueError(f"{key!r} must be a list of texts")
    return tuple(value)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key!r} must be a text")
    return value
