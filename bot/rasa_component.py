"""What our trained graph components have in common: a file of their own in Rasa's model."""

from __future__ import annotations

import abc
import hashlib
import os
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from typing_extensions import Self

from bot.model_archive import file_of
from bot.settings import ROOT

Learned = TypeVar("Learned")

# Names a model in the environment of a training for corrected phrases: what those do not teach is taken
# from it instead of learned anew. So a correction changes nothing in what is taken for danger, and takes
# a third of the time.
KEEP_FROM = "IOP_KEEP_FROM"


class TrainedComponent(GraphComponent, abc.ABC, Generic[Learned]):
    """A component that learns one thing, keeps it in the model as `file`, and then works with it.

    `learned` is None from creation until training is over; Rasa then loads the component anew.
    """

    file: ClassVar[str]

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        learned: Learned | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._learned = learned

    @staticmethod
    @abc.abstractmethod
    def write(learned: Learned, path: Path) -> None:
        """Writes what was learned."""

    @staticmethod
    @abc.abstractmethod
    def read(path: Path) -> Learned:
        """Reads what `write` wrote."""

    def keep(self, learned: Learned) -> Resource:
        """Puts what was learned into the model; what `train` returns."""
        with self._storage.write_to(self._resource) as folder:
            self.write(learned, folder / self.file)
        return self._resource

    @classmethod
    def kept(cls) -> Learned | None:
        """What the model of KEEP_FROM has learned, None without one.

        Raises OSError, tarfile.TarError or ValueError.
        """
        if KEEP_FROM not in os.environ:
            return None
        learned: Learned = _kept(cls, Path(os.environ[KEEP_FROM]))
        return learned

    def keep_as_it_was(self) -> Resource | None:
        """Puts the file of KEEP_FROM's model into this one, byte for byte; None without one.

        Raises OSError, tarfile.TarError or ValueError.
        """
        if KEEP_FROM not in os.environ:
            return None
        model = Path(os.environ[KEEP_FROM])
        with file_of(model, self.file) as path, self._storage.write_to(self._resource) as folder:
            shutil.copy(path, folder / self.file)
        return self._resource

    @property
    def learned(self) -> Learned:
        """Raises RuntimeError for a component that was not loaded from a model."""
        if self._learned is None:
            raise RuntimeError(f"{type(self).__name__} is not trained")
        return self._learned

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Our code, which Rasa's cache does not look at; subclasses add their data."""
        code = folder_fingerprint(ROOT / "bot" / "language") + folder_fingerprint(ROOT / "bot" / "safety")
        return code + os.environ.get(KEEP_FROM, "")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """See Rasa's GraphComponent."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """See Rasa's GraphComponent."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, cls.read(folder / cls.file))


@lru_cache(maxsize=1)  # several components ask for the largest
def _kept(component: type[TrainedComponent[Any]], model: Path) -> Any:
    with file_of(model, component.file) as path:
        return component.read(path)


def folder_fingerprint(folder: Path) -> str:
    """A hash of the names and contents of a folder's YAML, JSON and Python files."""
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("yml", "json", "py") for path in folder.rglob(f"*.{kind}")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
