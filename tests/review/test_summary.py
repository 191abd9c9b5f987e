"""The week in figures: what staff see, in the page and in its pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape

import pytest

from bot.review.charts import columns, rows
from tests.review.conftest import Browser
from tests.review.test_transcripts import said  # noqa: F401  # a fixture


def table(page: str, caption: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    found = re.search(rf"<caption>{caption}.*?</table>", page, re.S)
    assert found, caption
    lines = re.findall(r"<tr>(.*?)</tr>", found[0], re.S)
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)] for line in lines]


@pytest.mark.usefixtures("said")
def test_a_week_is_counted_drawn_and_leads_to_its_conversations(browser_of: Callable[..., Browser]) -> None:
    """Three messages from March 2 on, 02:30 at night: one answered, one in danger, one unanswered."""
    browser = browser_of("rosa", "reader")
    page = browser.page("/summary?week=2026-03-05")
    assert "The week from Mar 2 to Mar 8, 2026" in page
    assert "3 messages in 3 conversations" in page
    assert "50 % of the 2 questions were answered" in page
    assert "With so few messages a figure can point to one person" in page
    assert table(page, "Messages by what became of them")[1] == ["Mar 2", "1", "0", "1", "1", "50 %"]
    assert table(page, "Messages by what became of them")[2] == ["Feb 23", "0", "0", "0", "0", "–"]
    assert table(page, "Messages in which it was noticed")[1] == ["Mar 2", "1", "0"]
    assert table(page, "Where visitors wrote")[1:] == [["website", "2"], ["SMS", "1"]]
    assert table(page, "Topics that were answered")[1:] == [["Cost", "1"]]
    assert table(page, "Messages this week by hour")[1] == ["0:00", "0", "0", "3", "0", "0", "0"]
    assert page.count("<svg viewBox") == page.count('role="img"') == 6
    assert 'style="' not in page, "the content security policy refuses it"
    assert "8c1f0e77" not in page
    assert "zebra" not in page

    unanswered = re.search(r'href="([^"]+)">Unanswered: 1<', page)
    assert unanswered
    listed = browser.get(unescape(unanswered[1])).text
    assert "zebra parking" in listed
    assert "how much" not in listed


@pytest.mark.usefixtures("said")
def test_a_thumb_is_counted_in_the_week_it_was_given(browser_of: Callable[..., Browser]) -> None:
    page = browser_of("rosa", "reader").page("/summary?week=2026-03-05")
    assert table(page, "Thumbs that visitors gave")[1] == ["Mar 2", "0", "0"], "it was given today"


def test_a_week_without_messages_says_so(browser_of: Callable[..., Browser]) -> None:
    page = browser_of("rosa", "reader").page("/summary")
    assert "Nobody wrote in this week" in page
    assert "The week after" in page, "the present one, which is not over"
    assert "are no longer whole" in page


def test_what_is_no_day_is_told(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of("rosa", "reader")
    assert "A day is written as in" in browser.page("/summary?week=yesterday", 400)
    assert "A day is written as in" in browser.page("/summary?week=0001-01-01", 400)
    assert "Nobody wrote" in browser.page("/summary?week=1971-01-01")
    assert "Nobody wrote" in browser.page("/summary?week=9998-12-31")


def test_letters_in_a_picture_are_only_ever_letters() -> None:
    drawn = rows('What <b>costs</b> & "what" doesn\'t', ("<b>$5 & $6</b>", "a"), (3, 1))
    assert "&lt;b&gt;$5 &amp; $6&lt;/b&gt;" in drawn
    assert "<b>" not in drawn
    assert 'aria-label="What &lt;b&gt;costs' in drawn


def test_a_picture_has_the_colours_of_the_page() -> None:
    drawn = columns("x", ("Mar 2", "Mar 9"), (("up", (1, 0)), ("down", (0, 12_345))))
    assert ">12,345<" in drawn
    assert set(re.findall(r'fill="([^"]+)"', drawn)) == {
        "none", "var(--ink)", "var(--chart-1)", "var(--chart-2)",
    }  # fmt: skip
    assert "style=" not in drawn
    assert " id=" not in drawn, "there are several on a page"


def test_a_site_nobody_looks_at_has_no_matplotlib() -> None:
    program = "import bot.review.app, sys; sys.exit('matplotlib.backends.backend_svg' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program]).returncode == 0
