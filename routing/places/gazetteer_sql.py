"""The queries of gazetteer.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value, fetch_value_or_none

SQL = queries(__package__, "gazetteer.sql")


class SpelledRow(TypedRow):
    """A row of `spelled`."""

    spelling: str
    name: str
    kind: str


async def spelled(conn: Conn | Pool, starts: Collection[str | None]) -> list[SpelledRow]:
    """Spellings of the gazetteer that begin with one of these pairs of characters, each with its place."""
    return await fetch_many(conn, SpelledRow, SQL["spelled"], starts)


class PlacesRow(TypedRow):
    """A row of `places`."""

    id: int
    name: str
    kind: str
    township: str
    aliases: list[str]


async def places(conn: Conn | Pool, word: str, limit: int) -> list[PlacesRow]:
    """The places of the gazetteer with their other names, or those in which a word stands, by township and name."""
    return await fetch_many(conn, PlacesRow, SQL["places"], word, limit)


async def count(conn: Conn | Pool) -> int:
    """How many places the gazetteer has."""
    found: int = await fetch_value(conn, SQL["count"])
    return found


class WhoseRow(TypedRow):
    """A row of `whose`."""

    spelling: str
    name: str


async def whose(conn: Conn | Pool, spellings: Collection[str | None]) -> list[WhoseRow]:
    """Whose spellings these are."""
    return await fetch_many(conn, WhoseRow, SQL["whose"], spellings)


async def put_place(conn: Conn | Pool, place_name: str, place_kind: str, township: str) -> int | None:
    """A place, new or brought up to date: what the table leaves blank stays as it was."""
    found: int | None = await fetch_value_or_none(conn, SQL["put_place"], place_name, place_kind, township)
    return found


async def put_spellings(
    conn: Conn | Pool, place_id: int | None, spellings: Collection[str | None], alias: Collection[str | None]
) -> None:
    """The spellings of a place: folded, as written, and by which two characters they are looked for."""
    await execute(conn, SQL["put_spellings"], place_id, spellings, alias)


async def drop_place(conn: Conn | Pool, item: int | None) -> str | None:
    """A place leaves the gazetteer, with its spellings."""
    found: str | None = await fetch_value_or_none(conn, SQL["drop_place"], item)
    return found
