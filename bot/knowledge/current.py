"""The centre's profile as it is now, with the edits of staff, for all that a process says in its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from bot.knowledge.database import open_database
from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_profile
from bot.knowledge.repository import KnowledgeRepository
from bot.settings import settings

ProfileNow = Callable[[], CentreProfile]


def profile_now() -> CentreProfile:
    """Never waits for the database, which may be what is down: it is looked at in the background, from the
    first call on. Until it was read, this is what the file says. Raises DataError, DatabaseError."""
    snapshot = _followed().latest
    return snapshot.profile if snapshot else _from_file()


@lru_cache(maxsize=1)
def _followed() -> KnowledgeRepository:
    repository = KnowledgeRepository(open_database(settings().database_url))
    repository.follow()
    return repository


@lru_cache(maxsize=1)
def _from_file() -> CentreProfile:
    return read_profile(settings().data_dir / "centre.yml")
