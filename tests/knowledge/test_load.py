from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, inspect, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot.knowledge import tables
from bot.knowledge.answers import compose
from bot.knowledge.database import DatabaseError, migrate, migrate_engine, open_database
from bot.knowledge.load import LoadResult, load, load_files
from bot.knowledge.profile import CentreProfile, OwnWord
from bot.knowledge.reading import read_data
from bot.knowledge.repository import KnowledgeRepository, KnowledgeUnavailable
from bot.knowledge.schema import Knowledge
from bot.knowledge.yaml_file import DataError

Edit = Callable[[str, str, str], None]
LENGTH = "knowledge/length.yml"
CLOSED = "postgresql://nobody:secret@127.0.0.1:9/none"
ENTRIES = 2 + 3 + 5 + 1 + 1  # documents, topics, facts, left out, the profile


def _version(engine: Engine) -> tuple[object, ...]:
    version = tables.KnowledgeVersion
    with engine.connect() as connection:
        return tuple(connection.execute(select(version.hash, version.loaded_at, version.changes)).one())


def test_what_is_loaded_is_what_was_read(data: Path, engine: Engine) -> None:
    knowledge, profile = read_data(data)
    assert load(engine, knowledge, profile) == LoadResult(ENTRIES, 0, 0, 0)
    snapshot = KnowledgeRepository(engine).snapshot()
    assert (snapshot.knowledge, snapshot.profile) == (knowledge, profile)


def test_loading_twice_changes_nothing(data: Path, engine: Engine) -> None:
    load(engine, *read_data(data))
    version = _version(engine)
    assert load(engine, *read_data(data)) == LoadResult(0, 0, 0, ENTRIES)
    assert _version(engine) == version


@pytest.mark.parametrize(
    ("name", "old", "new", "added", "changed", "removed"),
    [
        (LENGTH, "high: 12", "high: 14", 0, 1, 0),
        (LENGTH, "Sources differ", "They differ", 0, 1, 0),
        (LENGTH, "[crafts, money]", "[money, crafts]", 0, 1, 0),
        (LENGTH, "reason: nobody", "reason: no one", 0, 1, 0),
        ("knowledge/crafts.yml", "[horses, horse riding]", "[horses]", 0, 1, 0),
        ("centre.yml", "10 dollars", "12 dollars", 0, 1, 0),
        ("knowledge/documents.yml", "title: Short Courses", "title: Shorter Courses", 0, 1, 0),
        (LENGTH, "id: sure\n  status: doubtful", "id: sure\n  status: approved", 0, 1, 0),
    ],
)
def test_only_what_changed_is_counted_and_the_rest_stays(
    data: Path,
    edit: Edit,
    engine: Engine,
    name: str,
    old: str,
    new: str,
    added: int,
    changed: int,
    removed: int,
) -> None:
    load(engine, *read_data(data))
    edit(name, old, new)
    wanted = read_data(data)
    assert load(engine, *wanted) == LoadResult(added, changed, removed, ENTRIES - changed - removed)
    snapshot = KnowledgeRepository(engine).snapshot()
    assert (snapshot.knowledge, snapshot.profile) == wanted


def test_topics_and_documents_come_and_go(data: Path, edit: Edit, engine: Engine) -> None:
    load(engine, *read_data(data))
    (data / "knowledge" / "money.yml").rename(data / "knowledge" / "price.yml")
    edit("knowledge/price.yml", "topic: money", "topic: price")
    for name in (LENGTH, "knowledge/crafts.yml"):
        edit(name, "money]", "price]")
    edit("centre.yml", "  money:", "  price:")
    wanted = read_data(data)
    result = load(engine, *wanted)
    assert (result.added, result.removed, result.changed) == (1, 1, 3)  # two topics' next, and the profile
    assert KnowledgeRepository(engine).snapshot().knowledge == wanted[0]


