"""A process that sweeps the ladder until nothing is due: `python -m tests.race.sweeper DSN MOMENT`."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import open_pool
from hotline.base.keys import derive
from main import build_services
from sla.ladder.sweep import climb

#: That of tests/conftest.py.
SECRET = "a secret for tests, long enough for all"


async def main(dsn: str, moment: str) -> None:
    settings = Settings(_env_file=None, HOTLINE_DATA=Path("/nonexistent"))  # type: ignore[call-arg]
    services = build_services(settings, derive(SECRET, "the tests"), MovingClock(datetime.fromisoformat(moment)))
    pool = await open_pool(dsn, size=4)
    try:
        while await climb(pool, services, services.clock.now()):
            pass
    finally:
        await pool.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
