import re

import pytest

from bot.settings import ROOT, SettingsError, settings


@pytest.fixture(autouse=True)
def fresh_settings():
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_every_variable_is_documented_and_no_other():
    used = set(re.findall(r'"(IOP_[A-Z_]+)"', (ROOT / "bot" / "settings.py").read_text()))
    table = re.findall(r"^\| `(IOP_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert used == set(table)


@pytest.mark.parametrize("port", ["", "http", "0", "-1", "65536", "80 80"])
def test_a_port_that_is_none_is_named(monkeypatch, port):
    monkeypatch.setenv("IOP_SITE_PORT", port)
    with pytest.raises(SettingsError, match="IOP_SITE_PORT"):
        settings()


def test_another_process_gets_the_same_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("IOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("IOP_SITE_PORT", "18000")
    here = settings()
    for variable, value in here.as_environment().items():
        monkeypatch.setenv(variable, value)
    settings.cache_clear()
    assert settings() == here


def test_another_process_gets_the_keys_of_callbacks_and_nobody_sees_them(monkeypatch):
    keys = ["A" * 43 + "=", "b_-" + "9" * 40 + "="]
    monkeypatch.setenv("IOP_CALLBACKS_KEYS", f" {keys[0]},\n{keys[1]} ")
    here = settings()
    assert here.callbacks_keys == tuple(keys)
    assert here.as_environment()["IOP_CALLBACKS_KEYS"] == ",".join(keys)
    assert not any(key in repr(here) for key in keys)


KEY = "A" * 43 + "="
TELEGRAM = {"IOP_TELEGRAM_TOKEN": "1:abc", "IOP_TELEGRAM_SECRET": "secret"}
SMS = {
    "IOP_TWILIO_ACCOUNT_SID": "AC1",
    "IOP_TWILIO_AUTH_TOKEN": "twilio-token",
    "IOP_TWILIO_SMS_NUMBER": "+15005550006",
}
COMMON = {"IOP_PUBLIC_URL": "https://chat.example.org/", "IOP_CHANNELS_KEY": KEY}


def set_all(monkeypatch, variables):
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)


def test_no_channel_is_on_by_itself(monkeypatch):
    set_all(monkeypatch, COMMON)
    assert settings().channels == {}


def test_a_channel_is_on_when_its_variables_are_set_and_another_process_gets_them(monkeypatch):
    set_all(monkeypatch, {**COMMON, **TELEGRAM, **SMS})
    here = settings()
    assert here.channels == {"telegram": tuple(TELEGRAM.values()), "sms": tuple(SMS.values())}
    assert here.public_url == "https://chat.example.org"
    assert {**COMMON, **TELEGRAM, **SMS}.items() - here.as_environment().items() <= {
        ("IOP_PUBLIC_URL", "https://chat.example.org/")
    }
    assert here.as_environment()["IOP_SLACK_TOKEN"] == "", "what is off stays off in the other process"
    assert not any(secret in repr(here) for secret in (KEY, "1:abc", "twilio-token"))


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"IOP_TELEGRAM_TOKEN": "1:abc"}, "IOP_TELEGRAM_SECRET"),
        ({"IOP_SLACK_SIGNING_SECRET": "x"}, "IOP_SLACK_TOKEN"),
        ({"IOP_MESSENGER_PAGE_TOKEN": "x"}, "IOP_MESSENGER_APP_SECRET and IOP_MESSENGER_VERIFY_TOKEN"),
        ({"IOP_TWILIO_WHATSAPP_NUMBER": "+1", "IOP_TWILIO_ACCOUNT_SID": "AC1"}, "IOP_TWILIO_AUTH_TOKEN"),
        ({"IOP_TWILIO_ACCOUNT_SID": "AC1", "IOP_TWILIO_AUTH_TOKEN": "x"}, "IOP_TWILIO_SMS_NUMBER or"),
        ({**TELEGRAM, "IOP_CHANNELS_KEY": ""}, "IOP_CHANNELS_KEY"),
        ({**TELEGRAM, "IOP_PUBLIC_URL": ""}, "IOP_PUBLIC_URL"),
        ({**TELEGRAM, "IOP_PUBLIC_URL": "chat.example.org"}, "IOP_PUBLIC_URL"),
        ({**TELEGRAM, "IOP_CHANNELS_KEY": "short"}, "IOP_CHANNELS_KEY"),
        ({**TELEGRAM, "IOP_TELEGRAM_SECRET": "with space"}, "IOP_TELEGRAM_SECRET"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_channel_half_set_up_is_one_clear_line(monkeypatch, variables, named):
    set_all(monkeypatch, {**COMMON, **variables})
    with pytest.raises(SettingsError, match=named) as error:
        settings()
    assert "\n" not in str(error.value)


def test_callbacks_are_kept_apart(monkeypatch, tmp_path):
    monkeypatch.setenv("IOP_TRACKER_DB", str(tmp_path / "tracker.db"))
    monkeypatch.setenv("IOP_CALLBACKS_URL", f"sqlite:///{tmp_path / 'tracker.db'}")
    with pytest.raises(SettingsError, match="IOP_CALLBACKS_URL must be a file of its own"):
        settings()


def test_sites_are_origins(monkeypatch):
    monkeypatch.setenv("IOP_SITES", "https://www.example.org, http://localhost:8080")
    assert settings().sites == ("https://www.example.org", "http://localhost:8080")


@pytest.mark.parametrize(
    "site", ["*", "www.example.org", "https://www.example.org/", "https://Example.org", "null"]
)
def test_what_is_no_origin_is_named(monkeypatch, site):
    monkeypatch.setenv("IOP_SITES", site)
    with pytest.raises(SettingsError, match="IOP_SITES"):
        settings()
