"""Trends: what came in and a few rates, month by month, a year back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from hotline.base.db.rows import TypedRow, fetch_many
from reports.figures import figures_sql
from reports.figures.month import Month, month_of
from reports.figures.tallies import COUNTED, FACTS, Period, block_of

MONTHS, LEAST = 12, 6


class MonthTallyRow(TypedRow):
    """So many facts of a month, and in how many of them it is as it should be."""

    month: datetime
    hits: int
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Month by month, oldest first: tickets received, and rates (None: no denominator)."""

    months: tuple[Month, ...]
    received: tuple[int, ...]
    rates: dict[str, tuple[float | None, ...]]


async def load_trend(conn: Conn, last: Month, as_of: datetime, zone: ZoneInfo, measures: tuple[str, ...]) -> Trend:
    """The twelve months that end with `last`, or as many as there are, six at least."""
    months = tuple(last.plus(n - MONTHS + 1) for n in range(MONTHS))
    span = Period(months[0].starts_at(zone), last.ends_at(zone), as_of, zone)
    rows = await figures_sql.received_by_month(conn, span.start, span.end, str(zone))
    counts = {(row.year, row.month): row.n for row in rows}
    rates = {measure: await _rates(conn, span, months, measure) for measure in measures}
    received = tuple(counts.get((m.year, m.number), 0) for m in months)
    begins = next((place for place, n in enumerate(received) if n), 0)
    cut = min(begins, MONTHS - LEAST)  # nothing is drawn of the time before the hotline
    return Trend(months[cut:], received[cut:], {name: values[cut:] for name, values in rates.items()})


async def _rates(conn: Conn, span: Period, months: tuple[Month, ...], measure: str) -> tuple[float | None, ...]:
    sql = (
        f"SELECT date_trunc('month', at, $5) AS month, count(*) FILTER (WHERE hit) AS hits, count(*) AS n "  # noqa: S608 - blocks of our own
        f"FROM ({FACTS[block_of(measure)]}) f WHERE measure = $4 AND {COUNTED} GROUP BY 1"
    )
    rows = await fetch_many(conn, MonthTallyRow, sql, span.start, span.end, span.as_of, measure, str(span.zone))
    found = {month_of(row.month, span.zone): row.hits / row.n for row in rows}
    return tuple(found.get(month) for month in months)
