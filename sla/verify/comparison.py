"""Comparison of stored rows and clocks with those rebuilt from events, for a range of tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import orjson

from hotline.base.db.connection import Conn
from hotline.base.event import RecordedEvent
from hotline.base.keys import RecordKeys
from hotline.base.services import OfTicket
from hotline.record import record_sql
from hotline.record.differences import differences
from hotline.record.life import lived
from hotline.record.parallel_reading import CheckedPart, TicketRange
from sla.calendar.history import Edits
from sla.clocks.context import version_of
from sla.policy import policy_sql
from sla.policy.rules import Base, Policy, PolicyRule
from sla.policy.store import load_edits, policy_at
from sla.verify import audit_sql, rows_sql
from sla.verify.rebuild import breach_fault, excuse_fault, rebuilt
from sla.verify.row_comparison import Rows, row_faults
from sla.verify.shadow_clock import ShadowClock
from sla.verify.shadow_ticket import ShadowTicket

T = TypeVar("T", bound=OfTicket)


@dataclass(frozen=True, slots=True)
class _Rules:
    """By what clocks are counted."""

    versions: Sequence[policy_sql.VersionsRow]
    policies: Mapping[int, Policy]
    procedures: Mapping[int, PolicyRule]
    calendar: Edits
    closures: frozenset[str]


async def check_rebuilt(conn: Conn, span: TicketRange, keys: RecordKeys, zone: str, now: datetime) -> CheckedPart:
    """State, custody, duties, clocks and decisions of these tickets rebuilt from their events, and compared with their rows."""
    tickets = await audit_sql.tickets(conn, span.after, span.until)
    events = await record_sql.events_between(conn, span.after, span.until)
    rules = await _rules(conn, ZoneInfo(zone))
    told = {ticket: [_recorded_event(r) for r in rows] for ticket, rows in groupby(events, key=lambda r: r.ticket_id)}
    parts = _by_ticket(await audit_sql.assignments(conn, span.after, span.until))
    owners = _by_ticket(await audit_sql.owners(conn, span.after, span.until))
    duties = _by_ticket(await audit_sql.duties(conn, span.after, span.until))
    clocks = _by_ticket(await audit_sql.clocks(conn, span.after, span.until))
    stated = await _stated(conn, span)
    wrong: list[tuple[str, str]] = []
    for row in tickets:
        ident, said = row.id, told.get(row.id, [])
        try:
            life = lived(said)
            found = differences(life, row.as_dict(), parts[ident], owners[ident], duties[ident])
            found += row_faults(
                said,
                stated.get(ident, {}),
                life.held,
                partial(keys.words, ident),
                erased=row.words_erased_at is not None,
            )
            found += _counted(rules, said, row.received_at, clocks[ident], now)
            kinds = {"imported" if e.kind == "received" and e.detail.get("past") else e.kind for e in said}
            excuses = (excuse_fault(c, kinds, rules.closures) for c in clocks[ident])
            found += [fault for fault in excuses if fault is not None]
        except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
            found = [f"cannot be rebuilt from its events ({type(error).__name__}: {error})"]
        wrong += [(row.number, item) for item in found]
    return CheckedPart(len(tickets), len(events), tuple(wrong))


def _counted(
    rules: _Rules,
    said: Sequence[RecordedEvent],
    received_at: datetime,
    rows: Sequence[audit_sql.AuditClocksRow],
    now: datetime,
) -> list[str]:
    """Where stored clocks differ from those counted by the calendar that was known at each event.

    What was imported with times before an edit was counted by the calendar that was known at its import: one of those since.
    """
    version, until = version_of(rules.versions, received_at), max(now, said[-1].at)
    first: list[str] = []
    for since in (None, *reversed(rules.calendar.moments)):
        calendar = partial(rules.calendar.known_at, since=since)
        book = rebuilt(said, rules.policies[version], calendar, rules.procedures)
        found = clock_faults(book, rows, version, until)
        if not found:
            return []
        first = first or found
    return first


async def _rules(conn: Conn, zone: ZoneInfo) -> _Rules:
    versions = await policy_sql.versions(conn)
    policies = {row.version: await policy_at(conn, row.version) for row in versions}
    procedures = {
        row.id: PolicyRule(cast(Base, row.base), row.amount, "department", basis=row.basis)
        for row in await audit_sql.procedures(conn)
    }
    closures = frozenset(await audit_sql.closure_reasons(conn))
    return _Rules(versions, policies, procedures, await load_edits(conn, zone), closures)


async def _stated(conn: Conn, span: TicketRange) -> Mapping[int, Rows]:
    """The rows that repeat what events say, by ticket."""
    found: dict[int, dict[str, dict[int, dict[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
    for row in await rows_sql.stated_rows(conn, span.after, span.until):
        found[row.ticket_id][row.source][row.key] = row.columns
    return found


def _recorded_event(row: record_sql.EventsBetweenRow) -> RecordedEvent:
    return RecordedEvent(row.seq, row.at, row.kind, row.actor, orjson.loads(row.detail))


def _by_ticket(rows: Sequence[T]) -> dict[int | None, list[T]]:
    found: dict[int | None, list[T]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found


def clock_faults(
    shadow: ShadowTicket, rows: Sequence[audit_sql.AuditClocksRow], version: int, now: datetime
) -> list[str]:
    """Where the stored clocks of a ticket differ from those of its events. Pure."""
    kept: dict[tuple[object, ...], list[ShadowClock]] = defaultdict(list)
    for c in shadow.clocks:
        kept[c.clock, c.assignment, c.start_seq].append(c)
    found: list[str] = []
    for row in rows:
        known = kept.get((row.clock, row.assignment_id, row.start_seq))
        if not known:
            found.append(f"the clock {row.clock} from event {row.start_seq} does not follow from the events")
            continue
        found += _clock(shadow, row, known.pop(0), version, now)
    for left in (c for several in kept.values() for c in several):
        found.append(f"the clock {left.clock} from event {left.start_seq} is not there")
    return found


def _clock(
    shadow: ShadowTicket, row: audit_sql.AuditClocksRow, shadow_clock: ShadowClock, version: int, now: datetime
) -> Iterator[str]:
    pairs: list[tuple[str, object, object]] = [
        ("state", row.state, shadow_clock.state),
        ("department", row.department_id, shadow_clock.department),
        ("end", row.stopped_at, shadow_clock.stopped_at),
        ("evidence of its end", row.stop_seq, shadow_clock.stop_seq),
        ("policy version", row.policy_version, version),
        ("start", row.started_at, shadow_clock.started_at),
        ("due time", row.due_at, shadow_clock.due_at),
        ("time allowed", (row.base, row.amount), (shadow_clock.rule.base, shadow_clock.rule.amount)),
        ("days added", row.added_days, shadow_clock.added),
    ]
    for what, stored, told in pairs:
        if stored != told:
            yield f"the clock {shadow_clock.clock}: {what} is {stored}, the events say {told}"
    wrong = breach_fault(row, shadow, shadow_clock, now)
    if wrong is not None:
        yield wrong
