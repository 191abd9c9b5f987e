"""The site with its staff application, an empty database, and people with and without roles."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.callbacks.keys import Keys, new_key
from bot.callbacks.repository import Callbacks
from bot.fallback import reply_when_down
from bot.knowledge.load import load_into
from bot.knowledge.profile import CentreProfile
from bot.knowledge.reading import read_data
from bot.review.accounts import Account, Accounts
from bot.review.audit import AuditLog, Filter
from bot.review.database import Database
from bot.review.roles import Role
from bot.settings import Settings, settings
from bot.site.app import create_app
from bot.transcripts.opening import open_transcripts
from bot.transcripts.tables import rasa
from tests.knowledge.conftest import FILES
from tests.privacy.conversation_databases import KINDS, database

PASSWORD = "seven quiet herons"
PROFILE = CentreProfile(name="Willow <Creek> Center", time_zone="America/New_York")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The tracker store's database, which does not exist yet where it is a file."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'conversations' / 'tracker.db'}"
        return
    with database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def staff_database(url: str) -> Database:
    return Database(url)


@pytest.fixture
def accounts(staff_database: Database) -> Accounts:
    return Accounts(staff_database)


@pytest.fixture
def audit(staff_database: Database) -> AuditLog:
    return AuditLog(staff_database)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small knowledge base: files under data/, and the database of them."""
    folder = tmp_path_factory.mktemp("knowledge")
    for name, content in FILES.items():
        (folder / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "data" / name).write_text(content, encoding="utf-8")
    load_into(f"sqlite:///{folder / 'knowledge.db'}", *read_data(folder / "data"))
    return folder


@pytest.fixture
def settings_here(url: str, tmp_path: Path) -> Settings:
    in_file = url.startswith("sqlite:")
    return replace(
        settings(),
        database_url=f"sqlite:///{tmp_path / 'knowledge.db'}",
        tracker_db=Path(url.removeprefix("sqlite:///")) if in_file else tmp_path / "none.db",
        tracker_database_url="" if in_file else url,
        callbacks_url=f"sqlite:///{tmp_path / 'callbacks.db'}",
        callbacks_keys=(new_key(),),
        public_url="",
    )


@pytest.fixture
def config(settings_here: Settings) -> Settings:
    return settings_here


@pytest.fixture
def small_knowledge(settings_here: Settings, tmp_path: Path, loaded: Path) -> Settings:
    """The settings, with a knowledge base that can be changed."""
    shutil.copy(loaded / "knowledge.db", tmp_path)
    shutil.copytree(loaded / "data", tmp_path / "data")
    shutil.copy(settings().data_dir / "callbacks.yml", tmp_path / "data")
    return replace(settings_here, data_dir=tmp_path / "data")


@pytest.fixture
def callbacks(config: Settings) -> Callbacks:
    return Callbacks(config.callbacks_url, Keys(config.callbacks_keys))


@pytest.fixture
def site(config: Settings) -> Starlette:
    return create_app(config, PROFILE, (), lambda text: reply_when_down((), ()))


@pytest.fixture
def engine(config: Settings) -> Iterator[Engine]:
    """What Rasa's database holds of conversations: nothing yet."""
    if not config.tracker_database_url:
        config.tracker_db.parent.mkdir(exist_ok=True)
    opened = open_transcripts(config.tracker_url)
    rasa.create_all(opened)
    yield opened
    opened.dispose()


class Browser(TestClient):
    """One person's browser: it keeps the cookie, and sends a page's own forms."""

    def page(self, path: str, status: int = 200) -> str:
        """The page at a path under /staff."""
        response = self.get(f"/staff{path}")
        assert response.status_code == status, response.text
        return response.text

    def token(self, path: str = "/account") -> str:
        """A form's token, from a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.page(path))
        assert found
        return unescape(found[1])

    def submit(self, path: str, page: str = "/account", **fields: str | list[str]) -> httpx.Response:
        """Posts a form to a path under /staff, with the token of a page; follows no redirect."""
        data = {"csrf": self.token(page), **fields}
        return self.post(f"/staff{path}", data=data, follow_redirects=False)

    def log_in(self, name: str, password: str = PASSWORD, status: int = 303) -> Browser:
        response = self.submit("/login", "/login", name=name, password=password)
        assert response.status_code == status, response.text
        return self


@pytest.fixture
def visitor(site: Starlette) -> Browser:
    """A browser in which nobody is logged in. Faults become pages, as in a server."""
    return Browser(site, raise_server_exceptions=False)


@pytest.fixture
def new_account(accounts: Accounts) -> Callable[..., Account]:
    """`new_account("rosa", "admin", ...)`."""

    def make(name: str, *roles: Role) -> Account:
        return accounts.add("test", name, roles, PASSWORD)

    return make


@pytest.fixture
def browser_of(site: Starlette, new_account: Callable[..., Account]) -> Callable[..., Browser]:
    """`browser_of("rosa", "admin")`: of a new account, logged in."""

    def make(name: str, *roles: Role) -> Browser:
        new_account(name, *roles)
        return Browser(site, raise_server_exceptions=False).log_in(name)

    return make


def done(audit: AuditLog, who: str | None = None) -> list[str]:
    """What is in the audit log, the oldest first, without the accounts that tests make."""
    entries = audit.page(Filter(who or ""), limit=500)
    return [entry.what for entry in reversed(entries) if entry.who != "test"]
