"""Confirmed findings as a notice tells them: what was due, what was done and when, with every event that shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from reports.figures.month import Month
from reports.figures.sheet import FigureSheet
from reports.figures.tallies import Period
from reports.notice import notice_sql
from reports.notice.finding_form import CitedEvent, CitedPage, ConfirmedFinding
from reports.notice.form import utc_text
from reports.notice.rules import Rules


@dataclass(frozen=True, slots=True)
class FindingTold:
    """A confirmed finding that counts in a notice: of which department and ticket, and what stands of it in the notice."""

    department: int
    ticket: int | None
    finding: ConfirmedFinding


async def load_told(conn: Conn, month: Month, sheet: FigureSheet, rules: Rules, span: Period) -> list[FindingTold]:
    """The confirmed findings that count in the notice of a month, in the order of their faults; of bodies that may be judged."""
    rows = await notice_sql.confirmed(conn, span.start, span.end, span.as_of, month.first, str(span.zone))
    names = {d.id: d.name for d in sheet.departments}
    rows = [r for r in rows if r.department_id in names and rules.judges(names[r.department_id])]
    cited, pages = await _cited(conn, rows), await _pages(conn, rows, span)
    return [
        FindingTold(
            r.department_id,
            r.ticket_id,
            ConfirmedFinding(
                rule=r.rule,
                kind=r.kind,
                ticket=r.number,
                seqs=_seqs(r),
                at=utc_text(r.at),
                cited=tuple(cited[pair] for seq in _seqs(r) if (pair := (r.ticket_id or 0, seq)) in cited),
                pages=tuple(pages.get(r.department_id, ())) if r.rule == "pages_unanswered" else (),
                due_at=_text(r.due_at),
                done_at=_text(r.done_at),
                earlier=r.earlier,
                department=names[r.department_id],
            ),
        )
        for r in rows
    ]


def _text(at: datetime | None) -> str | None:
    return utc_text(at) if at is not None else None


def _seqs(row: notice_sql.ConfirmedRow) -> tuple[int, ...]:
    """The events that a finding cites, and the one that did at last what was due."""
    return tuple(sorted({*row.seqs, *((row.done_seq,) if row.done_seq is not None else ())}))


async def _cited(conn: Conn, rows: Sequence[notice_sql.ConfirmedRow]) -> Mapping[tuple[int, int], CitedEvent]:
    pairs = [(r.ticket_id, seq) for r in rows if r.ticket_id is not None for seq in _seqs(r)]
    found = await notice_sql.events_cited(conn, [t for t, _ in pairs], [s for _, s in pairs])
    return {(e.ticket_id, e.seq): CitedEvent(e.seq, e.kind, utc_text(e.at)) for e in found}


async def _pages(conn: Conn, rows: Sequence[notice_sql.ConfirmedRow], span: Period) -> Mapping[int, list[CitedPage]]:
    """The pages behind *pages unanswered*, by department."""
    found: dict[int, list[CitedPage]] = defaultdict(list)
    idents = sorted({r.department_id for r in rows if r.rule == "pages_unanswered"})
    if idents:
        for p in await notice_sql.unanswered_pages(conn, span.start, span.known_until, idents):
            found[p.department_id].append(CitedPage(p.number, p.step, utc_text(p.at)))
    return found
