"""Online: e-mail addresses, links that carry a secret, handles, and IP addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from bot.privacy.finding import Finding
from bot.privacy.text import ordinary_words

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}"
_ENDINGS = r"com|org|net|edu|gov|us|io|co|me|info|mx|es"
_EMAIL = re.compile(
    rf"(?<![\w.+-]){_LOCAL}(?:@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}}"
    rf"| ?@ ?[\w-]{{1,63}} ?\. ?(?:{_ENDINGS})\b)",
    re.IGNORECASE,
)
_SPELT = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}} {{0,2}}(?:[(\[] ?(?:at|arroba) ?[)\]]|\bat\b"
    rf"|\barroba\b) {{0,2}}(?:(?:proton|g|hot) mail|[\w-]{{1,63}})"
    rf" {{0,2}}(?:[(\[] ?(?:dot|punto) ?[)\]]|\bdot\b|\bpunto\b) {{0,2}}(?:{_ENDINGS})\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,40}"
    r"(?: (?:underscore|dash|hyphen|dot|period|guion bajo|guion|punto) [\w.+-]{1,40}){1,4}"
    r" {0,2}(?:@|[(\[] ?(?:at|arroba) ?[)\]]|\bat\b|\barroba\b) {0,2}[\w-]{1,63}"
    rf" {{0,2}}(?:\.|[(\[] ?(?:dot|punto) ?[)\]]|\bdot\b|\bpunto\b) {{0,2}}(?:{_ENDINGS})\b"
    r"|(?<![\w.+-])[a-z.]{2,20} \d{2,4} ?@ ?[\w-]{1,63}"
    rf" ?\. ?(?:{_ENDINGS})\b",
    re.IGNORECASE,
)
_HALF_SPELT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} {0,2}(?:[(\[] ?at ?[)\]]|\bat\b) {0,2}(?:gmail|yahoo|hotmail"
    r"|outlook|icloud|aol)"
    r"\b(?: {0,2}(?:\.|[(\[] ?dot ?[)\]]|\bdot\b) {0,2}com\b)?",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"]{3,2000}|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/[^\s<>\"]{1,2000}",
    re.I,
)
_SECRET = re.compile(
    r"[?;]|#.{0,200}=|//[^/\s]{1,200}@|/(?=[\w-]{0,80}\d)(?=[\w-]{0,80}[A-Za-z])[\w-]{16,}|/(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{8,80}|/\d{5,}"
    r"|/(?:invite|reset|verify|token|share|join|confirm)s?/\w{6,}|/(?=[a-z]*\d+[a-z]+\d)[a-z0-9]{9,}"
)
_PLATFORMS = (
    r"instagram|insta|ig|facebook|fb|messenger|twitter|snapchat|snap|tik ?tok|telegram|discord|kik"
    r"|venmo|cash ?app"
    r"|reddit|threads|linkedin|signal|skype|youtube"
)
_PROFILE = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?:facebook|instagram|twitter|x|tiktok|linkedin|reddit|snapchat|venmo|threads|paypal|t)"
    r"\.(?:com|net|me)/[\w.@/-]{2,100}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w:.])[0-9a-f][0-9a-f:.]{5,44}(?![\w])", re.IGNORECASE)
_REDDIT = re.compile(r"(?<![\w/])u/[\w-]{3,30}")
_AT = re.compile(r"(?<![\w@.])@[A-Za-z_][\w.]{1,29}\b")
_ON_PLATFORM = re.compile(
    rf"\b(?:{_PLATFORMS})\b(?:'?s\b)?(?:[\s:=]|\b(?:is|as|handle|user|username|name|account|at|me|my|under)\b){{0,6}}"
    r"(?P<value>(?<![\w.])(?=[\w.#-]{0,30}[\d_.#])[A-Za-z_][\w.#-]{2,30})(?![\w@])",
    re.IGNORECASE,
)


_BEFORE_PLATFORM = re.compile(
    rf"(?<![\w@.])(?P<value>(?=[\w.]{{0,30}}[\d_])[a-z_][\w.]{{2,30}}) (?:on|en) (?:my )?(?:{_PLATFORMS})\b",
    re.IGNORECASE,
)
_SPELT_HINT = re.compile(r"@|\b(?:dot|punto|gmail|yahoo|hotmail|outlook|icloud|aol)\b", re.IGNORECASE)
_HANDLE_HINT = re.compile(
    rf"[@$#/_]|\b(?:{_PLATFORMS}|user ?name|screen ?name|gamertag|handle)", re.IGNORECASE
)
_UNDERSCORED = re.compile(
    r"(?<![\w./:@-])(?=\w{5,30}(?![\w@/-]))[a-z0-9]{2,}_[a-z0-9_]*\d{2}\b", re.IGNORECASE
)
_CASHTAG = re.compile(r"(?<![\w$])\$[a-z][\w-]{5,20}\b", re.IGNORECASE)
_USERNAME = re.compile(
    r"\b(?:user ?name|screen ?name|gamertag|handle)(?: is|:|=)? {0,2}(?P<value>[\w.#-]{4,30})", re.IGNORECASE
)
_MINE = re.compile(
    rf"\b(?:my|mi) (?:{_PLATFORMS})(?: ?(?:name|handle|user|username|account))? ?(?:is|es|:|=) ?"
    r"(?P<value>[\w.]{5,30})",
    re.IGNORECASE,
)


def email(text: str) -> Iterator[Finding]:
    """Addresses with an @, or with it spelt ("name at gmail dot com")."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            value = match[0].rstrip(".- ")
            yield Finding("email", match.start(), match.start() + len(value), "email: shape", 0.95)
    if not _SPELT_HINT.search(text):
        return
    for pattern in (_SPELT, _HALF_SPELT, _JOINED):
        for match in pattern.finditer(text):
            yield Finding("email", *match.span(), "email: spelt out", 0.8)


