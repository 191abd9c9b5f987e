"""Rasa's own checks of the project: data validation and story tests."""

from __future__ import annotations

import subprocess
import sys

from bot import prepare
from bot.settings import ROOT, settings


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**prepare.environment(settings()), "LOG_LEVEL": "INFO"}
    return subprocess.run(
        [sys.executable, "-m", "rasa", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_rasa_data_validate_is_clean():
    result = rasa("data", "validate", "--fail-on-warnings", "--data", "data/nlu", "data/stories")
    output = result.stdout + result.stderr
    assert result.returncode == 0, output[-3000:]
    assert "WARNING" not in output, output[-3000:]
    assert "UserWarning" not in output, output[-3000:]


def test_the_stories_come_out_as_told(trained_model, tmp_path):
    arguments = ("--model", str(trained_model), "--stories", "tests/stories", "--out", str(tmp_path))
    result = rasa("test", "core", *arguments, "--fail-on-prediction-errors")
    assert result.returncode == 0, (result.stdout + result.stderr)[-3000:]
    assert (tmp_path / "story_report.json").exists()
