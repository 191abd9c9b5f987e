"""What approved edits do to the knowledge base's database: at once when approved, and again at each start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from bot.editing.applying import applied, with_fields
from bot.editing.edits import Edit, Edits, approved_at_start
from bot.editing.targets import State, present
from bot.knowledge.answers import Snapshot
from bot.knowledge.database import DatabaseError, open_database
from bot.knowledge.load import load
from bot.knowledge.repository import KnowledgeRepository, KnowledgeUnavailable
from bot.knowledge.yaml_file import DataError
from bot.review.errors import ChangedMeanwhileError, InvalidError, UnavailableError


class KnowledgeUpdater:
    """Has the knowledge base's database at `url` say what is approved."""

    def __init__(self, url: str, edits: Edits) -> None:
        self._engine = open_database(url)
        self._repository = KnowledgeRepository(self._engine, check_every=0)
        self._edits = edits

    def snapshot(self) -> Snapshot:
        """What is said now. Raises UnavailableError."""
        with _readable():
            return self._repository.snapshot()

    def approve(self, who: str, id: int, version: int) -> Edit:
        """Approves an edit; every process says it about a second later.

        Raises NotFoundError, ChangedMeanwhileError, InvalidError, UnavailableError; nothing is then changed.
        """
        return self._edits.approve(who, id, version, self._publish)

    def _publish(self, edit: Edit) -> None:
        state = state_of(self.snapshot())
        try:
            now = present(state, edit.target)
            if any(now.get(name) != value for name, value in edit.before.items()):
                raise ChangedMeanwhileError("What is said was changed after this edit was made.")
            new = with_fields(state, edit, edit.after)
            if new != state:
                load(self._engine, new.knowledge, new.profile)
        except LookupError:
            raise ChangedMeanwhileError("There is no such topic or fact any more.") from None
        except (ValidationError, DataError) as error:
            raise InvalidError(f"This cannot be said: {error}") from error
        except DatabaseError as error:
            raise UnavailableError(
                "The knowledge base cannot be written now. Nothing was changed."
            ) from error


def state_of(snapshot: Snapshot) -> State:
    """What edits are applied to."""
    return State(snapshot.knowledge, snapshot.profile)


def with_approved(state: State, tracker_url: str) -> tuple[State, list[str]]:
    """What the files say with the approved edits over it, and a line for each edit left out.

    Raises DatabaseError.
    """
    edits = approved_at_start(tracker_url)
    state, refused = applied(state, edits)
    names = {edit.id: f"{edit.target.kind} {edit.target.id}" for edit in edits}
    return state, [f"Edit {id} ({names[id]}) is left out: {why}" for id, why in refused.items()]


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except KnowledgeUnavailable as error:
        raise UnavailableError("The knowledge base is not loaded. Nothing was changed.") from error
