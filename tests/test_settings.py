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
