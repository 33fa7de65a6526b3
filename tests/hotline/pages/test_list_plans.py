"""Each filter of the list of tickets is served by an index: none reads the whole table of tickets or clocks (architecture.md, rule 8)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.tickets import listing
from hotline.tickets.filters import NarrowingQuery, wish_of
from hotline.tickets.narrowing import ACTS, WITHIN
from tests.sla.desk import Desk

ASKED: list[dict[str, Any]] = [
    {},
    {"urgency": "critical"},
    {"category": "tipoff"},
    {"channel": "box"},
    {"state": "returned"},
    {"open": True, "owner": "me"},
    {"since": "2026-03-01", "until": "2026-03-02"},
    {"due": "late"},
    *({"due": within} for within in WITHIN),
    {"due": "late", "urgency": "critical"},
    {"due": "late", "owner": "me", "whose": "centre"},
    {"sort": "due"},
    *({"act": act} for act in ACTS),
]
FILL = """
WITH made AS (
  INSERT INTO ticket (number, state, channel, category, urgency, owner_id, received_at, filed_at, ended_at, event_count, last_event_at, head_hash)
  SELECT 'P' || i, CASE WHEN i % 50 > 0 THEN 'answered' WHEN i % 100 = 0 THEN 'received' ELSE 'replied' END, 'sms', 'help', 'normal', $1,
    $2::timestamptz - i * interval '5 minutes', NULL, NULL, 1, $2, '\\x00'
  FROM generate_series(1, 20000) AS i RETURNING id, state)
SELECT count(*) FROM made
"""
CLOCKS = """
INSERT INTO clock (ticket_id, clock, whose, policy_version, base, amount, started_at, due_at, touched_at, state, stopped_at)
SELECT id, 'dispatch', 'centre', 1, '24h', 7200, received_at, received_at + interval '2 hours', received_at,
  CASE WHEN id % 50 = 0 THEN 'running' ELSE 'stopped' END, CASE WHEN id % 50 = 0 THEN NULL ELSE received_at END
FROM ticket WHERE number LIKE 'P%'
"""


class Spy:
    """Keeps the statements that a list runs."""

    def __init__(self, conn: Conn) -> None:
        self.conn = conn
        self.asked: list[tuple[str, tuple[object, ...]]] = []

    async def fetch(self, sql: str, *values: object, **options: Any) -> list[Any]:
        self.asked.append((sql, values))
        return list(await self.conn.fetch(sql, *values, **options))

    async def fetchval(self, sql: str, *values: object) -> Any:
        self.asked.append((sql, values))
        return await self.conn.fetchval(sql, *values)


def scans(plan: dict[str, Any]) -> list[str]:
    """The tables that a plan reads whole."""
    own = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" else []
    return own + [table for part in plan.get("Plans", []) for table in scans(part)]


@pytest.fixture
async def full(conn: Conn, services: Services, clock: MovingClock) -> Desk:
    desk = await Desk(conn, services, clock).fill()
    await conn.fetchval(FILL, desk.operator.id, clock.now())
    await conn.execute("SET LOCAL session_replication_role = replica")  # filed without the record of a filing
    await conn.execute(
        "UPDATE ticket SET filed_at = $1 WHERE number LIKE 'P%' AND state = 'answered' AND id % 100 > 0",
        clock.now(),
    )
    await conn.execute(CLOCKS)
    await conn.execute("SET LOCAL session_replication_role = origin")
    for table in ("ticket", "clock"):
        await conn.execute(f"ANALYZE {table}")
    return desk


async def test_no_filter_reads_a_table_whole(full: Desk) -> None:
    spy, now = Spy(full.conn), full.clock.now()
    for asked in ASKED:
        wish = wish_of(NarrowingQuery(**asked), full.services, full.operator, now)
        await listing.find(spy, full.operator, wish)  # type: ignore[arg-type]
    bad = {}
    for sql, values in spy.asked:
        found = json.loads(await full.conn.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *values))
        if whole := set(scans(found[0]["Plan"])) & {"ticket", "clock"}:
            bad[sql[sql.index("FROM") :]] = whole
    assert bad == {}
