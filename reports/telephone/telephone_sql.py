"""The queries of telephone.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_one, fetch_value, fetch_value_or_none
from hotline.ids import UserId

SQL = queries(__package__, "telephone.sql")


class CallsOfRow(TypedRow):
    """A row of `calls_of`."""

    id: int
    arrived_at: datetime
    queued_at: datetime | None
    kept_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None
    state: str
    operator: str | None
    outcome: str | None
    number: str | None


async def calls_of(conn: Conn | Pool, start: datetime, end: datetime) -> list[CallsOfRow]:
    """The calls that came in a time, oldest first, with who answered and what became of the contact."""
    return await fetch_many(conn, CallsOfRow, SQL["calls_of"], start, end)


class StatesOfRow(TypedRow):
    """A row of `states_of`."""

    user_id: UserId
    shown_name: str
    state: str
    seconds: float
    n: int


async def states_of(conn: Conn | Pool, start: datetime, end: datetime) -> list[StatesOfRow]:
    """What operators did at the telephone in a time: the seconds in each state, and how often they entered it, by operator; recovery after abuse apart."""
    return await fetch_many(conn, StatesOfRow, SQL["states_of"], start, end)


class MissedOfRow(TypedRow):
    """A row of `missed_of`."""

    user_id: UserId
    n: int


async def missed_of(conn: Conn | Pool, start: datetime, end: datetime) -> list[MissedOfRow]:
    """How many rings each operator missed in a time."""
    return await fetch_many(conn, MissedOfRow, SQL["missed_of"], start, end)


class StandingRow(TypedRow):
    """A row of `standing`."""

    shown_name: str
    state: str
    reason: str
    since: datetime


async def standing(conn: Conn | Pool) -> list[StandingRow]:
    """What each operator at the telephone does now, and since when."""
    return await fetch_many(conn, StandingRow, SQL["standing"])


class QueueNowRow(TypedRow):
    """A row of `queue_now`."""

    id: int
    state: str
    arrived_at: datetime


async def queue_now(conn: Conn | Pool) -> list[QueueNowRow]:
    """Who waits in the queue now, in its order; a kept place waits too, with the telephone put down."""
    return await fetch_many(conn, QueueNowRow, SQL["queue_now"])


class OwedNowRow(TypedRow):
    """A row of `owed_now`."""

    owed: int
    late: int


async def owed_now(conn: Conn | Pool) -> OwedNowRow:
    """Calls that are owed now, and those of them whose clock broke."""
    return await fetch_one(conn, OwedNowRow, SQL["owed_now"])


async def endless_now(conn: Conn | Pool) -> int:
    """Contacts that have no end yet."""
    found: int = await fetch_value(conn, SQL["endless_now"])
    return found


async def overdue_now(conn: Conn | Pool, now: datetime) -> int:
    """Tickets with a duty of the centre that is overdue."""
    found: int = await fetch_value(conn, SQL["overdue_now"], now)
    return found


class ByHalfHourRow(TypedRow):
    """A row of `by_half_hour`."""

    day: date
    half_hour: int
    n: int


async def by_half_hour(conn: Conn | Pool, start: datetime, end: datetime, zone: str) -> list[ByHalfHourRow]:
    """Calls of a time that asked for a person, by the local day and half hour in which they came."""
    return await fetch_many(conn, ByHalfHourRow, SQL["by_half_hour"], start, end, zone)


class HandlingRow(TypedRow):
    """A row of `handling`."""

    answered: int
    talked: float
    waited: float
    gave_up: int


async def handling(conn: Conn | Pool, start: datetime, end: datetime) -> HandlingRow:
    """Of the calls of a time: how many were answered and the seconds of their talk, how long all waited, and how many gave up."""
    return await fetch_one(conn, HandlingRow, SQL["handling"], start, end)


async def wrapped_up(conn: Conn | Pool, start: datetime, end: datetime) -> float:
    """The seconds that operators needed after calls in a time."""
    found: float = await fetch_value(conn, SQL["wrapped_up"], start, end)
    return found


class PlannedRow(TypedRow):
    """A row of `planned`."""

    id: int
    user_id: UserId
    shown_name: str
    from_at: datetime
    to_at: datetime


async def planned(conn: Conn | Pool, start: datetime, end: datetime) -> list[PlannedRow]:
    """Shifts that are planned in a time, by their beginning."""
    return await fetch_many(conn, PlannedRow, SQL["planned"], start, end)


async def plan(
    conn: Conn | Pool, user_id: int, from_at: datetime, to_at: datetime, by_id: int, now: datetime
) -> int | None:
    """A shift is planned; nothing where it would overlap another one of the same operator."""
    found: int | None = await fetch_value_or_none(conn, SQL["plan"], user_id, from_at, to_at, by_id, now)
    return found


async def unplan(conn: Conn | Pool, ident: int, now: datetime) -> int | None:
    """A planned shift that has not begun is taken back."""
    found: int | None = await fetch_value_or_none(conn, SQL["unplan"], ident, now)
    return found


async def lock_operator(conn: Conn | Pool, user_id: int) -> int | None:
    """An operator whose shifts are planned, held, so that two plans do not overlap."""
    found: int | None = await fetch_value_or_none(conn, SQL["lock_operator"], user_id)
    return found


class OperatorsRow(TypedRow):
    """A row of `operators`."""

    id: int
    name: str
    shown_name: str


async def operators(conn: Conn | Pool) -> list[OperatorsRow]:
    """Whose shifts can be planned."""
    return await fetch_many(conn, OperatorsRow, SQL["operators"])
