"""A database of the first schema becomes one of today: the same catalog, with its rows right; steps take no long locks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from hotline.base.db.backup import backup, restore
from hotline.base.db.connection import Conn, connect
from hotline.base.db.migrate import Migration, migrate, migrations, schema
from hotline.base.keys import Keys
from routing.likeness.duplicates import read_signs_of_before
from tests.conftest import NOON, another
from tests.hotline.base.test_migrate import catalogue

STEPS = migrations()
FIRST, NEWEST = STEPS[0], STEPS[-1].version
#: Tables that every database begins with; they carry what the office may change.
GIVEN = (
    "retention",
    "reply_template",
    "office_hours",
    "policy_version",
    "policy_rule",
    "statutory_procedure",
    "notice_rule",
)
OLD_ROWS = """
INSERT INTO department (id, code, name, kind) VALUES (1, 'D01', '镇安县公安局', 'bureau'), (2, 'T06', '中共镇安县纪律检查委员会', 'bureau');
INSERT INTO app_user (id, name, shown_name, role, made_at) VALUES (50, 'wang', '王', 'operator', '2026-03-01T00:00:00Z');
INSERT INTO ticket (id, number, state, category, urgency, channel, received_at, owner_id, event_count, last_event_at, head_hash) VALUES
  (1, '26030100010', 'received', 'tipoff', 'normal', 'web', '2026-03-01T01:00:00Z', 50, 0, '2026-03-01T01:00:00Z', ''),
  (2, '26030100021', 'received', 'complaint', 'normal', 'web', '2026-03-01T02:00:00Z', 50, 0, '2026-03-01T02:00:00Z', '');
INSERT INTO ticket_text (ticket_id, text, place, grams) VALUES (2, '永安小区路灯不亮', '永安小区', '{}');
INSERT INTO named_unit (ticket_id, department_id, by_actor, at) VALUES (1, 1, 'system', '2026-03-01T01:00:00Z');
INSERT INTO ticket_sketch (ticket_id, at, bands, matter, gist) VALUES (2, '2026-03-01T02:00:00Z', '{1}', '照明', '路灯');
INSERT INTO ticket_place (key, at, ticket_id, matter) VALUES ('永安', '2026-03-01T02:00:00Z', 2, '照明');
INSERT INTO contact (id, channel, operator_id, outcome, call_sid, at) VALUES
  (1, 'call', 50, NULL, 'CA1', '2026-03-04T01:59:00Z'), (2, 'call', NULL, NULL, 'CA2', '2026-03-04T01:59:30Z'),
  (3, 'call', 50, 'call_back', 'CA3', '2026-03-03T01:00:00Z');
