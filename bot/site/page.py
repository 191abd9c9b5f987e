"""The centre's pages, rendered from its profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.fallback import telephone_link
from bot.knowledge.current import ProfileNow
from bot.reply import Contact

TEMPLATES = Path(__file__).parent / "templates"
WIDGET = Path(__file__).parent / "static" / "iop-chat"


class Pages:
    """Nothing on the pages differs between visitors. `profile_now` is asked for each page, as staff edit the
    profile; `emergency` is whom to call in danger."""

    def __init__(self, profile_now: ProfileNow, emergency: Sequence[Contact]) -> None:
        self._templates = Jinja2Templates(directory=TEMPLATES)
        self._emergency = emergency
        self._profile_now = profile_now
        self._modules = sorted(file.name for file in WIDGET.glob("*.js"))

    def _context(self) -> dict[str, Any]:
        profile = self._profile_now()
        return {
            "centre": profile,
            "name": profile.name[:1].upper() + profile.name[1:],  # "the center" where no name is given
            "phone_link": telephone_link(profile.phone) if profile.phone else None,
            "time_zone": zone_in_words(profile.time_zone) if profile.time_zone else None,
            "emergency": self._emergency,
            "modules": self._modules,
        }

    async def home(self, request: Request) -> Response:
        """The centre's page, with the widget."""
        return self._templates.TemplateResponse(request, "home.html", self._context())

    def problem(self, request: Request, status: int, title: str) -> Response:
        """A page for a wrong address or a fault: whom to call, and the way back."""
        context = {**self._context(), "title": title}
        return self._templates.TemplateResponse(request, "problem.html", context, status)


def zone_in_words(time_zone: str) -> str:
    """ "America/Chicago" -> "Chicago time"."""
    return f"{time_zone.rpartition('/')[2].replace('_', ' ')} time"