def url(text: str) -> Iterator[Finding]:
    """Links with a query, a user's name, a token or a long number; a plain page identifies nobody."""
    if "/" not in text and "www." not in text.lower():
        return
    for match in _LINK.finditer(text):
        value = match[0].rstrip(".,;:!?)'")
        if _SECRET.search(value):
            yield Finding("url", match.start(), match.start() + len(value), "url: carries a secret", 0.97)


def handle(text: str) -> Iterator[Finding]:
    """@names, names after a platform's with a digit or sign in them, and addresses of profiles."""
    if not _HANDLE_HINT.search(text):
        return
    for match in _PROFILE.finditer(text):
        yield Finding("handle", *match.span(), "handle: profile page", 0.9)
    for match in _REDDIT.finditer(text):
        yield Finding("handle", *match.span(), "handle: u/", 0.9)
    for match in _AT.finditer(text):
        yield Finding("handle", *match.span(), "handle: @", 0.7)
    for pattern in (_USERNAME, _MINE):
        for match in pattern.finditer(text):
            if match["value"].lower() not in ordinary_words():
                yield Finding("handle", *match.span("value"), "handle: after its label", 0.7)
    for match in _BEFORE_PLATFORM.finditer(text):
        yield Finding("handle", *match.span("value"), "handle: before a platform", 0.8)
    for match in _UNDERSCORED.finditer(text):
        yield Finding("handle", *match.span(), "handle: underscore", 0.5)
    for match in _CASHTAG.finditer(text):
        yield Finding("handle", *match.span(), "handle: $", 0.7)
    for match in _ON_PLATFORM.finditer(text):
        value = match["value"].rstrip(".-#")
        if re.search(r"[\d_.#]", value):
            start = match.start("value")
            yield Finding("handle", start, start + len(value), "handle: after a platform", 0.8)


def ip(text: str) -> Iterator[Finding]:
    """IP addresses of both kinds."""
    if text.count(".") < 3 and text.count(":") < 2:
        return
    for match in _ADDRESS.finditer(text):
        value = match[0].rstrip(".:") if not match[0].endswith("::") else match[0]
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            continue
        if address.is_loopback or address.is_unspecified:  # every machine's own
            continue
        yield Finding("ip", match.start(), match.start() + len(value), "ip: address", 0.9)
