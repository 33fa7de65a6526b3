"""State, custody, duties and clocks rebuilt from the events equal the stored ones, whatever moves were made."""

from __future__ import annotations

import itertools
import os
import random
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest.mock import AsyncMock
from zoneinfo import ZoneInfo

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db import Conn, Pool
from hotline.base.events import retry_events
from hotline.base.house import House
from hotline.base.problem import Problem
from hotline.people.user import User
from hotline.record.sharing import Span
from hotline.ticket import Category, Role, Urgency
from sla.changes import work_through
from sla.editing import Period, declare, revoke, set_day, set_hours
from sla.ledger import load_ledgers
from sla.rebuilding import check_rebuilt
from sla.responsibility import whole
from sla.sweep import climb
from tests.office import department, move, on_shift, ticket, user

ZONE = ZoneInfo("Asia/Shanghai")
CODES = ("T05", "T06", "T07")
WHOLE = Span(0, 2**62)
#: CI proves in short form.
LAST = 110 if os.environ.get("PROVE") == "short" else 160


def bodies(dice: random.Random, house: House, numbers: list[str]) -> dict[str, dict[str, Any]]:
    """Each move with fields that may fit."""
    day = (house.clock.now() + timedelta(days=dice.randint(1, 12))).date().isoformat()
    later = (house.clock.now() + timedelta(days=dice.randint(8, 22))).date().isoformat()
    code = dice.choice(CODES)
    return {
        "assignments": {"department": code}, "recalls": {"reason": "错了"}, "signatures": {},
        "first-contacts": {"note": "通话", "reached": dice.random() < 0.7}, "made-safe": {"note": "已处置"},
        "returns": {"reason": "not_ours", "basis": "三定", "suggested": code}, "rulings": {"department": code, "reason": "职责"},
        "co-handlers": {"department": code}, "extensions": {"until": later, "reason": "备件"},
        "pauses": {"until": day, "reason": dice.choice(["等来电人", "consultation"])}, "set-asides": {"reason": "无人接"},
        "resumptions": {}, "long-terms": {"plan": "明年", "leader": "副县长", "until": day},
        "replies": {"outcome": "solved", "public": "好了"}, "send-backs": {"reason": "没好"},
        "interims": {"text": "在办"}, "additions": {"text": "还有"}, "report-backs": {"via": "call", "text": "已办"},
        "follow-ups": {"reached": True, "solved": dice.random() < 0.6, "rating": 4}, "reworks": {"reason": "复发"},
        "corrections": {"category": dice.choice(list(Category)), "urgency": dice.choice(list(Urgency))},
        "waivers": {"duty": dice.choice(["liaise", "supervise", "coordinate"]), "reason": "无需"}, "withdrawals": {"note": "本人"},
        "answers": {"text": "答"}, "declines": {"basis": "诉讼", "where": "法院"}, "transfers": {"to": "110", "reference": "1"},
        "merges": {"into": dice.choice(numbers)}, "filings": {}, "chases": {}, "supervise-orders": {"reason": "催"},
        "procedures": {"matter": dice.choice(["", "消费者权益争议投诉"])}, "splits": {"texts": ["另一件"]},
    }  # fmt: skip


#: What brings a ticket on is tried more often than what ends it.
OFTEN = {
    "assignments": 40,
    "signatures": 20,
    "replies": 15,
    "report-backs": 15,
    "pauses": 20,
    "rulings": 15,
    "follow-ups": 10,
    "extensions": 15,
    "merges": 2,
}
ENDS = {
    "withdrawals",
    "answers",
    "declines",
    "transfers",
    "filings",
    "waivers",
    "splits",
    "recalls",
}


