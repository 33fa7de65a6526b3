"""The queries of many_tickets.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "many_tickets.sql")


class AssignManyRow(TypedRow):
    """A row of `assign_many`."""

    id: int
    ticket_id: TicketId


async def assign_many(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    departments: Collection[int | None],
    times: Collection[datetime | None],
    by: str,
) -> list[AssignManyRow]:
    """Departments are given the lead of tickets, each at its own moment."""
    return await fetch_many(conn, AssignManyRow, SQL["assign_many"], tickets, departments, times, by)


async def dispatch_many(conn: Conn | Pool, idents: Collection[int | None], departments: Collection[int | None]) -> None:
    """Tickets are with their departments."""
    await execute(conn, SQL["dispatch_many"], idents, departments)


async def sign_many(
    conn: Conn | Pool,
    idents: Collection[int | None],
    times: Collection[datetime | None],
    by: str,
    handlers: Collection[bytes | None],
    duty_desk: int,
) -> None:
    """Assignments are signed for, each at its own moment."""
    await execute(conn, SQL["sign_many"], idents, times, by, handlers, duty_desk)


async def set_states(conn: Conn | Pool, idents: Collection[int | None], followed_up: str) -> None:
    """Tickets move on to the same state."""
    await execute(conn, SQL["set_states"], idents, followed_up)


class OpenLeadsRow(TypedRow):
    """A row of `open_leads`."""

    id: int
    ticket_id: TicketId
    department_id: DepartmentId


async def open_leads(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[OpenLeadsRow]:
    """The open lead assignments of tickets."""
    return await fetch_many(conn, OpenLeadsRow, SQL["open_leads"], ticket_ids)


async def end_tickets(
    conn: Conn | Pool,
    idents: Collection[int | None],
    states: Collection[str | None],
    times: Collection[datetime | None],
) -> None:
    """Tickets end without a department, each in its way and at its own moment."""
    await execute(conn, SQL["end_tickets"], idents, states, times)


async def end_duties(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    seqs: Collection[int | None],
    times: Collection[datetime | None],
    duties: Collection[str | None],
    states: Collection[str | None],
) -> None:
    """What the end of tickets does to their duties, on the evidence of the event."""
    await execute(conn, SQL["end_duties"], tickets, seqs, times, duties, states)


async def note_many(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    seqs: Collection[int | None],
    kinds: Collection[str | None],
    texts: Collection[str | None],
    publics: Collection[bool | None],
) -> None:
    """The words of events."""
    await execute(conn, SQL["note_many"], tickets, seqs, kinds, texts, publics)


async def end_many(conn: Conn | Pool, tickets: Collection[int | None], times: Collection[datetime | None]) -> None:
    """The open assignments of tickets end, each at its own moment."""
    await execute(conn, SQL["end_many"], tickets, times)


async def file_many(
    conn: Conn | Pool,
    idents: Collection[int | None],
    times: Collection[datetime | None],
    states: Collection[str | None],
) -> None:
    """Tickets are filed, each at its own moment."""
    await execute(conn, SQL["file_many"], idents, times, states)
