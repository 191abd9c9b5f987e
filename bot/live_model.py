"""Which model answers visitors: the one a link names, which the assistant follows (bot/publishing)."""

from __future__ import annotations

import os
from pathlib import Path

from bot.settings import Settings

_NAME = "live.tar.gz"


def live_link(settings: Settings) -> Path:
    """The link; what `rasa run` is given, so that one started again has the model that was published last."""
    return settings.models_dir / _NAME


def live_model(settings: Settings) -> str:
    """The file name of the model; "" where nothing has been served yet."""
    link = live_link(settings)
    return os.readlink(link) if link.is_symlink() else ""


def make_live(settings: Settings, model: str) -> None:
    """Has the model of that file name answer; at once and whole. Raises OSError."""
    new = settings.models_dir / f"{_NAME}.new"
    new.unlink(missing_ok=True)
    new.symlink_to(model)
    os.replace(new, live_link(settings))
