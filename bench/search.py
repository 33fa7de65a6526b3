"""Search for two characters in a million tickets (BENCH_TICKETS): common, rare and absent pairs, each beside a bare LIKE."""

from __future__ import annotations

import os
import statistics
import time

from bench.routing import departments_and_people, ticket_texts, tickets
from bench.runner import MORNING, BenchFigure, Ground
from hotline.base.db.connection import Conn
from hotline.base.text.search_keys import grams, pattern_of
from hotline.people import people_sql
from hotline.people.store import as_user
from hotline.tickets import listing

TICKETS = int(os.environ.get("BENCH_TICKETS", "1000000"))
#: Pairs from what nearly everybody says to what nobody says, and how often each is asked for.
_PAIRS = ("小区", "物业", "号楼", "停水", "路灯", "丽发", "垃圾", "公积", "驾驶", "鲸鱼", "坏了 小区")
_ROUNDS = 5
_LIKE = "SELECT ticket_id FROM ticket_text WHERE lower(normalize(text || chr(10) || place, NFKC)) LIKE $1 ORDER BY ticket_id DESC LIMIT 51"


async def bench(where: Ground) -> list[BenchFigure]:
    """The slowest and the middle of all searches of the list, newest fifty first; and of a bare LIKE over the same rows."""
    async with where.pool("bench_search") as pool, pool.acquire() as conn:
        await _fill(conn)
        row = await people_sql.user(conn, 0)
        assert row is not None
        user = as_user(row)
        took: list[float] = []
        bare: list[float] = []
        for _ in range(_ROUNDS):
            for pair in _PAIRS:
                before = time.perf_counter()
                await listing.find(conn, user, listing.Wish(q=pair, limit=50))
                took.append(time.perf_counter() - before)
                before = time.perf_counter()
                await conn.fetch(_LIKE, pattern_of(pair.split()[0]))
                bare.append(time.perf_counter() - before)
                print(f"  {pair}: {took[-1] * 1000:,.0f} ms, bare LIKE {bare[-1] * 1000:,.0f} ms")
    slow, bare_slow = max(took), max(bare)
    return [
        BenchFigure(
            f"search in {TICKETS:,} tickets, median",
            statistics.median(took) * 1000,
            "ms",
            statistics.median(bare) * 1000,
        ),
        BenchFigure(
            f"search in {TICKETS:,} tickets, slowest of {len(took)}", slow * 1000, "ms", bare_slow * 1000, "< 150 ms"
        ),
    ]


async def _fill(conn: Conn) -> None:
    """Rows as intake writes them, written at once; the index is made when they are there."""
    await departments_and_people(conn)
    await tickets(conn, [MORNING] * TICKETS)
    said = ticket_texts(TICKETS)
    keys = {pair: grams(f"{pair[0]}\n{pair[1]}") for pair in set(said)}
    await conn.execute("DROP INDEX ticket_text_grams")
    await conn.copy_records_to_table(
        "ticket_text",
        columns=["ticket_id", "text", "place", "grams"],
        records=((i, *pair, keys[pair]) for i, pair in enumerate(said, 1)),
    )
    await conn.execute("CREATE INDEX ticket_text_grams ON ticket_text USING gin (grams)")
    for table in ("ticket", "ticket_text"):
        await conn.execute(f"ANALYZE {table}")
