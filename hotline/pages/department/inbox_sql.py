"""The queries of inbox.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "inbox.sql")


class InboxRow(TypedRow):
    """A row of `inbox`."""

    assignment: int
    part: str
    assigned_at: datetime
    acknowledged_at: datetime | None
    signed_at: datetime | None
    contacted_at: datetime | None
    safe_at: datetime | None
    handler_enc: bytes | None
    id: int
    number: str
    state: str
    category: str
    urgency: str
    received_at: datetime
    anonymous: bool
    text: str
    place: str
    proposal: int | None
    sent_back: bool | None
    part_given: bool | None


async def inbox(conn: Conn | Pool, department_id: int | None, limit: int) -> list[InboxRow]:
    """The open parts of a department, and of those merged into it, with their tickets, oldest dispatch first; replied ones wait for the centre."""
    return await fetch_many(conn, InboxRow, SQL["inbox"], department_id, limit)


class InboxDepartmentRow(TypedRow):
    """A row of `department`."""

    id: int
    code: str
    name: str
    name_en: str
    leader_reviews: bool


async def department(conn: Conn | Pool, department_id: int | None) -> InboxDepartmentRow | None:
    """A department with its settings."""
    return await fetch_one_or_none(conn, InboxDepartmentRow, SQL["department"], department_id)


class BecameRow(TypedRow):
    """A row of `became`."""

    id: int
    ticket_id: TicketId
    confidential: bool
    part: str
    assigned_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    number: str
    state: str
    category: str
    place: str
    outcome: str | None
    told_at: datetime | None
    score: int | None
    solved: bool | None


async def became(conn: Conn | Pool, department_id: int | None, cursor: int | None, limit: int) -> list[BecameRow]:
    """What became of a department's parts: how each ended, the ticket's state, the last rating; the newest first."""
    return await fetch_many(conn, BecameRow, SQL["became"], department_id, cursor, limit)


class TemplatesRow(TypedRow):
    """A row of `templates`."""

    id: int
    department_id: DepartmentId | None
    title: str
    text: str


async def templates(conn: Conn | Pool, department_id: int | None) -> list[TemplatesRow]:
    """Reply templates that a department may use: its own first, then the general ones."""
    return await fetch_many(conn, TemplatesRow, SQL["templates"], department_id)


async def add_template(
    conn: Conn | Pool, department_id: int | None, title: str, text: str, made_by: str, now: datetime
) -> int:
    """A department gets a template of its own."""
    found: int = await fetch_value(conn, SQL["add_template"], department_id, title, text, made_by, now)
    return found


async def change_template(
    conn: Conn | Pool, item: int, department_id: int | None, title: str, text: str, made_by: str, now: datetime
) -> int | None:
    """A department's own template says something else."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["change_template"], item, department_id, title, text, made_by, now
    )
    return found


async def end_template(conn: Conn | Pool, item: int, department_id: int | None, ended_at: datetime) -> int | None:
    """A template is no longer offered."""
    found: int | None = await fetch_value_or_none(conn, SQL["end_template"], item, department_id, ended_at)
    return found
