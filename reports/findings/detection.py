"""Detection of findings: from the event that shows one, and by sweeps where no event does; each once, by its key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import orjson

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Event, RecordedEvent
from hotline.base.events import Subscriber
from hotline.base.jobs.timers import daily
from hotline.base.kinds import EventKind
from hotline.base.services import Services, by_ticket
from hotline.base.text.search_keys import wanted
from hotline.ids import TicketId
from reports.figures.month import month_of
from reports.findings import findings_sql
from reports.findings.rules import DEFIED_DAYS, UNANSWERED, UNFOLLOWED_DAYS, SuspectedFault, late_sign_at
from reports.findings.table import KINDS, LATCHED_BY, OF_CLOCK, READ, TELLING, VERSION, found_in
from reports.notice.rules import Rules
from reports.notice.store import rules_on
from sla.calendar.working_time import Calendar
from sla.policy.store import load_calendar

MORNINGS = daily(time(10))
#: Events at which a clock may have been latched: those of the ladder, of another due time, and whatever stops, holds or ends a clock.
LATCHING: frozenset[EventKind] = frozenset(
    {"breached", "chased", "ordered", "queued", "corrected", "reworked", "followed_up", *LATCHED_BY}
)
#: How far a morning looks back beyond the one before: the sign clocks of a night end before it and count from 10:00.
_BACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class New:
    """A finding about to be written. `ticket`, `clock`: which, where there is one."""

    found: SuspectedFault
    ticket: int | None
    clock: int | None = None
    measure: str = ""


async def on_latching(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """A clock of these tickets may have been breached."""
    rows = await findings_sql.breaches_of(conn, sorted({e.ticket for e in events}), list(OF_CLOCK))
    await _write_late(conn, services, rows, now)


async def on_telling(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """A return, a ruling, a reply or a rework may have completed a fault."""
    tickets = sorted({e.ticket for e in events})
    records = await _records(conn, tickets)
    ruled = [e.ticket for e in events if e.kind == "ruled"]
    stands = await _stands(conn, ruled) if ruled else {}
    found = []
    for ticket, events_of in records.items():
        lines = stands.get(ticket, ())

        def stood(department: int, at: datetime, lines: Sequence[findings_sql.StandsRow] = lines) -> bool:
            day = at.astimezone(services.settings.zone).date()
            return any(r.lead_id == department and r.since <= day and (r.until is None or day < r.until) for r in lines)

        shown = found_in(events_of, stood, services.settings.zone)
        found += [New(_keyed(f, ticket), ticket) for f in shown]
    await write_findings(conn, services, found, now)


def _keyed(found: SuspectedFault, ticket: int) -> SuspectedFault:
    return SuspectedFault(found.rule, found.department, f"{ticket}:{found.key}", found.seqs, found.at)


async def _records(conn: Conn, tickets: Sequence[int]) -> Mapping[int, list[RecordedEvent]]:
    records: dict[int, list[RecordedEvent]] = defaultdict(list)
    for r in await findings_sql.records(conn, list(tickets), list(READ)):
        records[r.ticket_id].append(RecordedEvent(r.seq, r.at, r.kind, r.actor, orjson.loads(r.detail)))
    return records


async def _stands(conn: Conn, tickets: Sequence[int]) -> Mapping[int, list[findings_sql.StandsRow]]:
    """The catalogue lines whose matter stands in each ticket's words, as routing reads them: at least three quarters of it."""
    found: dict[int, list[findings_sql.StandsRow]] = defaultdict(list)
    for row in await findings_sql.stands(conn, list(tickets)):
        need = {k for k in wanted(row.matter) if len(k) > 1} or set(wanted(row.matter))
        if need and len(need & set(row.grams)) / len(need) >= 0.75:
            found[row.ticket_id].append(row)
    return found


async def _write_late(
    conn: Conn, services: Services, rows: Sequence[findings_sql.BreachesOfRow], now: datetime
) -> None:
    """Write the findings of breached clocks; of a signature only after the further time that the rule leaves."""
    new = []
    for row in rows:
        if row.clock == "sign":
            last = late_sign_at(row.started_at, row.due_at, row.urgency, services.settings.zone)
            if now <= last or (row.stopped_at is not None and row.stopped_at <= last):
                continue
        rule = OF_CLOCK[row.clock]
        seqs = tuple(n for n in (row.start_seq, row.breach_seq, row.stop_seq) if n is not None)
        found = SuspectedFault(rule, row.department_id, f"{rule}:clock:{row.id}", seqs, row.due_at)
        new.append(New(found, row.ticket_id, row.id, row.clock))
    await write_findings(conn, services, new, now)


