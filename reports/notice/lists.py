"""The parts of a notice that list things: examples, findings, appeals, exclusions, waivers, orders, the consultation, and the annex of what was late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotline.base.db.connection import Conn
from reports.figures.figure import Figure, Tally
from reports.figures.measures import DEPARTMENT, figures
from reports.figures.sheet import FigureSheet, ReportedDepartment
from reports.figures.tallies import Period, tallies, tickets_behind
from reports.notice import notice_sql
from reports.notice.rules import Rules
from reports.notice.score import SCORED

_GOOD = 5
#: The clocks whose misses the annex lists, ticket by ticket.
_ANNEXED = ("sign", "first_contact", "resolve")


@dataclass(frozen=True, slots=True)
class Listing:
    """What the lists are made of: the sheet of the month, its span, and the departments by id."""

    sheet: FigureSheet
    span: Period
    of: Mapping[int, ReportedDepartment]

    @property
    def end(self) -> datetime:
        """Until when what happened belongs to the month and was known."""
        return min(self.span.end, self.span.as_of)

    def name(self, ident: int) -> str:
        """What a department is called in this notice."""
        return self.of[ident].name if ident in self.of else "—"


def utc_text(at: datetime | None) -> str | None:
    """A moment as the content holds it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at is not None else None


async def load_lists(conn: Conn, sheet: FigureSheet, rules: Rules, span: Period) -> dict[str, Any]:
    """All parts of a notice that list things, by their names in the content."""
    listing = Listing(sheet, span, {d.id: d for d in sheet.departments})
    return {
        "good": await _good(conn, listing),
        **await _findings(conn, listing),
        "exclusions": await _exclusions(conn, listing, rules),
        **await _acts(conn, listing),
        "orders": await _orders(conn, listing),
        "consultation": [r.as_dict() for r in await notice_sql.consulted(conn, span.start, listing.end)],
        "late": [f for measure in _ANNEXED for f in await _missed(conn, listing, measure)],
    }


async def _good(conn: Conn, listing: Listing) -> list[dict[str, Any]]:
    """Examples: what was solved fastest."""
    span = listing.span
    rows = sorted(await notice_sql.good(conn, span.start, span.end, span.as_of), key=lambda r: (r.took, r.number))
    return [
        {
            "ticket": r.number,
            "department": listing.name(r.department_id),
            "category": r.category,
            "hours": round(r.took.total_seconds() / 3600, 1),
        }
        for r in rows[:_GOOD]
    ]


async def _findings(conn: Conn, listing: Listing) -> dict[str, Any]:
    """Findings that are suspected and confirmed, and what became of appeals."""
    span = listing.span
    return {
        "suspected": [
            {"department": listing.name(r.department_id), "rule": r.rule, "n": r.n}
            for r in await notice_sql.suspected(conn, span.start, span.end, span.as_of)
        ],
        "confirmed": [
            {
                "department": listing.name(r.department_id),
                "rule": r.rule,
                "kind": r.kind,
                "ticket": r.number,
                "seqs": list(r.seqs),
                "at": utc_text(r.at),
            }
            for r in await notice_sql.confirmed(conn, span.start, span.end, span.as_of)
        ],
        "appeals": [
            {
                "department": listing.name(r.department_id),
                "rule": r.rule,
                "ticket": r.number,
                "upheld": r.upheld,
                "at": utc_text(r.at),
            }
            for r in await notice_sql.appeals(conn, span.start, span.end, span.as_of)
        ],
    }


async def _acts(conn: Conn, listing: Listing) -> dict[str, Any]:
    """What people may do beside the rules, printed: duties waived, urgencies lowered."""
    span, end = listing.span, listing.end
    return {
        "waivers": [
            {"ticket": r.number, "duty": r.duty, "at": utc_text(r.at)}
            for r in await notice_sql.waivers(conn, span.start, end)
        ],
        "lowered": [
            {"ticket": r.number, "seq": r.seq, "before": r.before, "after": r.after, "at": utc_text(r.at)}
            for r in await notice_sql.lowered(conn, span.start, end)
        ],
    }


async def _orders(conn: Conn, listing: Listing) -> list[dict[str, Any]]:
    """Supervise orders of the month."""
    span = listing.span
    return [
        {
            "number": r.number,
            "ticket": r.ticket,
            "department": listing.name(r.department_id),
            "at": utc_text(r.issued_at),
            "due_at": utc_text(r.due_at),
            "received_at": utc_text(r.received_at),
        }
        for r in await notice_sql.orders(conn, span.start, span.end, span.as_of)
    ]


async def _missed(conn: Conn, listing: Listing, measure: str) -> list[dict[str, Any]]:
    """The annex: every ticket that was late, with its event; the number of a tipoff or a confidential one is not printed."""
    names = {d.code: d.name for d in listing.sheet.departments}
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await tickets_behind(conn, listing.span, measure, hit=False, cursor=cursor, limit=5000)
        found += [
            {
                "measure": measure,
                "ticket": None if f.confidential or f.category == "tipoff" else f.number,
                "department": names.get(f.department or ""),
                "seq": f.seq,
                "due_at": utc_text(f.at),
            }
            for f in page.facts
        ]
        cursor = page.next_cursor
    return found


async def _exclusions(conn: Conn, listing: Listing, rules: Rules) -> dict[str, Any]:
    """What was left out, with the rates before and after; a department with more than the share of the rules is flagged."""
    sheet, span, of = listing.sheet, listing.span, listing.of
    rows = await notice_sql.exclusions(conn, span.start, span.end, span.as_of)
    if not rows:
        return {"items": [], "departments": []}
    everything = await tallies(conn, span, SCORED, leave_out=False)
    granted: dict[int, int] = {}
    for r in rows:
        granted[r.department_id] = granted.get(r.department_id, 0) + bool(r.granted)
    departments = []
    for ident, n in sorted(granted.items()):
        if n and ident in of:
            all_of = figures(DEPARTMENT, everything.get(ident, {}))
            dispatched = everything.get(ident, {}).get("dispatched", Tally()).n
            departments.append(
                {
                    "department": of[ident].name,
                    "excluded": n,
                    "dispatched": dispatched,
                    "flagged": n > rules.exclusions_flag * dispatched,
                    "rates": {k: [_pair(all_of[k]), _pair(sheet.of[ident][k])] for k in rules.weights},
                }
            )
    items = [
        {
            "ticket": r.number,
            "department": listing.name(r.department_id),
            "ground": r.ground,
            "granted": r.granted,
        }
        for r in rows
    ]
    return {"items": items, "departments": departments}


def _pair(figure: Figure) -> list[int | None]:
    return [figure.numerator, figure.denominator]
