"""The parts of a notice that list things: examples, findings, appeals, exclusions, waivers, orders, the consultation, and the annex of what was late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.text.paper_words import paper_words
from reports.figures.measures import DEPARTMENT, figures
from reports.figures.sheet import FigureSheet, ReportedDepartment
from reports.figures.tallies import Period, tallies, tickets_behind
from reports.notice import notice_sql
from reports.notice.facts_told import FindingTold
from reports.notice.form import (
    AppealOutcome,
    ConsultedCount,
    ExcludedShare,
    ExclusionItem,
    GoodExample,
    LateFact,
    LoweredUrgency,
    NoticeExclusions,
    NoticeLists,
    NoticeOrder,
    RestrictionCounts,
    WaivedDuty,
    utc_text,
)
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

    def name(self, ident: int) -> str:
        """What a department is called in this notice."""
        return self.of[ident].name if ident in self.of else "—"


async def load_lists(
    conn: Conn, sheet: FigureSheet, rules: Rules, span: Period, told: Sequence[FindingTold]
) -> NoticeLists:
    """All parts of a notice that list things."""
    listing = Listing(sheet, span, {d.id: d for d in sheet.departments})
    return NoticeLists(
        good=await _good(conn, listing),
        suspected=await notice_sql.suspected(conn, span.start, span.end, span.as_of),
        confirmed=tuple(f.finding for f in told),
        appeals=await _appeals(conn, listing),
        exclusions=await _exclusions(conn, listing, rules),
        waivers=tuple(
            WaivedDuty(r.number, r.duty, utc_text(r.at), r.who, paper_words(r.why))
            for r in await notice_sql.waivers(conn, span.start, span.known_until)
        ),
        lowered=tuple(
            LoweredUrgency(r.number, r.seq, r.before, r.after, utc_text(r.at), r.who, paper_words(r.why))
            for r in await notice_sql.lowered(conn, span.start, span.known_until)
        ),
        orders=await _orders(conn, listing),
        consultation=tuple(
            ConsultedCount(r.reason, r.n, r.ended)
            for r in await notice_sql.consulted(conn, span.start, span.known_until)
        ),
        restrictions=await _restricted(conn, span.start, span.known_until),
        late=tuple([f for measure in _ANNEXED for f in await _missed(conn, listing, rules, measure)]),
    )


async def _restricted(conn: Conn, start: datetime, end: datetime) -> RestrictionCounts:
    """Restrictions of voice of the month (rulebook §8)."""
    row = await notice_sql.restricted(conn, start, end)
    return RestrictionCounts(row.made, row.lifted, row.objected, row.reversed)


async def _good(conn: Conn, listing: Listing) -> tuple[GoodExample, ...]:
    """Examples: what was solved fastest."""
    span = listing.span
    rows = sorted(await notice_sql.good(conn, span.start, span.end, span.as_of), key=lambda r: (r.took, r.number))
    return tuple(
        GoodExample(r.number, listing.name(r.department_id), r.category, round(r.took.total_seconds() / 3600, 1))
        for r in rows[:_GOOD]
    )


async def _appeals(conn: Conn, listing: Listing) -> tuple[AppealOutcome, ...]:
    """What became of appeals, and what the centre dismissed by itself."""
    span = listing.span
    return tuple(
        AppealOutcome(listing.name(r.department_id), r.rule, r.number, r.upheld, utc_text(r.at), r.dismissed)
        for r in await notice_sql.appeals(conn, span.start, span.end, span.as_of)
    )


async def _orders(conn: Conn, listing: Listing) -> tuple[NoticeOrder, ...]:
    """Supervise orders of the month."""
    span = listing.span
    return tuple(
        NoticeOrder(
            number=r.number,
            ticket=r.ticket,
            department=listing.name(r.department_id),
            at=utc_text(r.issued_at),
            due_at=utc_text(r.due_at),
            received_at=utc_text(r.received_at) if r.received_at is not None else None,
        )
        for r in await notice_sql.orders(conn, span.start, span.end, span.as_of)
    )


async def _missed(conn: Conn, listing: Listing, rules: Rules, measure: str) -> list[LateFact]:
    """The annex: every ticket that was late, with its event, of bodies that may be judged; a secret one's number is not printed."""
    names = {d.code: d.name for d in listing.sheet.departments}
    never = {code for code, name in names.items() if not rules.judges(name)}
    found: list[LateFact] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await tickets_behind(conn, listing.span, measure, hit=False, cursor=cursor, limit=5000)
        found += [
            LateFact(
                measure=measure,
                ticket=None if f.secret else f.number,
                department=names.get(f.department or ""),
                seq=f.seq,
                due_at=utc_text(f.at),
            )
            for f in page.facts
            if f.department not in never
        ]
        cursor = page.next_cursor
    return found


async def _exclusions(conn: Conn, listing: Listing, rules: Rules) -> NoticeExclusions:
    """What was left out, with the rates before and after; a department with more than the share of the rules is flagged."""
    sheet, span, of = listing.sheet, listing.span, listing.of
    rows = await notice_sql.exclusions(conn, span.start, span.end, span.as_of, sheet.month.first, str(span.zone))
    if not rows:
        return NoticeExclusions()
    everything = await tallies(conn, span, SCORED, leave_out=False)
    granted = Counter(r.department_id for r in rows if r.granted and not r.earlier)
    due = {
        r.department_id: r.n for r in await notice_sql.due_by_department(conn, span.start, span.end, sorted(granted))
    }
    departments = []
    for ident, n in sorted(granted.items()):
        if ident in of:
            all_of = figures(DEPARTMENT, everything.get(ident, {}))
            whole = max(n, due.get(ident, 0))
            departments.append(
                ExcludedShare(
                    department=of[ident].name,
                    excluded=n,
                    due=whole,
                    flagged=n > rules.exclusions_flag * whole,
                    rates={k: (all_of[k].pair, sheet.of[ident][k].pair) for k in rules.weights},
                )
            )
    items = [ExclusionItem(r.number, listing.name(r.department_id), r.ground, r.granted, r.earlier) for r in rows]
    return NoticeExclusions(tuple(items), tuple(departments))
