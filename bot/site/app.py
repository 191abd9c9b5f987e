"""Puts the visitor's site together. Run it with `uvicorn --factory bot.site.app:app --ws none`.

Without `--ws none` uvicorn would load the websockets package, which Rasa pins to one too old for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.callbacks.request import Details
from bot.callbacks.taking import take
from bot.callbacks.words import read_words
from bot.channels.configured import reception
from bot.fallback import DO_NOT_WAIT, in_words
from bot.feedback.repository import FeedbackStore
from bot.knowledge.current import ProfileNow
from bot.knowledge.profile import CentreProfile
from bot.privacy import logs
from bot.reply import Contact, Reply
from bot.review.app import create_review
from bot.settings import Settings, settings
from bot.site.assistant import Assistant
from bot.site.callback import CallbackForm
from bot.site.chat import WAIT_SECONDS, Chat
from bot.site.feedback import Feedback
from bot.site.headers import SecurityHeaders, add_headers
from bot.site.health import Health
from bot.site.history import History
from bot.site.incoming import CONVERSATION_HEADER, Refused, refusal
from bot.site.limit import limit_of_messages
from bot.site.page import Pages
from bot.site.webhooks import NoBrain, Webhooks
from bot.transcripts.background import BackgroundImport

PREFLIGHT_SECONDS = 3600  # a browser asks once an hour whether a site is allowed
STATIC = Path(__file__).parent / "static"
ENDPOINTS = ("/chat", "/callback", "/feedback", "/health")


def create_app(
    config: Settings,
    profile: CentreProfile,
    emergency: Sequence[Contact],
    stand_in: Callable[[str], Reply],
    *,
    sees_danger: Callable[[str], bool] = lambda text: False,
    take: Callable[[Details], None] = take,
    profile_now: ProfileNow | None = None,
    wait_seconds: float = WAIT_SECONDS,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """The site of one centre.

    `emergency` is whom to call in danger, the most urgent first: on the page and in the widget's
    notice. A visitor waits `wait_seconds` for an answer, not as long where `sees_danger`; then, and
    whenever the assistant fails, `stand_in` is what their text gets. `take` stores a call-back request.
    `profile_now` is the profile as staff edited it since, and does not wait.
    `transport` replaces the network towards the assistant and the action server, in tests.
    """
    profile_now = profile_now or (lambda: profile)
    assistant = Assistant(config.assistant_url, transport)
    limit = limit_of_messages(f"{DO_NOT_WAIT} {in_words(emergency)}" if emergency else "")
    history = History(config.tracker_url)
    chat = Chat(assistant, history, limit, stand_in, sees_danger, wait_seconds)
    callback = CallbackForm(config, profile_now, read_words(config.data_dir), stand_in, take)
    feedback = Feedback(FeedbackStore(config.tracker_url), history, limit, stand_in)
    health = Health(assistant, config.actions_url, config.database_url, transport)
    pages = Pages(profile_now, emergency)
    standby = reception(config, NoBrain(), profile_now, tuple(emergency), stand_in)
    webhooks = Webhooks(config.assistant_url, standby, transport)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        transcripts = BackgroundImport(config.tracker_url)
        transcripts.start()
        yield
        await run_in_threadpool(transcripts.stop)
        chat.stop()
        callback.stop()
        await assistant.close()
        await health.close()
        await webhooks.close()

    async def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.url.path in ENDPOINTS:
            response: Response = refusal(Refused(error.status_code, "bad_request", error.detail))
        else:
            response = pages.problem(request, error.status_code, error.detail)
        response.headers.update(error.headers or {})
        return response

    async def on_fault(request: Request, _: Exception) -> Response:
        if request.url.path in ENDPOINTS:
            response: Response = refusal(
                Refused(500, "fault", "Something went wrong here. Please try again.")
            )
        else:
            response = pages.problem(request, 500, "Something went wrong")
        add_headers(response.headers)  # this response is made outside the middleware
        return response

    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/chat", chat.endpoint, methods=["POST"]),
            Route("/chat", chat.history, methods=["GET"]),
            Route("/chat", chat.delete, methods=["DELETE"]),
            Route("/callback", callback.endpoint, methods=["POST"]),
            Route("/feedback", feedback.endpoint, methods=["POST"]),
            Route("/health", health.endpoint),
            Route("/webhooks/{channel}", webhooks.endpoint, methods=["GET", "POST"]),
            Route("/pictures/{name}", webhooks.picture),
            Mount("/staff", create_review(config, profile_now), name="staff"),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            # Without cookies: a conversation belongs to whoever has its id.
            Middleware(
                CORSMiddleware,
                allow_origins=config.sites,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Content-Type", CONVERSATION_HEADER],
                expose_headers=["Retry-After"],
                max_age=PREFLIGHT_SECONDS,
            ),
            Middleware(GZipMiddleware, minimum_size=500),
        ],
        exception_handlers={HTTPException: on_http_error, Exception: on_fault},
        lifespan=lifespan,
    )


def app() -> Starlette:
    """The site as configured by the environment and the files under the data directory."""
    from bot.fallback import get_ready, sees_danger, stand_in
    from bot.knowledge.current import profile_now
    from bot.safety.resources import emergency_contacts

    logs.close()
    get_ready()
    config = settings()
    emergency = emergency_contacts(config.data_dir, config.country)
    return create_app(
        config, profile_now(), emergency, stand_in, sees_danger=sees_danger, profile_now=profile_now
    )
