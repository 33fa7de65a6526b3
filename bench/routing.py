"""Suggestion, duplicate look-up and hot-topic pass at 300,000 tickets (20,000 different texts), each beside a full scan."""

from __future__ import annotations

import asyncio
import os
import random
import time
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bench.runner import MORNING, BenchFigure, Ground, in_turn, timed
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from routing.likeness import topics
from routing.likeness.duplicates import Read, duplicates
from routing.likeness.sketch import bands
from routing.suggestions.model.functions import matter_of, table
from routing.suggestions.model.keep import current, save
from routing.suggestions.model.train import train
from routing.suggestions.suggestion import suggest

#: How many tickets, of so many different texts; how many the model learns from. BENCH_TICKETS makes it smaller for a try.
TICKETS = int(os.environ.get("BENCH_TICKETS", "300000"))
_DIFFERENT, _LEARNT = 20_000, TICKETS // 3
_ROUNDS = 15
_ESTATES = [a + b for a in "丽幸福安康和祥瑞金银龙凤东西南北新华" for b in "发福苑安居泰盛达源华园景湖山海天"]
_KINDS = ("小区", "新城", "花园", "家园")
#: A day's contacts come within the last months, newest last.
_SPAN = timedelta(days=730)


def ticket_texts(n: int) -> list[tuple[str, str]]:
    """Words and places of tickets: what bodies usually handle, at estates, in some hundred ways of saying it."""
    rng = random.Random(1890)
    words = [word for _, said in table() for word in said]
    before = ("请问", "我家", "邻居反映", "昨天晚上", "连续三天", "多次打电话", "物业不管", "老人孩子")
    after = (
        "没人处理",
        "请尽快解决",
        "影响出行",
        "什么时候能好",
        "希望派人来看",
        "已经反映过一次",
        "给个说法",
    )
    made: list[tuple[str, str]] = []
    for _ in range(min(n, _DIFFERENT)):
        place = rng.choice(_ESTATES) + rng.choice(_KINDS)
        text = f"{rng.choice(before)}{place}{rng.randrange(1, 60)}号楼{rng.choice(words)}，{rng.choice(words)}，{rng.choice(before)}{rng.choice(after)}"
        made.append((text, place))
    return [made[i % len(made)] for i in range(n)]


async def departments_and_people(conn: Conn) -> None:
    """75 departments with the duties of the table, and a hundred thousand people."""
    await conn.executemany(
        "INSERT INTO department (id, code, name, duties) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4)",
        [
            (1000 + i, f"B{i:02d}", f"第{i}{names[0].rstrip('$')}局", list(words[:6]))
            for i in range(75)
            for names, words in (table()[i % len(table())],)
        ],
    )
    await conn.execute(
        "INSERT INTO person (id, line, made_at) SELECT i, 'none', $1 FROM generate_series(1, 100000) i",
        MORNING,
    )


async def tickets(conn: Conn, at: list[datetime]) -> None:
    """A ticket for each moment, by many people, in 75 departments."""
    await conn.copy_records_to_table(
        "ticket",
        columns=[
            "id",
            "number",
            "state",
            "channel",
            "category",
            "urgency",
            "owner_id",
            "person_id",
            "department_id",
            "received_at",
            "event_count",
            "last_event_at",
            "head_hash",
        ],
        records=[
            (i, f"B{i:08d}", "signed", "sms", "help", "normal", 0, i % 100000 + 1, 1000 + i % 75, t, 0, t, b"")
            for i, t in enumerate(at, 1)
        ],
    )


