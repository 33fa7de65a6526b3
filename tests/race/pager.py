"""The workers of the paging race: `python -m tests.race.pager DSN` is a nursery that forks one for each line of its input.

A line is the offset of the worker's clock in seconds; the answer is its process id. A worker climbs and sends until it is
killed; whatever ends it otherwise is written to the standard error. Forked, because a new interpreter takes seconds to import.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import traceback
from datetime import timedelta
from pathlib import Path

from hotline.base.clock import SystemClock
from hotline.base.config import Settings
from hotline.base.db.connection import open_pool
from hotline.base.keys import derive
from hotline.outbox.dispatcher import send_all
from main import build_services
from routing.alerts.paging import page_due

#: The same in the test and in its workers.
SECRET = "a secret for the paging race, long enough"


async def work(dsn: str, offset: timedelta) -> None:
    """For ever: what is due, what waits; an error ends the worker, and the test finds it."""
    pool = await open_pool(dsn, size=4)
    settings = Settings(_env_file=None, HOTLINE_DATA=Path(tempfile.gettempdir()))  # type: ignore[call-arg]
    services = build_services(settings, derive(SECRET, "the race"), SystemClock(offset))
    while True:
        done = await page_due(pool, services, services.clock.now())
        done += await send_all(pool, services, services.clock.now())
        if not done:
            await asyncio.sleep(0.05)


def nursery(dsn: str) -> None:
    """Fork a worker for each line, until the input ends; then all of them end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: no zombies
    print("ready", flush=True)
    children = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(work(dsn, timedelta(seconds=float(line))))
            except BaseException:
                sys.stderr.write(traceback.format_exc())
                sys.stderr.flush()
            os._exit(1)
        children.append(pid)
        print(pid, flush=True)
    for pid in children:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    nursery(sys.argv[1])
