"""Puts the staff application together: every page, and who may open it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.callbacks.keys import Keys
from bot.callbacks.repository import Callbacks
from bot.editing.edits import Edits
from bot.editing.sources import Documents
from bot.editing.updating import KnowledgeUpdater
from bot.judging.choices import Choices
from bot.judging.known import KnownPhrases
from bot.judging.meaning import Meaning
from bot.judging.phrases import mark_published
from bot.knowledge.current import ProfileNow
from bot.publishing.publisher import Publisher
from bot.publishing.waiting import approved_phrases
from bot.review.access import ForbiddenError, Guard, StaleFormError, to_login
from bot.review.accounts import Accounts
from bot.review.accounts_page import AccountsPage
from bot.review.answers_page import EDITORS, AnswersPage
from bot.review.audit import AuditLog
from bot.review.audit_page import AuditPage
from bot.review.callbacks_page import CallbacksPage
from bot.review.centre_page import CentrePage
from bot.review.changes_page import ChangesPage
from bot.review.conversation_page import REVIEWERS, ConversationPage
from bot.review.database import Database
from bot.review.errors import (
    ChangedMeanwhileError,
    InvalidError,
    NotFoundError,
    ReviewError,
    UnavailableError,
)
from bot.review.helped_page import HelpedPage
from bot.review.home_page import HomePage
from bot.review.login import Login
from bot.review.new_topic_page import NewTopicPage
from bot.review.pages import Pages
from bot.review.phrases_page import PhrasesPage
from bot.review.publish_page import BEGINNERS, PublishPage
from bot.review.published import compare
from bot.review.published import edits as published_edits
from bot.review.questions_page import QuestionsPage
from bot.review.roles import READERS, ROLES
from bot.review.safety_page import SafetyPage
from bot.review.saved_filters import SavedFilters
from bot.review.sessions import Sessions
from bot.review.summary_page import SummaryPage
from bot.review.today_page import TodayPage
from bot.review.transcripts_page import TranscriptsPage
from bot.settings import ROOT, Settings

_PROBLEMS: dict[type[ReviewError], tuple[int, str]] = {
    InvalidError: (400, "That cannot be used"),
    NotFoundError: (404, "Not found"),
    ChangedMeanwhileError: (409, "Somebody changed this meanwhile"),
    UnavailableError: (503, "Not just now"),
}


def create_review(config: Settings, profile_now: ProfileNow) -> Starlette:
    """The application of one centre, to be mounted under /staff."""
    database = Database(config.tracker_url)
    accounts, sessions, audit = Accounts(database), Sessions(database), AuditLog(database)
    pages = Pages(profile_now)
    guard = Guard(sessions, config.public_url)
    login = Login(pages, guard, accounts, sessions, audit)
    staff = AccountsPage(pages, accounts)
    log = AuditPage(pages, audit)
    publisher = Publisher(config, database, approved_phrases, mark_published)
    meaning, choices = Meaning(), Choices(config.data_dir / "nlu", config.database_url)
    publish = PublishPage(
        pages, config, database, publisher, audit, lambda: compare(database, choices.topics(), meaning)
    )
    talks = TranscriptsPage(pages, database, SavedFilters(database), audit, choices)
    talk = ConversationPage(pages, database, audit)
    week = SummaryPage(pages, database, choices, config.keep_days)
    helped = HelpedPage(pages, database, choices, meaning, audit)
    callbacks = Callbacks(config.callbacks_url, Keys(config.callbacks_keys))
    calls = CallbacksPage(pages, callbacks, audit)
    home = HomePage(pages, database, callbacks)

    known = KnownPhrases(config.data_dir / "nlu", ROOT / "tests" / "held_out", meaning)
    today = TodayPage(pages, database, meaning, known, choices)
    corrected = PhrasesPage(pages, database, choices, config.data_dir / "knowledge")
    danger = SafetyPage(pages, database)
    edits = Edits(database)
    knowledge = KnowledgeUpdater(config.database_url, edits)
    documents = Documents(config.documents_dir)
    answers = AnswersPage(pages, database, knowledge, edits, documents, audit, config.data_dir)
    topics = NewTopicPage(pages, knowledge, edits, documents, ROOT / "domain.yml")
    questions = QuestionsPage(pages, answers, edits, documents)
    centre = CentrePage(pages, knowledge, edits, documents)
    edited = ChangesPage(
        pages,
        knowledge,
        edits,
        documents,
        lambda: compare(database, choices.topics(), meaning, [published_edits]),
    )

    def on_review_error(request: Request, error: Exception) -> Response:
        status, title = _PROBLEMS[type(error)]  # type: ignore[index]
        return pages.problem(request, status, title, str(error), getattr(error, "address", ""))

    def on_forbidden(request: Request, _: Exception) -> Response:
        words = "Your account does not have the role for this page. An admin can give it to you."
        return pages.problem(request, 403, "You may not open this page", words)

    def on_stale_form(request: Request, _: Exception) -> Response:
        words = (
            "This form is too old, or you have logged in again since. Nothing was changed. "
            "Please open the page again, and send it once more."
        )
        return pages.problem(request, 403, "Please send that again", words)

    def on_http_error(request: Request, error: Exception) -> Response:
        """Which addresses there are is told to nobody who is not logged in."""
        assert isinstance(error, HTTPException)
        if guard.visit(request) is None:
            return to_login(request)
        words = "There is no such page." if error.status_code == 404 else "This page cannot do that."
        return pages.problem(request, error.status_code, "Not found", words)

    def on_fault(request: Request, _: Exception) -> Response:
        words = (
            "Something went wrong here. Please try again; if it happens again, tell whoever runs this site."
        )
        return pages.problem(request, 500, "Something went wrong", words)

    return Starlette(
        routes=[
            Route("/login", guard.guests(login.form)),
            Route("/login", guard.guests(login.log_in), methods=["POST"]),
            Route("/logout", guard(login.log_out, *ROLES), methods=["POST"]),
            Route("/", guard(home.index, *ROLES)),
            Route("/account", guard(login.own_account, *ROLES)),
            Route("/account/password", guard(login.change_password, *ROLES), methods=["POST"]),
            Route("/account/sessions", guard(login.close_others, *ROLES), methods=["POST"]),
            Route("/accounts", guard(staff.index, "admin")),
            Route("/accounts", guard(staff.add, "admin"), methods=["POST"]),
            Route("/accounts/{id:int}", guard(staff.one, "admin")),
            Route("/accounts/{id:int}/roles", guard(staff.set_roles, "admin"), methods=["POST"]),
            Route("/accounts/{id:int}/disabled", guard(staff.set_disabled, "admin"), methods=["POST"]),
            Route("/accounts/{id:int}/password", guard(staff.renew_password, "admin"), methods=["POST"]),
            Route("/audit", guard(log.index, "admin")),
            Route("/audit/export", guard(log.export, "admin"), methods=["POST"]),
            Route("/transcripts", guard(talks.index, *READERS)),
            Route("/transcripts/filters", guard(talks.save, *READERS), methods=["POST"]),
            Route("/transcripts/filters/{id:int}/delete", guard(talks.delete, *READERS), methods=["POST"]),
            Route("/transcripts/export", guard(talks.export, "admin"), methods=["POST"]),
            Route("/transcripts/{id:int}", guard(talk.show, *READERS)),
            Route("/transcripts/{id:int}/reviewed", guard(talk.review, *REVIEWERS), methods=["POST"]),
            Route("/today", guard(today.index, *REVIEWERS)),
            Route("/today/undo", guard(today.undo, *REVIEWERS), methods=["POST"]),
            Route("/today/{id:int}", guard(today.item, *REVIEWERS)),
            Route("/today/{id:int}", guard(today.judge, *REVIEWERS), methods=["POST"]),
            Route("/today/{id:int}/claim", guard(today.take_over, *REVIEWERS), methods=["POST"]),
            Route("/phrases", guard(corrected.index, *REVIEWERS)),
            Route("/phrases/export", guard(corrected.export, *REVIEWERS), methods=["POST"]),
            Route("/phrases/{id:int}", guard(corrected.change, *REVIEWERS), methods=["POST"]),
            Route("/safety", guard(danger.index, *REVIEWERS)),
            Route("/safety/{id:int}", guard(danger.item, *REVIEWERS)),
            Route("/safety/{id:int}", guard(danger.judge, *REVIEWERS), methods=["POST"]),
            Route("/safety/{id:int}/settle", guard(danger.settle, "approver"), methods=["POST"]),
            Route("/safety/{id:int}/agree", guard(danger.agree, *REVIEWERS), methods=["POST"]),
            Route("/safety/{id:int}/undo", guard(danger.undo, *REVIEWERS), methods=["POST"]),
            Route("/summary", guard(week.index, *READERS)),
            Route("/changes-helped", guard(helped.index, *READERS)),
            Route("/publish", guard(publish.index, *READERS)),
            Route("/publish", guard(publish.begin, *BEGINNERS), methods=["POST"]),
            Route("/publish/{id:int}", guard(publish.show, *READERS)),
            Route("/publish/{id:int}/cancel", guard(publish.cancel, *BEGINNERS), methods=["POST"]),
            Route("/publish/{id:int}/loss", guard(publish.decide, "approver"), methods=["POST"]),
            Route("/publish/{id:int}/publish", guard(publish.publish, "approver"), methods=["POST"]),
            Route("/publish/{id:int}/return", guard(publish.take_back, "approver"), methods=["POST"]),
            Route("/answers", guard(answers.index, *READERS)),
            Route("/answers/download", guard(answers.download, *READERS), methods=["POST"]),
            Route("/answers/new", guard(topics.show, *EDITORS)),
            Route("/answers/new", guard(topics.add, *EDITORS), methods=["POST"]),
            Route("/answers/{topic}", guard(answers.one, *READERS)),
            Route("/answers/{topic}", guard(answers.edit, *EDITORS), methods=["POST"]),
            Route("/answers/{topic}/questions", guard(questions.index, *READERS)),
            Route("/answers/{topic}/questions/{voice}/{key}", guard(questions.one, *READERS)),
            Route(
                "/answers/{topic}/questions/{voice}/{key}", guard(questions.edit, *EDITORS), methods=["POST"]
            ),
            Route("/centre", guard(centre.show, *READERS)),
            Route("/centre", guard(centre.edit, *EDITORS), methods=["POST"]),
            Route("/changes", guard(edited.index, *READERS)),
            Route("/changes/{id:int}/approve", guard(edited.approve, "approver"), methods=["POST"]),
            Route("/changes/{id:int}/reject", guard(edited.reject, "approver"), methods=["POST"]),
            Route("/changes/{id:int}/withdraw", guard(edited.withdraw, *EDITORS), methods=["POST"]),
            Route("/changes/{id:int}/aside", guard(edited.set_aside, "approver"), methods=["POST"]),
            Route("/callbacks", guard(calls.index, "callbacks")),
            Route("/callbacks", guard(calls.mark, "callbacks"), methods=["POST"]),
        ],
        exception_handlers={
            **dict.fromkeys(_PROBLEMS, on_review_error),
            ForbiddenError: on_forbidden,
            StaleFormError: on_stale_form,
            HTTPException: on_http_error,
            Exception: on_fault,
        },
    )
