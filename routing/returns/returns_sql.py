"""The queries of returns.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value
from hotline.ids import AssignmentId, DepartmentId, TicketId

SQL = queries(__package__, "returns.sql")


class ReturnsDirectoryRow(TypedRow):
    """A row of `directory`."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    duties: list[str]
    territory: str
    discipline: bool
    superior: str | None


async def directory(conn: Conn | Pool) -> list[ReturnsDirectoryRow]:
    """The directory in force, with who leads and when it began."""
    return await fetch_many(conn, ReturnsDirectoryRow, SQL["directory"])


class HadBeforeRow(TypedRow):
    """A row of `had_before`."""

    code: str
    end_reason: str


async def had_before(conn: Conn | Pool, ticket_id: int) -> list[HadBeforeRow]:
    """The departments whose last part in a ticket ended because it was not theirs, with why."""
    return await fetch_many(conn, HadBeforeRow, SQL["had_before"], ticket_id)


async def insert_precedent(
    conn: Conn | Pool, ticket_id: int, department_id: int, reason: str, source: str, now: datetime
) -> None:
    """A ruling is kept."""
    await execute(conn, SQL["insert_precedent"], ticket_id, department_id, reason, source, now)


async def insert_return(
    conn: Conn | Pool,
    ticket_id: int,
    assignment_id: int,
    department_id: int,
    reason: str,
    basis: str,
    suggested_id: int | None,
    late: bool,
    returned_by: str,
    now: datetime,
    facts: str,
) -> int:
    """A department returns a ticket."""
    found: int = await fetch_value(
        conn,
        SQL["insert_return"],
        ticket_id,
        assignment_id,
        department_id,
        reason,
        basis,
        suggested_id,
        late,
        returned_by,
        now,
        facts,
    )
    return found


async def returned_before(conn: Conn | Pool, ticket_id: int, department_id: int) -> bool:
    """Whether the department returned this ticket before."""
    found: bool = await fetch_value(conn, SQL["returned_before"], ticket_id, department_id)
    return found


class OpenReturnRow(TypedRow):
    """A row of `open_return`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    reason: str
    basis: str
    suggested_id: int | None
    late: bool
    returned_by: str
    returned_at: datetime
    ruled_by: str | None
    ruled_at: datetime | None
    ruled_to: int | None
    ruling: str
    overruled: bool | None
    facts: str
    catalogue_id: int | None


async def open_return(conn: Conn | Pool, ticket_id: int) -> OpenReturnRow | None:
    """The return that waits for a ruling."""
    return await fetch_one_or_none(conn, OpenReturnRow, SQL["open_return"], ticket_id)


async def rule_return(
    conn: Conn | Pool,
    ident: int,
    ruled_by: str,
    now: datetime,
    ruled_to: int,
    ruling: str,
    overruled: bool,
    catalogue_id: int | None,
) -> None:
    """The centre names who handles it; `catalogue_id` is the line that named the overruled department that day."""
    await execute(conn, SQL["rule_return"], ident, ruled_by, now, ruled_to, ruling, overruled, catalogue_id)


async def end_returns(conn: Conn | Pool, ticket_ids: Collection[int | None], now: datetime) -> None:
    """Returns of tickets that the centre took back before it ruled: nothing is left to rule on."""
    await execute(conn, SQL["end_returns"], ticket_ids, now)


class ReturnsOfRow(TypedRow):
    """A row of `returns_of`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    reason: str
    basis: str
    suggested_id: int | None
    late: bool
    returned_by: str
    returned_at: datetime
    ruled_by: str | None
    ruled_at: datetime | None
    ruled_to: int | None
    ruling: str
    overruled: bool | None
    facts: str
    catalogue_id: int | None
    code: str
    name: str
    suggested: str | None
    suggested_name: str | None
    ruled_code: str | None
    ruled_name: str | None
    matter: str | None
    returner: str | None
    ruler: str | None


async def returns_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ReturnsOfRow]:
    """The returns of some tickets, with the names of who returned and who ruled."""
    return await fetch_many(conn, ReturnsOfRow, SQL["returns_of"], ticket_ids)


async def attempts(conn: Conn | Pool, ticket_id: int, int_: int) -> int:
    """How often a department logged that it tried to reach the person, by telephone through the centre or otherwise."""
    found: int = await fetch_value(conn, SQL["attempts"], ticket_id, int_)
    return found


class WaitingReturnsRow(TypedRow):
    """A row of `waiting_returns`."""

    ticket_id: TicketId
    number: str
    urgency: str
    category: str
    place: str
    text: str
    department: str
    department_en: str
    suggested: str | None
    suggested_en: str | None
    reason: str
    late: bool
    returned_at: datetime
    returns: int


async def waiting_returns(conn: Conn | Pool) -> list[WaitingReturnsRow]:
    """Returns that wait for a ruling, the oldest first."""
    return await fetch_many(conn, WaitingReturnsRow, SQL["waiting_returns"])
