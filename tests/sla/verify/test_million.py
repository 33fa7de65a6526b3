"""One byte of one event among a million changed by SQL is found and its ticket named; so is one dropped, and two swapped."""

from __future__ import annotations

import os
import re
import time

import pytest

from bench.audit import record
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from sla.verify.command import verified

pytestmark = [pytest.mark.prove, pytest.mark.timeout(1800)]
#: CI proves in short form.
EVENTS = 50_000 if os.environ.get("PROVE") == "short" else 1_000_000
PLACE = "ticket_id = $1 AND seq ="
TOUCHED = {
    "event 9 does not fit its seal": [f"UPDATE ticket_event SET detail = replace(detail, '5', '6') WHERE {PLACE} 9"],
    "event 12 is missing": [f"DELETE FROM ticket_event WHERE {PLACE} 12"],
    "event 4 does not fit its seal": [
        f"UPDATE ticket_event SET seq = 400 WHERE {PLACE} 4",
        f"UPDATE ticket_event SET seq = 4 WHERE {PLACE} 5",
        f"UPDATE ticket_event SET seq = 5 WHERE {PLACE} 400",
    ],
}


async def test_among_a_million(pool: Pool, dsn: str, services: Services, capfd: pytest.CaptureFixture[str]) -> None:
    assert await record(pool, services, EVENTS) >= EVENTS
    async with pool.acquire() as conn:
        started = time.perf_counter()
        lines, summary = await verified(conn, dsn, services)
        took = time.perf_counter() - started
        assert lines == []
        with capfd.disabled():
            print(f"\n{summary} In all {took:.1f} s.")
        hashing = re.search(r"hashes ([\d.]+) s", summary)
        assert hashing is not None
        assert float(hashing[1]) < 60
        tickets = await conn.fetch("SELECT id, number FROM ticket ORDER BY id")
        victims = [tickets[len(tickets) * part // 4] for part in (1, 2, 3)]
        async with conn.transaction():
            await conn.execute("SET LOCAL session_replication_role = replica")
            for victim, statements in zip(victims, TOUCHED.values(), strict=True):
                for statement in statements:
                    await conn.execute(statement, victim["id"])
        lines, _ = await verified(conn, dsn, services)
    assert [line.split(":")[0] for line in lines] == [v["number"] for v in victims]
    for line, said in zip(lines, TOUCHED, strict=True):
        assert said in line
