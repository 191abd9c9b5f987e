"""The assistant's side of publishing: loads the model the link names while the one before answers."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor

LOOK_SECONDS = 1.0
log = logging.getLogger(__name__)


class Follower:
    """`loaded` is the file name of the model that answers; `failed` that of one that could not be loaded."""

    def __init__(self) -> None:
        self.loaded = ""
        self.failed = ""

    async def follow(self, agent: Agent) -> None:
        """Looks at the link for as long as the process lives; a model that was given as a file stays."""
        link = Path(agent.processor.model_path)
        self.loaded = os.readlink(link) if link.is_symlink() else link.name
        follows = link.is_symlink()
        while follows:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                wanted = os.readlink(link)
            except OSError:  # somebody is tidying up: what answers goes on
                continue
            if wanted == self.loaded:
                self.failed = ""
            elif wanted != self.failed:
                await self._swap(agent, link.parent / wanted)

    async def _swap(self, agent: Agent, model: Path) -> None:
        try:
            processor = await asyncio.to_thread(_load, agent, model)
        except Exception as error:  # whatever is wrong with it, the model before goes on
            log.error("%s could not be loaded: %s: %s", model.name, type(error).__name__, error)
            self.failed = model.name
            return
        # A message that is being answered keeps the processor it began with.
        agent.processor = processor
        agent.domain = processor.domain
        agent.tracker_store.domain = processor.domain
        if isinstance(agent.nlg, TemplatedNaturalLanguageGenerator):
            agent.nlg.responses = processor.domain.responses
        self.loaded, self.failed = model.name, ""


def _load(agent: Agent, model: Path) -> MessageProcessor:
    """The model, ready: it has read a message already. In a thread, with an event loop of its own."""
    if not model.is_file():  # Rasa would take another from the folder
        raise FileNotFoundError(model.name)
    processor = MessageProcessor(
        model,
        agent.tracker_store,
        agent.lock_store,
        generator=agent.nlg,
        action_endpoint=agent.action_endpoint,
    )
    asyncio.run(processor.parse_message(UserMessage("how long does it take?")))
    return processor