def test_a_document_goes_with_the_facts_that_rest_on_it(data: Path, engine: Engine) -> None:
    knowledge, profile = read_data(data)
    load(engine, knowledge, profile)
    without = {name: one for name, one in knowledge.documents.items() if name != "a.txt"}
    length = knowledge.topics["length"]
    rest = length.copy(
        update={
            "facts": tuple(fact for fact in length.facts if fact.sources[0].document != "a.txt"),
            "answer": length.answer.copy(update={"lead": ("{short}.",)}) if length.answer else None,
        }
    )
    fewer = Knowledge(without, {**knowledge.topics, "length": rest})
    assert load(engine, fewer, profile).removed == 4  # the document, two facts, the sentence left out
    assert KnowledgeRepository(engine).snapshot().knowledge == fewer


def test_a_figure_corrected_in_the_database_is_put_back_by_loading(data: Path, engine: Engine) -> None:
    load(engine, *read_data(data))
    with engine.begin() as connection:
        connection.execute(update(tables.Fact).where(tables.Fact.id == "weeks").values(high=99))
    assert load(engine, *read_data(data)).changed == 1
    assert "8 to 12 weeks" in compose(KnowledgeRepository(engine).snapshot(), "length").first


def test_knowledge_that_does_not_fit_together_is_not_loaded(data: Path, engine: Engine) -> None:
    knowledge, profile = read_data(data)
    load(engine, knowledge, profile)
    version = _version(engine)
    missing = Knowledge(knowledge.documents, {"length": knowledge.topics["length"]}, knowledge.left_out)
    with pytest.raises(DataError, match=r"length\.yml: next 1: expected the id of a topic, found 'crafts'"):
        load(engine, missing, profile)
    with pytest.raises(DataError, match="words: weather"):
        load(engine, knowledge, CentreProfile(words={"weather": OwnWord(says=("Fine.",))}))
    assert _version(engine) == version


