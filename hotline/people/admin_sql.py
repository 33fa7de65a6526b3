"""The queries of admin.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import DepartmentId

SQL = queries(__package__, "admin.sql")


class UsersRow(TypedRow):
    """A row of `users`."""

    id: int
    name: str
    shown_name: str
    role: str
    department_id: DepartmentId | None
    leads: bool
    builtin: bool
    password_hash: str | None
    password_temporary: bool
    password_until: datetime | None
    failures: int
    locked_until: datetime | None
    phone_enc: bytes | None
    phone_hash: bytes | None
    phone_tested_at: datetime | None
    language: str
    made_at: datetime
    disabled_at: datetime | None
    department_name: str | None
    department_en: str | None
    seen_at: datetime | None
    tokens: int


async def users(conn: Conn | Pool, role: str, word: str, cursor: str, limit: int) -> list[UsersRow]:
    """Everybody with an account, those who left last."""
    return await fetch_many(conn, UsersRow, SQL["users"], role, word, cursor, limit)


class AccountRow(TypedRow):
    """A row of `account`."""

    id: int
    name: str
    shown_name: str
    role: str
    department_id: DepartmentId | None
    leads: bool
    builtin: bool
    password_hash: str | None
    password_temporary: bool
    password_until: datetime | None
    failures: int
    locked_until: datetime | None
    phone_enc: bytes | None
    phone_hash: bytes | None
    phone_tested_at: datetime | None
    language: str
    made_at: datetime
    disabled_at: datetime | None
    department_name: str | None


async def account(conn: Conn | Pool, ident: int) -> AccountRow | None:
    """One account, locked."""
    return await fetch_one_or_none(conn, AccountRow, SQL["account"], ident)


class TokensRow(TypedRow):
    """A row of `tokens`."""

    id: int
    made_at: datetime
    scope: str
    expires_at: datetime | None


async def tokens(conn: Conn | Pool, user_id: int) -> list[TokensRow]:
    """The open tokens of an account."""
    return await fetch_many(conn, TokensRow, SQL["tokens"], user_id)


async def end_token(conn: Conn | Pool, user_id: int, token: int, now: datetime) -> int | None:
    """A token ends; what it signs in is refused from now on."""
    found: int | None = await fetch_value_or_none(conn, SQL["end_token"], user_id, token, now)
    return found


async def set_disabled(conn: Conn | Pool, ident: int, now: datetime | None) -> None:
    """Somebody leaves, or comes back."""
    await execute(conn, SQL["set_disabled"], ident, now)


async def other_admins(conn: Conn | Pool, ident: int) -> bool:
    """Whether another administrator could still sign in."""
    found: bool = await fetch_value(conn, SQL["other_admins"], ident)
    return found


async def open_tickets(conn: Conn | Pool, owner_id: int) -> int:
    """How many open tickets somebody owns."""
    found: int = await fetch_value(conn, SQL["open_tickets"], owner_id)
    return found


class AdminDepartmentsRow(TypedRow):
    """A row of `departments`."""

    code: str
    name: str
    name_en: str


async def departments(conn: Conn | Pool) -> list[AdminDepartmentsRow]:
    """Departments to choose from."""
    return await fetch_many(conn, AdminDepartmentsRow, SQL["departments"])


class AuditRow(TypedRow):
    """A row of `audit`."""

    id: int
    at: datetime
    actor: str
    kind: str
    detail: Any
    shown_name: str | None
    department: str | None
    user: str | None


async def audit(conn: Conn | Pool, query_kind: str, before: int | None, limit: int) -> list[AuditRow]:
    """Administrative acts, the latest first, with the names of who and what they were about."""
    return await fetch_many(conn, AuditRow, SQL["audit"], query_kind, before, limit)


async def audit_kinds(conn: Conn | Pool) -> list[str]:
    """What kinds of administrative acts there are."""
    return await fetch_values(conn, SQL["audit_kinds"])


class ShowingsRow(TypedRow):
    """A row of `showings`."""

    at: datetime
    kind: str
    actor: str
    detail: str
    seq: int
    number: str
    shown_name: str | None


async def showings(conn: Conn | Pool, before: datetime | None, limit: int) -> list[ShowingsRow]:
    """Who was shown what of confidential tickets, the latest first."""
    return await fetch_many(conn, ShowingsRow, SQL["showings"], before, limit)