async def wander(
    pool: Pool,
    house: House,
    clock: MovingClock,
    people: list[User],
    seed: int,
    steps: int,
    calendar: bool = False,
) -> int:
    """Moves at random on a few tickets, with sweeps between; returns how many were legal."""
    dice, made = random.Random(seed), 0
    async with pool.acquire() as conn, conn.transaction():
        numbers = [
            (await ticket(conn, house, phone=dice.choice(["", f"+86139000{seed:03d}0{i}"]),
                          category=dice.choice(list(Category)[:5]), urgency=dice.choice(list(Urgency)))).number
            for i in range(4)
        ]  # fmt: skip
    for _ in range(steps):
        clock.move(timedelta(seconds=dice.choice([0, 1, 600, 20_000, 90_000])))
        number = dice.choice(numbers)
        options = bodies(dice, house, numbers)
        noun = dice.choice([n for n in options for _ in range(1 if n in ENDS else OFTEN.get(n, 4))])
        async with pool.acquire() as conn:
            for who in dice.sample(people[:5], 5):
                try:
                    async with conn.transaction():
                        await move(conn, house, who, number, noun, **options[noun])
                except Problem:
                    continue
                made += 1
                break
            await decide(conn, house, dice, people, number)
        if dice.random() < 0.2:
            while await climb(pool, house, clock.now()):
                pass
        if calendar and dice.random() < 0.08:
            await edit(pool, house, clock, dice, people[-1])
    while await work_through(pool, house, clock.now()):
        pass
    return made


async def edit(pool: Pool, house: House, clock: MovingClock, dice: random.Random, admin: User) -> None:
    """An edit of the calendar, in the past or to come; most are worked through at once."""
    clock.move(timedelta(seconds=1))
    now, day = clock.now(), clock.now().astimezone(ZONE).date() + timedelta(days=dice.randint(-4, 12))
    start = now + timedelta(hours=dice.randint(-60, 200))
    async with pool.acquire() as conn, conn.transaction():
        match dice.choice(["day", "day", "closure", "closure", "hours", "revoke"]):
            case "day":
                await set_day(conn, admin, day, dice.random() < 0.5, "调休", now)
            case "closure":
                kind = "failure" if start < now and dice.random() < 0.3 else "closure"
                await declare(
                    conn, admin, kind, start, start + timedelta(hours=dice.randint(2, 50)), "暴雪", now
                )
            case "hours":
                closes = time(dice.choice([15, 16, 17]))
                first = max(day, now.astimezone(ZONE).date())
                await set_hours(
                    conn, admin, [Period(first, None, time(9), closes)], now, now.astimezone(ZONE).date()
                )
            case _:
                found = await conn.fetchval(
                    "SELECT id FROM closure WHERE from_at > $1 AND revoked_at IS NULL", now
                )
                if found is not None:
                    await revoke(conn, admin, found, now)
    clock.move(timedelta(seconds=1))
    if dice.random() < 0.7:
        while await work_through(pool, house, clock.now()):
            pass


async def decide(conn: Conn, house: House, dice: random.Random, people: list[User], number: str) -> None:
    """A manager decides what was asked."""
    item = await conn.fetchval("SELECT max(id) FROM extension WHERE granted IS NULL")
    if item is None or dice.random() < 0.5:
        return
    number = await conn.fetchval(
        "SELECT number FROM ticket t JOIN extension e ON e.ticket_id = t.id WHERE e.id = $1", item
    )
    try:
        async with conn.transaction():
            await move(conn, house, people[1], number, "extensions/{item}/decisions", item=item,
                       granted=dice.random() < 0.7, reason="定")  # fmt: skip
    except Problem:
        return


async def tiled(pool: Pool, now: datetime, after: int) -> None:
    """The parts of each ticket's life add up to the whole, from its receipt to its archive, or to now."""
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT id, received_at, filed_at, last_event_at FROM ticket WHERE id > $1", after
        )
        ledgers = await load_ledgers(conn, [r["id"] for r in rows], now)
    for row in rows:
        parts, end = ledgers[row["id"]], row["filed_at"] or max(now, row["last_event_at"])
        assert all(a.to_at == b.from_at and a.party != b.party for a, b in itertools.pairwise(parts))
        assert whole(parts) == (end - row["received_at"]).total_seconds()


async def latest(pool: Pool) -> int:
    """The latest ticket."""
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT coalesce(max(id), 0) FROM ticket"))


