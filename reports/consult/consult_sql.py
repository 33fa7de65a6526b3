"""The queries of consult.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "consult.sql")


class ConsultStandingRow(TypedRow):
    """A row of `standing`."""

    ticket_id: TicketId
    number: str
    state: str
    category: str
    urgency: str
    confidential: bool
    received_at: datetime
    department_id: DepartmentId | None
    code: str | None
    name: str | None
    name_en: str | None
    owner: str
    reasons: list[str]
    added_at: datetime


async def standing(
    conn: Conn | Pool, start: datetime, end: datetime, department_id: int | None
) -> list[ConsultStandingRow]:
    """What stands before a consultation: put there before its day ended ($2), not over and not filed when its day began ($1)."""
    return await fetch_many(conn, ConsultStandingRow, SQL["standing"], start, end, department_id)


class ConsultWordsRow(TypedRow):
    """A row of `words`."""

    ticket_id: TicketId
    text: str
    place: str
    grams: list[str]


async def words(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ConsultWordsRow]:
    """The words of some tickets as departments read them, with their search keys: a dossier goes to departments."""
    return await fetch_many(conn, ConsultWordsRow, SQL["words"], ticket_ids)


class ConsultRecordsRow(TypedRow):
    """A row of `records`."""

    ticket_id: TicketId
    seq: int
    at: datetime
    kind: str
    actor: str
    detail: str
    note: str | None
    note_kind: str | None


async def records(conn: Conn | Pool, ticket_ids: Collection[int | None], now: datetime) -> list[ConsultRecordsRow]:
    """The record of some tickets with the words of its events, oldest first."""
    return await fetch_many(conn, ConsultRecordsRow, SQL["records"], ticket_ids, now)


class ConsultReturnsRow(TypedRow):
    """A row of `returns`."""

    ticket_id: TicketId
    name: str
    reason: str
    basis: str
    suggested: str | None
    returned_at: datetime
    late: bool
    ruled_to: str | None
    ruling: str
    ruled_at: datetime | None
    overruled: bool | None


async def returns(conn: Conn | Pool, ticket_ids: Collection[int | None], now: datetime) -> list[ConsultReturnsRow]:
    """The returns of some tickets, with their rulings."""
    return await fetch_many(conn, ConsultReturnsRow, SQL["returns"], ticket_ids, now)


class ConsultClocksRow(TypedRow):
    """A row of `clocks`."""

    ticket_id: TicketId
    clock: str
    due_at: datetime
    breached_at: datetime | None
    state: str
    name: str | None


async def clocks(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ConsultClocksRow]:
    """The clocks of some tickets that are overdue or run."""
    return await fetch_many(conn, ConsultClocksRow, SQL["clocks"], ticket_ids)


class PrecedentsRow(TypedRow):
    """A row of `precedents`."""

    ticket_id: TicketId
    reason: str
    source: str
    at: datetime
    name: str
    number: str
    grams: list[str]


async def precedents(conn: Conn | Pool, now: datetime) -> list[PrecedentsRow]:
    """What was decided before on tickets whose words are alike, never on tipoffs or confidential ones."""
    return await fetch_many(conn, PrecedentsRow, SQL["precedents"], now)


class AlikeRow(TypedRow):
    """A row of `alike`."""

    number: str
    state: str
    received_at: datetime
    name: str | None


async def alike(conn: Conn | Pool, now: datetime, place: str, category: str, ident: int) -> list[AlikeRow]:
    """Tickets of the last 90 days at the same place in the same category, other than this one."""
    return await fetch_many(conn, AlikeRow, SQL["alike"], now, place, category, ident)


class ConsultPeopleRow(TypedRow):
    """A row of `people`."""

    id: int
    shown_name: str


async def people(conn: Conn | Pool, idents: Collection[int | None]) -> list[ConsultPeopleRow]:
    """People by id."""
    return await fetch_many(conn, ConsultPeopleRow, SQL["people"], idents)


class ConsultDepartmentsRow(TypedRow):
    """A row of `departments`."""

    id: int
    code: str
    name: str
    name_en: str


async def departments(conn: Conn | Pool) -> list[ConsultDepartmentsRow]:
    """Departments by id."""
    return await fetch_many(conn, ConsultDepartmentsRow, SQL["departments"])


class NamesOfRow(TypedRow):
    """A row of `names_of`."""

    ticket_id: TicketId
    name_enc: bytes


async def names_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[NamesOfRow]:
    """The names that are known of the persons of some tickets, enciphered: no paper prints them."""
    return await fetch_many(conn, NamesOfRow, SQL["names_of"], ticket_ids)