async def write_findings(conn: Conn, services: Services, new: Sequence[New], now: datetime) -> list[int]:
    """Write what is new, tell the departments; returns the ids. Bodies that are never judged are left out."""
    if not new:
        return []
    rules = await rules_on(conn, now.astimezone(services.settings.zone).date())
    names = {r.id: r.name for r in await findings_sql.names(conn, [n.found.department for n in new])}
    wanted_ = [n for n in new if rules.judges(names[n.found.department])]
    rows = await findings_sql.insert_findings(
        conn,
        [n.found.key for n in wanted_],
        [n.found.rule for n in wanted_],
        [KINDS[n.found.rule] for n in wanted_],
        [n.measure for n in wanted_],
        [n.ticket for n in wanted_],
        [n.clock for n in wanted_],
        [n.found.department for n in wanted_],
        [",".join(map(str, n.found.seqs)) for n in wanted_],
        [n.found.at for n in wanted_],
        VERSION,
        now,
        await _appeal_by(conn, services, rules, now),
    )
    return [row.id for row in rows]


async def _appeal_by(conn: Conn, services: Services, rules: Rules, now: datetime) -> datetime:
    calendar = await load_calendar(conn, services.settings.zone, now)
    return calendar.add_days(now, rules.appeal_days)


async def sweep_findings(pool: Pool, services: Services, now: datetime) -> int:
    """What no event shows: ladders that reached the leader, orders defied, rulings not followed, excuses. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        calendar = await load_calendar(conn, services.settings.zone, now)
        new = [
            *await _unanswered(conn, services, now),
            *await _defied(conn, calendar, now),
            *await _unsigned(conn, calendar, now),
        ]
        written = await write_findings(conn, services, new, now)
        dropped = await findings_sql.drop_left_out(conn, now)
    return len(written) + len(dropped)


async def _unanswered(conn: Conn, services: Services, now: datetime) -> list[New]:
    """Once a department and month. The month before is looked at for its last hour too."""
    zone = services.settings.zone
    found = []
    for month in {month_of(now, zone), month_of(now - timedelta(hours=1), zone)}:
        for r in await findings_sql.reached_leaders(
            conn,
            month.starts_at(zone),
            min(month.ends_at(zone), now + timedelta(seconds=1)),
            UNANSWERED,
        ):
            key = f"pages_unanswered:{r.department_id}:{month}"
            found.append(New(SuspectedFault("pages_unanswered", r.department_id, key, (), r.at), None))
    return found


async def _defied(conn: Conn, calendar: Calendar, now: datetime) -> list[New]:
    """Overdue for ten working days after an order."""
    return [
        New(
            SuspectedFault(
                "defied_order",
                r.department_id,
                f"defied_order:{r.ticket_id}:{r.department_id}",
                (r.seq,) if r.seq else (),
                ended_at,
            ),
            r.ticket_id,
        )
        for r in await findings_sql.defied(conn, now - timedelta(days=DEFIED_DAYS))
        if (ended_at := calendar.add_days(r.issued_at, DEFIED_DAYS)) < now
    ]


async def _unsigned(conn: Conn, calendar: Calendar, now: datetime) -> list[New]:
    """Named by a ruling, and not signed for by the close of the third working day after it."""
    return [
        New(
            SuspectedFault(
                "defied_order",
                r.department_id,
                f"{r.ticket_id}:unsigned:{r.seq}",
                (r.seq,),
                ended_at,
            ),
            r.ticket_id,
        )
        for r in await findings_sql.unsigned_rulings(conn, now - timedelta(days=UNFOLLOWED_DAYS))
        if (ended_at := calendar.add_days(r.ruled_at, UNFOLLOWED_DAYS)) < now
    ]


async def look_back(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """At 10:00: the night's tickets that are still unsigned. Each morning is run, also those that were missed."""
    rows = await findings_sql.breaches_between(conn, due_at - _BACK, list(OF_CLOCK), due_at)
    await _write_late(conn, services, rows, now)


SUBSCRIBERS = (
    Subscriber("findings of clocks", LATCHING, on_latching),
    Subscriber("findings of the record", TELLING, on_telling),
)


def section_row(row: findings_sql.ConfirmedOfRow) -> dict[str, Any]:
    """A confirmed finding as a ticket shows it."""
    return {
        "id": row.id,
        "rule": row.rule,
        "kind": row.kind,
        "department": row.code,
        "seqs": list(row.seqs),
        "at": row.at,
    }


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The confirmed findings of tickets, for their pages and JSON."""
    return by_ticket(await findings_sql.confirmed_of(conn, list(ids)), ids, section_row)
