"""The queries of notice.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
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
    earlier: bool
    due_at: datetime | None
    done_at: datetime | None
    done_seq: int | None


async def confirmed(
    conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime, month: date, zone: str
) -> list[ConfirmedRow]:
    """Confirmed findings that count in the notice of $1 … $2 ($4: its first day, $5: the zone) as known at $3, each in one notice only:
    of faults of the month, unless a later notice took them; and of earlier months, confirmed since their own notice, and in none since.
    What a way out took is left out, and whose number is not to be printed has none."""
    return await fetch_many(conn, ConfirmedRow, SQL["confirmed"], start, end, as_of, month, zone)


class QuarterFaultsRow(TypedRow):
    """A row of `quarter`."""

    ticket_id: TicketId | None
    kind: str
    department_id: DepartmentId


async def quarter(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[QuarterFaultsRow]:
    """Confirmed findings of faults in $1 … $2 as known at $3, for the points of a rolling quarter."""
    return await fetch_many(conn, QuarterFaultsRow, SQL["quarter"], start, end, as_of)


class EventsCitedRow(TypedRow):
    """A row of `events_cited`."""

    ticket_id: TicketId
    seq: int
    kind: str
    at: datetime


async def events_cited(
    conn: Conn | Pool, ticket_ids: Collection[int | None], seqs: Collection[int | None]
) -> list[EventsCitedRow]:
    """What the events are that findings cite."""
    return await fetch_many(conn, EventsCitedRow, SQL["events_cited"], ticket_ids, seqs)


class PagesCitedRow(TypedRow):
    """A row of `unanswered_pages`."""

    department_id: DepartmentId
    number: str | None
    step: int
    at: datetime


async def unanswered_pages(
    conn: Conn | Pool, starts_at: datetime, until: datetime, department_ids: Collection[int | None]
) -> list[PagesCitedRow]:
    """The pages of a department in $1 … $2 that went up to its leader and were there before: the evidence of pages unanswered."""
    return await fetch_many(conn, PagesCitedRow, SQL["unanswered_pages"], starts_at, until, department_ids)


async def suspected(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> int:
    """How many findings of faults in $1 … $2 were not yet judged at $3. Of whom is nobody's to read."""
    found: int = await fetch_value(conn, SQL["suspected"], start, end, as_of)
    return found


class StillOpenRow(TypedRow):
    """A row of `still_open`."""

    windows: int
    heard_until: datetime | None
    appeals: int
    unjudged: int
    exclusions: int


async def still_open(conn: Conn | Pool, start: datetime, end: datetime, now: datetime) -> StillOpenRow:
    """What is open of faults in $1 … $2 at $3: windows in which a department may appeal and the last of them, appeals that wait, findings that
    nobody judged, requests for exclusion that wait."""
    return await fetch_one(conn, StillOpenRow, SQL["still_open"], start, end, now)


class AppealsRow(TypedRow):
    """A row of `appeals`."""

    rule: str
    number: str | None
    department_id: DepartmentId
    at: datetime
    upheld: bool | None
    dismissed: bool


async def appeals(conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime) -> list[AppealsRow]:
    """Appeals against findings of faults in $1 … $2 as known at $3 and their outcome, and what the centre dismissed."""
    return await fetch_many(conn, AppealsRow, SQL["appeals"], start, end, as_of)


class ExclusionsRow(TypedRow):
    """A row of `exclusions`."""

    ticket_id: TicketId
    number: str | None
    department_id: DepartmentId
    ground: str
    granted: bool | None
    earlier: bool


async def exclusions(
    conn: Conn | Pool, start: datetime, end: datetime, as_of: datetime, month: date, zone: str
) -> list[ExclusionsRow]:
    """Requests to leave out tickets that were due in $1 … $2, as known at $3, and whether each is printed here: what was granted or refused only
    after the notice of that month stands in the next one, once. $4: the first day of the month, $5: the zone."""
    return await fetch_many(conn, ExclusionsRow, SQL["exclusions"], start, end, as_of, month, zone)


