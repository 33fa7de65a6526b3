"""The queries of relays.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import AssignmentId, DepartmentId, PersonId, TicketId, UserId

SQL = queries(__package__, "relays.sql")


async def drop_stale(conn: Conn | Pool, assignment_id: int, now: datetime, until: datetime) -> None:
    """A call that was asked for long ago and never came to an end is over."""
    await execute(conn, SQL["drop_stale"], assignment_id, now, until)


async def ask_relay(
    conn: Conn | Pool, ticket_id: int, assignment_id: int, department_id: int, user_id: int, now: datetime
) -> int | None:
    """A call through the centre is asked for; one at a time for each department's part."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["ask_relay"], ticket_id, assignment_id, department_id, user_id, now
    )
    return found


class TakeRelayRow(TypedRow):
    """A row of `take_relay`."""

    person_id: PersonId | None
    number: str


async def take_relay(conn: Conn | Pool, relay: int, call_sid: str, now: datetime) -> TakeRelayRow | None:
    """The liaison took it; with whom to call."""
    return await fetch_one_or_none(conn, TakeRelayRow, SQL["take_relay"], relay, call_sid, now)


async def ticket_of_relay(conn: Conn | Pool, relay: int) -> TicketId | None:
    """The ticket of a call that is not over."""
    found: TicketId | None = await fetch_value_or_none(conn, SQL["ticket_of_relay"], relay)
    return found


class EndRelayRow(TypedRow):
    """A row of `end_relay`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    user_id: UserId
    asked_at: datetime
    taken_at: datetime | None
    call_sid: str | None
    status: str | None
    seconds: int
    key_at: datetime | None
    said_sid: str | None
    ended_at: datetime | None
    number: str


async def end_relay(
    conn: Conn | Pool, relay: int, call_sid: str, status: str, seconds: int, now: datetime
) -> EndRelayRow | None:
    """The call to the person ended; once."""
    return await fetch_one_or_none(conn, EndRelayRow, SQL["end_relay"], relay, call_sid, status, seconds, now)


async def relay_key(conn: Conn | Pool, relay: int, now: datetime) -> None:
    """The person pressed a key: it was no voicemail that took the call."""
    await execute(conn, SQL["relay_key"], relay, now)


async def relay_said(conn: Conn | Pool, relay: int, said_sid: str, since: datetime) -> EndRelayRow | None:
    """The liaison's spoken word after a short call; once, and at once."""
    return await fetch_one_or_none(conn, EndRelayRow, SQL["relay_said"], relay, said_sid, since)


async def over_relay(conn: Conn | Pool, relay: int) -> TicketId | None:
    """The ticket of a call that is over."""
    found: TicketId | None = await fetch_value_or_none(conn, SQL["over_relay"], relay)
    return found


async def drop_relay(conn: Conn | Pool, relay: int, now: datetime) -> None:
    """The liaison's own telephone was not taken."""
    await execute(conn, SQL["drop_relay"], relay, now)


async def relay_wanted(conn: Conn | Pool, relay: int, since: datetime) -> bool:
    """Whether a call is still wanted: asked for lately, and the department still has its part."""
    found: bool = await fetch_value(conn, SQL["relay_wanted"], relay, since)
    return found


class RelaysOfRow(TypedRow):
    """A row of `relays_of`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    user_id: UserId
    asked_at: datetime
    taken_at: datetime | None
    call_sid: str | None
    status: str | None
    seconds: int
    key_at: datetime | None
    said_sid: str | None
    ended_at: datetime | None
    code: str
    department_name: str
    shown_name: str


async def relays_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[RelaysOfRow]:
    """The calls through the centre of some tickets."""
    return await fetch_many(conn, RelaysOfRow, SQL["relays_of"], ticket_ids)
