"""Everything that must be there before the processes start: encoder, model, knowledge base.

Each step is skipped when its result is up to date, and leaves nothing half done when it fails.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from bot.knowledge.answers import Snapshot

FREE_MEGABYTES = 500  # for the encoder, a model and the databases to grow a little
_MODEL_SOURCES = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/follow_ups",
    "data/stories",
    "data/safety",
    "data/knowledge",
    "bot/rasa_component.py",
    "bot/language",
    "bot/safety",
)
_NO_REASON_TO_TRAIN = ("specifics", "resources.yml", "left_out.yml", "cli.py", "evaluate.py")  # beside those
# No telemetry, and no chatter of libraries about what this machine lacks.
QUIET_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "OMP_NUM_THREADS": "1",
}

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

Say = Callable[[str], None]


class PrepareError(Exception):
    """A step failed; the message is one line for the person at the terminal."""


def model_path(settings: Settings, folder: Path = ROOT) -> Path:
    """Where the model of the present sources is, whether or not it has been trained; `folder` holds
    config.yml and domain.yml."""
    return settings.models_dir / f"iop-{_sources_fingerprint(settings.data_dir, folder)}.tar.gz"


def check_room(folder: Path) -> None:
    """Raises PrepareError when the disk is nearly full."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free // 2**20
    if free < FREE_MEGABYTES:
        raise PrepareError(
            f"Not enough disk space: {free} MB are free in {folder}, {FREE_MEGABYTES} are needed."
        )


def build_encoder(settings: Settings, say: Say) -> None:
    """Builds the sentence encoder if it is not there. Raises PrepareError."""
    if (settings.encoder_dir / "encoder.onnx").exists():
        return
    say("Building the sentence encoder (about 5 s, once)")
    from bot.language import build_encoder as encoder  # slow to import

    try:
        encoder.build(settings.encoder_dir)
    except (encoder.EncoderBuildError, OSError) as error:
        raise PrepareError(f"The sentence encoder could not be built: {error}") from error