async def faults(pool: Pool, house: House, after: int = 0) -> list[tuple[str, str]]:
    async with pool.acquire() as conn:
        found = await check_rebuilt(conn, Span(after, 2**62), b"", house.settings.timezone, house.clock.now())
        for number, said in found.wrong[:6]:
            rows = await conn.fetch(
                "SELECT seq, at, e.kind, detail FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id WHERE number = $1 ORDER BY seq",
                number,
            )
            print(
                number,
                said,
                *(f"{r['seq']} {r['at']:%m-%d %H:%M:%S} {r['kind']} {r['detail'][:160]}" for r in rows),
                sep="\n  ",
            )
    return list(found.wrong)


@pytest.fixture
async def people(pool: Pool, house: House, clock: MovingClock) -> list[User]:
    """An operator, a manager, a liaison of each department, an administrator."""
    async with pool.acquire() as conn, conn.transaction():
        found = [await user(conn, Role.OPERATOR), await user(conn, Role.MANAGER)]
        for code in CODES:
            made = await department(conn, code, f"测试{code}")
            found.append(await user(conn, Role.LIAISON, department=made))
        found.append(await user(conn, Role.ADMIN))
        await on_shift(conn, found[0], clock.now())
    return found


@pytest.mark.parametrize(
    ("seeds", "steps"), [(range(5), 60), pytest.param(range(100, LAST), 80, marks=pytest.mark.prove)]
)
@pytest.mark.timeout(900)
async def test_whatever_moves_are_made(
    pool: Pool, house: House, clock: MovingClock, people: list[User], seeds: range, steps: int
) -> None:
    made = 0
    for seed in seeds:
        before = await latest(pool)
        made += await wander(pool, house, clock, people, seed, steps)
        assert await faults(pool, house, before) == [], f"seed {seed}"
        await tiled(pool, clock.now(), before)
    assert made > 12 * len(seeds)
    async with pool.acquire() as conn:
        kinds = {r[0] for r in await conn.fetch("SELECT DISTINCT kind FROM ticket_event")}
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
    assert {"signed", "replied", "paused", "corrected", "breached"} <= kinds


@pytest.mark.parametrize(
    ("seeds", "steps"),
    [(range(200, 206), 60), pytest.param(range(300, LAST + 200, 2), 80, marks=pytest.mark.prove)],
)
@pytest.mark.timeout(900)
async def test_whatever_the_calendar_did_meanwhile(
    pool: Pool, house: House, clock: MovingClock, people: list[User], seeds: range, steps: int
) -> None:
    """Days, hours and closures edited before, during and after the clocks that they touch."""
    for seed in seeds:
        before = await latest(pool)
        await wander(pool, house, clock, people, seed, steps, calendar=True)
        assert await faults(pool, house, before) == [], f"seed {seed}"
        await tiled(pool, clock.now(), before)
    async with pool.acquire() as conn:
        kinds = {r[0] for r in await conn.fetch("SELECT DISTINCT kind FROM ticket_event")}
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
    assert {"recomputed", "paused", "extension_decided"} <= kinds


TOUCHED = {
    "the owner is 0": "UPDATE ticket SET owner_id = 0 WHERE id = $1",
    "the state is told": "UPDATE ticket SET state = 'told' WHERE id = $1",
    "the urgency is critical": "UPDATE ticket SET urgency = 'critical' WHERE id = $1",
    "the received_at is": "UPDATE ticket SET received_at = received_at - interval '1 day' WHERE id = $1",
    "signed_at is 2026-01-01": "UPDATE assignment SET signed_at = '2026-01-01Z' WHERE ticket_id = $1",
    "department_id is 2": "UPDATE assignment SET department_id = 2 WHERE ticket_id = $1",
    "is not the one in the events": "UPDATE ownership SET user_id = 0 WHERE ticket_id = $1",
    "the duty liaise is open": "UPDATE duty SET state = 'open', seq = NULL, closed_at = NULL WHERE ticket_id = $1 AND duty = 'liaise'",
    "the duty liaise is not there": "DELETE FROM duty WHERE ticket_id = $1 AND duty = 'liaise'",
    "the clock resolve: due time is": "UPDATE clock SET due_at = due_at + interval '1 day' WHERE ticket_id = $1 AND clock = 'resolve'",
    "the clock sign: end is": "UPDATE clock SET stopped_at = stopped_at - interval '1 minute' WHERE ticket_id = $1 AND clock = 'sign'",
    "the clock resolve: state is paused": "UPDATE clock SET state = 'paused' WHERE ticket_id = $1 AND clock = 'resolve'",
    "the breach of dispatch on record is missing": "UPDATE clock SET breached_at = NULL WHERE ticket_id = $1 AND clock = 'dispatch'",
    "the breach of resolve does not follow": "UPDATE clock SET breached_at = due_at WHERE ticket_id = $1 AND clock = 'resolve'",
    "the clock sign from event": "DELETE FROM clock WHERE ticket_id = $1 AND clock = 'sign'",
}


