"""What was backed up comes back row for row, in another database, or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hotline.base.db.backup import BackupError, backup, restore
from hotline.base.db.connection import Conn, Pool, connect
from hotline.base.db.migrate import migrations
from hotline.base.keys import derive
from hotline.base.services import Services
from hotline.ticket import Role
from tests import office
from tests.conftest import another

NEWEST = migrations()[-1].version


def silent(said: str) -> None:
    """Nobody watches."""


def damage(file: Path, entry: str) -> None:
    """Change one byte of an entry."""
    raw = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        raw[archive.getinfo(entry).header_offset + 90] ^= 0xFF
    file.write_bytes(bytes(raw))


async def _content(conn: Conn) -> dict[str, str]:
    """A digest of every table's rows."""
    tables = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {
        row["tablename"]: await conn.fetchval(
            f"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {row['tablename']} t"
        )
        for row in tables
    }


async def _filled(conn: Conn, services: Services) -> str:
    """A filed ticket with its whole story: the hardest rows to put back."""
    department = await office.department(conn, "D01", "公安局")
    operator = await office.user(conn, Role.OPERATOR)
    liaison = await office.user(conn, Role.LIAISON, department=department)
    opened = await office.ticket(conn, services, operator=operator.id)
    await office.move(conn, services, operator, opened.number, "assignments", department="D01")
    await office.move(conn, services, liaison, opened.number, "signatures")
    await office.move(conn, services, liaison, opened.number, "replies", outcome="solved", public="已修好")
    await office.move(conn, services, operator, opened.number, "report-backs", via="call", text="已修好")
    await office.move(conn, services, operator, opened.number, "follow-ups", reached=True, solved=True, rating=5)
    await office.move(conn, services, operator, opened.number, "filings")
    return opened.number


@pytest.fixture
async def saved(pool: Pool, services: Services, tmp_path: Path) -> Path:
    file = tmp_path / "all.backup"
    async with pool.acquire() as conn:
        await _filled(conn, services)
        assert await backup(conn, services.keys, file, services.clock.now(), silent) > 100
    return file


async def test_everything_comes_back(pool: Pool, services: Services, saved: Path, server: str) -> None:
    async with pool.acquire() as conn:
        before = await _content(conn)
    async with another(server) as dsn:
        conn = await connect(dsn)
        try:
            await restore(conn, services.keys, saved, NEWEST, silent)
            assert await _content(conn) == before
            fresh = await conn.fetchval("SELECT nextval('ticket_id_seq')")
            assert fresh > await conn.fetchval("SELECT max(id) FROM ticket")
            with pytest.raises(Exception, match="never changed"):
                await conn.execute("UPDATE ticket_event SET kind = 'x'")
        finally:
            await conn.close()


async def test_not_without_the_keys(services: Services, saved: Path, server: str) -> None:
    async with another(server) as dsn:
        conn = await connect(dsn)
        try:
            with pytest.raises(BackupError, match="put the right key file"):
                await restore(conn, derive("another secret, just as long as it must be", "elsewhere"), saved, 1, silent)
            assert not await conn.fetchval("SELECT to_regclass('ticket') IS NOT NULL")
        finally:
            await conn.close()


async def test_never_over_what_is_there(dsn: str, services: Services, saved: Path, pool: Pool) -> None:
    await pool.close()
    conn = await connect(dsn)
    try:
        with pytest.raises(BackupError, match="not empty"):
            await restore(conn, services.keys, saved, NEWEST, silent)
    finally:
        await conn.close()


async def test_a_damaged_file_is_refused_whole(services: Services, saved: Path, server: str) -> None:
    damage(saved, "tables/ticket_event")
    async with another(server) as dsn:
        conn = await connect(dsn)
        try:
            with pytest.raises(BackupError, match=r"damaged|not a backup"):
                await restore(conn, services.keys, saved, NEWEST, silent)
        finally:
            await conn.close()


async def test_a_newer_backup_asks_for_a_newer_program(services: Services, saved: Path, server: str) -> None:
    async with another(server) as dsn:
        conn = await connect(dsn)
        try:
            with pytest.raises(BackupError, match="update the program"):
                await restore(conn, services.keys, saved, 0, silent)
        finally:
            await conn.close()
