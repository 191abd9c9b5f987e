"""A publication's folder: a copy of the sources to change and train from, and what was there before.

var/publishing/<id>/sources/   config.yml, domain.yml, data/
var/publishing/<id>/before/    the installation's files as they were before they were replaced
var/publishing/<id>/log.txt    what the building said
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.settings import ROOT, Settings

_BESIDE_DATA = ("config.yml", "domain.yml")
_NEW = "new.json"  # the files that were not there before


class InstallError(Exception):
    """The installation's files cannot be written; the message says which and why."""


def publishing_folder(settings: Settings) -> Path:
    """Where the folders are: beside the tracker store's file."""
    return settings.tracker_db.parent / "publishing"


@dataclass(frozen=True)
class Workshop:
    """One publication's folder. `settings` are the installation's."""

    settings: Settings
    id: int

    @property
    def folder(self) -> Path:
        """It need not exist yet."""
        return publishing_folder(self.settings) / str(self.id)

    @property
    def sources(self) -> Path:
        """The copy: config.yml, domain.yml and data/."""
        return self.folder / "sources"

    @property
    def own_settings(self) -> Settings:
        """The settings with which a model is trained from the copy."""
        return replace(self.settings, data_dir=self.sources / "data")

    @property
    def log(self) -> Path:
        """What the building said."""
        return self.folder / "log.txt"

    def copy_sources(self) -> None:
        """Copies the installation's sources as they are now. Raises OSError."""
        shutil.rmtree(self.sources, ignore_errors=True)
        shutil.copytree(self.settings.data_dir, self.sources / "data")
        for name in _BESIDE_DATA:
            shutil.copy(ROOT / name, self.sources / name)

    def install(self) -> None:
        """Puts the copy's files that differ in the installation's place, and keeps what was there. Raises
        InstallError; the installation is then as it was."""
        kept = self.folder / "before"
        changed = list(self._changed())
        try:
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir()
            for name, there in changed:
                if there.exists():
                    (kept / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(there, kept / name)
            new = [name for name, there in changed if not there.exists()]
            (kept / _NEW).write_text(json.dumps(new), encoding="utf-8")
        except OSError as error:
            raise _install_error(error) from error
        try:
            self.put_in_place()
        except InstallError:
            self.restore()
            raise

    def put_in_place(self) -> None:
        """The same where what was there is kept already. Raises InstallError; some files may be replaced."""
        try:
            for name, there in list(self._changed()):
                there.parent.mkdir(parents=True, exist_ok=True)
                _replace(there, self.sources / name)
        except OSError as error:
            raise _install_error(error) from error

    def restore(self) -> None:
        """Undoes `install`, also one that was not finished. Raises InstallError; what is not put back yet
        still can be."""
        kept = self.folder / "before"
        try:
            for path in sorted(kept.rglob("*")):
                if path.is_file() and path.name != _NEW:
                    place = self._place(str(path.relative_to(kept)))
                    if not _same(path, place):
                        _replace(place, path)
            if (kept / _NEW).exists():
                for name in json.loads((kept / _NEW).read_text(encoding="utf-8")):
                    self._place(name).unlink(missing_ok=True)
        except OSError as error:
            raise _install_error(error) from error

    @property
    def brought_topics(self) -> bool:
        """Whether what was installed holds topics that were not there before."""
        new = self.folder / "before" / _NEW
        names = json.loads(new.read_text(encoding="utf-8")) if new.exists() else []
        return any(name.startswith("data/knowledge/") for name in names)

    def _changed(self) -> Iterator[tuple[str, Path]]:
        """(name, place in the installation) of each file of the copy that is not the same there."""
        for path in sorted(self.sources.rglob("*")):
            name = str(path.relative_to(self.sources))
            if path.is_file() and not _same(path, self._place(name)):
                yield name, self._place(name)

    def _place(self, name: str) -> Path:
        in_data = name.startswith("data/")
        return self.settings.data_dir / name.removeprefix("data/") if in_data else ROOT / name


def _install_error(error: OSError) -> InstallError:
    return InstallError(f"{error.filename or 'A file'}: {error.strerror or error}.")


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _replace(path: Path, by: Path) -> None:
    """Never half written, whenever it ends."""
    new = path.with_name(f".{path.name}.new")
    try:
        shutil.copy(by, new)
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
