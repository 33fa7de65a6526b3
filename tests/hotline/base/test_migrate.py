"""Schema and migrations: both ways give the same database; the wrong keys and a newer database are refused."""

from __future__ import annotations

import asyncio

import pytest

from hotline.base.db.connection import Conn, connect
from hotline.base.db.migrate import MigrateError, Migration, migrate, migrations, schema
from hotline.base.keys import Keys, KeysError, derive
from tests.conftest import NOON

STEP = Migration(
    2,
    "weather",
    "CREATE TABLE weather (day date PRIMARY KEY, said text NOT NULL); CREATE INDEX weather_said ON weather (said)",
)


async def catalogue(conn: Conn) -> list[tuple[object, ...]]:
    """What the database is made of: columns, constraints, indexes, triggers, functions."""
    rows = await conn.fetch(
        "SELECT 'column' AS what, table_name || '.' || column_name AS name, data_type || ' ' || is_nullable || ' ' ||"
        " coalesce(column_default, '') AS how FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'"
        " UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " ORDER BY 1, 2, 3"
    )
    return [tuple(row) for row in rows]


async def test_both_ways_give_the_same_database(empty: str, keys: Keys) -> None:
    """The whole schema at once, and the first schema with the steps after it."""
    conn = await connect(empty)
    try:
        whole = schema() + ";\n" + STEP.sql
        assert await migrate(conn, keys, NOON, sql=whole, steps=[STEP]) == ["schema.sql (version 2)"]
        at_once = await catalogue(conn)
        await conn.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await migrate(conn, keys, NOON, steps=[])
        assert await migrate(conn, keys, NOON, steps=[STEP]) == ["0002 weather"]
        assert await catalogue(conn) == at_once
        assert await migrate(conn, keys, NOON, steps=[STEP]) == []
    finally:
        await conn.close()


async def test_the_shipped_steps_are_numbered_without_a_gap() -> None:
    assert [step.version for step in migrations()] == list(range(1, len(migrations()) + 1))


async def test_a_step_that_fails_leaves_nothing(empty: str, keys: Keys) -> None:
    broken = Migration(2, "broken", "CREATE TABLE half (a int); SELECT 1 / 0")
    conn = await connect(empty)
    try:
        await migrate(conn, keys, NOON, steps=[])
        with pytest.raises(Exception, match="division by zero"):
            await migrate(conn, keys, NOON, steps=[broken])
        assert await conn.fetchval("SELECT to_regclass('half')") is None
        assert await conn.fetchval("SELECT max(version) FROM schema_version") == 1
    finally:
        await conn.close()


async def test_other_keys_are_refused(empty: str, keys: Keys) -> None:
    conn = await connect(empty)
    try:
        await migrate(conn, keys, NOON)
        with pytest.raises(KeysError, match="other keys"):
            await migrate(conn, derive("quite another secret, of the same length", "there"), NOON)
    finally:
        await conn.close()


async def test_a_newer_database_asks_for_a_newer_program(empty: str, keys: Keys) -> None:
    conn = await connect(empty)
    try:
        await migrate(conn, keys, NOON, steps=[STEP])
        with pytest.raises(MigrateError, match="update the program"):
            await migrate(conn, keys, NOON, steps=[])
    finally:
        await conn.close()


async def test_several_at_once_migrate_once(empty: str, keys: Keys) -> None:
    several = [await connect(empty) for _ in range(4)]
    try:
        done = await asyncio.gather(*(migrate(conn, keys, NOON) for conn in several))
        assert sorted(map(len, done)) == [0, 0, 0, 1]
    finally:
        for conn in several:
            await conn.close()
