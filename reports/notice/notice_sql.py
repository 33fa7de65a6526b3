"""The queries of notice.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "notice.sql")


class RulesOnRow(TypedRow):
    """A row of `rules_on`."""

    version: int
    rules: Any


async def rules_on(conn: Conn | Pool, day: date) -> RulesOnRow | None:
    """The rules in force on a day."""
    return await fetch_one_or_none(conn, RulesOnRow, SQL["rules_on"], day)


class NoticeRulesRow(TypedRow):
    """A row of `rules`."""

    version: int
    rules: Any


async def rules(conn: Conn | Pool, version: int) -> NoticeRulesRow | None:
    """One version of the rules."""
    return await fetch_one_or_none(conn, NoticeRulesRow, SQL["rules"], version)


class ConfirmedRow(TypedRow):
    """A row of `confirmed`."""

    id: int
    rule: str
    kind: str
    ticket_id: TicketId | None
    number: str | None
    department_id: DepartmentId
    seqs: list[int]
    at: datetime


async def confirmed(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[ConfirmedRow]:
    """Confirmed findings of faults in $1 … $2 as known at $3, with what they cite; a tipoff's or confidential ticket's number is not printed."""
    return await fetch_many(conn, ConfirmedRow, SQL["confirmed"], start, end, as_of)


class NoticeSuspectedRow(TypedRow):
    """A row of `suspected`."""

    department_id: DepartmentId
    rule: str
    n: int


async def suspected(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[NoticeSuspectedRow]:
    """How many findings of faults in $1 … $2 were not yet judged at $3, by department and rule."""
    return await fetch_many(conn, NoticeSuspectedRow, SQL["suspected"], start, end, as_of)


class AppealsRow(TypedRow):
    """A row of `appeals`."""

    rule: str
    number: str | None
    department_id: DepartmentId
    at: datetime
    upheld: bool | None


async def appeals(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[AppealsRow]:
    """Appeals against findings of faults in $1 … $2 as known at $3, and their outcome."""
    return await fetch_many(conn, AppealsRow, SQL["appeals"], start, end, as_of)


class ExclusionsRow(TypedRow):
    """A row of `exclusions`."""

    ticket_id: TicketId
    number: str
    department_id: DepartmentId
    ground: str
    granted: bool | None


async def exclusions(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[ExclusionsRow]:
    """Tickets that were dispatched in $1 … $2 and asked to be left out, as known at $3."""
    return await fetch_many(conn, ExclusionsRow, SQL["exclusions"], start, end, as_of)


class WaiversRow(TypedRow):
    """A row of `waivers`."""

    number: str
    duty: str
    at: datetime | None


async def waivers(conn: Conn | Pool, start: datetime, end: datetime) -> list[WaiversRow]:
    """Duties that were waived in $1 … $2."""
    return await fetch_many(conn, WaiversRow, SQL["waivers"], start, end)


class LoweredRow(TypedRow):
    """A row of `lowered`."""

    number: str
    seq: int
    at: datetime
    before: str
    after: str


async def lowered(conn: Conn | Pool, start: datetime, end: datetime) -> list[LoweredRow]:
    """Urgencies that were lowered in $1 … $2."""
    return await fetch_many(conn, LoweredRow, SQL["lowered"], start, end)


class NoticeOrdersRow(TypedRow):
    """A row of `orders`."""

    number: str
    ticket: str | None
    department_id: DepartmentId
    issued_at: datetime
    due_at: datetime
    received_at: datetime | None


async def orders(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[NoticeOrdersRow]:
    """Supervise orders issued in $1 … $2, and whether they were received by $3."""
    return await fetch_many(conn, NoticeOrdersRow, SQL["orders"], start, end, as_of)


class ConsultedRow(TypedRow):
    """A row of `consulted`."""

    reason: str
    n: int
    ended: int


async def consulted(conn: Conn | Pool, start: datetime, end: datetime) -> list[ConsultedRow]:
    """What came before the consultation in $1 … $2, by reason, and how much of it was over by its end."""
    return await fetch_many(conn, ConsultedRow, SQL["consulted"], start, end)


class GoodRow(TypedRow):
    """A row of `good`."""

    number: str
    department_id: DepartmentId
    category: str
    took: timedelta


async def good(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[GoodRow]:
    """Good examples of $1 … $2: solved at the first time, rated 5, no clock of a department breached by $3; the quickest first."""
    return await fetch_many(conn, GoodRow, SQL["good"], start, end, as_of)


class LatestApprovedRow(TypedRow):
    """A row of `latest_approved`."""

    id: int
    month: date
    amends: int | None
    reason: str
    rule_version: int
    as_of: datetime
    content: str
    hash: bytes
    seal: bytes | None
    proposed_by: int
    proposed_at: datetime
    approved_by: int | None
    approved_at: datetime | None
    withdrawn_at: datetime | None


async def latest_approved(conn: Conn | Pool, month: date) -> LatestApprovedRow | None:
    """The notice of a month that holds: the last one approved."""
    return await fetch_one_or_none(conn, LatestApprovedRow, SQL["latest_approved"], month)


async def proposed(conn: Conn | Pool, month: date) -> LatestApprovedRow | None:
    """The proposal of a month that waits for the leader, locked."""
    return await fetch_one_or_none(conn, LatestApprovedRow, SQL["proposed"], month)


async def withdraw(conn: Conn | Pool, waiting_id: int | None, now: datetime) -> None:
    """A proposal gives way to a newer one."""
    await execute(conn, SQL["withdraw"], waiting_id, now)


async def insert_notice(
    conn: Conn | Pool,
    month: date,
    amends: int | None,
    reason: str,
    rule_version: int,
    as_of: datetime,
    content: str,
    hash: bytes,
    proposed_by: int,
    now: datetime,
) -> int:
    """The centre proposes a notice, or an amendment of one."""
    found: int = await fetch_value(
        conn, SQL["insert_notice"], month, amends, reason, rule_version, as_of, content, hash, proposed_by, now
    )
    return found


async def approve(conn: Conn | Pool, ident: int, approved_by: int, now: datetime, seal: bytes) -> None:
    """A leader approves: from now on the row is frozen."""
    await execute(conn, SQL["approve"], ident, approved_by, now, seal)


class NoticesRow(TypedRow):
    """A row of `notices`."""

    id: int
    month: date
    amends: int | None
    reason: str
    rule_version: int
    as_of: datetime
    hash: bytes
    proposed_at: datetime
    approved_at: datetime | None
    withdrawn_at: datetime | None
    proposer: str
    approver: str | None


async def notices(conn: Conn | Pool, p1: bool, until: int, limit: int) -> list[NoticesRow]:
    """Notices, newest first, without their content; only approved ones where $1."""
    return await fetch_many(conn, NoticesRow, SQL["notices"], p1, until, limit)


class NoticeNamesRow(TypedRow):
    """A row of `names`."""

    id: int
    shown_name: str


async def names(conn: Conn | Pool, idents: Collection[int | None]) -> list[NoticeNamesRow]:
    """Who proposed and who approved."""
    return await fetch_many(conn, NoticeNamesRow, SQL["names"], idents)


async def content_hash(conn: Conn | Pool, ident: int) -> bytes:
    """The hash of a notice's content."""
    found: bytes = await fetch_value(conn, SQL["content_hash"], ident)
    return found
