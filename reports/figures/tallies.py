"""Facts counted in the database: one pass a block, all departments and measures at once; and the tickets behind a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn, queries
from hotline.base.db.rows import TypedRow, fetch_many
from hotline.base.http.problem import BadField
from reports.figures import figures_sql
from reports.figures.figure import Tally, add_up
from reports.figures.month import Month
from sla.clocks.table import TABLE

FACTS = queries("reports.figures", "facts.sql")
_FIGURES = queries("reports.figures", "figures.sql")
_PLACE = re.compile(r"\$(\d)")
_LIKE = re.compile(r"^(backlog|channel|category|urgency|ended|long_term)_")

#: Which block lists the facts of a measure, where the block has another name.
_BLOCK = {
    **{row.name: "clocks" for row in TABLE if row.figure is not None and row.name not in {"resolve", "rework"}},
    "rework": "resolve",
    "explained": "solved",
    "satisfied_broad": "satisfied",
    "night_pages": "pages",
    "leader_pages": "pages",
    "first_call": "received",
    "archived": "ended",
    "open_at_end": "carried_over",
    "redispatched": "dispatched",
    "offered": "contacts",
    "contacts_without_end": "contacts",
    "backlog": "backlog",
    "channel": "received",
    "category": "received",
    "urgency": "received",
    "ended": "ended",
    "long_term": "long_term",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, first moment and first moment after it, and until when what happened is known (UTC)."""

    start: datetime
    end: datetime
    as_of: datetime
    zone: ZoneInfo

    @property
    def known_until(self) -> datetime:
        """Until when what happened belongs to the stretch and was known."""
        return min(self.end, self.as_of)

    @property
    def values(self) -> tuple[object, ...]:
        return self.start, self.end, self.as_of, str(self.zone)


def period_of(month: Month, as_of: datetime, zone: ZoneInfo) -> Period:
    """A month as it was known at a moment."""
    return Period(month.starts_at(zone), month.ends_at(zone), as_of, zone)


class TallyRow(TypedRow):
    """So many facts of a measure and a department, and in how many of them it is as it should be."""

    measure: str
    department_id: int | None
    hits: int
    n: int


class CategoryTallyRow(TypedRow):
    """The same by category."""

    category: str
    measure: str
    hits: int
    n: int


class FactRow(TypedRow):
    """A fact that names a ticket."""

    ticket_id: int
    department_id: int | None
    seq: int | None
    at: datetime
    hit: bool


#: Tallies by department (None: the centre, or nobody's), by measure.
Tallies = Mapping[int | None, Mapping[str, Tally]]


#: Excluded tickets, and what an upheld appeal took out, stand in no figure but the number dispatched.
_KEPT = (
    "NOT EXISTS (SELECT 1 FROM left_out x WHERE x.ticket_id = f.ticket_id AND x.department_id = f.department_id "
    "AND coalesce(x.measure, f.measure) = f.measure AND f.measure NOT IN ('dispatched', 'redispatched') AND x.decided_at <= $3)"
)
#: What names a unit stands in no figure of that unit or of its heirs: nobody there is to count it.
_SEEN = (
    "NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = f.ticket_id AND h.at <= $3 "
    "AND department_root(h.department_id) = department_root(f.department_id))"
)
#: The facts `f` that count, of what is known at $3.
COUNTED = f"{_SEEN} AND {_KEPT}"


async def tallies(
    conn: Conn, span: Period, blocks: Sequence[str] = (), *, leave_out: bool = True
) -> dict[int | None, dict[str, Tally]]:
    """Count the facts of all blocks, or of some, in a span. `leave_out` false: also what was excluded."""
    found: dict[int | None, dict[str, Tally]] = {}
    for name in blocks or FACTS:
        where = f"WHERE {COUNTED} " if leave_out else f"WHERE {_SEEN} "
        sql = f"SELECT measure, department_id, count(*) FILTER (WHERE hit) AS hits, count(*) AS n FROM ({FACTS[name]}) f {where}GROUP BY 1, 2"  # noqa: S608 - blocks of our own
        for row in await fetch_many(conn, TallyRow, sql, *_fit(sql, span.values)):
            found.setdefault(row.department_id, {})[row.measure] = Tally(row.hits, row.n)
    return found


