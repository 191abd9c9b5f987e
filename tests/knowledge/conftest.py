"""A small knowledge base of its own: three topics of two invented documents, and a centre."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url

from bot.knowledge.database import migrate_engine, open_database
from bot.knowledge.documents import sentence_hash

POSTGRES = os.environ.get("IOP_TEST_POSTGRES_URL")
needs_postgres = pytest.mark.skipif(
    not POSTGRES, reason="IOP_TEST_POSTGRES_URL is not set: no PostgreSQL to test with"
)

LONG = "Most courses run for eight to 12 weeks."
STAY = "Some people stay on."
SHORT = "A course takes 5 to 8 weeks."
DOUBT = "Everyone gets well."
CRAFTS = "There is pottery, riding and 12-step work."
SPAM = "Buy a carpet."

DOCUMENTS = {
    "a.txt": f"All About Courses\n\n{SPAM}\n\nHow long\n\n{LONG} {STAY}\n",
    "b.txt": f"Short Courses\n\n  • {SHORT}\n  • {CRAFTS}\n\nClaims\n\n{DOUBT}\n",
}


def _source(document: str, section: str, text: str) -> str:
    return f'{{document: {document}, section: "{section}", sentence: "{sentence_hash(text)}"}}'


FILES = {
    "knowledge/documents.yml": """\
documents:
- file: a.txt
  title: All About Courses
  short: Courses
- {file: b.txt, title: Short Courses, short: Short}
""",
    "knowledge/left_out.yml": f"""\
left_out:
- {{document: a.txt, sentence: "{sentence_hash(SPAM)}", reason: spam, note: an advertisement}}
""",
    "knowledge/length.yml": f"""\
topic: length
group: basics
source: documents
title: How long a course takes
question: How long does it take?
next: [crafts, money]
answer:
  lead:
  - "Sources differ: {{weeks}} ({{weeks:source}}) or {{short}} ({{short:source}})."
  - "{{sure}}"
  - "{{stay}}"
  more:
  - "Some courses offer {{crafts.offers}}."
facts:
- id: weeks
  status: approved
  says: Courses mostly take {{quantity}}.
  quantity: {{low: 8, high: 12, unit: week, qualifier: typical}}
  sources:
  - {_source("a.txt", "How long", LONG)}
- id: short
  status: approved
  says: A course takes {{quantity}}.
  quantity: {{low: 5, high: 8, unit: week, qualifier: typical}}
  sources:
  - {_source("b.txt", "Short Courses", SHORT)}
- id: stay
  status: approved
  says: Staying longer is possible.
  when: for some people
  sources:
  - {_source("a.txt", "How long", STAY)}
- id: sure
  status: doubtful
  reason: nobody can promise that
  says: A cure is sure.
  sources:
  - {_source("b.txt", "Claims", DOUBT)}
""",
    "knowledge/crafts.yml": f"""\
topic: crafts
group: basics
source: documents
title: Crafts
question: Are there crafts?
next: [length, money]
answer:
  lead:
  - "{{offers}} are on offer at some courses."
facts:
- id: offers
  status: approved
  says: Some courses offer {{items}}.
  entity: therapy
  items:
  - pottery
  - {{name: riding, also: [horses, horse riding]}}
  - 12-step work
  sources:
  - {_source("b.txt", "Short Courses", CRAFTS)}
""",
    "knowledge/money.yml": """\
topic: money
group: practical
source: profile
title: What it costs
question: What does it cost?
next: [length, crafts]
""",
    "centre.yml": """\
example: true
name: Oak House
phone: "+1 555 010 0199"
time_zone: America/Chicago
hours:
- {days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "19:00"}
- {days: [sat], opens: "09:30", closes: "12:00"}
words:
  money:
    says: ["Each week costs 10 dollars.", "You can pay in parts."]
    more: ["Ask us about help."]
""",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder; tests write over its files."""
    for name, content in FILES.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture
def edit(data: Path) -> Callable[[str, str, str], None]:
    """Replaces a piece of one file; the piece must be there."""

    def edit(name: str, old: str, new: str) -> None:
        path = data / name
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    return edit


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """The folder of the source documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, content in DOCUMENTS.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: a file, or a schema of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'var' / 'knowledge.db'}"
        return
    schema = f"test_{uuid.uuid4().hex}"
    owner = open_database(str(POSTGRES))
    with owner.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    address = make_url(str(POSTGRES)).update_query_dict({"options": f"-csearch_path={schema}"})
    yield address.render_as_string(hide_password=False)
    with owner.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    owner.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The database with its tables."""
    engine = open_database(url)
    migrate_engine(engine)
    yield engine
    engine.dispose()
