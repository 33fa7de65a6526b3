"""State, custody, duties and clocks rebuilt from the events equal the stored ones, whatever moves were made."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db import Conn, Pool
from hotline.base.house import House
from hotline.base.problem import Problem
from hotline.people.user import User
from hotline.record.sharing import Span
from hotline.ticket import Category, Role, Urgency
from sla.rebuilding import check_rebuilt
from sla.sweep import climb
from tests.office import department, move, on_shift, ticket, user

CODES = ("T05", "T06", "T07")
WHOLE = Span(0, 2**62)
#: CI proves in short form.
LAST = 110 if os.environ.get("PROVE") == "short" else 160


def bodies(dice: random.Random, house: House, numbers: list[str]) -> dict[str, dict[str, Any]]:
    """Each move with fields that may fit."""
    day = (house.clock.now() + timedelta(days=dice.randint(1, 12))).date().isoformat()
    code = dice.choice(CODES)
    return {
        "assignments": {"department": code}, "recalls": {"reason": "错了"}, "signatures": {},
        "first-contacts": {"note": "通话", "reached": dice.random() < 0.7}, "made-safe": {"note": "已处置"},
        "returns": {"reason": "not_ours", "basis": "三定", "suggested": code}, "rulings": {"department": code, "reason": "职责"},
        "co-handlers": {"department": code}, "extensions": {"until": day, "reason": "备件"},
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
    "pauses": 10,
    "rulings": 15,
    "follow-ups": 10,
}
ENDS = {
    "withdrawals",
    "answers",
    "declines",
    "transfers",
    "merges",
    "filings",
    "waivers",
    "splits",
    "recalls",
}


async def wander(
    pool: Pool, house: House, clock: MovingClock, people: list[User], seed: int, steps: int
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
            for who in dice.sample(people, len(people)):
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
    return made


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


async def faults(pool: Pool, house: House) -> list[tuple[str, str]]:
    async with pool.acquire() as conn:
        found = await check_rebuilt(conn, WHOLE, b"", house.settings.timezone, house.clock.now())
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
    """An operator, a manager, and a liaison of each department."""
    async with pool.acquire() as conn, conn.transaction():
        found = [await user(conn, Role.OPERATOR), await user(conn, Role.MANAGER)]
        for code in CODES:
            made = await department(conn, code, f"测试{code}")
            found.append(await user(conn, Role.LIAISON, department=made))
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
        made += await wander(pool, house, clock, people, seed, steps)
        assert await faults(pool, house) == [], f"seed {seed}"
    assert made > 12 * len(seeds)
    async with pool.acquire() as conn:
        kinds = {r[0] for r in await conn.fetch("SELECT DISTINCT kind FROM ticket_event")}
        assert await conn.fetchval("SELECT count(*) FROM event_retry") == 0
    assert {"signed", "replied", "paused", "corrected", "breached"} <= kinds


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
