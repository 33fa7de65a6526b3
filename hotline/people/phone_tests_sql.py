"""The queries of phone_tests.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import UserId

SQL = queries(__package__, "phone_tests.sql")


async def insert_test(
    conn: Conn | Pool,
    user_id: int,
    via: str,
    phone_hash: bytes | None,
    code_hash: bytes,
    now: datetime,
    expires_at: datetime,
) -> int:
    """A number is being tested."""
    found: int = await fetch_value(conn, SQL["insert_test"], user_id, via, phone_hash, code_hash, now, expires_at)
    return found


async def end_tests(conn: Conn | Pool, user_id: int, now: datetime) -> None:
    """A new number or a new test overtakes what was open."""
    await execute(conn, SQL["end_tests"], user_id, now)


async def tests_since(conn: Conn | Pool, user_id: int, since: datetime) -> int:
    """How many tests a user asked for since a moment."""
    found: int = await fetch_value(conn, SQL["tests_since"], user_id, since)
    return found


class OpenTestRow(TypedRow):
    """A row of `open_test`."""

    id: int
    user_id: UserId
    via: str
    phone_hash: bytes
    code_hash: bytes
    asked_at: datetime
    expires_at: datetime
    tries: int
    passed_at: datetime | None
    ended_at: datetime | None


async def open_test(conn: Conn | Pool, user_id: int, now: datetime) -> OpenTestRow | None:
    """The open test of a user, locked."""
    return await fetch_one_or_none(conn, OpenTestRow, SQL["open_test"], user_id, now)


async def test(conn: Conn | Pool, test: int, now: datetime) -> OpenTestRow | None:
    """One test that is open, locked."""
    return await fetch_one_or_none(conn, OpenTestRow, SQL["test"], test, now)


class OpenTestsOfRow(TypedRow):
    """A row of `open_tests_of`."""

    id: int
    user_id: UserId
    via: str
    phone_hash: bytes
    code_hash: bytes
    asked_at: datetime
    expires_at: datetime
    tries: int
    passed_at: datetime | None
    ended_at: datetime | None
    language: str


async def open_tests_of(conn: Conn | Pool, phone_hash: bytes, now: datetime) -> list[OpenTestsOfRow]:
    """The open tests of a number, locked."""
    return await fetch_many(conn, OpenTestsOfRow, SQL["open_tests_of"], phone_hash, now)


async def count_try(conn: Conn | Pool, user_id: int, now: datetime) -> None:
    """One more code was typed."""
    await execute(conn, SQL["count_try"], user_id, now)


async def pass_test(conn: Conn | Pool, ident: int, now: datetime) -> None:
    """The code, or the key, was right."""
    await execute(conn, SQL["pass_test"], ident, now)


async def count_phone(conn: Conn | Pool, user_id: int, phone_hash: bytes, now: datetime) -> int | None:
    """The number counts from now on, if it is still the user's."""
    found: int | None = await fetch_value_or_none(conn, SQL["count_phone"], user_id, phone_hash, now)
    return found


class LastTestRow(TypedRow):
    """A row of `last_test`."""

    via: str
    asked_at: datetime
    expires_at: datetime


async def last_test(conn: Conn | Pool, user_id: int, now_of: datetime) -> LastTestRow | None:
    """The test that a user waits for, if one is open."""
    return await fetch_one_or_none(conn, LastTestRow, SQL["last_test"], user_id, now_of)
