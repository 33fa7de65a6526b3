"""Typed rows: the result of a named query as objects whose attributes mypy knows; at run time asyncpg's records.

The modules `*_sql.py` beside the query files are made from this (`tools/rows.py`, docs/adr/0012): a function for each
named query and, where the query gives columns, a subclass of `TypedRow` for what it gives.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from hotline.base.db.connection import Conn, Pool

#: In tests: a NULL in a column that is declared to have none raises (set by tests/conftest.py before the program is imported).
_CHECKED = bool(os.environ.get("HOTLINE_CHECK_ROWS"))


class NoRow(LookupError):
    """A query that always has a row, or a value, gave none."""


class UnexpectedNull(TypeError):
    """A column that is declared never to be NULL is: its block wants a `-- null:` line."""


if TYPE_CHECKING:

    class TypedRow:
        """A row of the database: a subclass names the columns and their types, and they are read as attributes."""

        def as_dict(self) -> dict[str, Any]:
            """The columns by name, as a new dictionary."""

        def as_tuple(self) -> tuple[Any, ...]:
            """The columns in the order of the query."""

else:

    class TypedRow(asyncpg.Record):
        """A record whose columns are attributes too: one property for each name that the subclass annotates."""

        __slots__ = ()

        def __init_subclass__(cls) -> None:
            for name in cls.__annotations__:
                setattr(cls, name, property(itemgetter(name)))
            never = [n for n, kind in cls.__annotations__.items() if not str(kind).endswith("None") and kind != "Any"]
            cls._never = tuple(never)

        def as_dict(self):
            return dict(self)

        def as_tuple(self):
            return tuple(self)


R = TypeVar("R", bound=TypedRow)


def _seen(kind: type[R], rows: list[R]) -> list[R]:
    if _CHECKED:
        for row in rows:
            for name in kind._never:  # type: ignore[attr-defined] # a record's, at run time
                if getattr(row, name) is None:
                    raise UnexpectedNull(f"{kind.__module__}.{kind.__name__}.{name} is NULL")
    return rows


async def fetch_many(conn: Conn | Pool, kind: type[R], sql: str, *values: object) -> list[R]:
    """All rows of a query."""
    return _seen(kind, await conn.fetch(sql, *values, record_class=kind))


async def fetch_one_or_none(conn: Conn | Pool, kind: type[R], sql: str, *values: object) -> R | None:
    """The first row of a query, None where there is none."""
    row: R | None = await conn.fetchrow(sql, *values, record_class=kind)
    if row is not None:
        _seen(kind, [row])
    return row


async def fetch_one(conn: Conn | Pool, kind: type[R], sql: str, *values: object) -> R:
    """The row of a query that always has one. Raises NoRow."""
    row = await fetch_one_or_none(conn, kind, sql, *values)
    if row is None:
        raise NoRow(f"{kind.__module__}.{kind.__name__}: no row")
    return row


async def fetch_value_or_none(conn: Conn | Pool, sql: str, *values: object) -> Any:
    """The first column of a query's first row; None where that is NULL, or where there is no row."""
    return await conn.fetchval(sql, *values)


async def fetch_value(conn: Conn | Pool, sql: str, *values: object) -> Any:
    """The first column of a query that always has a row, and never NULL in it. Raises NoRow."""
    found = await conn.fetchval(sql, *values)
    if found is None:
        raise NoRow(f"no value: {sql.splitlines()[0]}")
    return found


async def fetch_values(conn: Conn | Pool, sql: str, *values: object, null: bool = False) -> list[Any]:
    """The only column of all rows of a query; `null`: it may be NULL."""
    found = [row[0] for row in await conn.fetch(sql, *values)]
    if _CHECKED and not null and None in found:
        raise UnexpectedNull(f"{sql.splitlines()[0]}: a value is NULL")
    return found


async def execute(conn: Conn | Pool, sql: str, *values: object) -> None:
    """Run a statement for what it does."""
    await conn.execute(sql, *values)


async def execute_count(conn: Conn | Pool, sql: str, *values: object) -> int:
    """Run a statement; how many rows it changed."""
    return int((await conn.execute(sql, *values)).rsplit(" ", 1)[-1])


def fetch_each(conn: Conn, kind: type[R], sql: str, *values: object, prefetch: int) -> AsyncIterable[R]:
    """The rows of a query one by one, `prefetch` at a time from the database; only inside a transaction."""
    rows: AsyncIterable[R] = conn.cursor(sql, *values, prefetch=prefetch, record_class=kind)
    return rows
