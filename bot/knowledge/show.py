"""Prints the knowledge base for people: one topic with its sources, or what a check found."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from bot.knowledge.answers import Snapshot, compose
from bot.knowledge.check import Finding, Report, Texts, find
from bot.knowledge.schema import Fact, Topic
from bot.reply import Source


def show_topic(console: Console, snapshot: Snapshot, topic: Topic, texts: Texts | None) -> None:
    """Everything known on a topic, and the answer; with `texts` the sentences it rests on too."""
    console.print(f"[bold]{escape(topic.title)}[/bold]  ({topic.id}, answered from: {topic.source})")
    console.print("\n[bold]The answer[/bold]")
    answer = compose(snapshot, topic.id)
    _message(console, answer.first, answer.first_sources)
    if answer.more:
        console.print("  [dim]after “Tell me more”:[/dim]")
        _message(console, answer.more, answer.more_sources)
    console.print("  [dim]asked next:[/dim] " + " · ".join(question for _, question in answer.next_topics))
    for fact in topic.facts:
        _fact(console, snapshot, fact, texts)


def show_report(console: Console, report: Report) -> None:
    """What a check found: the coverage, then what to mend, then what to look at."""
    table = Table("document", title="Sentences of the documents", title_justify="left")
    for heading in ("sentences", "cited", "left out", "coverage"):
        table.add_column(heading, justify="right")
    for row in (*report.coverage, report.total):
        counts = (row.sentences, row.cited, row.left_out)
        table.add_row(
            row.document, *map(str, counts), f"{row.share:.1%}", style="bold" * (row.document == "all")
        )
    console.print(table)
    for change in report.changed:
        console.print(
            f"\n[red]Changed:[/red] sentence {change.sentence} is no longer in {change.document}, "
            f"section {escape(repr(change.section))}",
            highlight=False,
        )
        if change.likely:
            _line(console, f"perhaps now {change.likely.hash}: {change.likely.text}")
        for fact in change.facts:
            _line(console, f"fact {fact}")
        for topic, sentence in change.answers:
            _line(console, f"answer {topic}: {sentence}")
    _findings(console, "[red]To mend[/red]", report.gaps)
    _findings(console, "[yellow]To look at[/yellow]", report.notes)
    mend = len(report.changed) + len(report.gaps)
    verdict = "[green]No gaps.[/green]" if report.ok else f"[red]{mend} to mend.[/red]"
    console.print(f"\n{verdict} Coverage {report.total.share:.1%}.")


def _message(console: Console, text: str, sources: Sequence[Source]) -> None:
    _line(console, text)
    for source in sources:
        _line(console, f"{source.title} › {source.section}", 4, "[dim]")


def _fact(console: Console, snapshot: Snapshot, fact: Fact, texts: Texts | None) -> None:
    color = "green" if fact.status == "approved" else "yellow"
    console.print(f"\n[bold]{fact.id}[/bold] [{color}]{fact.status}[/{color}]")
    _line(console, fact.statement)
    for label, text in (("applies", fact.when), ("reason", fact.reason)):
        if text:
            _line(console, f"{label}: {text}")
    for source in fact.sources:
        short = snapshot.knowledge.documents[source.document].short
        _line(console, f"{short} › {source.section} › {source.sentence}", 4, "[dim]")
        if texts is not None:
            found = find(texts, source)
            _line(console, f"“{found[0].text}”" if found else "(not in the documents given)", 6)


def _findings(console: Console, title: str, findings: Sequence[Finding]) -> None:
    if findings:
        console.print(f"\n{title}")
    for finding in findings:
        _line(console, f"{finding.where}: {finding.message}")


def _line(console: Console, text: str, indent: int = 2, style: str = "") -> None:
    """Wrapped text, printed as it is: brackets in it are no markup."""
    console.print(Padding(f"{style}{escape(text)}", (0, 0, 0, indent), expand=False), highlight=False)
