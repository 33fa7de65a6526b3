"""Tickets in the database: read, lock, change the row. Every function takes the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.http.problem import Illegal, Missing
from hotline.ids import AssignmentId, DepartmentId, PersonId, TicketId, UserId
from hotline.people.departments import takes_tipoffs
from hotline.ticket import Assignment, Category, Channel, Duty, DutyState, State, Ticket, Urgency
from hotline.tickets import partings_sql, tickets_sql
from hotline.tickets.tipoffs import tipoffs_sql

#: The kind of note that only the centre reads, and the department whose event it belongs to.
INTERNAL = "co_internal"


@dataclass(frozen=True, slots=True)
class TicketWords:
    """What the person said and where."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One of the five; `seq` cites the event that closed it."""

    duty: Duty
    state: DutyState
    seq: int | None
    closed_at: datetime | None


def as_ticket(row: tickets_sql.TicketRow) -> Ticket:
    """A ticket row as a value."""
    return Ticket(
        id=TicketId(row.id),
        number=row.number,
        state=State(row.state),
        channel=Channel(row.channel),
        category=Category(row.category),
        urgency=Urgency(row.urgency),
        confidential=row.confidential,
        owner_id=UserId(row.owner_id),
        department_id=row.department_id,
        person_id=row.person_id,
        concerned_id=None if row.concerned_id is None else PersonId(row.concerned_id),
        parent_id=None if row.parent_id is None else TicketId(row.parent_id),
        after_id=None if row.after_id is None else TicketId(row.after_id),
        received_at=row.received_at,
        ended_at=row.ended_at,
        filed_at=row.filed_at,
        event_count=row.event_count,
        last_event_at=row.last_event_at,
    )


def as_assignment(row: tickets_sql.LeadRow) -> Assignment:
    """An assignment row as a value."""
    return Assignment(
        id=AssignmentId(row.id),
        ticket_id=TicketId(row.ticket_id),
        department_id=DepartmentId(row.department_id),
        part=row.part,
        assigned_at=row.assigned_at,
        acknowledged_at=row.acknowledged_at,
        signed_at=row.signed_at,
        signed_by=None if row.signed_by is None else UserId(row.signed_by),
        contacted_at=row.contacted_at,
        safe_at=row.safe_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )


async def get(conn: Conn, number: str, *, lock: bool = False) -> Ticket:
    """The ticket with this number; `lock` holds its row to the end of the transaction. Raises Missing."""
    row = await tickets_sql.ticket_locked(conn, number) if lock else await tickets_sql.ticket(conn, number)
    if row is None:
        raise Missing("There is no ticket %(number)s.", number=number)
    return as_ticket(row)


async def by_id(conn: Conn, ticket: TicketId) -> Ticket:
    """The ticket with this id, which is known to exist."""
    row = await tickets_sql.ticket_by_id(conn, ticket)
    assert row is not None, ticket
    return as_ticket(row)


async def lock_many(conn: Conn, ids: Sequence[TicketId]) -> dict[TicketId, Ticket]:
    """Tickets by id, locked in id order."""
    return {TicketId(row.id): as_ticket(row) for row in await tickets_sql.tickets_locked(conn, sorted(ids))}


async def words(conn: Conn, ids: Sequence[TicketId]) -> dict[TicketId, TicketWords]:
    """The words of tickets; those erased are left out."""
    rows = await tickets_sql.words(conn, ids)
    return {TicketId(row.ticket_id): TicketWords(row.text, row.place) for row in rows}


async def duties(conn: Conn, ids: Sequence[TicketId]) -> dict[TicketId, list[DutyRow]]:
    """The five rows of each ticket, in the order of the screen."""
    order = {duty: place for place, duty in enumerate(Duty)}
    found: dict[TicketId, list[DutyRow]] = defaultdict(list)
    for row in await tickets_sql.duties(conn, ids):
        found[TicketId(row.ticket_id)].append(DutyRow(Duty(row.duty), DutyState(row.state), row.seq, row.closed_at))
    return {ticket: sorted(rows, key=lambda r: order[r.duty]) for ticket, rows in found.items()}


