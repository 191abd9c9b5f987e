"""What a visitor reads when the assistant does not answer: whom to call, as an ordinary reply."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_profile
from bot.reply import Contact, Reply
from bot.safety.resources import emergency_contacts
from bot.settings import settings

CANNOT_ANSWER = "Sorry, I can't answer right now. Please try again in a minute."
DO_NOT_WAIT = "If you need help now, don't wait for me."


def centre_contacts(profile: CentreProfile) -> tuple[Contact, ...]:
    """The centre's own number; none when the profile gives none."""
    if not profile.phone:
        return ()
    return (Contact(f"Call {profile.phone}", profile.name, telephone_link(profile.phone)),)


def telephone_link(phone: str) -> str:
    """ "+1 555 010 0142" -> "tel:+15550100142"."""
    return "tel:" + "".join(sign for sign in phone if sign.isdigit() or sign == "+")


def in_words(contacts: Sequence[Contact]) -> str:
    """ "Call 911 (emergency). Call or text 988 (Suicide & Crisis Lifeline)." """
    return " ".join(f"{contact.label} ({contact.detail})." for contact in contacts)


def reply_when_down(emergency: Sequence[Contact], centre: Sequence[Contact]) -> Reply:
    """Stands in for the assistant's reply.

    The second text says in words what the cards say: the widget, which draws cards, leaves it out.
    """
    contacts = (*emergency, *centre)
    if not contacts:
        return Reply(kind="unknown", texts=(CANNOT_ANSWER,))
    texts = (f"{CANNOT_ANSWER} {DO_NOT_WAIT}", in_words(contacts))
    return Reply(kind="unknown", texts=texts, contacts=contacts)


@lru_cache(maxsize=1)
def unavailable_reply() -> Reply:
    """reply_when_down() for this process's country and centre. Raises DataError."""
    config = settings()
    emergency = emergency_contacts(config.data_dir, config.country)
    return reply_when_down(emergency, centre_contacts(read_profile(config.data_dir / "centre.yml")))
