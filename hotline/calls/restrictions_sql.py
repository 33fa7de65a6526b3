"""The queries of restrictions.sql, as functions. Made by `make queries`; change the .sql file instead."""

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
from hotline.ids import PersonId

SQL = queries(__package__, "restrictions.sql")


class PersonOfAbuseRow(TypedRow):
    """A row of `person_of_abuse`."""

    person_id: PersonId


async def person_of_abuse(conn: Conn | Pool, call_id: int) -> PersonOfAbuseRow | None:
    """The person of a call, held, so that one restriction is made at a time."""
    return await fetch_one_or_none(conn, PersonOfAbuseRow, SQL["person_of_abuse"], call_id)


async def abusive_calls(conn: Conn | Pool, person_id: int, since: datetime) -> list[int]:
    """A person's calls since a moment with abuse on record: the warning phrase was said, they were ended after abuse, or their end says so."""
    return await fetch_values(conn, SQL["abusive_calls"], person_id, since)


class OftenAbusiveRow(TypedRow):
    """A row of `often_abusive`."""

    call_id: int
    calls: int
    phone_enc: bytes | None


async def often_abusive(
    conn: Conn | Pool, since: datetime, calls: int, now: datetime, limit: int
) -> list[OftenAbusiveRow]:
    """People who are not restricted and had the warning phrase said, or a call ended after abuse, in so many calls since a moment; with their last such call."""
    return await fetch_many(conn, OftenAbusiveRow, SQL["often_abusive"], since, calls, now, limit)


async def restriction_of(conn: Conn | Pool, person_id: int, now: datetime) -> int | None:
    """The restriction that a person's voice is under at a moment."""
    found: int | None = await fetch_value_or_none(conn, SQL["restriction_of"], person_id, now)
    return found


async def insert_restriction(
    conn: Conn | Pool,
    person_id: int,
    calls: Collection[int | None],
    reason: str,
    by_id: int,
    now: datetime,
    until: datetime,
) -> int:
    """A person's voice is restricted."""
    found: int = await fetch_value(conn, SQL["insert_restriction"], person_id, calls, reason, by_id, now, until)
    return found


class LockedRestrictionRow(TypedRow):
    """A row of `locked_restriction`."""

    id: int
    person_id: PersonId
    by_id: int
    at: datetime
    until: datetime
    lifted_at: datetime | None
    objected_at: datetime | None
    decided_at: datetime | None


async def locked_restriction(conn: Conn | Pool, restriction: int) -> LockedRestrictionRow | None:
    """A restriction, held."""
    return await fetch_one_or_none(conn, LockedRestrictionRow, SQL["locked_restriction"], restriction)


async def lift_restriction(conn: Conn | Pool, restriction: int, by: int, now: datetime) -> None:
    """It ends before its time."""
    await execute(conn, SQL["lift_restriction"], restriction, by, now)


async def object_restriction(conn: Conn | Pool, restriction: int, words: str, now: datetime) -> int | None:
    """The person objects, once."""
    found: int | None = await fetch_value_or_none(conn, SQL["object_restriction"], restriction, words, now)
    return found


async def latest_of_person(conn: Conn | Pool, person_id: int, since: datetime) -> int | None:
    """The latest restriction of a person that began since a moment and was not objected to."""
    found: int | None = await fetch_value_or_none(conn, SQL["latest_of_person"], person_id, since)
    return found


async def decide_restriction(
    conn: Conn | Pool, restriction: int, by: int, upheld: bool, decision: str, now: datetime
) -> None:
    """Another manager decides the objection."""
    await execute(conn, SQL["decide_restriction"], restriction, by, upheld, decision, now)


class RestrictionsRow(TypedRow):
    """A row of `restrictions`."""

    id: int
    phone_enc: bytes | None
    calls: list[int]
    reason: str
    made_by: str
    at: datetime
    until: datetime
    lifted_at: datetime | None
    objected_at: datetime | None
    objection: str
    decided_at: datetime | None
    decided_by: str | None
    upheld: bool | None
    decision: str


async def restrictions(conn: Conn | Pool, open_only: bool, now: datetime, limit: int) -> list[RestrictionsRow]:
    """Restrictions, those with an objection that waits first, then the newest."""
    return await fetch_many(conn, RestrictionsRow, SQL["restrictions"], open_only, now, limit)
