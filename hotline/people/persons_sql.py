"""The queries of persons.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value

SQL = queries(__package__, "persons.sql")


async def add_persons(
    conn: Conn | Pool,
    hashes: Collection[bytes | None],
    encs: Collection[bytes | None],
    lines: Collection[str | None],
    languages: Collection[str | None],
    now: datetime,
) -> None:
    """Make persons for phones seen for the first time."""
    await execute(conn, SQL["add_persons"], hashes, encs, lines, languages, now)


class PersonsByPhoneRow(TypedRow):
    """A row of `persons_by_phone`."""

    id: int
    phone_hash: bytes
    language: str
    opted_out_at: datetime | None
    line: str


async def persons_by_phone(conn: Conn | Pool, phone_hashes: Collection[bytes | None]) -> list[PersonsByPhoneRow]:
    """Persons by the keyed hash of their phone."""
    return await fetch_many(conn, PersonsByPhoneRow, SQL["persons_by_phone"], phone_hashes)


async def add_person(conn: Conn | Pool, line: str, name_enc: bytes, language: str, now: datetime) -> int:
    """A person without a number (name only, or concerned through another)."""
    found: int = await fetch_value(conn, SQL["add_person"], line, name_enc, language, now)
    return found


class PersonsRow(TypedRow):
    """A row of `persons`."""

    id: int
    phone_enc: bytes | None
    phone_hash: bytes | None
    line: str
    name_enc: bytes | None
    language: str
    flags: list[str]
    opted_out_at: datetime | None


async def persons(conn: Conn | Pool, idents: Collection[int | None]) -> list[PersonsRow]:
    """Persons, for messages: number and language."""
    return await fetch_many(conn, PersonsRow, SQL["persons"], idents)


async def opt_out_recipients(conn: Conn | Pool, idents: Collection[int | None], now: datetime) -> None:
    """The persons to whom these messages went want no SMS."""
    await execute(conn, SQL["opt_out_recipients"], idents, now)


async def opt_out(conn: Conn | Pool, person: int | None, now: datetime | None) -> None:
    """The person wants no SMS, or wants them again."""
    await execute(conn, SQL["opt_out"], person, now)


async def set_flags(conn: Conn | Pool, person: int, flags: Collection[str | None]) -> None:
    """What the operator heard of a person: a minor, hard of hearing, …"""
    await execute(conn, SQL["set_flags"], person, flags)


class PersonByHashRow(TypedRow):
    """A row of `person_by_hash`."""

    id: int
    flags: list[str]


async def person_by_hash(conn: Conn | Pool, phone_hash: bytes) -> PersonByHashRow | None:
    """The person with a telephone."""
    return await fetch_one_or_none(conn, PersonByHashRow, SQL["person_by_hash"], phone_hash)
