"""The one connection on which the demo is loaded: no savepoints, no waiting for the disk, every statement prepared once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, cast

import asyncpg

from hotline.base import events_sql
from hotline.base.db.connection import Conn, Pool, prepare_connection
from hotline.base.http.live import NOTIFY
from hotline.outbox import outbox_sql
from hotline.people import departments_sql
from sla.calendar import calendar_sql
from sla.policy import policy_sql

#: What nobody changes while the demo loads is asked once.
_STANDING = frozenset(
    {calendar_sql.SQL[name] for name in ("hours", "special_days", "closed_days")}
    | {policy_sql.SQL[name] for name in ("versions", "rules")}
    | {departments_sql.SQL["find_department"]}
)
#: Nothing is ever in doubt with the demo's carrier, and no event waits to be told again, so neither is looked for.
_EMPTY = frozenset(
    {outbox_sql.SQL["expire_leases"], outbox_sql.SQL["claim_uncertain"], events_sql.SQL["waiting_events"]}
)


class Straight(asyncpg.Connection):  # type: ignore[misc]
    """A connection for loading, on which a nested transaction is no savepoint, because nothing may fail then. It
    remembers the answers of queries on tables that nobody changes, and sends no live news, because no page is open.
    """

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        if query in _EMPTY:
            return []
        await self._settled()
        if query not in _STANDING:
            return await super().fetch(query, *args, **options)
        return await self._once(super().fetch, query, args, options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        await self._settled()
        if query not in _STANDING:
            return await super().fetchrow(query, *args, **options)
        return await self._once(super().fetchrow, query, args, options)

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        """A statement with values is under way when this returns; whatever comes next waits for it and hears its error."""
        await self._settled()
        if not args or options or "DELETE" in query:  # of those the count is asked for
            return await super().execute(query, *args, **options)  # type: ignore[no-any-return]
        if query != NOTIFY:
            self.__dict__["under_way"] = asyncio.ensure_future(super().execute(query, *args))
        return "UPDATE 0"

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        await self._settled()
        return await super().fetchval(query, *args, **options)

    async def _settled(self) -> None:
        """Wait for the statement that is under way, and raise its error."""
        before: asyncio.Future[str] | None = self.__dict__.pop("under_way", None)
        if before is not None:
            await before

    async def _once(self, ask: Any, query: str, args: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """The answer of a standing query: asked once for each set of values."""
        known: dict[Any, Any] = self.__dict__.setdefault("known", {})
        if (query, args) not in known:
            known[query, args] = await ask(query, *args, **options)
        return known[query, args]

    def transaction(self, **options: Any) -> Any:
        return nullcontext() if self.is_in_transaction() else super().transaction(**options)


@asynccontextmanager
async def straight(dsn: str) -> AsyncIterator[Conn]:
    """Open a connection for loading. Commits do not wait for the disk until it ends: a demo that was cut short is
    loaded again.
    """
    conn = await asyncpg.connect(
        dsn,
        connection_class=Straight,
        statement_cache_size=1000,
        max_cached_statement_lifetime=0,
        server_settings={
            "application_name": "hotline demo",
            "timezone": "UTC",
            "synchronous_commit": "off",
            "plan_cache_mode": "force_generic_plan",
            "jit": "off",
            "enable_seqscan": "off",  # a plan is made while the tables are small, and kept when they have grown
        },
    )
    try:
        await prepare_connection(conn)
        yield conn
    finally:
        await conn.close()


class OneLine:
    """Takes the place of a pool, where sweeps ask for one: everybody gets the same connection, one at a time."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn
        self._turn = asyncio.Lock()

    def acquire(self) -> AbstractAsyncContextManager[Conn]:
        return self._taken()

    @asynccontextmanager
    async def _taken(self) -> AsyncIterator[Conn]:
        """The one connection, when it is free."""
        async with self._turn:
            yield self._conn


def as_pool(conn: Conn) -> Pool:
    """The connection where a pool is asked for."""
    return cast(Pool, OneLine(conn))
