import re

import pytest

from bot.settings import ROOT, SettingsError, settings


@pytest.fixture(autouse=True)
def fresh_settings():
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_every_variable_is_documented_and_no_other():
    used = set(re.findall(r'"(IOP_\w+)"', (ROOT / "bot" / "settings.py").read_text()))
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
