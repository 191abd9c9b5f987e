"""Whom a message speaks of: the visitor or someone else, a child, an old person."""

from __future__ import annotations

import re
from typing import Literal

About = Literal["self", "other"]

_KIN = (
    "son daughter husband wife boyfriend girlfriend partner brother sister mom mother dad father friend "
    "roommate cousin aunt nephew niece kid kids child children baby toddler infant newborn client patient "
    "ex neighbor teen teenager uncle student boss grandma grandmother grandpa grandfather grandson "
    "granddaughter grandkids dealer plug pimp landlord coworker guy dude stranger"
)
_CHILDREN = (
    "kid kids child children baby toddler infant newborn niece nephew grandson granddaughter grandkids "
    "student stepdad stepfather stepmom stepmother foster"
)
_OLD = "grandma grandmother grandpa grandfather elderly caregiver carer aide"


def _any(words: str, *more: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{'|'.join([*words.split(), *more])})(?!\S)")


_FIRST = _any("i me myself we us")
_THIRD = _any(
    "he she they him her them himself herself themselves someone somebody everyone",
    rf"(?:my|our|his|her|a|the) (?:\S+ ){{0,3}}?(?:{'|'.join(_KIN.split())})s?",
)
# Drugs that naloxone does nothing for, and ones where it may.
_PILLS = _any(
    "tylenol acetaminophen paracetamol ibuprofen advil aspirin aleve benadryl diphenhydramine melatonin "
    "antidepressants zoloft lexapro prozac wellbutrin lithium insulin metformin trazodone seroquel vitamins",
    r"(?:\w+ )?blood thinners?",
)
_OPIOIDS = _any(
    "heroin fentanyl dope oxy oxycodone oxycontin percocet vicodin norco hydrocodone morphine dilaudid "
    "methadone suboxone tramadol codeine opioid opioids opiates blues perc roxy narcan naloxone"
)
_AT_HOME = _any(
    "husband wife boyfriend girlfriend partner fiance fiancee spouse ex",
    r"if (?:i|we) (?:leave|left|tell|go|call)",
)
_ASSAULTED = re.compile(
    r"(?<!\S)(?:raped|sexual(?:ly)? (?:assault(?:ed)?|abused?)|molested|my rape|rape kit)(?!\S)"
)
_MINE = re.compile(r"(?<!\S)(?:myself|my (?:own )?(?:life|wrists?|arms?|brains?))(?!\S)")
_CHILD = _any(
    _CHILDREN,
    r"(?:my|our|his|her) (?:son|daughter|little (?:brother|sister|boy|girl))",
    r"(?:i am|am) (?:[5-9]|1[0-7])",
    r"(?:[5-9]|1[0-7]) (?:years? old|yo)",
    r"my (?:mom|mother|dad|father|uncle|parent)s? (?:\S+ ){0,3}(?:hit|beat|touch|hurt|rape|molest)\S*",
    r"mi (?:papa|mama|padrastro|hij[oa])",
)
_ELDER = _any(_OLD, "nursing home", "home aide", r"i am (?:6[5-9]|[7-9]\d)", "old (?:mother|father|mom|dad)")


def about(danger: str, sentence: str, end: int, words: str) -> About:
    """Who is in danger in a plain sentence; for violence, who might harm.

    `words` were noticed, and end at sentence[:end].
    """
    first = [found.start() for found in _FIRST.finditer(sentence[:end])]
    third = [found.start() for found in _THIRD.finditer(sentence[:end])]
    if danger == "violence":  # "i want to kill him": the first one named might
        return "other" if third and (not first or third[0] < first[0]) else "self"
    if danger == "abuse":  # "he hits me": the visitor, wherever named
        return "other" if third and not first else "self"
    if _MINE.search(words):
        return "self"
    return "other" if third and (not first or third[-1] > first[-1]) else "self"


def variant(danger: str, message: str, who: About) -> str:
    """The kind of reply that fits a whole plain message best, a key of resources.yml; "" for the usual one.

    `who` is in danger.
    """
    if danger == "overdose":
        poison = who == "other" and _PILLS.search(message) and not _OPIOIDS.search(message)
        return "poison" if poison else ""
    if danger == "violence":  # "he will kill us if i leave"
        return "home" if who == "other" and _AT_HOME.search(message) and _FIRST.search(message) else ""
    if danger != "abuse":
        return ""
    if _ELDER.search(message):
        return "elder"
    if _CHILD.search(message):
        return "child"
    over = who == "self" and _ASSAULTED.search(message) and not _AT_HOME.search(message)
    return "assault" if over else ""