async def by_category(conn: Conn, span: Period, blocks: Sequence[str]) -> dict[str, dict[str, Tally]]:
    """The facts of some blocks by the tickets' category, as it stood at the span's `as_of`."""
    found: dict[str, dict[str, Tally]] = {}
    for name in blocks:
        sql = (
            f"SELECT coalesce(later.category, t.category) AS category, measure, count(*) FILTER (WHERE hit) AS hits, count(*) AS n "  # noqa: S608 - blocks of our own
            f"FROM ({FACTS[name]}) f JOIN ticket t ON t.id = f.ticket_id LEFT JOIN ({_FIGURES['corrected_later']}) later ON later.ticket_id = t.id "
            f"WHERE {COUNTED} GROUP BY 1, 2"
        )
        for row in await fetch_many(conn, CategoryTallyRow, sql, *_fit(sql, span.values)):
            found.setdefault(row.category, {})[row.measure] = Tally(row.hits, row.n)
    return found


def whole_centre(found: Tallies) -> dict[str, Tally]:
    """The tallies of all departments and of the centre as one."""
    return add_up(found.values())


def _fit(sql: str, values: Sequence[object]) -> Sequence[object]:
    """As many values as the statement has places."""
    return values[: max(int(n) for n in _PLACE.findall(sql))]


def block_of(measure: str) -> str:
    """The block that lists the facts of a measure."""
    prefix = _LIKE.match(measure)
    return _BLOCK.get(prefix[1] if prefix else measure, measure)


@dataclass(frozen=True, slots=True)
class Fact:
    """A ticket behind a figure: which event, when, and whether it is in the numerator. `seq`: the event, where one is cited.

    `secret`: no paper prints its number.
    """

    ticket: int
    number: str
    category: str
    state: str
    confidential: bool
    department: str | None
    department_name: str | None
    seq: int | None
    at: datetime
    hit: bool
    secret: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of the tickets behind a figure."""

    facts: list[Fact]
    next_cursor: str | None


def _fact(r: figures_sql.CitedRow) -> Fact:
    return Fact(r.id, r.number, r.category, r.state, r.confidential, r.code, r.name, r.seq, r.at, r.hit, r.secret)


async def tickets_behind(
    conn: Conn,
    span: Period,
    measure: str,
    *,
    department: int | None = None,
    hit: bool | None = None,
    cursor: str = "",
    limit: int = 100,
) -> Behind:
    """The tickets that a measure counts, oldest first; of one department, or of all.

    `hit`: only those in the numerator, or only those not in it. Raises BadField for a cursor that is not one of ours.
    """
    block = FACTS[block_of(measure)]
    values = [*_fit(block, span.values)]
    k = len(values)
    sql = (
        f"SELECT * FROM ({block}) f WHERE measure = ${k + 1} AND (${k + 2}::int IS NULL OR department_id = ${k + 2}) "  # noqa: S608 - blocks of our own
        f"AND (${k + 3}::bool IS NULL OR hit = ${k + 3}) AND ticket_id IS NOT NULL "
        f"AND {COUNTED} AND (at, ticket_id) > (${k + 4}::timestamptz, ${k + 5}::bigint) ORDER BY at, ticket_id LIMIT ${k + 6}"
    )
    rows = await fetch_many(conn, FactRow, sql, *values, measure, department, hit, *_after(cursor), limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    cited = await figures_sql.cited(
        conn,
        [r.ticket_id for r in rows],
        [r.department_id for r in rows],
        [r.seq for r in rows],
        [r.at for r in rows],
        [r.hit for r in rows],
        span.as_of,
    )
    facts = [_fact(r) for r in cited]
    last = f"{rows[-1].at.astimezone(UTC).isoformat()}~{rows[-1].ticket_id}" if more else None
    return Behind(facts, last)


def _after(cursor: str) -> tuple[datetime, int]:
    """The moment and the ticket after which a page begins."""
    if not cursor:
        return datetime(1, 1, 2, tzinfo=UTC), 0
    at, _, ticket = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), int(ticket)
    except ValueError as error:
        raise BadField("This cursor is not one of ours.", field="cursor") from error
