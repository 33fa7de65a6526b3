"""Random stories for the rebuild: moves of every kind on a few tickets, edits of the calendar, and what is wrong afterwards."""

from __future__ import annotations

import itertools
import os
import random
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Problem
from hotline.base.services import Services
from hotline.people.user import User
from hotline.record.parallel_reading import TicketRange
from hotline.ticket import Category, Urgency
from sla.calendar.changes import work_through
from sla.calendar.edits import OfficeHours, declare, revoke, set_day, set_hours
from sla.ladder.sweep import climb
from sla.ledger.responsibility import total_time
from sla.ledger.ticket_ledgers import load_ledgers
from sla.verify.comparison import check_rebuilt
from tests.office import move, ticket

ZONE = ZoneInfo("Asia/Shanghai")
CODES = ("T05", "T06", "T07")
WHOLE = TicketRange(0, 2**62)
#: CI proves in short form.
LAST = 110 if os.environ.get("PROVE") == "short" else 160


def bodies(dice: random.Random, services: Services, numbers: list[str]) -> dict[str, dict[str, Any]]:
    """Each move with fields that may fit."""
    day = (services.clock.now() + timedelta(days=dice.randint(1, 12))).date().isoformat()
    later = (services.clock.now() + timedelta(days=dice.randint(8, 22))).date().isoformat()
    code = dice.choice(CODES)
    return {
        "assignments": {"department": code},
        "recalls": {"reason": "错了"},
        "signatures": {},
        "first-contacts": {"note": "通话", "via": "call", "reached": dice.random() < 0.7},
        "made-safe": {"note": "已处置"},
        "returns": {"reason": "not_ours", "basis": "三定", "suggested": code},
        "rulings": {"department": code, "reason": "职责"},
        "co-handlers": {"department": code},
        "extensions": {"until": later, "reason": "备件"},
        "pauses": {"until": day, "reason": dice.choice(["等来电人", "consultation"])},
        "set-asides": {"reason": "无人接"},
        "resumptions": {},
        "long-terms": {"plan": "明年", "leader": "副县长", "until": day},
        "replies": {"outcome": "solved", "public": "好了"},
        "send-backs": {"reason": "没好"},
        "interims": {"text": "在办"},
        "additions": {"text": "还有"},
        "report-backs": {"via": "call", "text": "已办"},
        "follow-ups": {"reached": True, "solved": dice.random() < 0.6, "rating": 4},
        "reworks": {"reason": "复发"},
        "corrections": {"category": dice.choice(list(Category)), "urgency": dice.choice(list(Urgency))},
        "waivers": {"duty": dice.choice(["liaise", "supervise", "coordinate"]), "reason": "无需"},
        "withdrawals": {"note": "本人"},
        "answers": {"text": "答"},
        "declines": {"basis": "诉讼", "where": "法院"},
        "transfers": {"to": "110", "reference": "1"},
        "merges": {"into": dice.choice(numbers)},
        "filings": {},
        "chases": {},
        "supervise-orders": {"reason": "催"},
        "procedures": {"matter": dice.choice(["", "消费者权益争议投诉"])},
        "splits": {"texts": ["另一件"]},
    }


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
    services: Services,
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
            (
                await ticket(
                    conn,
                    services,
                    phone=dice.choice(["", f"+86139000{seed:03d}0{i}"]),
                    category=dice.choice(list(Category)[:5]),
                    urgency=dice.choice(list(Urgency)),
                )
            ).number
            for i in range(4)
        ]
    for _ in range(steps):
        clock.move(timedelta(seconds=dice.choice([0, 1, 600, 20_000, 90_000])))
        number = dice.choice(numbers)
        options = bodies(dice, services, numbers)
        noun = dice.choice([n for n in options for _ in range(1 if n in ENDS else OFTEN.get(n, 4))])
        async with pool.acquire() as conn:
            for who in dice.sample(people[:5], 5):
                try:
                    async with conn.transaction():
                        await move(conn, services, who, number, noun, **options[noun])
                except Problem:
                    continue
                made += 1
                break
            await decide(conn, services, dice, people, number)
        if dice.random() < 0.2:
            while await climb(pool, services, clock.now()):
                pass
        if calendar and dice.random() < 0.08:
            await edit(pool, services, clock, dice, people[-1])
    while await work_through(pool, services, clock.now()):
        pass
    return made


async def edit(pool: Pool, services: Services, clock: MovingClock, dice: random.Random, admin: User) -> None:
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
                await declare(conn, admin, kind, start, start + timedelta(hours=dice.randint(2, 50)), "暴雪", now)
            case "hours":
                closes = time(dice.choice([15, 16, 17]))
                first = max(day, now.astimezone(ZONE).date())
                await set_hours(
                    conn, admin, [OfficeHours(first, None, time(9), closes)], now, now.astimezone(ZONE).date()
                )
            case _:
                found = await conn.fetchval("SELECT id FROM closure WHERE from_at > $1 AND revoked_at IS NULL", now)
                if found is not None:
                    await revoke(conn, admin, found, now)
    clock.move(timedelta(seconds=1))
    if dice.random() < 0.7:
        while await work_through(pool, services, clock.now()):
            pass


async def decide(conn: Conn, services: Services, dice: random.Random, people: list[User], number: str) -> None:
    """A manager decides what was asked."""
    item = await conn.fetchval("SELECT max(id) FROM extension WHERE granted IS NULL")
    if item is None or dice.random() < 0.5:
        return
    number = await conn.fetchval(
        "SELECT number FROM ticket t JOIN extension e ON e.ticket_id = t.id WHERE e.id = $1", item
    )
    try:
        async with conn.transaction():
            await move(
                conn,
                services,
                people[1],
                number,
                "extensions/{item}/decisions",
                item=item,
                granted=dice.random() < 0.7,
                reason="定",
            )
    except Problem:
        return


async def tiled(pool: Pool, now: datetime, after: int) -> None:
    """The parts of each ticket's life add up to the whole, from its receipt to its archive, or to now."""
    async with pool.acquire() as conn:
        rows = await conn.fetch("SELECT id, received_at, filed_at, last_event_at FROM ticket WHERE id > $1", after)
        ledgers = await load_ledgers(conn, [r["id"] for r in rows], now)
    for row in rows:
        parts, end = ledgers[row["id"]], row["filed_at"] or max(now, row["last_event_at"])
        assert all(a.to_at == b.from_at and a.party != b.party for a, b in itertools.pairwise(parts))
        assert total_time(parts) == (end - row["received_at"]).total_seconds()


async def latest(pool: Pool) -> int:
    """The latest ticket."""
    async with pool.acquire() as conn:
        return int(await conn.fetchval("SELECT coalesce(max(id), 0) FROM ticket"))


async def faults(pool: Pool, services: Services, after: int = 0) -> list[tuple[str, str]]:
    async with pool.acquire() as conn:
        found = await check_rebuilt(
            conn, TicketRange(after, 2**62), services.keys.record, services.settings.timezone, services.clock.now()
        )
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
