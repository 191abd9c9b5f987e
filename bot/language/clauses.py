"""Cuts a message into clauses and says which of them ask something.

Pure text work: what a clause is about is the classifier's to say (see compound.py). It cuts rather too
often than too seldom, since clauses can be joined again but not cut further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["question", "request", "statement", "fragment"]
Joint = Literal["sentence", "comma", "and", "or", "also", "none"]

_ABBREVIATIONS = frozenset("a.m p.m dr mr mrs ms st e.g i.e vs etc approx hr hrs".split())
_SENTENCE_END = re.compile(
    r"[?!]+[\"')]*\s*"
    r"|\.+[\"')]*(?:\s+|$)"
    r"|[;\n]+\s*"
    r"|\s[-–—•]{1,2}\s"
    r"|(?:^|\s)(?:[1-9]|[a-c])[.)]\s+"  # 1) 2)
)
_COORDINATOR = re.compile(
    r"\s*(?:,|/|:\s)\s*(?:(?:and|n|&|plus|also|or|as well as)\s+)*"
    r"|\s+(?:(?:and|n|&|\+|plus|also|as well as)\s+)+"
    # Misspelt: an article is not followed by these.
    r"|\s+(?:an|nd|adn|amd)\s+(?=(?:wh?at|wats?|how|when|wen|where|who|why|do|does|dose|is|are|can|could|will|would|if)\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"\b(?:and|n|an|nd|adn|amd)\b|[&/]", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
# Said before what comes on top of the rest.
_ALSO = re.compile(
    r"\W*(?:(?:and|n|but|or|oh|ok)\s+)*(?:also|plus|\+|as well as|another|one more|lastly|finally|"
    r"second(?:ly)?|third(?:ly)?|next|(?:[1-9]|[a-c])[.)])(?:\W|$)",
    re.IGNORECASE,
)

_AUXILIARY = (
    r"(?:do|does|did|is|are|am|was|were|can|could|will|would|should|shall|may|might|must|have|has|had|"
    r"don'?t|doesn'?t|didn'?t|isn'?t|aren'?t|can'?t|won'?t|wouldn'?t|couldn'?t|shouldn'?t|r|"
    r"dose(?=\s+(?:it|he|she|that|this|the|my|ur|your|insurance)\b))"
)
_PRONOUN = (
    r"(?:you|u|ya|yall|y'all|i|we|he|she|they|it|this|that|there|ther|these|those|someone|anyone|"
    r"(?:some|any)body)"
)
_SUBJECT = (
    rf"(?:{_PRONOUN}|one|my|his|her|their|your|ur|the|an?|people|patients?|clients?|famil(?:y|ies)|"
    r"everyone|everybody|iops?|insurance|groups?|sessions?)"
)
_WH = (
    r"(?:(?:at|in|on|over|for|to|from|by|with|until|since)\s+(?=what|which|whom|how|when))?"
    r"(?:what(?:'?s)?|wat|wats|wut|how(?:'?s)?|when(?:'?s)?|where(?:'?s)?|who(?:'?s|m|se)?|which|why|y)"
)
# What a question begins with: "how" and its kind, "do" and its kind before anything, "have" and its kind
# only before who is asked about ("have anxiety" tells), and "you take ..." without any of them.
_OPENER = re.compile(
    rf"(?:{_WH}\b"
    r"|(?:do|does|did|is|are|can|could|will|would|should|may|isn'?t|aren'?t|can'?t|won'?t|don'?t|doesn'?t|r)\s+(?!not\b)\w"
    rf"|{_AUXILIARY}\s+{_SUBJECT}\b"
    r"|(?:you|u|ya|ya'?ll|they|you guys|u guys)\s+(?:still |also |even )?"
    r"(?:take|accept|treat|do|have|got|offer|cover|provide|allow|let|help|give|test)\b"
    r"|any(?:thing|one|body)?\b|whether\b|ok\s+(?:to|if)\b)",
    re.IGNORECASE,
)
# What opens a question or a request in the middle of a sentence, without a comma before it.
_INNER_OPENER = re.compile(
    r"\b(?:"
    r"how\s+(?:long|much|many|often|big|do|does|is|are|can|soon|late|early|old|far|frequently)\b"
    r"|(?:what|wat|which)\s+(?:time|days?|hours?|kinds?|types?|sort|if|about|is|are|do|does|happens|will)\b"
    rf"|(?:what'?s|where'?s|who'?s|how'?s)\s|(?:what|wat|where|when|who|why)\s+{_AUXILIARY}\b"
    r"|who\s+(?:pays|picks|sees|gets|decides|knows|finds|runs|comes|goes)\b"
    rf"|{_AUXILIARY}\s+(?:{_PRONOUN}|my|your|ur|the|his|her|their|our|everyone|people|insurance)\b"
    r"|i(?:'?m|\s+am|\s+was)?\s+(?:want|need|would\s+like|wondering|curious)\b|tell\s+me\b|let\s+me\s+know\b"
    r")",
    re.IGNORECASE,
)
# Words after which "how long", "is it" and the like go on with the clause instead of opening one.
_EMBEDS = frozenset(
    "know knw kno tell ask asking asked wonder wondering wondered see explain about if whether idea sure "
    "understand find figure out say says said decide on of for to from with is was curious confused matter "
    "depends that because cuz than when like as remember guess not me him her us them no the a an what "
    "wat how much where which who why even just still only really please pls y at in over by until "
    "i we he she they u".split()
)
# "on me what should i bring": not told to me, but carried.
_WITH_SOMEBODY = re.compile(
    r"\b(?:on|with|for|from|by|near|around|without)\s+(?:me|him|her|us|them)$", re.IGNORECASE
)
# "how many days", "what kind of groups": a question whose verb is still to come.
_OPEN_QUESTION = re.compile(
    rf"(?:(?:and|also|so|but|plus|ok|hi|hey)\s+)*(?!\w+'s\b|whats\b|wats\b){_WH}"
    rf"(?:\s+(?!(?:{_AUXILIARY}|{_PRONOUN})\b)[^\s,]+){{0,4}}",
    re.IGNORECASE,
)
_ASKS_ANEW = re.compile(rf"(?:{_WH}|who)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:(?:and|n|&|plus|also|but|or|so|then|oh|ok|okay|hi|hey|hello|well|um|uh|yeah|yes|no|like|btw|"
    r"please|pls|thanks|thx|thank you|lastly|finally|first|second|secondly|third|next|another thing|"
    r"one more thing|just|[1-9][.)]|[a-c][.)]|[-*•])[\s,:]+)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[\s,:/&+]|\b(?:and|n|an|nd|adn|amd|plus|also|so|but|or|as well as)\b)*$", re.IGNORECASE
)
_REQUEST = re.compile(
    r"^(?:describe|list|outline|confirm|clarify|advise|give|show|send|get|put|connect|kindly|state|specify)\b|"
    r"\b(?:tell me|let me know|(?:want|need|like|love|trying|hoping) to (?:know|find out|ask|hear)|"
    r"to understand|wanna know|wondering|wonder|curious|questions? (?:about|on|is|are)|"
    r"info(?:rmation)? (?:on|about)|asking (?:about|if|whether)|explain|(?:my|a|one|the) questions?|no idea|"
    r"not sure (?:if|whether|how|what)|need (?:info|details)|details (?:on|about))\b",
    re.IGNORECASE,
)
# "thats normal", "she can come too, right": told to be confirmed.
_CONFIRM = re.compile(r"\b(?:right|correct|true|normal|allowed|possible|legal|huh|yeah)$", re.IGNORECASE)
_TELLS = re.compile(
    r"(?:i|i'?m|i'?ve|i'?d|my|mine|he|he'?s|she|she'?s|we|we'?re|they|they'?re|it|it'?s|"
    r"the|this|that|that'?s|our|his|her|there'?s|someone|because|cuz|since|if|when|after|before|as|not)\b",
    re.IGNORECASE,
)
_VERB = re.compile(rf"\b(?:{_AUXILIARY}|{_PRONOUN}|what's|how's)\b", re.IGNORECASE)
# A clause that says nothing about what is asked.
_COURTESY = re.compile(
    r"\W*(?:(?:hi|hey|hello|thanks?|thank you|thx|ty|please|pls|sorry|ok|okay|there|so|"
    r"good (?:morning|afternoon|evening)|"
    r"(?:i have |i got |i've got )?(?:an? |some |another )?(?:few |couple |of |quick |two |three |[2-5] )*"
    r"(?:questions?|things?)|for (?:the|your) (?:info|information|help|time)|in advance|again|so much|"
    r"just (?:wondering|curious))\W*)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")


@dataclass(frozen=True)
class Clause:
    """A piece of a message, at `start` to `end` of it; `joint` is what parts it from the one before.

    A question is put as one, a request wants to be told, a statement tells, a fragment has no verb that
    would show. Any of them may be `marked` by a question mark.
    """

    text: str
    role: Role
    marked: bool
    joint: Joint
    start: int
    end: int

    @property
    def asks(self) -> bool:
        """Whether an answer is expected to it, by its form."""
        return self.marked or self.role in ("question", "request")


def clauses(text: str) -> list[Clause]:
    """The clauses in order, without greetings, thanks and "two questions"; none for a text without words."""
    found: list[Clause] = []
    for start, end, marked in _sentences(text):
        places = _cuts(text[start:end])
        first = True
        for place, following in zip(places, [*places[1:], end - start], strict=True):
            piece = _TRAILING.sub("", text[start + place : start + following])
            if not _WORD.search(piece) or _COURTESY.fullmatch(piece):
                continue
            begin = start + place + len(piece) - len(piece.lstrip())
            piece = piece.strip()
            joint = _joint(text[found[-1].end if found else 0 : begin], piece, first)
            asked = marked and following == end - start
            found.append(Clause(piece, _role(piece), asked, joint, begin, begin + len(piece)))
            first = False
    return found


def without_opening_words(text: str) -> str:
    """The text without "and", "hi", "also" and the like before it."""
    return _LEADING.sub("", text.strip(), count=1) if _LEADING.match(text.strip()) else text.strip()


def is_yes_or_no_question(text: str) -> bool:
    """Whether a clause is put so that yes or no would answer it."""
    bare = without_opening_words(text)
    return re.match(rf"(?:{_AUXILIARY}\s+\w|any\b|ok\s+(?:to|if|with)\b)", bare, re.IGNORECASE) is not None


def is_elliptic(text: str) -> bool:
    """Whether a question has no verb and nobody it is about: "how frequently", "over what period of time"."""
    bare = without_opening_words(text)
    return re.match(rf"{_WH}\b", bare, re.IGNORECASE) is not None and not _VERB.search(bare)


def words(text: str) -> list[str]:
    """The words and numbers, in small letters."""
    return _WORD.findall(text.lower())


def _sentences(text: str) -> list[tuple[int, int, bool]]:
    """Where sentences start and end, each with whether a question mark ends it."""
    found: list[tuple[int, int, bool]] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        before = text[start : end.start()]
        last = before.lower().split()[-1:]
        if end[0].startswith(".") and last and last[0].strip("(\"'") in _ABBREVIATIONS:
            continue
        if _WORD.search(before):
            found.append((start, end.start(), "?" in end[0]))
        start = end.end()
    if _WORD.search(text[start:]):
        found.append((start, len(text), False))
    return found


def _cuts(sentence: str) -> list[int]:
    """Where the clauses of a sentence start: at coordinators, and where a question opens."""
    cuts = {0} | {match.end() for match in _COORDINATOR.finditer(sentence)}
    for match in _INNER_OPENER.finditer(sentence):
        start = match.start()
        before = sentence[max(cut for cut in cuts if cut <= start) : start].strip()
        said = words(before)
        goes_on = _OPEN_QUESTION.fullmatch(before) and not _ASKS_ANEW.match(match[0])
        embedded = said and said[-1] in _EMBEDS and not _WITH_SOMEBODY.search(before)
        if said and not embedded and not goes_on:
            cuts.add(start)
    return sorted(cuts)


def _joint(gap: str, piece: str, first: bool) -> Joint:
    """What parts a piece from the one before; `gap` is the text between, `first` begins a sentence."""
    if _ALSO.match(gap) or _ALSO.match(piece):
        return "also"
    if first:
        return "sentence"
    if _OR.search(gap) or piece.lower().startswith("or "):
        return "or"
    if _AND.search(gap):
        return "and"
    return "comma" if gap.strip() else "none"


def _role(piece: str) -> Role:
    bare = without_opening_words(piece)
    if _OPENER.match(bare) or _CONFIRM.search(bare):
        return "question"
    if _REQUEST.search(bare):
        return "request"
    return "statement" if _TELLS.match(bare) else "fragment"


def question_in(text: str) -> str:
    """The last clause that asks, where it says by itself what it asks; else the whole text."""
    asking = [piece.text for piece in clauses(text) if piece.asks]
    return asking[-1] if asking and len(words(asking[-1])) > 3 else text


def expects_verdict(question: str, text: str) -> bool:
    """Whether yes or no may answer a question of `text`: put so, or a fragment with a question mark; and
    where the text ends in one that is put so ("i am pregnant can i come")."""
    if is_yes_or_no_question(question):
        return True
    asking = [piece.text for piece in clauses(text) if piece.asks]
    if len(asking) == 1 and is_yes_or_no_question(asking[0]):
        return True
    return "?" in text and not re.match(rf"(?:{_WH}|per)\b", without_opening_words(question), re.IGNORECASE)