def train(settings: Settings, say: Say, folder: Path = ROOT, keep_from: Path | None = None) -> Path:
    """The model of the present sources; trains it if it is not there. `folder` holds config.yml and
    domain.yml; what phrases do not teach is taken from the model `keep_from`. Raises PrepareError."""
    model = model_path(settings, folder)
    if model.exists():
        return model
    _check_phrases(settings, folder)
    say("Training the model (a few minutes; again only when what it is made of changes)")
    # Trained in a folder of its own: a model that is there is always whole.
    workshop = settings.models_dir / f"training-{model.name.split('.')[0]}"
    shutil.rmtree(workshop, ignore_errors=True)
    command = [sys.executable, "-m", "bot.rasa_command", "train", *rasa_sources(settings, folder)]
    command += ["--fixed-model-name", model.name.split(".")[0], "--out", str(workshop)]
    command += ["--skip-validation"]  # 15 s each time, for what `make test` checks
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={
            **environment(settings),
            # For corrected phrases there is little to compute, and much else to do on the other cores.
            **(
                {"IOP_KEEP_FROM": str(keep_from)}  # see bot/rasa_component.py
                if keep_from
                else {"OMP_NUM_THREADS": str(os.cpu_count() or 1)}
            ),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    trained = workshop / model.name
    if result.returncode != 0 or not trained.exists():
        log = settings.models_dir / "training.log"
        said = _COLOURS.sub("", result.stdout)
        log.write_text(said)
        lines = [line for line in said.splitlines() if line.strip()] or ["no output"]
        raise PrepareError(f"Training failed: {lines[-1]} (all of it: {log})")
    trained.replace(model)
    shutil.rmtree(workshop, ignore_errors=True)
    return model


def rasa_sources(settings: Settings, folder: Path = ROOT) -> list[str]:
    """The options by which Rasa's commands find what a model is made of."""
    data = settings.data_dir
    options = ["--config", str(folder / "config.yml"), "--domain", str(folder / "domain.yml")]
    return [*options, "--data", str(data / "nlu"), str(data / "stories")]


def _check_phrases(settings: Settings, folder: Path) -> None:
    """Finds what Rasa would tell of only in the midst of the training, without its line."""
    from bot.knowledge.yaml_file import DataError
    from bot.phrases import check_phrases

    try:
        check_phrases(settings.data_dir / "nlu", folder / "domain.yml")
    except DataError as error:
        raise PrepareError(str(error)) from error


def load_knowledge(settings: Settings, say: Say) -> Snapshot:
    """Checks every file under data/, migrates the database and loads it with the edits that staff approved;
    returns what it loaded. An edit that fits no more is told of and left out.

    Raises PrepareError; the database is then as it was.
    """
    from bot.callbacks.words import read_words
    from bot.editing.targets import State
    from bot.editing.updating import with_approved
    from bot.knowledge.answers import Snapshot
    from bot.knowledge.database import DatabaseError
    from bot.knowledge.load import load_into
    from bot.knowledge.reading import read_data
    from bot.knowledge.yaml_file import DataError
    from bot.replies import read_replies
    from bot.safety.messages import read_messages
    from bot.safety.resources import read_resources
    from bot.safety.rules import RuleSet

    data = settings.data_dir
    try:
        knowledge, profile = read_data(data)
        read_replies(data / "replies.yml", knowledge.topics)
        read_words(data)
        read_resources(data / "safety" / "resources.yml", settings.country)
        RuleSet.load(data / "safety")
        read_messages(data / "safety" / "messages.yml")
        state, left_out = with_approved(State(knowledge, profile), settings.tracker_url)
        result = load_into(settings.database_url, state.knowledge, state.profile)
    except (DataError, DatabaseError) as error:
        raise PrepareError(str(error)) from error
    say(f"Knowledge base: {result}")
    for line in left_out:
        say(line)
    return Snapshot(state.knowledge, state.profile)


def encode_knowledge(settings: Settings, snapshot: Snapshot, say: Say) -> None:
    """Encodes what is new in the knowledge base, so that no visitor waits for it. Raises PrepareError."""
    from bot.knowledge.nearest import Nearest
    from bot.language.encoder import SentenceEncoder

    if not settings.vectors_file.exists():
        say("Encoding the questions of the knowledge base (about 10 s, once)")
    nearest = Nearest(SentenceEncoder(settings.encoder_dir).encode, settings.vectors_file)
    try:
        nearest.keep(snapshot, settings.vectors_file)
    except OSError as error:
        raise PrepareError(f"{settings.vectors_file}: {error}") from error


def open_tracker_store(settings: Settings) -> sqlite3.Connection | ExitStack:
    """Makes Rasa's SQLite file in write-ahead mode, and returns a connection to keep open.

    Only this account can read the file. With another database there is nothing to do, or to keep.

    Others can then read while Rasa writes. Rasa opens and closes the file for every message; while
    another connection is open, closing it does not copy the log into the file each time.
    """
    if not settings.tracker_url.startswith("sqlite:"):
        return ExitStack()
    settings.tracker_db.parent.mkdir(parents=True, exist_ok=True)
    try:
        settings.tracker_db.touch(mode=0o600)
        settings.tracker_db.chmod(0o600)
        database = sqlite3.connect(settings.tracker_db, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return database
    except (sqlite3.Error, OSError) as error:
        raise PrepareError(f"{settings.tracker_db}: {error}") from error


def prepare(settings: Settings, say: Say) -> Path:
    """All steps in order; returns the model's path. Raises PrepareError."""
    check_room(settings.models_dir)
    check_room(ROOT / "var")
    snapshot = load_knowledge(settings, say)
    build_encoder(settings, say)
    encode_knowledge(settings, snapshot, say)
    return train(settings, say)


def environment(settings: Settings) -> dict[str, str]:
    """The environment of the processes we start; endpoints.yml takes its variables from here."""
    return {**os.environ, **QUIET_ENVIRONMENT, **settings.as_environment(), "PYTHONPATH": str(ROOT)}


def _sources_fingerprint(data: Path, folder: Path) -> str:
    """The same for the same contents, wherever they are."""
    digest = hashlib.sha256()
    for source in _MODEL_SOURCES:
        in_data = source.startswith("data/")
        base = data if in_data else ROOT if source.startswith("bot/") else folder
        path = base / source.removeprefix("data/")
        files = (
            [path]
            if path.is_file()
            else sorted(found for kind in ("yml", "py", "json") for found in path.rglob(f"*.{kind}"))
        )
        for file in files:
            if file.name in _NO_REASON_TO_TRAIN or file.parent.name in _NO_REASON_TO_TRAIN:
                continue
            name = f"{'data/' if in_data else ''}{file.relative_to(base)}"
            digest.update(name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
