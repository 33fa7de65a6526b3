"""The queries of duplicates.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value_or_none, fetch_values
from hotline.ids import PersonId, TicketId

SQL = queries(__package__, "duplicates.sql")


class ToRememberRow(TypedRow):
    """A row of `to_remember`."""

    id: int
    received_at: datetime
    text: str
    place: str


async def to_remember(conn: Conn | Pool, idents: Collection[int | None]) -> list[ToRememberRow]:
    """Tickets whose words are remembered: no tipoff and nothing confidential."""
    return await fetch_many(conn, ToRememberRow, SQL["to_remember"], idents)


async def remembered_since(conn: Conn | Pool, since: datetime) -> list[TicketId]:
    """Tickets since a moment whose words are remembered."""
    return await fetch_values(conn, SQL["remembered_since"], since)


async def unread(conn: Conn | Pool) -> list[TicketId]:
    """Tickets whose signs an earlier program wrote (hotline/migrations/0002): they are read anew from their words."""
    return await fetch_values(conn, SQL["unread"])


async def put_sketches(
    conn: Conn | Pool,
    idents: Collection[int | None],
    times: Collection[datetime | None],
    bands: Collection[str | None],
    subjects: Collection[str | None],
    gists: Collection[str | None],
) -> None:
    """Signs of the words of tickets, and what they are about; by the moment old ones are left out before any is compared."""
    await execute(conn, SQL["put_sketches"], idents, times, bands, subjects, gists)


async def put_places(
    conn: Conn | Pool,
    keys: Collection[str | None],
    times: Collection[datetime | None],
    ticket_ids: Collection[int | None],
    subjects: Collection[str | None],
    due_at: datetime,
) -> None:
    """Places and subjects of tickets; their places are due to be looked at."""
    await execute(conn, SQL["put_places"], keys, times, ticket_ids, subjects, due_at)


async def no_topics(conn: Conn | Pool, now: datetime) -> None:
    """Places that were put down at a moment of the past are not looked at for hot topics."""
    await execute(conn, SQL["no_topics"], now)


async def forget_sketches(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """A ticket that became a tipoff, or whose words changed, is forgotten."""
    await execute(conn, SQL["forget_sketches"], ticket_ids)


async def forget_places(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """And its places."""
    await execute(conn, SQL["forget_places"], ticket_ids)


async def forget_topics(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """And its part in hot topics."""
    await execute(conn, SQL["forget_topics"], ticket_ids)


class CandidatesRow(TypedRow):
    """A row of `candidates`."""

    id: int
    number: str
    state: str
    category: str
    received_at: datetime
    person_id: PersonId | None
    text: str
    place: str
    department: str | None
    department_name: str | None
    subjects: list[str]
    gist: str
    place_keys: list[str]


async def candidates(
    conn: Conn | Pool,
    bs: Collection[int | None],
    keys: Collection[str | None],
    person_id: int | None,
    since: datetime,
    but: int | None,
) -> list[CandidatesRow]:
    """Tickets that may be the same matter: alike words, the same places, the same person; each once, with what is shown.
    What was split off this one, what this one was split off, and what was split off with it is another matter."""
    return await fetch_many(conn, CandidatesRow, SQL["candidates"], bs, keys, person_id, since, but)


async def person_of_phone(conn: Conn | Pool, phone_hash: bytes) -> int | None:
    """Whose number this is."""
    found: int | None = await fetch_value_or_none(conn, SQL["person_of_phone"], phone_hash)
    return found


class AlikePrecedentsRow(TypedRow):
    """A row of `alike_precedents`."""

    reason: str
    source: str
    code: str
    name: str
    number: str
    text: str


async def alike_precedents(conn: Conn | Pool, bands: Collection[int | None]) -> list[AlikePrecedentsRow]:
    """What was decided on tickets with alike words."""
    return await fetch_many(conn, AlikePrecedentsRow, SQL["alike_precedents"], bands)


class EndedDispatchesRow(TypedRow):
    """A row of `ended_dispatches`."""

    id: int
    text: str
    place: str
    code: str


async def ended_dispatches(conn: Conn | Pool) -> list[EndedDispatchesRow]:
    """The centre's own dispatches as they ended, after rulings, newest first: words and department."""
    return await fetch_many(conn, EndedDispatchesRow, SQL["ended_dispatches"])


async def put_model(
    conn: Conn | Pool,
    version: str,
    now: datetime,
    tickets: int,
    held_back: int,
    accuracy: float | None,
    accuracy_before: float | None,
    kept: bool,
) -> None:
    """A training and what came of it."""
    await execute(conn, SQL["put_model"], version, now, tickets, held_back, accuracy, accuracy_before, kept)
