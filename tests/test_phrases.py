"""A mistake in the training phrases is named with its line, before the training."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess

import pytest

from bot import prepare
from bot.knowledge.yaml_file import DataError
from bot.phrases import check_phrases
from bot.settings import ROOT, settings

GOOD = """version: "3.1"
nlu:
- intent: cost
  examples: |
    - how much is it
    - price?
"""


def test_the_phrases_we_have_are_right():
    check_phrases(ROOT / "data" / "nlu", ROOT / "domain.yml")


@pytest.mark.parametrize(
    ("broken", "line", "says"),
    [
        (GOOD.replace("intent: cost", "intent: csot"), 3, r"found 'csot' \(did you mean cost\?\)"),
        (GOOD.replace("- intent: cost", "- itnent: cost"), 3, "expected an intent"),
        (GOOD.replace("  examples: |", "   examples: |"), 4, "expected YAML"),
        (GOOD.replace("- price?", "price?"), 6, 'expected "- " before each example, found'),
        (GOOD.replace("- price?", "-"), 6, "expected words after the dash"),
        (GOOD.split("    - how")[0], 4, 'expected "examples'),
        (GOOD.split("  examples")[0], 3, 'expected "examples'),
        (GOOD.replace("nlu:", "nul:"), 1, 'expected "nlu:"'),
        ("nlu:\n- cost\n", 2, "expected the keys intent and examples"),
        ("", None, 'expected "nlu:"'),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, broken, line, says):
    (tmp_path / "cost.yml").write_text(broken)
    with pytest.raises(DataError, match=says) as raised:
        check_phrases(tmp_path, ROOT / "domain.yml")
    assert raised.value.file.endswith("cost.yml")
    assert raised.value.line == line


def test_all_mistakes_are_named_at_once(tmp_path):
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(GOOD.replace("intent: cost", "intent: csot"))
    with pytest.raises(DataError, match=r"(?s)a\.yml, line 3.*b\.yml, line 3"):
        check_phrases(tmp_path, ROOT / "domain.yml")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree without a model."""
    shutil.copytree(ROOT / "data" / "nlu", tmp_path / "data" / "nlu")
    shutil.copy(ROOT / "domain.yml", tmp_path)
    monkeypatch.setattr(prepare, "model_path", lambda *_: tmp_path / "models" / "none.tar.gz")
    return tmp_path


def test_a_misspelt_intent_stops_the_start_before_the_training(tree, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("Rasa was started"))
    file = tree / "data" / "nlu" / "cost.yml"
    file.write_text(file.read_text().replace("intent: cost", "intent: csot"))
    with pytest.raises(prepare.PrepareError, match=r"cost\.yml, line 3: .*'csot' \(did you mean cost\?\)"):
        prepare.train(dataclasses.replace(settings(), data_dir=tree / "data"), print, tree)


def test_what_rasa_says_comes_without_its_colours(tree, monkeypatch):
    said = "\x1b[91mno such story\x1b[0m\n\x1b[0m\n"
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, said))
    with pytest.raises(prepare.PrepareError) as raised:
        prepare.train(dataclasses.replace(settings(), models_dir=tree, data_dir=tree / "data"), print, tree)
    assert "Training failed: no such story (all of it:" in str(raised.value)
    assert "\x1b" not in str(raised.value) + (tree / "training.log").read_text()
