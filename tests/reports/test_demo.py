"""The demo loads on an empty database, is whole, leaves nothing to send, and loads once."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.keys import Keys
from hotline.base.services import Services
from main import PROGRAM, build_services
from reports.demo.load import TICKETS, demo
from reports.demo.plot import matters, plot
from sla.verify.command import verified
from tests.conftest import NOON

#: Enough for every way that a ticket goes to be gone.
SMALL = 40


@pytest.fixture
async def runtime(dsn: str, pool: Pool, settings: Settings, keys: Keys) -> Runtime:
    """An empty database on a Wednesday noon."""
    return Runtime(dsn, pool, build_services(settings, keys, MovingClock(NOON)))


async def whole(runtime: Runtime, least: int) -> None:
    """What is true of a loaded demo of any size."""
    now = runtime.services.clock.now()
    async with runtime.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM ticket") >= least
        assert await conn.fetchval("SELECT max(received_at) FROM ticket") <= now
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
        assert await conn.fetchval("SELECT count(*) FROM outage WHERE ended_at IS NULL AND until_at > $1", now) == 1
        cool = "SELECT count(*) FROM hot_topic WHERE ended_at IS NULL AND rule <> 'quarter' AND last_at < $1"
        assert await conn.fetchval(cool, now - timedelta(days=8)) == 0
        assert await conn.fetchval("SELECT count(*) FROM inbound WHERE processed_at IS NULL") == 0
        states = {row["state"] for row in await conn.fetch("SELECT DISTINCT state FROM ticket")}
        assert states >= {
            "received",
            "dispatched",
            "signed",
            "returned",
            "replied",
            "told",
            "followed_up",
            "archived",
            "answered",
            "long_term",
            "set_aside",
        }
        approved = "SELECT month::text FROM notice WHERE approved_at IS NOT NULL ORDER BY month"
        assert len(await conn.fetch(approved)) >= 2, "the notices of the months that are over"
        lines, summary = await verified(conn, runtime.dsn, runtime.services)
        assert lines == [], summary


async def nothing_waits(runtime: Runtime) -> None:
    """Nothing is left to send but what the night holds back, and nothing went through the simulator."""
    async with runtime.pool.acquire() as conn:
        now = runtime.services.clock.now()
        assert await conn.fetch("SELECT kind, state, due_at FROM outbox WHERE state IN ('sending', 'uncertain')") == []
        assert await conn.fetch("SELECT kind, due_at FROM outbox WHERE state = 'waiting' AND due_at <= $1", now) == []
        assert await conn.fetchval("SELECT count(*) FROM simulated") == 0
        assert await conn.fetchval("SELECT count(*) FROM outbox WHERE state = 'delivered'") > SMALL


async def duties_are_right(runtime: Runtime) -> None:
    """Five rows a ticket; none open where it is filed, filing open where it is not; the closed ones cite an event."""
    async with runtime.pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT t.number, t.state, t.filed_at, d.duty, d.state AS how, d.seq, e.at, d.closed_at FROM ticket t"
            " JOIN duty d ON d.ticket_id = t.id LEFT JOIN ticket_event e ON e.ticket_id = t.id AND e.seq = d.seq"
        )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[row["number"]][row["duty"]] = row["how"]
        assert (row["how"] == "open") == (row["at"] is None), row
        assert row["filed_at"] is None or row["how"] != "open", row
        if row["duty"] == "file" and row["filed_at"] is None:
            assert row["how"] == "open", row
        if row["duty"] == "liaise":
            assert row["how"] == _liaise(row["state"], row["how"]), row
    assert {len(duties) for duties in found.values()} == {5}


def _liaise(state: str, found: str) -> str:
    if state in {"answered", "declined", "transferred", "withdrawn", "merged"}:
        return "not_applicable"
    if state in {"received", "dispatched"}:
        return "open"
    return found if state == "returned" else "done"


async def everybody_is_reachable(runtime: Runtime) -> None:
    """Two people and a leader of every department on duty, now and for 7 days round the clock, each with a number of their own."""
    services, now = runtime.services, runtime.services.clock.now()
    async with runtime.pool.acquire() as conn:
        phones = await conn.fetch("SELECT id, phone_enc, phone_hash, phone_tested_at FROM app_user WHERE NOT builtin")
        assert all(row["phone_tested_at"] is not None and row["phone_tested_at"] <= now for row in phones)
        assert len({bytes(row["phone_hash"]) for row in phones}) == len(phones)
        assert all(services.keys.decrypt(row["phone_enc"]).startswith("+861541890") for row in phones)
        shifts = await conn.fetch("SELECT department_id, user_id, rank, from_at, to_at FROM roster_shift")
        departments = {row["id"] for row in await conn.fetch("SELECT id FROM department WHERE valid_to IS NULL")}
    assert len(departments) == 75
    moments = [now + timedelta(hours=n) for n in range(7 * 24 + 1)]
    for at in [*moments, *_edges(shifts, now, moments[-1])]:
        on: dict[int, list[str]] = defaultdict(list)
        for row in shifts:
            if row["from_at"] <= at < row["to_at"]:
                on[row["department_id"]].append(row["rank"])
        assert set(on) == departments, at
        assert all(sorted(ranks) == ["deputy", "leader", "member"] for ranks in on.values()), at


async def sheets_are_shelved(runtime: Runtime) -> None:
    """Twenty notice sheets and one that has run out; answers cite them; each kind of task waits, and a draft."""
    async with runtime.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM sheet WHERE version IS NOT NULL") == 21
        assert await conn.fetchval("SELECT sum(uses) FROM sheet") > 0
        waits = await conn.fetch("SELECT kind FROM sheet_task WHERE ended_at IS NULL ORDER BY kind")
        assert [row["kind"] for row in waits] == ["expired", "fault", "miss"]
        assert await conn.fetchval("SELECT count(*) FROM sheet_version WHERE published_at IS NULL") == 1


def _edges(shifts: list[dict[str, datetime]], start: datetime, end: datetime) -> list[datetime]:
    return sorted({row["to_at"] for row in shifts if start <= row["to_at"] <= end})


async def test_the_demo_is_whole_and_loads_once(
    runtime: Runtime, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await demo(runtime, settings, PROGRAM, SMALL)
    assert "demo-1890-demo" in capsys.readouterr().out
    await whole(runtime, SMALL)
    await nothing_waits(runtime)
    await duties_are_right(runtime)
    await everybody_is_reachable(runtime)
    await sheets_are_shelved(runtime)
    async with runtime.pool.acquire() as conn:
        before = await conn.fetchval("SELECT count(*) FROM ticket_event")
        assert not await demo(runtime, settings, PROGRAM, SMALL)
        assert await conn.fetchval("SELECT count(*) FROM ticket_event") == before
    assert "/simulator" in capsys.readouterr().out


async def test_nothing_is_loaded_where_there_is_a_department(runtime: Runtime, settings: Settings) -> None:
    async with runtime.pool.acquire() as conn:
        await conn.execute("INSERT INTO department (code, name) VALUES ('X1', '某局')")
    assert not await demo(runtime, settings, PROGRAM, SMALL)
    async with runtime.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM department") == 1
        assert await conn.fetchval("SELECT count(*) FROM ticket") == 0


async def test_a_load_that_was_cut_off_begins_anew(runtime: Runtime, settings: Settings) -> None:
    async with runtime.pool.acquire() as conn:
        await conn.execute("INSERT INTO job_run (name, due_at, ran_at) VALUES ('demo begun', $1, $1)", NOON)
        await conn.execute("INSERT INTO department (code, name) VALUES ('D01', '半截')")
    assert await demo(runtime, settings, PROGRAM, 3)
    async with runtime.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM department") == 75


def test_the_plot_is_the_same_for_the_same_day(services: Services) -> None:
    zone = services.settings.zone
    first, second = (list(plot(NOON.date(), zone, 200, NOON)) for _ in range(2))
    assert [(c.at, c.text, c.phone, c.course) for c in first] == [(c.at, c.text, c.phone, c.course) for c in second]
    assert {c.category.value for c in plot(NOON.date(), zone, TICKETS, NOON)} == {
        "inquiry",
        "help",
        "complaint",
        "tipoff",
        "suggestion",
        "praise",
    }
    assert {m.department for m in matters()} >= {"T", "D25", "D61"}


@pytest.mark.prove
@pytest.mark.timeout(600)
async def test_the_whole_demo(runtime: Runtime, settings: Settings) -> None:
    assert await demo(runtime, settings, PROGRAM)
    await whole(runtime, 1400)
    await nothing_waits(runtime)
    await duties_are_right(runtime)
    await everybody_is_reachable(runtime)
