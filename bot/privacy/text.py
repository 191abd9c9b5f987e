"""Text as the recognisers read it, and the words that are nobody's name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from bot.settings import settings

HERE = Path(__file__).parent
WORD = r"[^\W\d_]+(?:['-][^\W\d_]+)*"
_WORD = re.compile(WORD)
_SAME = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"'}


def plain(text: str) -> str:
    """The text with typographic quotes, dashes, spaces and wide digits as on a keyboard: same length."""
    if text.isascii():
        return text
    return "".join(map(_plain_sign, text))


@lru_cache(maxsize=4096)
def _plain_sign(sign: str) -> str:
    if sign.isascii() or sign in _SAME:
        return _SAME.get(sign, sign)
    category = unicodedata.category(sign)
    if category == "Zs":
        return " "
    if category == "Pd" or sign == "−":
        return "-"
    if category == "Nd":
        return str(unicodedata.digit(sign))
    wide = unicodedata.normalize("NFKC", sign)
    return wide if len(wide) == 1 else sign


@cache  # a list for each of the functions below
def name_list(file: str) -> frozenset[str]:
    """The names of a list in this folder, in lower case."""
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def first_names() -> frozenset[str]:
    """First names that are hardly ever an ordinary word."""
    return name_list("first_names.txt")


def family_names() -> frozenset[str]:
    """Family names, some of them ordinary words."""
    return name_list("family_names.txt")


def ordinary_names() -> frozenset[str]:
    """First names that are ordinary words too."""
    return name_list("ordinary_names.txt")


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Words that are nobody's name by themselves: those of the messages we train on, and a few more."""
    words = set(_MORE_WORDS)
    data = settings().data_dir
    for path in (*(data / "nlu").glob("*.yml"), *(data / "safety").glob("messages.yml")):
        words.update(_WORD.findall(plain(path.read_text(encoding="utf-8")).lower()))
    return frozenset(words - first_names())


def is_ordinary(text: str) -> bool:
    """Whether it holds nothing but ordinary words that nobody is called by, and no digit."""
    if any(map(str.isdigit, text)):
        return False
    words = _WORD.findall(plain(text).lower())
    return all(word in ordinary_words() and word not in ordinary_names() for word in words)


# What follows "my name is", "dr", "my son" and is no name, and is not sure to stand in the phrases.
_MORE_WORDS = frozenset(
    """
    im ive id ill youre hes shes its thats whats dont doesnt didnt cant wont isnt wasnt hasnt havent
    aint u ur r n y pls plz btw lol ok okay hi hello hey hola yes no not never still just already also
    too here there now today tonight yesterday tomorrow back calling texting writing asking looking
    trying going coming taking using drinking sober clean addicted private anonymous confidential safe
    public secret important required needed optional fine good bad sick scared tired done ready monday
    tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec and or but so
    because with from for about to in on at of the a an y o de la el que es un una mi su con para por
    necesita necesito busco quiero toma bebe esta muy no todos todas dias visits visit appointment
    appointments office note notes bill bills orders order says said told dutch polish irish german
    italian french chinese japanese korean indian african asian hispanic latino latina native black
    white gay queer trans lesbian hindu buddhist sikh atheist mormon lutheran methodist russian
    ukrainian filipino vietnamese arab greek doctor jesus god lord sir madam ma'am everyone everybody
    anytime whenever asap someone anybody nobody chicago ohio illinois
    texas florida california america american english
    spanish mexico christian catholic muslim jewish baptist aetna cigna humana anthem kaiser medicaid
    medicare tricare molina ambetter optum suboxone vivitrol methadone naltrexone narcan xanax adderall
    gabapentin antabuse sublocade subutex buprenorphine fentanyl heroin percocet ativan klonopin valium
    zoloft lexapro prozac lithium seroquel trazodone
    """.split()
)
