"""Rows with attributes, over a real connection."""

from __future__ import annotations

import pytest

from hotline.base.db.connection import Conn
from hotline.base.db.rows import (
    NoRow,
    TypedRow,
    UnexpectedNull,
    execute,
    execute_count,
    fetch_each,
    fetch_many,
    fetch_one,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)


class WordRow(TypedRow):
    """A number and perhaps a word."""

    id: int
    word: str | None


TWO = "SELECT * FROM (VALUES (1, 'one'), (2, NULL)) AS t(id, word) WHERE id >= $1 ORDER BY id"


async def test_columns_are_attributes(conn: Conn) -> None:
    rows = await fetch_many(conn, WordRow, TWO, 1)
    assert [(row.id, row.word) for row in rows] == [(1, "one"), (2, None)]
    assert rows[0].as_dict() == {"id": 1, "word": "one"}
    assert rows[1].as_tuple() == (2, None)
    with pytest.raises(AttributeError):
        _ = rows[0].other  # type: ignore[attr-defined]


async def test_a_row_that_is_always_there_and_one_that_may_not_be(conn: Conn) -> None:
    assert (await fetch_one(conn, WordRow, TWO, 2)).id == 2
    assert await fetch_one_or_none(conn, WordRow, TWO, 3) is None
    with pytest.raises(NoRow):
        await fetch_one(conn, WordRow, TWO, 3)


async def test_a_null_where_none_is_declared_is_found_in_tests(conn: Conn) -> None:
    with pytest.raises(UnexpectedNull, match=r"WordRow\.id"):
        await fetch_many(conn, WordRow, "SELECT NULL::int AS id, NULL::text AS word")


async def test_values(conn: Conn) -> None:
    assert await fetch_value(conn, TWO, 2) == 2
    assert await fetch_value_or_none(conn, TWO, 3) is None
    with pytest.raises(NoRow):
        await fetch_value(conn, TWO, 3)


async def test_the_only_column_of_all_rows(conn: Conn) -> None:
    assert await fetch_values(conn, "SELECT id FROM generate_series(1, $1) id", 3) == [1, 2, 3]
    assert await fetch_values(conn, "SELECT NULL::int", null=True) == [None]
    with pytest.raises(UnexpectedNull, match="SELECT NULL"):
        await fetch_values(conn, "SELECT NULL::int")


async def test_statements(conn: Conn) -> None:
    await execute(conn, "CREATE TEMPORARY TABLE kept (id int)")
    assert await execute_count(conn, "INSERT INTO kept SELECT generate_series(1, $1)", 3) == 3
    assert await execute_count(conn, "DELETE FROM kept WHERE id > $1", 3) == 0


async def test_rows_one_by_one(conn: Conn) -> None:
    assert [row.id async for row in fetch_each(conn, WordRow, TWO, 1, prefetch=1)] == [1, 2]
