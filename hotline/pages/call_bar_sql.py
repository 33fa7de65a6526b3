"""The queries of call_bar.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_one_or_none, fetch_value_or_none
from hotline.ids import ContactId, UserId

SQL = queries(__package__, "call_bar.sql")


class OwnCallRow(TypedRow):
    """A row of `own_call`."""

    id: int
    direction: str
    carrier: str
    state: str
    contact_id: ContactId | None
    call_back_id: int | None
    operator_id: int | None
    arrived_at: datetime
    answered_at: datetime | None
    phone_enc: bytes | None
    flags: list[str] | None
    number: str | None
    place: str | None
    warned: bool
    rings: bool


async def own_call(conn: Conn | Pool, user_id: int) -> OwnCallRow | None:
    """The call in which somebody is, or which rings at their line, with its citizen and its ticket."""
    return await fetch_one_or_none(conn, OwnCallRow, SQL["own_call"], user_id)


class PeopleInRow(TypedRow):
    """A row of `people_in`."""

    id: int
    kind: str
    user_id: UserId | None
    shown_name: str | None
    department: str | None
    emergency: str | None
    mode: str
    joined_at: datetime | None
    held_at: datetime | None


async def people_in(conn: Conn | Pool, call_id: int) -> list[PeopleInRow]:
    """Who is in a call or is being called for it, by name."""
    return await fetch_many(conn, PeopleInRow, SQL["people_in"], call_id)


class ContactOfCallRow(TypedRow):
    """A row of `contact_of_call`."""

    contact_id: ContactId | None
    call_back_id: int | None
    ended: bool


async def contact_of_call(conn: Conn | Pool, call_id: int) -> ContactOfCallRow | None:
    """The contact of a call, and whether it has its end."""
    return await fetch_one_or_none(conn, ContactOfCallRow, SQL["contact_of_call"], call_id)


class DepartmentsNamedRow(TypedRow):
    """A row of `departments_named`."""

    id: int
    code: str
    name: str
    has_line: bool


async def departments_named(conn: Conn | Pool, word: str, limit: int) -> list[DepartmentsNamedRow]:
    """Departments whose name, code or other name holds a word, with whether the directory has their line."""
    return await fetch_many(conn, DepartmentsNamedRow, SQL["departments_named"], word, limit)


async def user_shown(conn: Conn | Pool, user_id: int) -> str | None:
    """How somebody is called."""
    found: str | None = await fetch_value_or_none(conn, SQL["user_shown"], user_id)
    return found


class CallsOpenRow(TypedRow):
    """A row of `calls_open`."""

    id: int
    direction: str
    carrier: str
    state: str
    arrived_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    operator: str | None
    phone_enc: bytes | None
    number: str | None
    people: list[str]
    warned: bool
    rings: bool


async def calls_open(conn: Conn | Pool) -> list[CallsOpenRow]:
    """Calls that go on, the longest waiting first, with who is in them."""
    return await fetch_many(conn, CallsOpenRow, SQL["calls_open"])
