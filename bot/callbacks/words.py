"""What a visitor who wants to be called reads: data/callbacks.yml."""

from __future__ import annotations

from pathlib import Path

from pydantic import validator

from bot.callbacks.errors import InvalidRequestError
from bot.knowledge.profile import CentreProfile
from bot.knowledge.strict import Strict, Text, at_least_one
from bot.knowledge.yaml_file import read_yaml
from bot.replies import in_words, known_placeholders

Sentences = tuple[Text, ...]
_DAYS = "{days}"


class CallbackWords(Strict):
    """The sentences of each situation."""

    consent: Sentences
    say_yes_or_no: Sentences
    ask_name: Sentences
    name_again: Sentences
    ask_phone: Sentences
    phone_again: Sentences
    phone_costs: Sentences
    ask_time: Sentences
    time_again: Sentences
    to_stop: Sentences
    done: Sentences
    cancelled: Sentences
    lost: Sentences
    go_on: Sentences
    later: Sentences
    offer: Sentences
    off: Sentences
    failed: Sentences
    not_agreed: Sentences

    _some_words = validator("*", allow_reuse=True)(at_least_one)

    @validator("*", each_item=True)
    def _known(cls, sentence: str) -> str:
        known_placeholders(cls, sentence.replace(_DAYS, ""))
        return sentence

    def consent_text(self, profile: CentreProfile, days: int) -> str:
        """What is agreed to: shown, and kept with the request."""
        return in_words((sentence.replace(_DAYS, str(days)) for sentence in self.consent), profile)

    def again(self, error: InvalidRequestError) -> Sentences:
        """What is said to something that cannot be used."""
        if error.problem == "paid_number":
            return self.phone_costs
        return {
            "name": self.name_again,
            "phone": self.phone_again,
            "best_time": self.time_again,
            "consent": self.not_agreed,
        }[error.field]


def read_words(data_dir: Path) -> CallbackWords:
    """Raises DataError with the file, the line and what is expected."""
    return read_yaml(data_dir / "callbacks.yml").parse(CallbackWords)
