"""What a database file holds, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path


def stored_bytes(file: Path) -> bytes:
    """Read by a process of its own: one that has the file open in SQLite would, on closing it here, lose its
    locks on it (sqlite.org/howtocorrupt.html, 2.2), and find it malformed later."""
    return subprocess.run(["cat", file], check=True, stdout=subprocess.PIPE).stdout
