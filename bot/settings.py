"""All configuration, read once from the environment. docs/settings.md lists every variable."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")  # 32 bytes

_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")


@dataclass(frozen=True)
class Settings:
    """Paths are absolute; ports are TCP ports; addresses are URLs without a closing slash."""

    database_url: str
    data_dir: Path
    models_dir: Path
    tracker_db: Path
    country: str
    site_host: str
    site_port: int
    assistant_port: int
    actions_port: int
    tracker_database_url: str = ""
    keep_days: int = 30
    callbacks_url: str = field(default=f"sqlite:///{ROOT / 'var' / 'callbacks.db'}", repr=False)
    callbacks_keys: tuple[str, ...] = field(default=(), repr=False)
    callbacks_keep_days: int = 90
    sites: tuple[str, ...] = ()

    def as_environment(self) -> dict[str, str]:
        """The variables that give another process these settings."""
        return {
            "IOP_DATABASE_URL": self.database_url,
            "IOP_DATA_DIR": str(self.data_dir),
            "IOP_MODELS_DIR": str(self.models_dir),
            "IOP_TRACKER_DB": str(self.tracker_db),
            "IOP_COUNTRY": self.country,
            "IOP_SITE_HOST": self.site_host,
            "IOP_SITE_PORT": str(self.site_port),
            "IOP_ASSISTANT_PORT": str(self.assistant_port),
            "IOP_ACTIONS_PORT": str(self.actions_port),
            "IOP_TRACKER_URL": self.tracker_url,
            "IOP_KEEP_DAYS": str(self.keep_days),
            "IOP_CALLBACKS_URL": self.callbacks_url,
            "IOP_CALLBACKS_KEYS": ",".join(self.callbacks_keys),
            "IOP_CALLBACKS_KEEP_DAYS": str(self.callbacks_keep_days),
            "IOP_SITES": ",".join(self.sites),
        }

    @property
    def tracker_url(self) -> str:
        """The database of Rasa's conversations: the SQLite file, unless another one is set."""
        return self.tracker_database_url or f"sqlite:///{self.tracker_db}"

    @property
    def encoder_dir(self) -> Path:
        """Where the sentence encoder is."""
        return self.models_dir / "encoder"

    @property
    def vectors_file(self) -> Path:
        """The vectors of the knowledge base's texts: written by `prepare`, read by the actions."""
        return self.models_dir / "vectors.npz"

    @property
    def site_url(self) -> str:
        """The site, from this machine."""
        return f"http://127.0.0.1:{self.site_port}"

    @property
    def assistant_url(self) -> str:
        """Rasa, from this machine."""
        return f"http://127.0.0.1:{self.assistant_port}"

    @property
    def actions_url(self) -> str:
        """The action server, from this machine."""
        return f"http://127.0.0.1:{self.actions_port}"


class SettingsError(Exception):
    """A variable holds something unusable; the message names it and what is expected."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings. Raises SettingsError for a value that cannot be used."""
    read = Settings(
        database_url=os.environ.get("IOP_DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'knowledge.db'}"),
        data_dir=Path(os.environ.get("IOP_DATA_DIR", ROOT / "data")).resolve(),
        models_dir=Path(os.environ.get("IOP_MODELS_DIR", ROOT / "models")).resolve(),
        tracker_db=Path(os.environ.get("IOP_TRACKER_DB", ROOT / "var" / "tracker.db")).resolve(),
        country=os.environ.get("IOP_COUNTRY", "US").upper(),
        site_host=os.environ.get("IOP_SITE_HOST", "127.0.0.1"),
        site_port=_port("IOP_SITE_PORT", 8000),
        assistant_port=_port("IOP_ASSISTANT_PORT", 5005),
        actions_port=_port("IOP_ACTIONS_PORT", 5055),
        tracker_database_url=_other_than_sqlite(os.environ.get("IOP_TRACKER_URL", "")),
        keep_days=_days("IOP_KEEP_DAYS", 30),
        callbacks_url=os.environ.get("IOP_CALLBACKS_URL", f"sqlite:///{ROOT / 'var' / 'callbacks.db'}"),
        callbacks_keys=_keys("IOP_CALLBACKS_KEYS"),
        callbacks_keep_days=_days("IOP_CALLBACKS_KEEP_DAYS", 90),
        sites=_sites("IOP_SITES"),
    )
    if read.callbacks_url.startswith("sqlite:") and read.callbacks_url in (
        read.database_url,
        read.tracker_url,
    ):
        raise SettingsError("IOP_CALLBACKS_URL must be a file of its own: call-back requests are kept apart")
    return read


def _other_than_sqlite(url: str) -> str:
    """An SQLite file is named by IOP_TRACKER_DB alone, so that the two cannot disagree."""
    return "" if url.startswith("sqlite:") else url


def _days(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or int(text) < 1:
        raise SettingsError(f"{variable} must be a whole number of days, at least 1, not {text!r}")
    return int(text)


def _keys(variable: str) -> tuple[str, ...]:
    """Keys between commas or spaces. The error quotes none of them."""
    keys = tuple(os.environ.get(variable, "").replace(",", " ").split())
    for number, key in enumerate(keys, start=1):
        if not _KEY.fullmatch(key):
            raise SettingsError(
                f"{variable}: key {number} of {len(keys)} is not one that "
                "`python -m bot callbacks new-key` made (44 characters, the last one =)"
            )
    return keys


def _sites(variable: str) -> tuple[str, ...]:
    """Origins between commas or spaces, as a browser writes them."""
    sites = tuple(os.environ.get(variable, "").replace(",", " ").split())
    for site in sites:
        if not _ORIGIN.fullmatch(site):
            raise SettingsError(
                f"{variable}: {site!r} is no site: expected https://host, or http://host for a machine of "
                "your own, with a port if it has one, in lower case and without anything after it"
            )
    return sites


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{variable} must be a port between 1 and 65535, not {text!r}")
    return int(text)
