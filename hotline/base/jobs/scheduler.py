"""The scheduler: runs the sweeps and calendar jobs in every process; unique keys make each effect happen once
(architecture.md, rule 7).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from prometheus_client import Counter, Gauge

from hotline.base.db.connection import Pool
from hotline.base.jobs import runs_sql
from hotline.base.jobs.timers import CalendarJob, Job, Sweep
from hotline.base.services import Services

log = logging.getLogger(__name__)
SWEPT = Counter("hotline_swept", "Rows handled by sweeps", ["sweep"])
SWEEP_ERRORS = Counter("hotline_sweep_errors", "Sweeps that failed", ["sweep"])
LAST_TICK = Gauge("hotline_last_tick_timestamp_seconds", "When this process last ticked")
#: A sweep goes on while it finds something, so often at most before others get their turn.
_ROUNDS = 1000
_CALENDAR_EVERY = timedelta(seconds=20)


@dataclass(slots=True)
class SchedulerHealth:
    """When the scheduler of this process last ran a sweep."""

    last: float = field(default_factory=time.monotonic)

    def alive(self) -> bool:
        """Whether that was within the last minute."""
        return time.monotonic() - self.last < 60


SCHEDULER_HEALTH = web.AppKey("scheduler health", SchedulerHealth)


async def run_sweep(sweep: Sweep, pool: Pool, services: Services) -> int:
    """Repeat a sweep until nothing is due; returns how many rows it handled. An error is logged and counted."""
    total = 0
    try:
        for _ in range(_ROUNDS):
            done = await sweep.run(pool, services, services.clock.now())
            total += done
            if not done:
                break
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        SWEEP_ERRORS.labels(sweep.name).inc()
        log.warning("sweep failed: %s: %s", sweep.name, error)
    except Exception:
        SWEEP_ERRORS.labels(sweep.name).inc()
        log.exception("sweep failed: %s", sweep.name)
    SWEPT.labels(sweep.name).inc(total)
    return total


async def run_calendar(job: CalendarJob, pool: Pool, services: Services) -> int:
    """Run each occurrence since the last, once: the unique row is taken in the transaction of the effect."""
    now = services.clock.now()
    ran = 0
    async with pool.acquire() as conn:
        last = await runs_sql.last_job_run(conn, job.name)
        if last is None:  # the first time: from now on, with a stamp so that later misses are seen
            await runs_sql.insert_job_run(conn, job.name, now, now)
            return 0
        for due_at in job.occurrences(last, now, services.settings.zone):
            async with conn.transaction():
                if await runs_sql.insert_job_run(conn, job.name, due_at, now):
                    await job.run(conn, services, due_at, now)
                    ran += 1
    return ran


async def tick(jobs: Sequence[Job], pool: Pool, services: Services) -> dict[str, int]:
    """Run every sweep and every due calendar job once; returns how many rows or occurrences each handled, by name."""
    done = {}
    for job in jobs:
        if isinstance(job, Sweep):
            done[job.name] = await run_sweep(job, pool, services)
        else:
            done[job.name] = await _safely(job, pool, services)
    return done


async def _safely(job: CalendarJob, pool: Pool, services: Services) -> int:
    try:
        return await run_calendar(job, pool, services)
    except Exception:
        SWEEP_ERRORS.labels(job.name).inc()
        log.exception("calendar job failed: %s", job.name)
        return 0


def start(jobs: Sequence[Job], pool: Pool, services: Services, health: SchedulerHealth) -> AsyncIOScheduler:
    """Start the scheduler: each sweep runs at its interval, never twice at the same time in this process; calendar jobs
    are looked at every 20 seconds.
    """
    scheduler = AsyncIOScheduler(timezone="UTC")
    options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    for job in jobs:
        if isinstance(job, Sweep):
            scheduler.add_job(
                _sweeping,
                IntervalTrigger(seconds=job.every.total_seconds()),
                [job, pool, services, health],
                name=job.name,
                **options,
            )
        else:
            scheduler.add_job(
                _safely,
                IntervalTrigger(seconds=_CALENDAR_EVERY.total_seconds()),
                [job, pool, services],
                name=job.name,
                **options,
            )
    scheduler.start()
    return scheduler


async def _sweeping(sweep: Sweep, pool: Pool, services: Services, health: SchedulerHealth) -> None:
    health.last = time.monotonic()
    LAST_TICK.set_to_current_time()
    await run_sweep(sweep, pool, services)
