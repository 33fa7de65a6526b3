"""The queries of calls.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime
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
from hotline.ids import ContactId, PersonId, TicketId

SQL = queries(__package__, "calls.sql")


class InsertCallRow(TypedRow):
    """A row of `insert_call`."""

    id: int
    fresh: bool


async def insert_call(
    conn: Conn | Pool,
    direction: str,
    carrier: str,
    carrier_ref: str,
    contact_id: int | None,
    person_id: int | None,
    ticket_id: int | None,
    call_back_id: int | None,
    skill: str | None,
    wanted_id: int | None,
    operator_id: int | None,
    now: datetime,
) -> InsertCallRow:
    """A call; the same one however often its carrier says it."""
    return await fetch_one(
        conn,
        InsertCallRow,
        SQL["insert_call"],
        direction,
        carrier,
        carrier_ref,
        contact_id,
        person_id,
        ticket_id,
        call_back_id,
        skill,
        wanted_id,
        operator_id,
        now,
    )


class CallRow(TypedRow):
    """A row of `locked_call`."""

    id: int
    direction: str
    carrier: str
    carrier_ref: str
    contact_id: ContactId | None
    person_id: PersonId | None
    ticket_id: TicketId | None
    call_back_id: int | None
    skill: str | None
    wanted_id: int | None
    operator_id: int | None
    state: str
    arrived_at: datetime
    queued_at: datetime | None
    kept_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None


async def locked_call(conn: Conn | Pool, call_id: int) -> CallRow | None:
    """A call, held; the ticket that was opened in it is its ticket."""
    return await fetch_one_or_none(conn, CallRow, SQL["locked_call"], call_id)


async def call_by_id(conn: Conn | Pool, call_id: int) -> CallRow | None:
    """A call as it stands."""
    return await fetch_one_or_none(conn, CallRow, SQL["call_by_id"], call_id)


async def call_of_ref(conn: Conn | Pool, carrier: str, carrier_ref: str) -> int | None:
    """The call that a carrier names so."""
    found: int | None = await fetch_value_or_none(conn, SQL["call_of_ref"], carrier, carrier_ref)
    return found


async def rename_call(conn: Conn | Pool, call_id: int, carrier_ref: str) -> None:
    """The carrier's own name of a call, where it was not known before."""
    await execute(conn, SQL["rename_call"], call_id, carrier_ref)


async def queue_call(conn: Conn | Pool, call_id: int, skill: str | None, now: datetime) -> None:
    """A call waits from now on; one that comes back keeps its place."""
    await execute(conn, SQL["queue_call"], call_id, skill, now)


async def keep_call(conn: Conn | Pool, call_id: int, now: datetime) -> None:
    """The caller hangs up and is called back in their turn."""
    await execute(conn, SQL["keep_call"], call_id, now)


async def voicemail_call(conn: Conn | Pool, call_id: int) -> None:
    """A message is taken."""
    await execute(conn, SQL["voicemail_call"], call_id)


async def talk_call(conn: Conn | Pool, call_id: int, operator_id: int, answered_at: datetime | None) -> None:
    """The call is an operator's from now on; where they talk with the citizen already (`answered_at`), the first time is the one that counts."""
    await execute(conn, SQL["talk_call"], call_id, operator_id, answered_at)


async def end_call(conn: Conn | Pool, call_id: int, why: str, now: datetime) -> None:
    """The call is over."""
    await execute(conn, SQL["end_call"], call_id, why, now)


async def stale_calls(conn: Conn | Pool, before: datetime, before_2: datetime, limit: int) -> list[int]:
    """Calls that began long ago and are neither waiting, kept nor talked; and those that are talked for hours."""
    return await fetch_values(conn, SQL["stale_calls"], before, before_2, limit)


async def owner_to_ring(conn: Conn | Pool, person_id: int) -> int | None:
    """The operator who owns the newest open ticket of a person."""
    found: int | None = await fetch_value_or_none(conn, SQL["owner_to_ring"], person_id)
    return found


async def insert_call_event(
    conn: Conn | Pool, call_id: int, party_id: int | None, kind: str, actor: str, now: datetime, detail: object
) -> int:
    """What happened in a call."""
    found: int = await fetch_value(conn, SQL["insert_call_event"], call_id, party_id, kind, actor, now, detail)
    return found


class CallsSeenRow(TypedRow):
    """A row of `calls_seen`."""

    id: int
    direction: str
    carrier: str
    state: str
    contact_id: ContactId | None
    call_back_id: int | None
    ticket: str | None
    operator: str | None
    skill: str | None
    arrived_at: datetime
    queued_at: datetime | None
    kept_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None
    phone_enc: bytes | None
    ringing: int | None
    until: datetime | None


async def calls_seen(
    conn: Conn | Pool, user_id: int | None, open_only: bool, before: int | None, ident: int | None, limit: int
) -> list[CallsSeenRow]:
    """Calls, the newest first: an operator's own, a liaison's legs, or all."""
    return await fetch_many(conn, CallsSeenRow, SQL["calls_seen"], user_id, open_only, before, ident, limit)


async def was_there(conn: Conn | Pool, call_id: int, user_id: int) -> bool:
    """Whether a call rang a user, or the user is or was in it."""
    found: bool = await fetch_value(conn, SQL["was_there"], call_id, user_id)
    return found


class EventsOfCallRow(TypedRow):
    """A row of `events_of_call`."""

    id: int
    party_id: int | None
    kind: str
    actor: str
    at: datetime
    detail: Any


async def events_of_call(conn: Conn | Pool, call_id: int) -> list[EventsOfCallRow]:
    """What happened in a call, in order."""
    return await fetch_many(conn, EventsOfCallRow, SQL["events_of_call"], call_id)
