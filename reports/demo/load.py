"""`serve --demo`: loads the demo where there is nothing yet, once, and says what there is to try (contract.md, Commands).

1. Take the lock: of several that start together one loads, the others wait. 2. Loaded before, or not an empty database:
nothing. 3. Begun before and not ended (killed): all that is there came from the demo, so it begins anew. 4. Load on a
moving clock, with a carrier of which nothing leaves. 5. Stamp the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hotline.base.clock import MovingClock
from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn, connect
from hotline.base.db.migrate import migrate
from hotline.base.jobs import runs_sql
from hotline.base.jobs.timers import CalendarJob, Sweep
from hotline.base.services import Services
from hotline.calls.operator_states import set_shift
from hotline.composition import Plugin
from hotline.people.actions import ActionContext
from reports.demo import demo_sql, knowledge
from reports.demo.calls import missed, moments
from reports.demo.carrier import DemoCarrier
from reports.demo.courses import outage, play
from reports.demo.line import as_pool, straight
from reports.demo.months import months, weeks
from reports.demo.people import Cast, give_phone, hire, roster
from reports.demo.plot import DAYS, plot
from reports.demo.sheet import sheet
from reports.demo.shifts import shifts
from reports.demo.stage import Stage
from reports.demo.surprises import surprises
from routing.outages.outages import OutageBody
from routing.outages.outages import post_outage as post_outage
from sla.policy.store import load_calendar

TICKETS = 1390
_LOCK = 1890_0007
_BEGUN, _LOADED = "demo begun", "demo loaded"


async def demo(runtime: Runtime, settings: Settings, program: Plugin, tickets: int = TICKETS) -> bool:
    """Load the demo where nothing is yet, by the moves and jobs of the program; returns whether it was loaded now. Prints what there is to try in any case."""
    guard = await connect(runtime.dsn)
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", _LOCK)
        fresh = await _load_once(guard, runtime, program, tickets)
        ours = await demo_sql.mark(guard, _LOADED)
    finally:
        await guard.close()
    if ours is not None:
        sys.stdout.write(sheet(settings))
        sys.stdout.flush()
    return fresh


async def _load_once(guard: Conn, runtime: Runtime, program: Plugin, tickets: int) -> bool:
    """Load the demo, unless it was loaded or the database holds something else; returns whether it was loaded now."""
    services = runtime.services
    if await demo_sql.mark(guard, _LOADED) is not None:
        return False
    if await demo_sql.mark(guard, _BEGUN) is not None:
        await _wipe(guard, services, program)
    elif not await demo_sql.is_empty(guard):
        return False
    now = services.clock.now()
    await runs_sql.insert_job_run(guard, _BEGUN, now, now)
    await load(runtime.dsn, services, program, now, tickets, progress())
    await runs_sql.insert_job_run(guard, _LOADED, now, now)
    return True


async def _wipe(guard: Conn, services: Services, program: Plugin) -> None:
    """Back to an empty database."""
    await guard.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await migrate(guard, services.keys, services.clock.now())
    for seed in program.seeds:
        await seed(guard, services.clock.now())


def progress() -> Callable[[float], None]:
    """Says on a terminal how far it is (0 to 1), at most twice a second."""
    last = 0.0

    def said(share: float) -> None:
        nonlocal last
        if sys.stderr.isatty() and (time.monotonic() - last > 0.5 or share >= 1):
            last = time.monotonic()
            sys.stderr.write(f"\r演示数据 demo data {share:4.0%}" + ("\n" if share >= 1 else ""))
            sys.stderr.flush()

    return said


async def load(
    dsn: str, services: Services, program: Plugin, now: datetime, tickets: int, said: Callable[[float], None]
) -> None:
    """Live through the three months before `now`."""
    zone = services.settings.zone
    today = now.astimezone(zone).date()
    start = datetime(today.year, today.month, today.day, 7, tzinfo=zone).astimezone(UTC) - timedelta(days=DAYS + 1)
    clock, carrier = MovingClock(start), DemoCarrier()
    past = replace(services, clock=clock, provider=carrier)
    async with straight(dsn) as conn:
        async with conn.transaction():
            cast = await hire(conn, past, start)
            await roster(conn, past, cast, start, now)
            await knowledge.shelve(conn, past, cast, start, now)
        stage = Stage(
            conn,
            as_pool(conn),
            past,
            clock,
            carrier,
            now,
            await load_calendar(conn, zone, now),
            cast,
            lambda at: said(min((at - start) / (now - start), 0.99)),
            {move.path: move for move in program.moves},
            {job.name: job for job in program.jobs if isinstance(job, Sweep)},
        )
        for job in program.jobs:
            if isinstance(job, CalendarJob):
                stage.begin(stage.calendar_job(job), start)
        _begin(stage, start, tickets)
        await stage.play()
        await _present(stage, cast, now)
    said(1)


def _begin(stage: Stage, start: datetime, tickets: int) -> None:
    """Put the scripts of the three months on the stage: the centre's rounds, missed calls, and one for each ticket."""
    now, zone = stage.end, stage.services.settings.zone
    for round_ in (shifts, weeks, months, surprises):
        stage.begin(round_(stage), start)
    for n, at in enumerate(moments(now)):
        stage.begin(missed(stage, n), at)
    for case in plot(now.astimezone(zone).date(), zone, tickets, now):
        known = case.department in {"D61", "D64"} and case.index % 9 == 0
        stage.begin(outage(stage, case, 3) if known else play(stage, case), case.at)


async def _present(stage: Stage, cast: Cast, now: datetime) -> None:
    """Arrange the present in which somebody finds the centre: one operator on shift and ready for calls, and one known
    outage.
    """
    conn, services = stage.conn, stage.services
    async with conn.transaction():
        for user in stage.shift:
            await set_shift(conn, user, on=False, ready=False, now=now)
        await set_shift(conn, cast.operators[0], on=True, ready=True, now=now)
        for user in cast.operators:
            await give_phone(conn, services, user, cast.phones[user.id], now)
        known = OutageBody(
            matter="停电", place="团结西路", text="10千伏线路故障，正在抢修。", until=now + timedelta(hours=3)
        )
        await post_outage(ActionContext(conn, services, cast.of("D64").leader, now), known)
        await knowledge.unsettle(conn, services, cast, cast.operators[0], now)
    await conn.execute("ANALYZE")
