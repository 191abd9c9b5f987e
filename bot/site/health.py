"""GET /health: which parts are up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import anyio
import anyio.to_thread
import httpx
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.site.assistant import Assistant, answers

CHECK_SECONDS = 2.0


class Health:
    """Asks the assistant, the action server and the database, each for at most CHECK_SECONDS."""

    def __init__(
        self,
        assistant: Assistant,
        actions_url: str,
        database_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._assistant = assistant
        self._actions_url = actions_url
        self._http = httpx.AsyncClient(trust_env=False, transport=transport)
        # A fresh connection each time: one from a pool would not show that the database is gone.
        self._engine = create_engine(database_url, poolclass=NullPool, future=True)
        self._threads: anyio.CapacityLimiter | None = None

    async def endpoint(self, request: Request) -> JSONResponse:
        """200 when all parts are up, else 503; {"status": "up"|"degraded", "parts": {name: "up"|"down"}}."""
        assistant, actions, knowledge = await asyncio.gather(
            self._assistant.answers(CHECK_SECONDS),
            answers(self._http, f"{self._actions_url}/health", CHECK_SECONDS),
            self._database_answers(),
        )
        up = {"site": True, "assistant": assistant, "actions": actions, "knowledge": knowledge}
        parts = {name: "up" if is_up else "down" for name, is_up in up.items()}
        all_up = all(up.values())
        body = {"status": "up" if all_up else "degraded", "parts": parts}
        return JSONResponse(body, 200 if all_up else 503)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()
        self._engine.dispose()

    async def _database_answers(self) -> bool:
        # Threads of its own, few of them: a database that hangs must not use up everybody's.
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(4)
        with anyio.move_on_after(CHECK_SECONDS):
            return await anyio.to_thread.run_sync(
                has_tables, self._engine, abandon_on_cancel=True, limiter=self._threads
            )
        return False


def has_tables(engine: Engine) -> bool:
    """Whether the database answers and was set up.

    "select 1" would not do: SQLite answers that without looking at the file, or makes a new one.
    """
    url = engine.url
    in_a_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    if in_a_file and not Path(str(url.database)).is_file():
        return False
    try:
        return bool(inspect(engine).get_table_names())
    except SQLAlchemyError:
        return False
