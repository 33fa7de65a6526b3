"""A restore beside an older file of roots: the record verifies again, and the other history's file is kept."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.backup import backup
from hotline.base.db.connection import Pool, open_pool
from hotline.base.jobs.scheduler import run_calendar, run_sweep
from hotline.base.services import Services
from hotline.maintenance import backup_commands
from hotline.record.seals import JOBS
from sla.verify.command import verified
from tests import office
from tests.conftest import another
from tests.race.sweeper import SECRET

ROOTS, FILE = JOBS
DAY = timedelta(days=1)


async def night(pool: Pool, services: Services, clock: MovingClock) -> None:
    """A ticket comes, midnight passes, the day is sealed."""
    async with pool.acquire() as conn, conn.transaction():
        await office.ticket(conn, services)
    clock.move(DAY)
    await run_calendar(ROOTS, pool, services)
    await run_sweep(FILE, pool, services)


async def restored(settings: Settings, file: Path, dsn: str) -> None:
    """The command itself."""

    @asynccontextmanager
    async def address(_: Settings) -> AsyncIterator[str]:
        yield dsn

    _, command = backup_commands(address)
    assert command.alone is not None
    assert await command.alone(Namespace(file=file), settings) == 0


@pytest.mark.parametrize("later", [0, 2])
async def test_the_file_of_another_history_is_set_aside(
    pool: Pool,
    services: Services,
    clock: MovingClock,
    server: str,
    tmp_path: Path,
    later: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`later`: days sealed after the backup was made; without any the file fits, and stays."""
    await run_calendar(ROOTS, pool, services)
    await night(pool, services, clock)
    async with pool.acquire() as conn:
        await backup(conn, services.keys, tmp_path / "all.zip", clock.now(), lambda said: None)
    for _ in range(later):
        await night(pool, services, clock)
    folder = Path(services.settings.data) / "record"
    (before,) = folder.iterdir()
    words = before.read_text()
    assert len(words.splitlines()) == 1 + later
    settings = services.settings.model_copy(update={"secret": SECRET})
    async with another(server) as dsn:
        await restored(settings, tmp_path / "all.zip", dsn)
        aside = [path for path in folder.iterdir() if ".until-" in path.name]
        assert [path.read_text() for path in aside] == ([words] if later else [])
        assert (str(aside[0]) in capsys.readouterr().out) if later else before.read_text() == words
        fresh = await open_pool(dsn, size=2)
        try:
            for _ in range(2):
                await night(fresh, services, clock)
                async with fresh.acquire() as conn:
                    assert (await verified(conn, dsn, services))[0] == []
            async with fresh.acquire() as conn:
                said = await conn.fetchval("SELECT detail FROM audit WHERE kind = 'restored'")
            assert said["roots"] == (aside[0].name if later else None)
        finally:
            await fresh.close()