async def close_duties(conn: Conn, ticket: TicketId, states: Mapping[Duty, DutyState], seq: int, at: datetime) -> None:
    """Close open duties on the evidence of event `seq`; those already closed stay as they are."""
    if states:
        await tickets_sql.close_duties(conn, ticket, list(states), list(states.values()), seq, at)


async def close_many(conn: Conn, duty: Duty, events: Sequence[Event]) -> None:
    """Close an open duty of each event's ticket on the evidence of the event."""
    await tickets_sql.close_many(
        conn, [e.ticket for e in events], duty, [e.seq for e in events], [e.at for e in events]
    )


async def reopen_duties(conn: Conn, ticket: TicketId, which: Sequence[Duty]) -> None:
    """Done duties are owed again; waived and not applicable ones stay."""
    await tickets_sql.open_duty(conn, ticket, list(which))


async def lead(conn: Conn, ticket: TicketId) -> Assignment | None:
    """The open lead assignment."""
    row = await tickets_sql.lead(conn, ticket)
    return as_assignment(row) if row else None


async def open_assignment(conn: Conn, ticket: TicketId, department: DepartmentId) -> Assignment | None:
    """The open assignment of a department, lead or co-handler."""
    row = await tickets_sql.open_assignment(conn, ticket, department)
    return as_assignment(row) if row else None


async def assign(
    conn: Conn,
    ticket: TicketId,
    department: DepartmentId,
    *,
    part: str,
    by: str,
    now: datetime,
    suggested: object = None,
) -> Assignment:
    """Give a department its part; the lead is also named on the ticket.

    Raises Illegal for a tipoff that names it, and for one that would go to the discipline body (rulebook §8).
    """
    if await tickets_sql.is_hidden(conn, ticket, department):
        raise Illegal("A tipoff never goes to the unit that it names.")
    if await takes_tipoffs(conn, department) and await tipoffs_sql.protected(conn, ticket):
        raise Illegal("Officials' misconduct is pointed to 12388, not dispatched.")
    row = await tickets_sql.insert_assignment(conn, ticket, department, part, by, now, suggested)
    assert row is not None
    if part == "lead":
        await tickets_sql.set_department(conn, ticket, department)
    return as_assignment(row)


async def end_assignments(
    conn: Conn, ticket: TicketId, now: datetime, reason: str, *, part: str | None = None
) -> list[AssignmentId]:
    """End the open assignments (all, or one part); returns which."""
    rows = await partings_sql.end_assignments(conn, ticket, now, reason, part, None)
    return [AssignmentId(row.id) for row in rows]


async def end_assignment(conn: Conn, assignment: AssignmentId, now: datetime, reason: str) -> None:
    """End one open assignment."""
    await partings_sql.end_assignments(conn, None, now, reason, None, assignment)


async def set_state(conn: Conn, ticket: TicketId, state: State, ended_at: datetime | None = None) -> None:
    """Move the row on; `ended_at` for the states that end a matter."""
    await tickets_sql.set_state(conn, ticket, state, ended_at)


async def add_note(conn: Conn, ticket: TicketId, seq: int, kind: str, text: str, *, public: bool = False) -> None:
    """Keep the words of event `seq`; erasable."""
    if text:
        await tickets_sql.insert_note(conn, ticket, seq, kind, text, public)


async def set_owner(conn: Conn, ticket: TicketId, user: UserId, how: str, reason: str, now: datetime) -> None:
    """Another owner from now on; all names stay on record."""
    await tickets_sql.end_ownership(conn, ticket, now)
    await tickets_sql.insert_ownership(conn, ticket, user, how, reason, now)
    await tickets_sql.set_owner(conn, ticket, user)
