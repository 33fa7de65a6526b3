"""Connections and pool of the database, named queries, and JSON values as jsonb."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TypeAlias

import asyncpg
import orjson

Conn: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

#: The database is out of reach, or went away in the middle of something.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
_NAME = re.compile(r"^-- name: (\w+)(?: :[a-z]+\??)?[ \t]*$", re.MULTILINE)


class QueryError(Exception):
    """A file of queries is malformed: a block without a sentence of purpose, or a name twice."""


@cache
def queries(package: str, file: str) -> Mapping[str, str]:
    """The named blocks of a file of queries in a package: name to SQL.

    A block is `-- name: x`, a line of purpose `-- …`, and one statement. Raises QueryError.
    """
    text = resources.files(package).joinpath(file).read_text("utf-8")
    parts = _NAME.split(text)
    found: dict[str, str] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in found:
            raise QueryError(f"{package}/{file}: {name} stands twice")
        if not body.strip().startswith("-- "):
            raise QueryError(f"{package}/{file}: {name} has no sentence of purpose")
        found[name] = body.strip().rstrip(";")
    return found


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()


async def prepare_connection(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    """Register the type codecs of a new connection: jsonb to and from Python values."""
    await conn.set_type_codec("jsonb", schema="pg_catalog", encoder=_dump, decoder=orjson.loads)


async def connect(dsn: str) -> asyncpg.Connection[asyncpg.Record]:
    """Open one connection with the codecs set. If it is cancelled meanwhile no connection stays open."""
    conn = await asyncpg.connect(dsn)
    try:
        await prepare_connection(conn)
    except BaseException:
        conn.terminate()
        raise
    return conn


class PooledConnection(asyncpg.Connection):  # type: ignore[misc] # the library has no types
    """A pooled connection that is given back without the usual reset query.

    That is safe because no session state outlives a transaction here: settings are SET LOCAL; listeners and advisory
    locks have connections of their own. A transaction left open is still rolled back.
    """

    def get_reset_query(self) -> str:
        return ""


async def open_pool(dsn: str, *, size: int = 10, name: str = "hotline") -> Pool:
    """A pool of at most `size` connections; sessions run in UTC."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=prepare_connection,
        connection_class=PooledConnection,
        server_settings={"application_name": name, "timezone": "UTC"},
    )
