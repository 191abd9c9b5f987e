"""What a visitor reads when the assistant does not answer: whom to call, as an ordinary reply."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.knowledge.current import profile_now
from bot.knowledge.profile import CentreProfile
from bot.reply import Contact, Reply
from bot.safety.resources import SafetyResources, read_resources
from bot.safety.standby import Scoring, Standby
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


def stand_in(text: str) -> Reply:
    """What is said instead of an answer: the safety reply where the text tells of danger, else whom to
    call. Raises DataError.
    """
    standby, resources = _stand_ins()
    return standby.reply(text) or reply_when_down(resources.emergency, centre_contacts(profile_now()))


def sees_danger(text: str) -> bool:
    """Whether the rules alone see danger in a text; takes a few milliseconds. Raises DataError."""
    return _stand_ins()[0].sees_danger(text)


def get_ready() -> None:
    """Reads what `stand_in` and `sees_danger` need: the model in the background. Raises DataError."""
    standby, _ = _stand_ins()
    standby.sees_danger("")  # reads the rules
    profile_now()
    standby.get_ready()


@lru_cache(maxsize=1)
def _stand_ins() -> tuple[Standby, SafetyResources]:
    """For this process's country."""
    config = settings()
    resources = read_resources(config.data_dir / "safety" / "resources.yml", config.country)
    return Standby(resources, read_scoring), resources


def read_scoring() -> Scoring:
    """The encoder, and the danger classifier of the newest model. Raises what reading them raises."""
    from bot.language.encoder import SentenceEncoder  # slow to import
    from bot.safety.classifier import classifier_of

    models = settings().models_dir.glob("iop-*.tar.gz")
    newest = max(models, key=lambda model: model.stat().st_mtime)
    return Scoring(SentenceEncoder.load(), classifier_of(newest))
