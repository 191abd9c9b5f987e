"""What a component has put into a trained model, read without Rasa."""

from __future__ import annotations

import filecmp
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def same_file(model: Path, other: Path, name: str) -> bool:
    """Whether a component's file is the same in both, byte for byte. Raises as file_of does."""
    with file_of(model, name) as one, file_of(other, name) as two:
        return filecmp.cmp(one, two, shallow=False)


@contextmanager
def file_of(model: Path, name: str) -> Iterator[Path]:
    """A component's file, as long as it is looked at. Raises OSError, tarfile.TarError or ValueError."""
    with tarfile.open(model) as archive, tempfile.TemporaryDirectory() as folder:
        [member] = [one for one in archive if one.name.endswith(f"/{name}")]
        member.name = name
        archive.extract(member, folder)
        yield Path(folder) / name
