"""The queries of parties.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    execute_count,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import DepartmentId, UserId

SQL = queries(__package__, "parties.sql")


class PartyRow(TypedRow):
    """A row of `insert_party`."""

    id: int
    call_id: int
    kind: str
    user_id: UserId | None
    department_id: DepartmentId | None
    emergency: str | None
    carrier_ref: str | None
    mode: str
    invited_at: datetime
    joined_at: datetime | None
    held_at: datetime | None
    left_at: datetime | None


async def insert_party(
    conn: Conn | Pool,
    call_id: int,
    kind: str,
    user_id: int | None,
    department_id: int | None,
    emergency: str | None,
    number_enc: bytes | None,
    mode: str,
    now: datetime,
    joined_at: datetime | None,
) -> PartyRow:
    """Somebody who is, or is asked to come, in a call."""
    return await fetch_one(
        conn,
        PartyRow,
        SQL["insert_party"],
        call_id,
        kind,
        user_id,
        department_id,
        emergency,
        number_enc,
        mode,
        now,
        joined_at,
    )


async def parties_of(conn: Conn | Pool, call_id: int) -> list[PartyRow]:
    """Everybody who was asked into a call, in order."""
    return await fetch_many(conn, PartyRow, SQL["parties_of"], call_id)


async def call_of_party(conn: Conn | Pool, party: int) -> int | None:
    """The call that somebody is in."""
    found: int | None = await fetch_value_or_none(conn, SQL["call_of_party"], party)
    return found


async def party_of_ref(conn: Conn | Pool, carrier_ref: str) -> int | None:
    """Who is connected under this name at the carrier, newest first."""
    found: int | None = await fetch_value_or_none(conn, SQL["party_of_ref"], carrier_ref)
    return found


async def number_of_party(conn: Conn | Pool, party: int) -> bytes | None:
    """The number at which somebody is called."""
    found: bytes | None = await fetch_value_or_none(conn, SQL["number_of_party"], party)
    return found


async def join_party(conn: Conn | Pool, party: int, carrier_ref: str | None, now: datetime) -> None:
    """Somebody is connected."""
    await execute(conn, SQL["join_party"], party, carrier_ref, now)


async def hold_party(conn: Conn | Pool, party: int, at: datetime | None) -> None:
    """Somebody is on hold from then on, or no more."""
    await execute(conn, SQL["hold_party"], party, at)


async def set_party_mode(conn: Conn | Pool, party: int, mode: str) -> None:
    """Whom somebody hears and who hears them."""
    await execute(conn, SQL["set_party_mode"], party, mode)


async def change_party_kind(conn: Conn | Pool, party: int, kind: str) -> None:
    """What somebody is in the call from now on."""
    await execute(conn, SQL["change_party_kind"], party, kind)


async def leave_party(conn: Conn | Pool, party: int, now: datetime) -> None:
    """Somebody is no longer in the call."""
    await execute(conn, SQL["leave_party"], party, now)


async def never_came(conn: Conn | Pool, before: datetime, limit: int) -> list[int]:
    """Who was asked into a call before a moment, and has neither come nor left."""
    return await fetch_values(conn, SQL["never_came"], before, limit)


async def forget_numbers(conn: Conn | Pool, before: datetime) -> int:
    """Numbers that were called in calls that are over: who they are stands elsewhere."""
    return await execute_count(conn, SQL["forget_numbers"], before)


async def party_now_of(conn: Conn | Pool, user_id: int) -> int | None:
    """The call that a user is in now."""
    found: int | None = await fetch_value_or_none(conn, SQL["party_now_of"], user_id)
    return found


class DepartmentLineRow(TypedRow):
    """A row of `department_line`."""

    id: int
    code: str
    name: str
    phone_enc: bytes | None


async def department_line(conn: Conn | Pool, code: str) -> DepartmentLineRow | None:
    """A department that may be brought into a call, with its line."""
    return await fetch_one_or_none(conn, DepartmentLineRow, SQL["department_line"], code)


async def insert_signal(
    conn: Conn | Pool, from_party: int, to_party: int, kind: str, body: str, now: datetime
) -> int | None:
    """What the browser of one party says to that of another of the same call, while both are in it."""
    found: int | None = await fetch_value_or_none(conn, SQL["insert_signal"], from_party, to_party, kind, body, now)
    return found


class SignalsToRow(TypedRow):
    """A row of `signals_to`."""

    id: int
    from_party: int
    kind: str
    body: str


async def signals_to(conn: Conn | Pool, to_party: int, after: int, limit: int) -> list[SignalsToRow]:
    """What was said to a party after a signal, in order."""
    return await fetch_many(conn, SignalsToRow, SQL["signals_to"], to_party, after, limit)


async def drop_signals(conn: Conn | Pool, before: datetime) -> int:
    """What browsers said to each other in calls that are over."""
    return await execute_count(conn, SQL["drop_signals"], before)