async def test_a_row_that_was_touched_is_named(
    pool: Pool, house: House, clock: MovingClock, people: list[User]
) -> None:
    async with pool.acquire() as conn:
        numbers = [(await ticket(conn, house, phone=f"+861390000020{i}")).number for i in range(2)]
        clock.move(timedelta(hours=3))
        await move(conn, house, people[0], numbers[0], "assignments", department="T05")
        clock.move(timedelta(minutes=10))
        await move(conn, house, people[2], numbers[0], "signatures")
        ident = await conn.fetchval("SELECT id FROM ticket WHERE number = $1", numbers[0])
        now = clock.now()
        assert (await check_rebuilt(conn, WHOLE, b"", house.settings.timezone, now)).wrong == ()
        for said, statement in TOUCHED.items():
            change = conn.transaction()
            await change.start()
            await conn.execute("SET LOCAL session_replication_role = replica")
            await conn.execute(statement, ident)
            wrong = (await check_rebuilt(conn, WHOLE, b"", house.settings.timezone, now)).wrong
            assert {number for number, _ in wrong} == {numbers[0]}, said
            assert any(said in what for _, what in wrong), (said, wrong)
            await change.rollback()


async def test_a_drill_on_a_later_clock_is_no_fault_today(
    pool: Pool, house: House, clock: MovingClock, people: list[User]
) -> None:
    """HOTLINE_CLOCK_OFFSET: clocks breached in a drill stand; verified by today's clock their breach lies ahead."""
    today = clock.now()
    async with pool.acquire() as conn:
        number = (await ticket(conn, house)).number
        await move(conn, house, people[0], number, "assignments", department="T05")
    clock.move(timedelta(days=20))
    while await climb(pool, house, clock.now()):
        pass
    clock.at = today + timedelta(hours=1)
    async with pool.acquire() as conn:
        await move(conn, house, people[2], number, "signatures")
    assert await faults(pool, house) == []


