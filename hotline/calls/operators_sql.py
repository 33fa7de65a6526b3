"""The queries of operators.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import UserId

SQL = queries(__package__, "operators.sql")


class EndStateRow(TypedRow):
    """A row of `end_state`."""

    state: str
    reason: str
    call_id: int | None
    since: datetime
    until: datetime | None


async def end_state(conn: Conn | Pool, user_id: int, now: datetime) -> EndStateRow | None:
    """What an operator did until now."""
    return await fetch_one_or_none(conn, EndStateRow, SQL["end_state"], user_id, now)


async def begin_state(
    conn: Conn | Pool, user_id: int, state: str, reason: str, call_id: int | None, now: datetime, until: datetime | None
) -> int | None:
    """What an operator does from now on."""
    found: int | None = await fetch_value_or_none(conn, SQL["begin_state"], user_id, state, reason, call_id, now, until)
    return found


class StateNowRow(TypedRow):
    """A row of `state_now`."""

    state: str
    reason: str
    call_id: int | None
    since: datetime
    until: datetime | None


async def state_now(conn: Conn | Pool, user_id: int) -> StateNowRow | None:
    """What an operator does, held."""
    return await fetch_one_or_none(conn, StateNowRow, SQL["state_now"], user_id)


class OwnStateRow(TypedRow):
    """A row of `own_state`."""

    state: str
    reason: str
    call_id: int | None
    since: datetime
    until: datetime | None


async def own_state(conn: Conn | Pool, user_id: int) -> OwnStateRow | None:
    """What an operator does."""
    return await fetch_one_or_none(conn, OwnStateRow, SQL["own_state"], user_id)


class AtTelephoneRow(TypedRow):
    """A row of `at_telephone`."""

    id: int
    name: str
    shown_name: str
    state: str
    reason: str
    call_id: int | None
    since: datetime
    until: datetime | None
    line: str | None
    seen_at: datetime | None
    skills: list[str]


async def at_telephone(conn: Conn | Pool) -> list[AtTelephoneRow]:
    """Who is at the telephone, what they do and since when, and where they are rung."""
    return await fetch_many(conn, AtTelephoneRow, SQL["at_telephone"])


async def somebody_answers(conn: Conn | Pool) -> bool:
    """Whether anybody is at the telephone and not on a break."""
    found: bool = await fetch_value(conn, SQL["somebody_answers"])
    return found


async def line_alive(conn: Conn | Pool, user_id: int, alive_since: datetime) -> bool:
    """Whether an operator's line can ring: a browser that was heard since, or a telephone."""
    found: bool = await fetch_value(conn, SQL["line_alive"], user_id, alive_since)
    return found


async def take_line(
    conn: Conn | Pool, user_id: int, kind: str, device: str, now: datetime, alive_since: datetime, forced: bool
) -> UserId | None:
    """Where an operator is rung from now on. A browser that says again that it is there takes the line from another only if that one is silent, or if told to."""
    found: UserId | None = await fetch_value_or_none(
        conn, SQL["take_line"], user_id, kind, device, now, alive_since, forced
    )
    return found


async def plain_line(conn: Conn | Pool, user_id: int, now: datetime, alive_since: datetime) -> None:
    """An operator whose telephone was tested and who has no browser that is alive is rung there."""
    await execute(conn, SQL["plain_line"], user_id, now, alive_since)


class LineOfUserRow(TypedRow):
    """A row of `line_of_user`."""

    kind: str
    device: str
    seen_at: datetime
    phone_enc: bytes | None


async def line_of_user(conn: Conn | Pool, user_id: int) -> LineOfUserRow | None:
    """Where an operator is rung."""
    return await fetch_one_or_none(conn, LineOfUserRow, SQL["line_of_user"], user_id)


class StatesOverRow(TypedRow):
    """A row of `states_over`."""

    user_id: UserId
    state: str
    reason: str


async def states_over(conn: Conn | Pool, now: datetime, limit: int) -> list[StatesOverRow]:
    """Wrap-up and recovery that have lasted their time, held."""
    return await fetch_many(conn, StatesOverRow, SQL["states_over"], now, limit)


class SilentLinesRow(TypedRow):
    """A row of `silent_lines`."""

    user_id: UserId
    state: str
    call_id: int | None


async def silent_lines(conn: Conn | Pool, before: datetime, limit: int) -> list[SilentLinesRow]:
    """Operators whose browser has been silent since before a moment, and who are ready, ringing or in a call."""
    return await fetch_many(conn, SilentLinesRow, SQL["silent_lines"], before, limit)


async def without_shift(conn: Conn | Pool, limit: int) -> list[UserId]:
    """Operators who are at the telephone and not on shift, and talk with nobody."""
    return await fetch_values(conn, SQL["without_shift"], limit)


async def drop_skills(conn: Conn | Pool, user_id: int) -> None:
    """What an operator can, forgotten before it is said anew."""
    await execute(conn, SQL["drop_skills"], user_id)


async def insert_skills(conn: Conn | Pool, user_id: int, skills: Collection[str | None]) -> None:
    """What an operator can."""
    await execute(conn, SQL["insert_skills"], user_id, skills)


async def operator_named(conn: Conn | Pool, name: str) -> int | None:
    """The operator or manager with this sign-in name."""
    found: int | None = await fetch_value_or_none(conn, SQL["operator_named"], name)
    return found
