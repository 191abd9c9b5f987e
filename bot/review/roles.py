"""What an account may do. It has one or more roles, and none of them contains another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from bot.review.errors import InvalidError

Role = Literal["reader", "editor", "approver", "admin", "callbacks"]
ROLES: tuple[Role, ...] = get_args(Role)
READERS: tuple[Role, ...] = ("reader", "editor", "approver", "admin")  # of conversations
MEANING: dict[Role, str] = {
    "reader": "reads conversations",
    "editor": "reads conversations and suggests better answers",
    "approver": "reads conversations, approves and publishes changes",
    "admin": "reads and exports conversations, manages accounts, sees the audit log",
    "callbacks": "sees the names and numbers of people who want a call",
}


def checked_roles(roles: Iterable[str]) -> frozenset[Role]:
    """The roles, if they are ones. Raises InvalidError."""
    chosen = set(roles)
    if unknown := sorted(chosen - set(ROLES)):
        raise InvalidError(f"There is no role {unknown[0]!r}: the roles are {', '.join(ROLES)}.")
    if not chosen:
        raise InvalidError("Choose at least one role.")
    return frozenset(role for role in ROLES if role in chosen)