def test_a_failure_in_the_middle_leaves_the_database_as_it_was(
    data: Path, edit: Edit, engine: Engine
) -> None:
    load(engine, *read_data(data))
    before, version = KnowledgeRepository(engine).snapshot(), _version(engine)
    edit(LENGTH, "high: 12", "high: 14")
    edit("centre.yml", "10 dollars", "12 dollars")

    def disk_full(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE knowledge_version"):  # the last thing a load does
            raise OperationalError(statement, {}, Exception("database or disk is full"))

    event.listen(engine, "before_cursor_execute", disk_full)
    with pytest.raises(DatabaseError, match="database or disk is full"):
        load(engine, *read_data(data))
    event.remove(engine, "before_cursor_execute", disk_full)
    assert (KnowledgeRepository(engine).snapshot(), _version(engine)) == (before, version)


def test_loads_at_the_same_time_wait_for_each_other(data: Path, url: str) -> None:
    results: list[LoadResult] = []
    threads = [threading.Thread(target=lambda: results.append(load_files(url, data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.added for result in results) == [0, 0, 0, ENTRIES]


def test_the_migrations_make_the_tables_the_code_uses(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in tables.Base.metadata.tables

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "version_table": "knowledge_alembic_version"}
        )
        assert compare_metadata(context, tables.Base.metadata) == []


def test_the_migrations_can_be_undone_and_leave_others_tables_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (id integer)"))
    migrate_engine(engine, "base")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() == 0
    migrate_engine(engine)


def test_an_unusable_database_is_named_in_one_line(data: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database, though it is long enough to be one" * 100)
    for url in (
        f"sqlite:///{broken}",
        "nonsense",
        "sqlite:////proc/nowhere/knowledge.db",
        "oracle://x/y",
        CLOSED,
    ):
        with pytest.raises(DatabaseError) as caught:
            load_files(url, data)
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)


def test_a_database_of_a_newer_version_is_left_alone(data: Path, url: str) -> None:
    load_files(url, data)
    with open_database(url).begin() as connection:
        connection.execute(text("UPDATE knowledge_alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version"):
        load_files(url, data)


# --- what a running assistant sees


def test_a_change_in_the_database_is_seen_within_a_second(data: Path, engine: Engine) -> None:
    now = [100.0]
    load(engine, *read_data(data))
    repository = KnowledgeRepository(engine, clock=lambda: now[0])
    assert "8 to 12 weeks" in compose(repository.snapshot(), "length").first
    with engine.begin() as connection:
        connection.execute(update(tables.Fact).where(tables.Fact.id == "weeks").values(high=13))
    assert "8 to 12 weeks" in compose(repository.snapshot(), "length").first, (
        "the database is asked once a second at most"
    )
    now[0] += 1
    assert "8 to 13 weeks" in compose(repository.snapshot(), "length").first


def test_a_change_of_the_files_reaches_a_running_assistant(data: Path, edit: Edit, engine: Engine) -> None:
    load(engine, *read_data(data))
    repository = KnowledgeRepository(engine, check_every=0)
    first = repository.snapshot()
    assert repository.snapshot() is first, "nothing is read again while nothing changes"
    edit(LENGTH, "high: 12", "high: 14")
    load(engine, *read_data(data))
    assert "8 to 14 weeks" in compose(repository.snapshot(), "length").first


def test_without_tables_or_content_it_says_what_to_do(url: str) -> None:
    repository = KnowledgeRepository(open_database(url))
    with pytest.raises(KnowledgeUnavailable, match="cannot be read"):
        repository.snapshot()
    migrate(url)
    with pytest.raises(KnowledgeUnavailable, match="python -m bot knowledge load"):
        repository.snapshot()


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM centre", "UPDATE fact SET unit = 'weks' WHERE id = 'weeks'", "DROP TABLE left_out"],
)
def test_a_database_that_goes_wrong_later_does_not_silence_the_assistant(
    data: Path, engine: Engine, damage: str
) -> None:
    load(engine, *read_data(data))
    repository = KnowledgeRepository(engine, check_every=0)
    before = compose(repository.snapshot(), "length")
    with engine.begin() as connection:
        connection.execute(text(damage))
        if "DROP" in damage:
            connection.execute(text("UPDATE centre SET name = 'Elm House'"))
    assert compose(repository.snapshot(), "length") == before


def test_many_threads_can_ask_at_once(data: Path, engine: Engine) -> None:
    load(engine, *read_data(data))
    repository = KnowledgeRepository(engine, check_every=0)
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(compose(repository.snapshot(), "length").first))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert len(set(answers)) == 1


@given(low=st.integers(1, 500), wider=st.integers(1, 500))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_figure_said_is_the_figure_in_the_database(data: Path, url: str, low: int, wider: int) -> None:
    migrate(url)
    engine = open_database(url)
    load(engine, *read_data(data))
    with engine.begin() as connection:
        values = {"low": low, "high": low + wider}
        connection.execute(update(tables.Fact).where(tables.Fact.id == "weeks").values(**values))
        assert connection.execute(select(func.count()).select_from(tables.Fact)).scalar() == 5
    first = compose(KnowledgeRepository(engine).snapshot(), "length").first
    assert f"{low:,} to {low + wider:,} weeks" in first
    engine.dispose()


def test_databases_opened_at_the_same_time_by_one_process_are_all_migrated(tmp_path: Path) -> None:
    """Alembic keeps what it migrates in module globals: two threads would take each other's."""
    engines = [open_database(f"sqlite:///{tmp_path}/{number}.db") for number in range(6)]
    together = threading.Barrier(len(engines))

    def opened(engine: Engine) -> list[str]:
        together.wait()
        migrate_engine(engine)
        return inspect(engine).get_table_names()

    with ThreadPoolExecutor(len(engines)) as pool:
        tables_made = list(pool.map(opened, engines))
    assert all(names and names == tables_made[0] for names in tables_made)
