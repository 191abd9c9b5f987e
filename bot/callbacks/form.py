"""The form in which a visitor asks to be called, as Rasa and the actions name it."""

from __future__ import annotations

from typing import Literal, get_args

FORM = "callback_form"
GivenField = Literal["name", "phone", "best_time"]
FIELDS: tuple[GivenField, ...] = get_args(GivenField)  # in the order asked, after consent
