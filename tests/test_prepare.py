"""What stops a start, in one line, and what is then left as it was."""

from __future__ import annotations

import dataclasses
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections import namedtuple

import pytest

from bot import prepare, serve
from bot.prepare import PrepareError
from bot.safety.rules import RuleSet
from bot.settings import ROOT, settings


@pytest.fixture
def config(tmp_path):
    shutil.copytree(settings().data_dir, tmp_path / "data")
    return dataclasses.replace(
        settings(), database_url=f"sqlite:///{tmp_path / 'knowledge.db'}", data_dir=tmp_path / "data"
    )


def dump(config) -> list[str]:
    with sqlite3.connect(config.database_url.removeprefix("sqlite:///")) as database:
        return list(database.iterdump())


@pytest.mark.parametrize(
    ("file", "broken", "line"),
    [
        ("knowledge/program_length.yml", "topic: program_length\nfacts: [", 2),
        ("knowledge/group_size.yml", "\x00\x01\x02", 1),
        ("centre.yml", "name: [unclosed", 1),
        ("centre.yml", "phone: 5", 1),
        ("replies.yml", "greeting:\n  kind: cheerful\n  says: [Hello]", 2),
        ("safety/resources.yml", "countries: 5", 1),
        ("safety/rules/abuse.yml", "id: abuse\nrules: [", 3),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_the_database_stays(config, file, broken, line):
    prepare.load_knowledge(config, print)
    before = dump(config)
    (config.data_dir / file).write_text(broken)
    RuleSet.load.cache_clear()  # a new start reads them anew
    with pytest.raises(PrepareError, match=f"{file.split('/')[-1]}, line {line}: .*expected"):
        prepare.load_knowledge(config, print)
    assert dump(config) == before


def test_a_full_disk_is_said_in_one_line(monkeypatch, tmp_path):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(prepare.shutil, "disk_usage", lambda _: usage(10, 10, 5 * 2**20))
    with pytest.raises(PrepareError, match="5 MB are free"):
        prepare.check_room(tmp_path)


def test_a_busy_port_is_said_in_one_line(config):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = dataclasses.replace(config, site_port=busy.getsockname()[1])
        with pytest.raises(PrepareError, match="IOP_SITE_PORT"):
            serve.serve(taken, print)


def test_the_command_line_gives_one_line_and_no_traceback(tmp_path):
    shutil.copytree(settings().data_dir, tmp_path / "data")
    (tmp_path / "data" / "centre.yml").write_text("nmae: X")
    environment = {**prepare.environment(settings()), "IOP_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "bot", "prepare"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    [error] = [line for line in result.stderr.splitlines() if line.strip()]
    assert "centre.yml, line 1: nmae" in error


def test_a_model_is_stale_when_a_source_changes(tmp_path, monkeypatch):
    for source in prepare._MODEL_SOURCES:
        place = ROOT / source
        target = tmp_path / source
        if place.is_dir():
            shutil.copytree(place, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(place, target)
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    there = dataclasses.replace(settings(), data_dir=tmp_path / "data")
    before = prepare.model_path(there, tmp_path)
    assert before == prepare.model_path(settings())  # the same contents in another place
    with (tmp_path / "data" / "nlu" / "cost.yml").open("a") as file:
        file.write("    - one more phrase\n")
    after = prepare.model_path(there, tmp_path)
    assert after != before
    (tmp_path / "bot" / "language" / "weights.json").write_text("{}")
    assert prepare.model_path(there, tmp_path) != after
