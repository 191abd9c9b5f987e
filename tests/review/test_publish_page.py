"""The pages of publishing: what they show, to whom, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.publishing import records
from bot.publishing.cases import Case
from bot.publishing.nlu_files import Phrase
from bot.publishing.records import Waiting
from bot.publishing.replay import Difference, Taken
from bot.publishing.workshop import Workshop
from bot.review.audit import AuditLog
from bot.review.database import Database
from bot.settings import Settings
from tests.review.conftest import Browser, done

COST, THANKS = Taken(("cost",), ""), Taken(("thanks",), "")


@pytest.fixture
def id(staff_database: Database) -> int:
    """A publication that ida began; the database thinks that it is being built."""
    with staff_database.writing() as connection:
        id = records.begin(connection, "ida", [Waiting(1, Phrase("how <much>", "cost"))], "iop-a.tar.gz")
        records.step(connection, id, "Check and train")
        return id


def ready(database: Database, id: int, *found: Difference) -> None:
    with database.writing() as connection:
        counts = records.keep_differences(connection, id, found)
        figures = (
            "{" + ", ".join(f'"{name}": {count}' for name, count in {"compared": 9, **counts}.items()) + "}"
        )
        state: records.State = "blocked" if counts["safety"] else "ready"
        records.move(connection, id, "building", state, model_after="iop-b.tar.gz", figures=figures)


def test_a_building_that_died_is_shown_as_failed_with_its_log(
    browser_of: Callable[..., Browser], id: int, config: Settings
) -> None:
    log: Path = Workshop(config, id).log
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(f"line {number}" for number in range(100)) + "\n<b>Killed</b>")
    page = browser_of("ned", "reader").page(f"/publish/{id}")
    assert "Failed" in page
    assert "It ended before it was done" in page
    assert "&lt;b&gt;Killed&lt;/b&gt;" in page
    assert "line 99" in page
    assert "line 5\n" not in page
    assert "how &lt;much&gt;" in page


def test_a_loss_is_accepted_with_a_reason_and_that_is_written_down(
    browser_of: Callable[..., Browser], staff_database: Database, audit: AuditLog, id: int
) -> None:
    case = Case("<script>alert(1)</script> price", "", frozenset({"cost"}), turn=5)
    ready(staff_database, id, Difference(case, "worse", COST, THANKS))
    rosa = browser_of("rosa", "approver")
    page = rosa.page(f"/publish/{id}")
    assert "&lt;script&gt;alert(1)" in page
    assert ">Publish</button>" not in page
    address = f"/publish/{id}/loss"
    with staff_database.reading() as connection:
        [loss] = records.differences(connection, id)
    assert rosa.submit(address, loss=str(loss.id), reason=" ").status_code == 400
    assert rosa.submit(address, loss="9999", reason="fine").status_code == 404
    assert rosa.submit(address, loss=str(loss.id), reason="fine <b>here</b>").status_code == 303
    page = rosa.page(f"/publish/{id}")
    assert "Accepted by rosa: fine &lt;b&gt;here&lt;/b&gt;" in page
    assert ">Publish</button>" in page
    assert rosa.submit(address, loss=str(loss.id), undo="yes").status_code == 303
    assert ">Publish</button>" not in rosa.page(f"/publish/{id}")
    log = done(audit, "rosa")
    assert log.count("publication_read") == 3
    assert log.count("loss_accepted") == 2


def test_lost_danger_offers_nothing_to_press(
    browser_of: Callable[..., Browser], staff_database: Database, id: int
) -> None:
    ready(staff_database, id, Difference(Case("bye"), "safety", Taken((), "danger"), Taken((), "")))
    rosa = browser_of("rosa", "approver")
    page = rosa.page(f"/publish/{id}")
    assert "Blocked." in page
    assert ">Publish</button>" not in page
    refused = rosa.submit(f"/publish/{id}/publish")
    assert refused.status_code == 400
    assert "whoever asks" in refused.text


def test_nothing_waits_so_nothing_can_be_begun(browser_of: Callable[..., Browser]) -> None:
    ida = browser_of("ida", "editor")
    assert "No approved phrase or topic waits." in ida.page("/publish")
    assert ida.submit("/publish").status_code == 400
