"""All configuration, read once from the environment. docs/settings.md lists every variable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")  # 32 bytes
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")
_TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

# The messaging channels: one is on when its variables are set, all of them.
_TWILIO = ("IOP_TWILIO_ACCOUNT_SID", "IOP_TWILIO_AUTH_TOKEN")
CHANNELS: dict[str, tuple[str, ...]] = {
    "telegram": ("IOP_TELEGRAM_TOKEN", "IOP_TELEGRAM_SECRET"),
    "slack": ("IOP_SLACK_TOKEN", "IOP_SLACK_SIGNING_SECRET"),
    "messenger": ("IOP_MESSENGER_PAGE_TOKEN", "IOP_MESSENGER_APP_SECRET", "IOP_MESSENGER_VERIFY_TOKEN"),
    "sms": (*_TWILIO, "IOP_TWILIO_SMS_NUMBER"),
    "whatsapp": (*_TWILIO, "IOP_TWILIO_WHATSAPP_NUMBER"),
}

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
    tracker_database_url: str
    keep_days: int
    callbacks_url: str = field(repr=False)
    callbacks_keys: tuple[str, ...] = field(repr=False)
    callbacks_keep_days: int
    smtp_url: str = field(repr=False)
    notices_from: str
    notices_to: tuple[str, ...]
    # Of the channels that are on, the values of their variables in the order of CHANNELS.
    channels: Mapping[str, tuple[str, ...]] = field(repr=False)
    channels_key: str = field(repr=False)
    channels_url: str = field(repr=False)
    public_url: str
    vendors_url: str
    sites: tuple[str, ...]
    documents_dir: Path | None

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
            "IOP_SMTP_URL": self.smtp_url,
            "IOP_NOTICES_FROM": self.notices_from,
            "IOP_NOTICES_TO": ",".join(self.notices_to),
            "IOP_CHANNELS_KEY": self.channels_key,
            "IOP_CHANNELS_URL": self.channels_url,
            "IOP_PUBLIC_URL": self.public_url,
            "IOP_VENDORS_URL": self.vendors_url,
            # Those of channels that are off too: what the process inherits must not switch them on.
            **{variable: "" for variables in CHANNELS.values() for variable in variables},
            **{
                variable: value
                for channel, values in self.channels.items()
                for variable, value in zip(CHANNELS[channel], values, strict=True)
            },
            "IOP_SITES": ",".join(self.sites),
            "IOP_DOCUMENTS_DIR": str(self.documents_dir or ""),
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
        smtp_url=_smtp_url("IOP_SMTP_URL"),
        notices_from=_address("IOP_NOTICES_FROM"),
        notices_to=_addresses("IOP_NOTICES_TO"),
        channels=_channels(),
        channels_key="".join(_keys("IOP_CHANNELS_KEY")[:1]),
        channels_url=os.environ.get("IOP_CHANNELS_URL", f"sqlite:///{ROOT / 'var' / 'channels.db'}"),
        public_url=_web_address("IOP_PUBLIC_URL"),
        vendors_url=_web_address("IOP_VENDORS_URL"),
        sites=_sites("IOP_SITES"),
        documents_dir=Path(os.environ["IOP_DOCUMENTS_DIR"]) if os.environ.get("IOP_DOCUMENTS_DIR") else None,
    )
    for_notices = (read.smtp_url, read.notices_from, read.notices_to)
    if any(for_notices) and not all(for_notices):
        raise SettingsError("Notices need all of IOP_SMTP_URL, IOP_NOTICES_FROM and IOP_NOTICES_TO, or none")
    if read.callbacks_url.startswith("sqlite:") and read.callbacks_url in (
        read.database_url,
        read.tracker_url,
    ):
        raise SettingsError("IOP_CALLBACKS_URL must be a file of its own: call-back requests are kept apart")
    if read.channels:
        _check_channels(read)
    return read


def _channels() -> dict[str, tuple[str, ...]]:
    on: dict[str, tuple[str, ...]] = {}
    for channel, variables in CHANNELS.items():
        own = [variable for variable in variables if variable not in _TWILIO]
        missing = [variable for variable in variables if not os.environ.get(variable)]
        if not missing:
            on[channel] = tuple(os.environ[variable] for variable in variables)
        elif any(os.environ.get(variable) for variable in own):
            raise SettingsError(f"The channel {channel} is half set up: set {' and '.join(missing)} too")
    if any(os.environ.get(variable) for variable in _TWILIO) and not {"sms", "whatsapp"} & on.keys():
        raise SettingsError(
            f"Twilio is half set up: set {' and '.join(_TWILIO)}, and IOP_TWILIO_SMS_NUMBER or "
            "IOP_TWILIO_WHATSAPP_NUMBER"
        )
    return on


def _check_channels(read: Settings) -> None:
    """What every channel needs besides its own variables."""
    names = " and ".join(read.channels)
    if not read.public_url:
        raise SettingsError(
            f"IOP_PUBLIC_URL must be set for {names}: the address at which the site is reached from outside, "
            "such as https://chat.example.org"
        )
    if not read.channels_key:
        raise SettingsError(
            f"IOP_CHANNELS_KEY must be set for {names}: a key that `python -m bot callbacks new-key` makes"
        )
    if "telegram" in read.channels and not _TELEGRAM_SECRET.fullmatch(read.channels["telegram"][1]):
        raise SettingsError("IOP_TELEGRAM_SECRET must be 1 to 256 letters, digits, - or _")


def _web_address(variable: str) -> str:
    """A URL without its closing slash; "" when it is not set."""
    address = os.environ.get(variable, "").rstrip("/")
    if address and not _WEB_ADDRESS.fullmatch(address):
        raise SettingsError(
            f"{variable} must be an address such as https://chat.example.org, not {address!r}"
        )
    return address


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


def _smtp_url(variable: str) -> str:
    """The error does not quote it: it holds a password."""
    url = os.environ.get(variable, "").strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port
        usable = False
    if url and not usable:
        raise SettingsError(f"{variable} must be like smtp://user:password@host:587, or smtps://")
    return url


def _address(variable: str) -> str:
    addresses = _addresses(variable)
    if len(addresses) > 1:
        raise SettingsError(f"{variable} must hold one e-mail address")
    return addresses[0] if addresses else ""


def _addresses(variable: str) -> tuple[str, ...]:
    """E-mail addresses between commas or spaces."""
    addresses = tuple(os.environ.get(variable, "").replace(",", " ").split())
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise SettingsError(f"{variable} must hold e-mail addresses, not {address!r}")
    return addresses


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