class DueByDepartmentRow(TypedRow):
    """A row of `due_by_department`."""

    department_id: DepartmentId
    n: int


async def due_by_department(
    conn: Conn | Pool, start: datetime, end: datetime, department_ids: Collection[int | None]
) -> list[DueByDepartmentRow]:
    """How many tickets each of some departments had due as lead in $1 … $2: by these exclusions are counted."""
    return await fetch_many(conn, DueByDepartmentRow, SQL["due_by_department"], start, end, department_ids)


class WaiversRow(TypedRow):
    """A row of `waivers`."""

    number: str | None
    duty: str
    at: datetime
    who: str | None
    why: str


async def waivers(conn: Conn | Pool, start: datetime, end: datetime) -> list[WaiversRow]:
    """Duties that were waived in $1 … $2: by whom, and why."""
    return await fetch_many(conn, WaiversRow, SQL["waivers"], start, end)


class RestrictedRow(TypedRow):
    """A row of `restricted`."""

    made: int
    lifted: int
    objected: int
    reversed: int


async def restricted(conn: Conn | Pool, start: datetime, end: datetime) -> RestrictedRow:
    """Restrictions of voice after abuse that were made in $1 … $2, with what was known of them then."""
    return await fetch_one(conn, RestrictedRow, SQL["restricted"], start, end)


class LoweredRow(TypedRow):
    """A row of `lowered`."""

    number: str | None
    seq: int
    at: datetime
    before: str
    after: str
    who: str | None
    why: str


async def lowered(conn: Conn | Pool, start: datetime, end: datetime) -> list[LoweredRow]:
    """Urgencies that were lowered in $1 … $2: by whom, and why."""
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
    """Good examples of $1 … $2 as known at $3: solved at the first time, rated 5 and not for being pressed, no clock of a department breached, and no
    finding, return, exclusion or rework of its own; the quickest first. Praise is no example of a matter solved."""
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
    sent_back_by: str | None
    sent_back: str


async def latest_approved(conn: Conn | Pool, month: date) -> LatestApprovedRow | None:
    """The notice of a month that holds: the last one approved."""
    return await fetch_one_or_none(conn, LatestApprovedRow, SQL["latest_approved"], month)


async def proposed(conn: Conn | Pool, month: date) -> LatestApprovedRow | None:
    """The proposal of a month that waits for the leader, locked."""
    return await fetch_one_or_none(conn, LatestApprovedRow, SQL["proposed"], month)


async def send_back(conn: Conn | Pool, ident: int, now: datetime, sent_back_by: str, sent_back: str) -> None:
    """A leader sends a proposal back, with the reason: it is withdrawn."""
    await execute(conn, SQL["send_back"], ident, now, sent_back_by, sent_back)


class NoticeSentBackRow(TypedRow):
    """A row of `sent_back`."""

    sent_back_by: str
    sent_back: str
    at: datetime


async def sent_back(conn: Conn | Pool, month: date) -> NoticeSentBackRow | None:
    """The last proposal of a month that was sent back, where nothing was proposed since."""
    return await fetch_one_or_none(conn, NoticeSentBackRow, SQL["sent_back"], month)


async def earlier_proposal(conn: Conn | Pool, month: date) -> date | None:
    """The month of an earlier proposal that waits."""
    found: date | None = await fetch_value_or_none(conn, SQL["earlier_proposal"], month)
    return found


async def first_received(conn: Conn | Pool) -> datetime | None:
    """When the first matter came in: before it there was no hotline."""
    found: datetime | None = await fetch_value_or_none(conn, SQL["first_received"])
    return found


async def touched(conn: Conn | Pool, start: datetime, end: datetime) -> list[int]:
    """The tickets to which something happened in $1 … $2, or of which something was due: whose record decides the month."""
    return await fetch_values(conn, SQL["touched"], start, end)


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
    sent_back_by: str | None
    sent_back: str
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
