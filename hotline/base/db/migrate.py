"""Schema and migrations (architecture.md, rule 9): an empty database gets schema.sql, any other the numbered steps that
it lacks.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline.base.db import migrate_sql
from hotline.base.db.connection import Conn
from hotline.base.keys import Keys, KeysError

_LOCK = 1890_0001
_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
#: The first line of a step that has no transaction around it.
OUTSIDE = "-- outside a transaction"
#: How often somebody who waits for another's migration looks whether it is over.
_PATIENCE = 0.2
_SOURCE = Path(__file__).resolve().parents[3]


class MigrateError(Exception):
    """The database cannot be brought to this program's version; says why."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step."""

    version: int
    name: str
    sql: str

    @property
    def outside(self) -> bool:
        """Whether it runs statement by statement: indexes built while others write."""
        return self.sql.startswith(OUTSIDE)

    @property
    def statements(self) -> list[str]:
        """Its statements without their comments."""
        code = re.sub(r"--.*", "", self.sql)
        return [found for part in code.split(";") if (found := part.strip())]


def schema() -> str:
    """The whole current database as SQL: beside the source, or where the wheel put it."""
    for place in (_SOURCE / "schema.sql", Path(sys.prefix) / "schema.sql"):
        if place.exists():
            return place.read_text("utf-8")
    raise MigrateError("schema.sql is missing from the installation")


def migrations(folder: Path = _SOURCE / "hotline" / "migrations") -> list[Migration]:
    """The first schema and the steps after it, in order. Raises MigrateError where a number is missing or stands twice."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrateError(f"{path.name} is not named NNNN_what_it_does.sql")
        found.append(Migration(int(match[1]), match[2], path.read_text("utf-8")))
    if [m.version for m in found] != list(range(1, len(found) + 1)):
        raise MigrateError("the migrations are not numbered 0001, 0002, … without a gap")
    return found


async def migrate(
    conn: Conn, keys: Keys, now: datetime, *, sql: str | None = None, steps: Sequence[Migration] | None = None
) -> list[str]:
    """Bring the database to this program's version and check that it belongs to these keys; returns what was done.

    1. Take the advisory lock. 2. Empty: schema.sql, stamped with the newest number. 3. Otherwise each missing step, in a
    transaction of its own or outside one. Raises MigrateError (newer than the program), KeysError (other keys).
    """
    steps = migrations() if steps is None else steps
    newest = steps[-1].version if steps else 1
    await _take_lock(conn)
    try:
        if not await migrate_sql.has_versions(conn):
            async with conn.transaction():
                await conn.execute(sql or schema())
                await migrate_sql.stamp(conn, newest, "schema", now)
                await migrate_sql.own(conn, keys.fingerprint, now)
            return [f"schema.sql (version {newest})"]
        done = await _missing_steps(conn, steps, newest, now)
        await check_keys(conn, keys)
        return done
    finally:
        await migrate_sql.free_lock(conn, _LOCK)


async def _take_lock(conn: Conn) -> None:
    """Wait until nobody else migrates. Waiting inside a statement would hold a snapshot, for which an index that the other
    builds concurrently would wait in turn: so ask again."""
    while not await migrate_sql.take_lock(conn, _LOCK):  # noqa: ASYNC110 # it is another process that ends
        await asyncio.sleep(_PATIENCE)


async def _missing_steps(conn: Conn, steps: Sequence[Migration], newest: int, now: datetime) -> list[str]:
    """Apply the steps that the database lacks, each in a transaction of its own or outside one; returns their names.
    Raises MigrateError.
    """
    version = await migrate_sql.version(conn)
    if version > newest:
        raise MigrateError(f"the database is at version {version}, this program knows {newest}: update the program")
    done = []
    for step in steps:
        if step.version > version:
            if step.outside:
                await _outside(conn, step)
            async with conn.transaction():
                if not step.outside:
                    await conn.execute("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10min'")
                    await conn.execute(step.sql)
                await migrate_sql.stamp(conn, step.version, step.name, now)
            done.append(f"{step.version:04d} {step.name}")
    return done


async def _outside(conn: Conn, step: Migration) -> None:
    """Run a step's statements one by one. It may have failed before: what is there is kept, a half-built index built anew.

    Building an index waits for the transactions of others, which it does not hold up: it may wait longer.
    """
    await conn.execute("SET lock_timeout = '5min'; SET statement_timeout = '2h'")
    try:
        for drop in await migrate_sql.half_built(conn):
            await conn.execute(drop)
        for statement in step.statements:
            await conn.execute(statement)
    finally:
        await conn.execute("RESET lock_timeout; RESET statement_timeout")


async def check_keys(conn: Conn, keys: Keys) -> None:
    """Raises KeysError where the database was written with other keys."""
    ours = await migrate_sql.fingerprint(conn)
    if ours is not None and ours != keys.fingerprint:
        raise KeysError(
            f"this database was written with other keys ({ours}) than those in {keys.place} ({keys.fingerprint}): "
            "put the right key file or HOTLINE_SECRET in place"
        )


async def is_current(conn: Conn) -> bool:
    """Whether the database is at this program's version."""
    steps = migrations()
    return bool(
        await migrate_sql.has_versions(conn) and await migrate_sql.version(conn) == (steps[-1].version if steps else 1)
    )
