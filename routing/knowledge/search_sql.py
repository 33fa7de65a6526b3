"""The queries of search.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many

SQL = queries(__package__, "search.sql")


class ByNamesRow(TypedRow):
    """A row of `by_names`."""

    id: int
    place: int


async def by_names(
    conn: Conn | Pool,
    keys: Collection[str | None],
    patterns: Collection[str | None],
    whole: str,
    begins: str,
    day: date,
    limit: int,
) -> list[ByNamesRow]:
    """Sheets whose title and aliases hold all words, by search keys and then by LIKE: the whole title first, a whole alias, the beginning of
    the title, the title, the aliases; of these the oftener cited, the shorter. What has run out stands last."""
    return await fetch_many(conn, ByNamesRow, SQL["by_names"], keys, patterns, whole, begins, day, limit)


async def by_sentence(conn: Conn | Pool, starts: Collection[str | None], sentence: str, limit: int) -> list[ByNamesRow]:
    """Sheets of which a name stands in a sentence, the longest name first."""
    return await fetch_many(conn, ByNamesRow, SQL["by_sentence"], starts, sentence, limit)


async def by_words(conn: Conn | Pool, keys: Collection[str | None], most: int, limit: int) -> list[ByNamesRow]:
    """Sheets whose words hold all search keys, the oftener cited first; of more than `most` any."""
    return await fetch_many(conn, ByNamesRow, SQL["by_words"], keys, most, limit)


class ShownRow(TypedRow):
    """A row of `shown`."""

    id: int
    version: int
    title: str
    aliases: list[str]
    papers: str
    place: str
    takes: str
    cost: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    uses: int
    code: str
    name: str
    name_en: str


async def shown(conn: Conn | Pool, sheets: Collection[int | None]) -> list[ShownRow]:
    """What sheets in force say, in no order."""
    return await fetch_many(conn, ShownRow, SQL["shown"], sheets)