"""


async def first_database(conn: Conn, keys: Keys) -> None:
    """The database that the first program made, with rows of that time."""
    await migrate(conn, keys, NOON, sql=FIRST.sql, steps=[])
    await conn.execute(OLD_ROWS)


async def test_the_first_database_becomes_that_of_today(server: str, keys: Keys) -> None:
    async with another(server) as old, another(server) as new:
        before, today = await connect(old), await connect(new)
        try:
            await first_database(before, keys)
            done = await migrate(before, keys, NOON)
            assert done == [f"{step.version:04d} {step.name}" for step in STEPS[1:]]
            await migrate(today, keys, NOON)
            upgraded, fresh = set(await catalogue(before)), set(await catalogue(today))
            missing = "\n".join(f"- {' '.join(map(str, row))}" for row in sorted(fresh - upgraded, key=str))
            too_much = "\n".join(f"+ {' '.join(map(str, row))}" for row in sorted(upgraded - fresh, key=str))
            assert upgraded == fresh, (
                f"schema.sql changed without a migration. The steps lack:\n{missing}\nand leave:\n{too_much}"
            )
            for table in GIVEN:
                rows = f"SELECT t::text FROM {table} t ORDER BY 1"
                assert await before.fetch(rows) == await today.fetch(rows), f"{table} begins otherwise"
        finally:
            await before.close()
            await today.close()


async def test_rows_of_before_keep_their_meaning(empty: str, keys: Keys) -> None:
    conn = await connect(empty)
    try:
        await first_database(conn, keys)
        await migrate(conn, keys, NOON)
        assert [tuple(r) for r in await conn.fetch("SELECT code, discipline, aliases FROM department ORDER BY id")] == [
            ("D01", False, []),
            ("T06", True, []),
        ]
        assert [tuple(r) for r in await conn.fetch("SELECT ticket_id, why, lifted_at FROM protection")] == [
            (1, "category", None)
        ]
        assert [tuple(r) for r in await conn.fetch("SELECT ticket_id, department_id FROM hidden_from")] == [(1, 1)]
        calls = await conn.fetch("SELECT id, taken_at = at AS taken FROM contact ORDER BY id")
        assert [tuple(r) for r in calls] == [(1, True), (2, None), (3, None)]
        assert await conn.fetchval("SELECT text FROM handler_text WHERE ticket_id = 2") == "永安小区路灯不亮"
    finally:
        await conn.close()


async def test_signs_of_before_are_read_anew_once(empty: str, keys: Keys) -> None:
    """From the words of the ticket, without a hot topic of what is long past; the second time there is nothing to do."""
    conn = await connect(empty)
    try:
        await first_database(conn, keys)
        await migrate(conn, keys, NOON)
        await read_signs_of_before(conn, NOON)
        row = await conn.fetchrow("SELECT subjects, bands, gist, at FROM ticket_sketch WHERE ticket_id = 2")
        assert row is not None
        assert row["subjects"] not in ([], ["?"])
        assert row["bands"] != [1]
        places = await conn.fetch("SELECT key, subject FROM ticket_place WHERE ticket_id = 2")
        assert places
        assert all(place["subject"] == row["subjects"][0] for place in places)
        assert await conn.fetchval("SELECT count(*) FROM topic_due") == 0
        await read_signs_of_before(conn, NOON + timedelta(days=1))
        assert await conn.fetchrow("SELECT subjects, bands, gist, at FROM ticket_sketch WHERE ticket_id = 2") == row
    finally:
        await conn.close()


async def test_a_backup_of_the_first_program_is_restored_and_upgraded(
    server: str, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "old.hotline"
    async with another(server) as old, another(server) as new:
        before, today = await connect(old), await connect(new)
        try:
            await first_database(before, keys)
            with monkeypatch.context() as patched:
                patched.setattr("hotline.base.db.backup.schema", lambda: FIRST.sql)
                await backup(before, keys, file, NOON, lambda said: None)
            await restore(today, keys, file, NEWEST, lambda said: None)
            assert await migrate(today, keys, NOON) == [f"{s.version:04d} {s.name}" for s in STEPS[1:]]
            assert await today.fetchval("SELECT count(*) FROM hidden_from") == 1
        finally:
            await before.close()
            await today.close()


async def test_a_step_outside_a_transaction_goes_on_where_it_failed(empty: str, keys: Keys) -> None:
    """A unique index that cannot be built leaves a half-built one; after the rows are mended the step builds it."""
    step = Migration(
        2,
        "unique_names",
        "-- outside a transaction\n"
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS person_language ON person (language);\n"
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS department_group ON department (kind);\n",
    )
    conn = await connect(empty)
    try:
        await migrate(conn, keys, NOON, steps=[])
        await conn.execute(
            "INSERT INTO department (code, name, kind) VALUES ('D01', '甲', 'bureau'), ('D02', '乙', 'bureau')"
        )
        with pytest.raises(asyncpg.UniqueViolationError):
            await migrate(conn, keys, NOON, steps=[step])
        assert await conn.fetchval("SELECT max(version) FROM schema_version") == 1
        assert await conn.fetchval("SHOW statement_timeout") == "0"
        await conn.execute("DELETE FROM department WHERE code = 'D02'")
        assert await migrate(conn, keys, NOON, steps=[step]) == ["0002 unique_names"]
        assert await conn.fetchval("SELECT bool_and(indisvalid) FROM pg_index")
    finally:
        await conn.close()


async def test_several_at_once_upgrade_once(empty: str, keys: Keys) -> None:
    """Those who wait hold nothing for which an index that is built concurrently would wait."""
    several = [await connect(empty) for _ in range(4)]
    try:
        await first_database(several[0], keys)
        async with asyncio.timeout(60):
            done = await asyncio.gather(*(migrate(conn, keys, NOON) for conn in several))
        assert sorted(map(len, done)) == [0, 0, 0, len(STEPS) - 1]
    finally:
        for conn in several:
            await conn.close()


def test_todays_schema_is_not_the_first() -> None:
    assert schema() != FIRST.sql
