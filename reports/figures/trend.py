"""Trends: what came in and a few rates, month by month, a year back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from reports.figures import figures_sql
from reports.figures.figure import Tally
from reports.figures.month import Month
from reports.figures.tallies import Period, block_of, period_of, tallies, whole_centre

MONTHS, LEAST = 12, 6


@dataclass(frozen=True, slots=True)
class Trend:
    """Month by month, oldest first: tickets received, and rates (None: no denominator)."""

    months: tuple[Month, ...]
    received: tuple[int, ...]
    rates: dict[str, tuple[float | None, ...]]


async def load_trend(conn: Conn, last: Month, as_of: datetime, zone: ZoneInfo, measures: tuple[str, ...]) -> Trend:
    """The twelve months that end with `last`, or as many as there are, six at least. Each month is counted as its figures are."""
    months = tuple(last.plus(n - MONTHS + 1) for n in range(MONTHS))
    span = Period(months[0].starts_at(zone), last.ends_at(zone), as_of, zone)
    rows = await figures_sql.received_by_month(conn, span.start, span.end, str(zone))
    counts = {(row.year, row.month): row.n for row in rows}
    received = tuple(counts.get((m.year, m.number), 0) for m in months)
    begins = next((place for place, n in enumerate(received) if n), 0)
    cut = min(begins, MONTHS - LEAST)  # nothing is drawn of the time before the hotline
    blocks = tuple(dict.fromkeys(block_of(measure) for measure in measures))
    counted = [whole_centre(await tallies(conn, period_of(m, as_of, zone), blocks)) for m in months[cut:]]
    rates = {measure: tuple(_rate(month.get(measure)) for month in counted) for measure in measures}
    return Trend(months[cut:], received[cut:], rates)


def _rate(tally: Tally | None) -> float | None:
    return tally.hits / tally.n if tally is not None and tally.n else None
