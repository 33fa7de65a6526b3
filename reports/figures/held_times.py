"""Time held by each party in a month, by the responsibility ledger (rulebook §5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import orjson

from hotline.base.db.connection import Conn
from reports.figures import figures_sql
from reports.figures.figure import Tally
from reports.figures.tallies import Period
from sla.ledger.responsibility import CENTRE, KINDS, Interval, LedgerEvent, intervals

_BATCH = 20_000


async def held_times(conn: Conn, span: Period) -> dict[int | None, dict[str, Tally]]:
    """The seconds that departments (`held`) and the centre (`centre_held`) held tickets within a span."""
    end = span.known_until
    departments = {row.code: row.id for row in await figures_sql.departments(conn)}
    codes = {ident: code for code, ident in departments.items()}
    sums: dict[str, float] = defaultdict(float)
    async with conn.transaction():
        rows: list[figures_sql.HeldEventsRow] = []
        async for row in figures_sql.held_events(conn, span.start, end, sorted(KINDS), prefetch=_BATCH):
            if rows and rows[-1].ticket_id != row.ticket_id and len(rows) >= _BATCH:
                _add(sums, rows, codes, span.start, end)
                rows = []
            rows.append(row)
        _add(sums, rows, codes, span.start, end)
    found: dict[int | None, dict[str, Tally]] = {}
    for party, seconds in sums.items():
        name = party.removeprefix("department:")
        if party == CENTRE:
            found[None] = {"centre_held": Tally(0, round(seconds))}
        elif name in departments:
            found[departments[name]] = {"held": Tally(0, round(seconds))}
    return found


def _add(
    sums: dict[str, float],
    rows: Iterable[figures_sql.HeldEventsRow],
    codes: Mapping[int, str],
    start: datetime,
    end: datetime,
) -> None:
    for _, events in groupby(rows, key=attrgetter("ticket_id")):
        recorded = [LedgerEvent(e.at, e.kind, orjson.loads(e.detail)) for e in events]
        for part in within(intervals(recorded, codes, end), start, end):
            sums[part.party] += (part.to_at - part.from_at).total_seconds()


def within(parts: Iterable[Interval], start: datetime, end: datetime) -> Iterator[Interval]:
    """The parts cut to a stretch of time; what lies outside is left out."""
    for part in parts:
        first, last = max(part.from_at, start), min(part.to_at, end)
        if first < last:
            yield Interval(part.party, first, last)
