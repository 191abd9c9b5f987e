"""scripts/find-python on machines of several kinds, each a PATH with stand-ins for its programs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT


@pytest.fixture
def machine(tmp_path):
    """Puts programs on an otherwise empty PATH and runs find-python there."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()

    def has(name: str, script: str, folder: Path = bin_) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def find() -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": str(bin_)}
        command = ["/bin/sh", str(ROOT / "scripts" / "find-python")]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    has.folder = tmp_path  # type: ignore[attr-defined]
    return has, find


PYTHON_310 = f'exec {sys.executable} "$@"'
PYTHON_312 = "echo 3.12"


def test_python_on_the_path(machine):
    has, find = machine
    has("python3", PYTHON_312)
    has("python3.10", PYTHON_310)
    assert find().stdout.strip() == sys.executable


def test_a_pyenv_shim_that_refuses_is_passed_over_for_pyenvs_own_version(machine):
    has, find = machine
    root = has.folder / "pyenv"
    has("python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    has("pyenv", f"echo {root}")
    has("python", PYTHON_310, root / "versions" / "3.10.13" / "bin")
    assert find().stdout.strip() == sys.executable


def test_uv_may_download_it(machine):
    has, find = machine
    has("python3", PYTHON_312)
    has("downloaded", PYTHON_310, has.folder)
    marker = has.folder / "installed"
    has(
        "uv",
        f'case "$2" in install) : > {marker};; '
        f"find) [ -f {marker} ] && echo {has.folder}/downloaded || exit 2;; esac",
    )
    assert find().stdout.strip() == sys.executable


def test_without_any_it_says_what_to_do(machine):
    has, find = machine
    has("python3", PYTHON_312)
    result = find()
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Python 3.10 was not found" in result.stderr
    assert "uv" in result.stderr
