"""The queries of partings.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "partings.sql")


class PartingsRow(TypedRow):
    """A row of `partings`."""

    ticket_id: TicketId
    at: datetime
    state: str
    category: str
    urgency: str
    place: str
    department_id: DepartmentId
    code: str
    name: str
    owner_id: int
    owner_name: str
    owner_shown: str


async def partings(
    conn: Conn | Pool, ticket_ids: Collection[int | None], department_id: int | None
) -> list[PartingsRow]:
    """Of some tickets, those in which a department and those merged into it have no part any more: what each was when the last one ended.
    Where nothing was kept (a past ticket that was imported) it is what the end of the part tells. A redaction holds for what was kept too."""
    return await fetch_many(conn, PartingsRow, SQL["partings"], ticket_ids, department_id)


class EndAssignmentsRow(TypedRow):
    """A row of `end_assignments`."""

    id: int
    department_id: DepartmentId
    part: str


async def end_assignments(
    conn: Conn | Pool, ticket: int | None, now: datetime, end_reason: str, part: str | None, assignment: int | None
) -> list[EndAssignmentsRow]:
    """The open assignments of a ticket end, all or those of one part; what the ticket was then is kept for who leaves it."""
    return await fetch_many(conn, EndAssignmentsRow, SQL["end_assignments"], ticket, now, end_reason, part, assignment)
