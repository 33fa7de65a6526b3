"""A month of 100,000 tickets is counted in seconds, and rightly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hotline.base.db.connection import Pool
from reports.figures.held_times import held_times
from reports.figures.month import Month
from reports.figures.sheet import load_sheet
from reports.figures.tallies import period_of, tallies, tickets_behind
from tests.program import SHORT
from tests.reports.story import ZONE, at

N = 20_000 if SHORT else 100_000

#: Signed by the clock, or in the night's grace: counted apart.
IN_TIME = """
SELECT count(*) FROM clock c JOIN ticket t ON t.id = c.ticket_id
CROSS JOIN LATERAL (SELECT c.started_at AT TIME ZONE 'Asia/Shanghai' AS at) l
WHERE c.clock = 'sign' AND (c.stopped_at <= c.due_at OR (t.urgency = 'normal' AND (l.at::time < '08:00' OR l.at::time >= '21:00')
  AND c.stopped_at AT TIME ZONE 'Asia/Shanghai' <= date_trunc('day', l.at) + CASE WHEN l.at::time >= '21:00' THEN interval '34 hours' ELSE interval '10 hours' END))
"""


@pytest.mark.prove
async def test_a_hundred_thousand_tickets(pool: Pool) -> None:
    rows = Path(__file__).with_name("month.sql").read_text("utf-8").replace("$1", str(N))
    async with pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO department (code, name) SELECT 'B' || i, 'B' || i FROM generate_series(1, 75) i"
        )
        await conn.execute(rows)
        await conn.execute("ANALYZE")
        span = period_of(Month(2026, 3), at("2026-04-02 00:00"), ZONE)
        began = time.perf_counter()
        await tallies(conn, span)
        counted = time.perf_counter()
        await held_times(conn, span)
        ledger = time.perf_counter()
        sheet = await load_sheet(conn, Month(2026, 3), at("2026-04-02 00:00"), ZONE)
        whole = time.perf_counter()
        page = await tickets_behind(conn, span, "sign", department=sheet.departments[0].id, hit=False)
        drill = time.perf_counter()
        in_time = await conn.fetchval(IN_TIME)
    print(
        f"\n{N} tickets: counted {counted - began:.1f} s, ledger {ledger - counted:.1f} s, sheet {whole - ledger:.1f} s, "
        f"tickets behind a figure {drill - whole:.2f} s"
    )
    signed, replied = sheet.together["signed_in_time"], sheet.together["replied_in_time"]
    assert (signed.numerator, signed.denominator) == (in_time, N)
    assert 0.949 < replied.numerator / (replied.denominator or 1) < 0.951
    assert len(page.facts) > 0
    assert whole - ledger < 30