async def _fill(conn: Conn, texts: list[tuple[str, str]]) -> None:
    """Rows as intake and routing would have written them, written at once: a bench of reading needs them there."""
    known = {pair: (bands(pair[0]), Read.of(pair[1], pair[0])) for pair in set(texts)}
    step = _SPAN / len(texts)
    at = [MORNING - _SPAN + step * i for i in range(1, len(texts) + 1)]
    await departments_and_people(conn)
    await tickets(conn, at)
    await conn.copy_records_to_table(
        "ticket_text",
        columns=["ticket_id", "text", "place", "grams"],
        records=[(i, text, place, []) for i, (text, place) in enumerate(texts, 1)],
    )
    await conn.copy_records_to_table(
        "ticket_sketch",
        columns=["ticket_id", "at", "bands", "subjects", "gist"],
        records=[
            (i, at[i - 1], known[pair][0], list(known[pair][1].subjects), known[pair][1].gist)
            for i, pair in enumerate(texts, 1)
        ],
    )
    await conn.copy_records_to_table(
        "ticket_place",
        columns=["key", "at", "ticket_id", "subject"],
        records=[
            (key, at[i - 1], i, next(iter(known[pair][1].subjects), ""))
            for i, pair in enumerate(texts, 1)
            for key in known[pair][1].keys
        ],
    )
    await conn.execute("VACUUM ANALYZE")


@cache
def _department(text: str) -> str:
    """Who has it: by the first matter that its words name."""
    names = [names[0].rstrip("$") for names, _ in table()[:75]]
    matter = matter_of(text)[0]
    return f"B{names.index(matter) if matter in names else 0:02d}"


def _milliseconds(seconds: list[float]) -> list[float]:
    return [1000 * s for s in seconds]


async def _measure(pool: Pool, services: Services, texts: list[tuple[str, str]]) -> list[BenchFigure]:
    asked = [(t.replace("号楼", "栋"), p) for t, p in texts[-_ROUNDS:]]
    async with pool.acquire() as conn:

        async def suggestion(turn: int) -> float:
            return await timed(suggest(conn, services, *asked[turn], MORNING))

        async def duplicate(turn: int) -> float:
            return await timed(duplicates(conn, services, *asked[turn], "", MORNING))

        async def scan(turn: int) -> float:
            like = f"%{asked[turn][0][4:8]}%"
            return await timed(
                conn.fetch("SELECT ticket_id FROM ticket_text WHERE text LIKE $1 OR place LIKE $1", like)
            )

        async def topic_pass(turn: int) -> float:
            keys = [key for text, place in asked for key in Read.of(place, text).keys]
            await conn.executemany("INSERT INTO topic_due (key, due_at) VALUES ($1, $2)", [(k, MORNING) for k in keys])
            return await timed(topics.sweep_topics(pool, services, MORNING))

        async def group(turn: int) -> float:
            since = MORNING - topics.WEEK
            return await timed(
                conn.fetch(
                    "SELECT w.place, count(DISTINCT t.person_id) FROM ticket t JOIN ticket_text w ON w.ticket_id = t.id"
                    " WHERE t.received_at + interval '0' >= $1 GROUP BY 1",
                    since,
                )
            )

        for warm in (suggestion, duplicate, scan, topic_pass):
            await warm(0)
        took = _milliseconds(await in_turn(_ROUNDS, suggestion, duplicate, scan))
        swept = _milliseconds(await in_turn(5, topic_pass, group))
    return [
        BenchFigure(f"suggestion at {TICKETS:,} tickets", took[0], "ms", took[2], "under 5 ms"),
        BenchFigure(f"duplicate look-up at {TICKETS:,} tickets", took[1], "ms", took[2], "under 20 ms"),
        BenchFigure(f"hot-topic pass, {_ROUNDS} new reports", swept[0], "ms", swept[1], "under 1,000 ms"),
    ]


async def bench(ground: Ground) -> list[BenchFigure]:
    """The figures; the model is trained on the newest 100,000 of the same tickets."""
    texts = await asyncio.to_thread(ticket_texts, TICKETS)
    async with ground.pool("bench_routing") as pool:
        async with pool.acquire() as conn:
            await _fill(conn, texts)
        newest = [text for text, _ in texts[-_LEARNT:]]
        begun = time.perf_counter()
        model = await asyncio.to_thread(train, newest, [_department(text) for text in newest])
        took = time.perf_counter() - begun
        await asyncio.to_thread(save, model, Path(ground.services.settings.data))
        assert current(ground.services.settings.data) is not None
        figures = await _measure(pool, ground.services, texts)
    return [
        *figures,
        BenchFigure(f"training on {_LEARNT:,} tickets of 75 departments", took, "s", aim="under 120 s"),
    ]