async def test_events_that_are_told_again_are_told_in_order(
    pool: Pool, house: House, clock: MovingClock, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clocks failed at the dispatch; the signature behind it waits for its turn, and stops the clock then."""
    async with pool.acquire() as conn, conn.transaction():
        number = (await ticket(conn, house)).number
        other = (await ticket(conn, house, phone="+8613900000299")).number
    with monkeypatch.context() as broken:
        broken.setattr("sla.running.desk", AsyncMock(side_effect=RuntimeError("no calendar today")))
        async with pool.acquire() as conn, conn.transaction():
            await move(conn, house, people[0], number, "assignments", department="T05")
    for who, noun, which, fields in (
        (people[2], "signatures", number, {}),
        (people[0], "assignments", other, {"department": "T05"}),
        (people[2], "replies", number, {"outcome": "solved", "public": "好了"}),
    ):
        clock.move(timedelta(minutes=10))
        async with pool.acquire() as conn, conn.transaction():
            await move(conn, house, who, which, noun, **fields)
    async with pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 3
        assert (
            await conn.fetchval("SELECT count(*) FROM clock WHERE clock = 'sign'") == 1
        )  # the other ticket's
    clock.move(timedelta(hours=6))
    told = 0
    async with pool.acquire() as conn:
        while done := await retry_events(conn, house, clock.now()):
            told += done
        assert told == 3
        rows = await conn.fetch(
            "SELECT clock, c.state, stopped_at - started_at AS took, excused FROM clock c JOIN ticket t ON t.id = c.ticket_id"
            " WHERE number = $1 AND clock IN ('sign', 'resolve') ORDER BY clock",
            number,
        )
    assert [tuple(r) for r in rows] == [
        ("resolve", "stopped", timedelta(minutes=30), ""),
        ("sign", "stopped", timedelta(minutes=10), "recorded late"),
    ]
    assert await faults(pool, house) == []


async def test_an_overruled_return_leaves_no_clock_to_sign(
    pool: Pool, house: House, clock: MovingClock, people: list[User]
) -> None:
    """A return is an answer to the page: it stops `sign` (domain.md §5). What is left open is `resolve`, and the duty."""
    async with pool.acquire() as conn, conn.transaction():
        number = (await ticket(conn, house)).number
        await move(conn, house, people[0], number, "assignments", department="T05")
        await move(
            conn, house, people[2], number, "returns", reason="not_ours", basis="三定", suggested="T06"
        )
        clock.move(timedelta(hours=5))
        await move(conn, house, people[1], number, "rulings", department="T05", reason="是你们的")
        states = dict(
            await conn.fetch("SELECT clock, state FROM clock WHERE clock IN ('sign', 'return', 'resolve')")
        )
        assert states == {"sign": "stopped", "return": "stopped", "resolve": "running"}
        assert await conn.fetchval("SELECT state FROM duty WHERE duty = 'liaise'") == "open"
    assert await faults(pool, house) == []


async def test_a_moved_due_time_is_known_and_a_touched_one_named(
    pool: Pool, house: House, clock: MovingClock, people: list[User]
) -> None:
    """Paused, extended, moved by the calendar: each due time is rebuilt; a day more by SQL is found."""
    async with pool.acquire() as conn, conn.transaction():
        numbers = [(await ticket(conn, house, phone=f"+861390000030{i}")).number for i in range(3)]
        for number in numbers:
            await move(conn, house, people[0], number, "assignments", department="T05")
            await move(conn, house, people[2], number, "signatures")
        await move(conn, house, people[0], numbers[0], "pauses", until="2026-03-06", reason="等来电人")
        asked = await move(
            conn, house, people[2], numbers[1], "extensions", until="2026-03-20", reason="备件"
        )
        await move(
            conn,
            house,
            people[1],
            numbers[1],
            "extensions/{item}/decisions",
            item=asked["extension"],
            granted=True,
        )
        await move(conn, house, people[2], numbers[2], "replies", outcome="solved", public="好了")
    clock.move(timedelta(seconds=1))
    async with pool.acquire() as conn, conn.transaction():
        start = clock.now() + timedelta(days=2)
        await declare(conn, people[-1], "closure", start, start + timedelta(days=6), "暴雪", clock.now())
        # a holiday that comes late: the clock that was stopped before keeps the due time that it had
        await set_day(conn, people[-1], date(2026, 3, 5), False, "补假", clock.now())
    while await work_through(pool, house, clock.now()):
        pass
    clock.move(timedelta(days=3))
    while await climb(pool, house, clock.now()):
        pass
    assert await faults(pool, house) == []
    async with pool.acquire() as conn:
        for number in numbers:
            change = conn.transaction()
            await change.start()
            await conn.execute("SET LOCAL session_replication_role = replica")
            await conn.execute(
                "UPDATE clock c SET due_at = due_at + interval '1 day' FROM ticket t WHERE t.id = c.ticket_id AND number = $1"
                " AND clock = 'resolve'",
                number,
            )
            wrong = (await check_rebuilt(conn, WHOLE, b"", house.settings.timezone, clock.now())).wrong
            assert {n for n, _ in wrong} == {number}
            assert "the clock resolve: due time is" in wrong[0][1]
            await change.rollback()
