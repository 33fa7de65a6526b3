"""The queries of catalogue.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none

SQL = queries(__package__, "catalogue.sql")


class LinesOnRow(TypedRow):
    """A row of `lines_on`."""

    id: int
    matter: str
    basis: str
    since: date
    until: date | None
    lead_id: int
    co_handlers: list[str]
    code: str
    name: str
    name_en: str
    beside: list[str]


async def lines_on(conn: Conn | Pool, ks: Collection[str | None], day: date) -> list[LinesOnRow]:
    """Catalogue lines that held on a day and share words with a text."""
    return await fetch_many(conn, LinesOnRow, SQL["lines_on"], ks, day)


class LineRow(TypedRow):
    """A row of `line`."""

    id: int
    matter: str
    grams: list[str]
    lead_id: int
    co_handlers: list[str]
    basis: str
    since: date
    until: date | None


async def line(conn: Conn | Pool, item: int | None) -> LineRow | None:
    """One line in force, locked."""
    return await fetch_one_or_none(conn, LineRow, SQL["line"], item)


async def end_line(conn: Conn | Pool, item: int | None, until: date) -> None:
    """A line holds until a day."""
    await execute(conn, SQL["end_line"], item, until)


class InForceRow(TypedRow):
    """A row of `in_force`."""

    matter: str
    co_handlers: list[str]
    basis: str
    since: date
    code: str


async def in_force(conn: Conn | Pool) -> list[InForceRow]:
    """All lines in force, with the code of who leads."""
    return await fetch_many(conn, InForceRow, SQL["in_force"])


async def lines_with(conn: Conn | Pool, lead_id: int, any: str) -> list[LineRow]:
    """Lines in force in which a department leads or stands beside."""
    return await fetch_many(conn, LineRow, SQL["lines_with"], lead_id, any)


class LinesRow(TypedRow):
    """A row of `lines`."""

    id: int
    matter: str
    grams: list[str]
    lead_id: int
    co_handlers: list[str]
    basis: str
    since: date
    until: date | None
    code: str
    name: str
    name_en: str
    beside: list[str]


async def lines(conn: Conn | Pool, word: str, all: bool) -> list[LinesRow]:
    """Lines of the catalogue that hold a word in matter or basis, with who leads; those in force, or all with their history."""
    return await fetch_many(conn, LinesRow, SQL["lines"], word, all)
