"""The queries of call_ends.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import PersonId

SQL = queries(__package__, "call_ends.sql")


class BeginCallRow(TypedRow):
    """A row of `begin_call`."""

    id: int
    operator_id: int | None
    outcome: str | None


async def begin_call(
    conn: Conn | Pool, channel: str, person_id: int | None, call_sid: str, now: datetime
) -> BeginCallRow:
    """A call rings; the same delivery twice is the same contact."""
    return await fetch_one(conn, BeginCallRow, SQL["begin_call"], channel, person_id, call_sid, now)


class CallContactRow(TypedRow):
    """A row of `call_contact`."""

    id: int
    person_id: PersonId | None
    operator_id: int | None
    outcome: str | None
    code: str | None
    taken_at: datetime | None
    released_at: datetime | None


async def call_contact(conn: Conn | Pool, call_sid: str) -> CallContactRow | None:
    """The contact of a call, held."""
    return await fetch_one_or_none(conn, CallContactRow, SQL["call_contact"], call_sid)


async def taken(conn: Conn | Pool, ident: int, now: datetime) -> None:
    """An operator took the call."""
    await execute(conn, SQL["taken"], ident, now)


async def released(conn: Conn | Pool, call_sid: str, now: datetime) -> None:
    """The operator who was rung did not take it and is free."""
    await execute(conn, SQL["released"], call_sid, now)


async def untaken(conn: Conn | Pool, call_sid: str, now: datetime) -> None:
    """The operator who took the call is gone: it is nobody's."""
    await execute(conn, SQL["untaken"], call_sid, now)


async def person_of_call(conn: Conn | Pool, call_sid: str) -> PersonId | None:
    """The person of a call."""
    found: PersonId | None = await fetch_value_or_none(conn, SQL["person_of_call"], call_sid)
    return found


async def over(conn: Conn | Pool, call_sid: str, now: datetime) -> bool | None:
    """The line is closed; whether an operator had taken the call."""
    found: bool | None = await fetch_value_or_none(conn, SQL["over"], call_sid, now)
    return found


async def not_owed(conn: Conn | Pool, contact_id: int, now: datetime) -> list[int]:
    """A call that was thought to be missed was taken: nothing is owed for it."""
    return await fetch_values(conn, SQL["not_owed"], contact_id, now)


async def open_again(conn: Conn | Pool, ident: int) -> None:
    """It waits for the operator's end again."""
    await execute(conn, SQL["open_again"], ident)


class OweCallBackRow(TypedRow):
    """A row of `owe_call_back`."""

    id: int
    fresh: bool


async def owe_call_back(
    conn: Conn | Pool, contact_id: int, reason: str, recording_sid: str | None, now: datetime
) -> OweCallBackRow | None:
    """Somebody owes a call for this contact; once. Words that were left after all are kept."""
    return await fetch_one_or_none(conn, OweCallBackRow, SQL["owe_call_back"], contact_id, reason, recording_sid, now)


async def end_call(conn: Conn | Pool, ident: int, outcome: str, code: str | None, now: datetime) -> None:
    """A call ended without an operator: a call-back is owed, or it was dropped by who cannot be called."""
    await execute(conn, SQL["end_call"], ident, outcome, code, now)


class LostRow(TypedRow):
    """A row of `lost`."""

    id: int
    call_sid: str


async def lost(conn: Conn | Pool, until: datetime, limit: int) -> list[LostRow]:
    """Calls that no operator took and whose end was never said."""
    return await fetch_many(conn, LostRow, SQL["lost"], until, limit)


async def owe_unended(conn: Conn | Pool, now: datetime, until: datetime, until_2: datetime, limit: int) -> list[int]:
    """Calls that an operator took, that are over, and of which nobody said what came of them: a call is owed, with its clock."""
    return await fetch_values(conn, SQL["owe_unended"], now, until, until_2, limit)


async def ring(conn: Conn | Pool, ident: int, operator_id: int) -> None:
    """Whose telephone rings for a contact."""
    await execute(conn, SQL["ring"], ident, operator_id)
