"""`replay` through the real use cases: verdicts, resuming, a database of its own."""

from __future__ import annotations

import csv
import gzip
from argparse import Namespace
from pathlib import Path

import asyncpg
import pytest

from hotline.base.command import CommandError, Runtime
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from sla.replay import engine
from sla.replay.command import replay
from sla.replay.database import beside

FILE = """id,opened,target,closed,department
at-due,2026-03-04 10:00,2026-03-05 10:00,2026-03-05 10:00:00,Roads
late,2026-03-04 10:00,2026-03-05 10:00,2026-03-05 10:00:01,Roads
open,2026-03-04 10:00,2027-03-05 10:00,,Water
passed,2026-03-04 10:00,2026-03-04 12:00,,Water
policy,2026-03-04 10:00,,2026-03-18T17:00:00+08:00,
backwards,2026-03-04 10:00,,2026-03-04 09:00,
target-first,2026-03-04 10:00,2026-03-03 12:00,2026-03-04 12:00,
far,2026-03-04 10:00,2099-01-01,2026-03-10 10:00,
old,2026-03-04 10:00,1999-01-01,2026-03-10 10:00,
never,2026-03-18 16:00,,,
at-the-end,2026-03-04 10:00,2026-03-18 17:00,,
"""
WANTED = {
    "at-due": ("2026-03-05T10:00:00+08:00", "2026-03-05T10:00:00+08:00", "", "in_time"),
    "late": ("2026-03-05T10:00:00+08:00", "2026-03-05T10:00:01+08:00", "2026-03-05T10:00:00+08:00", "breached"),
    "open": ("2027-03-05T10:00:00+08:00", "", "", "open"),
    "passed": ("2026-03-04T12:00:00+08:00", "", "2026-03-04T12:00:00+08:00", "breached"),
    "policy": ("2026-03-18T17:00:00+08:00", "2026-03-18T17:00:00+08:00", "", "in_time"),
    "target-first": ("2026-03-03T12:00:00+08:00", "2026-03-04T12:00:00+08:00", "2026-03-03T12:00:00+08:00", "breached"),
    "far": ("2099-01-01T00:00:00+08:00", "2026-03-10T10:00:00+08:00", "", "in_time"),
    "old": ("1999-01-01T00:00:00+08:00", "2026-03-10T10:00:00+08:00", "1999-01-01T00:00:00+08:00", "breached"),
    "never": ("2026-04-01T17:00:00+08:00", "", "", "open"),
    "at-the-end": ("2026-03-18T17:00:00+08:00", "", "", "open"),
}


def outcomes(folder: Path) -> dict[str, tuple[str, ...]]:
    with (folder / "clocks.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "due", "stopped", "breached_at", "verdict"]
    return {r["id"]: (r["due"], r["stopped"], r["breached_at"], r["verdict"]) for r in rows}


async def databases(dsn: str) -> list[str]:
    conn = await asyncpg.connect(dsn)
    try:
        return [r[0] for r in await conn.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'replay%'")]
    finally:
        await conn.close()


async def test_verdicts_and_nothing_left_behind(
    pool: Pool, dsn: str, services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "past.csv.gz"
    file.write_bytes(gzip.compress(FILE.encode()))
    args = Namespace(file=file, out=tmp_path / "out", keep=False)
    assert await replay(args, Runtime(dsn, pool, services)) == 0
    said = capsys.readouterr()
    assert "line 7: closed" in said.err
    assert "10 requests: 4 breached" in said.out
    assert outcomes(tmp_path / "out") == WANTED
    assert await databases(dsn) == []
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0


async def test_killed_anywhere_it_goes_on_and_gives_the_same(
    pool: Pool, dsn: str, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off before and after each batch's commit, until a run comes through."""
    file = tmp_path / "past.csv"
    file.write_text(FILE + "bad,soon,,,\n")
    args = Namespace(file=file, out=tmp_path / "out", keep=True)
    monkeypatch.setattr(engine, "MOST", 2)
    real_close, real_sweep = engine._close, engine.sweep_ladders
    calls = {"n": 0, "cuts": 0}

    async def cut(*given: object) -> None:
        calls["n"] += 1
        await (real_close if len(given) == 5 else real_sweep)(*given)  # type: ignore[arg-type]
        if calls["n"] > 3 * calls["cuts"]:
            calls["cuts"] += 1
            calls["n"] = 0
            raise KeyboardInterrupt

    monkeypatch.setattr(engine, "_close", cut)
    monkeypatch.setattr(engine, "sweep_ladders", cut)
    for _ in range(20):
        try:
            assert await replay(args, Runtime(dsn, pool, services)) == 1
            break
        except KeyboardInterrupt:
            continue
    assert calls["cuts"] >= 3
    assert outcomes(tmp_path / "out") == WANTED
    (name,) = await databases(dsn)
    conn = await asyncpg.connect(beside(dsn, name))
    assert await conn.fetchval("SELECT count(*) FROM ticket") == len(WANTED)
    assert await conn.fetchval("SELECT count(*) FROM ticket_event WHERE kind = 'archived'") == 6
    assert (
        await conn.fetchval(
            "SELECT count(*) FROM (SELECT clock_id, step FROM ladder_step GROUP BY 1, 2 HAVING count(*) > 1) x"
        )
        == 0
    )
    assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
    await conn.close()
    await replay(Namespace(file=file, out=tmp_path / "again", keep=False), Runtime(dsn, pool, services))
    assert outcomes(tmp_path / "again") == WANTED
    assert await databases(dsn) == []


async def test_a_file_that_is_none(pool: Pool, dsn: str, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text("id,opened\n")
    with pytest.raises(CommandError, match="target, closed"):
        await replay(Namespace(file=file, out=tmp_path, keep=False), Runtime(dsn, pool, services))
    file.write_bytes(b"\x1f\x8bnot packed")
    with pytest.raises(CommandError):
        await replay(Namespace(file=file, out=tmp_path, keep=False), Runtime(dsn, pool, services))
