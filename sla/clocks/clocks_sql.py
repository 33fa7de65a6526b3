"""The queries of clocks.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value_or_none, fetch_values
from hotline.ids import AssignmentId, DepartmentId, PersonId, TicketId

SQL = queries(__package__, "clocks.sql")


async def start_clocks(
    conn: Conn | Pool,
    ticket_ids: Collection[int | None],
    call_back_ids: Collection[int | None],
    clocks: Collection[str | None],
    assignment_ids: Collection[int | None],
    department_ids: Collection[int | None],
    whoses: Collection[str | None],
    policy_versions: Collection[int | None],
    bases: Collection[str | None],
    amounts: Collection[int | None],
    warns: Collection[int | None],
    started_times: Collection[datetime | None],
    start_seqs: Collection[int | None],
    due_times: Collection[datetime | None],
    next_times: Collection[datetime | None],
    touched_times: Collection[datetime | None],
) -> list[int]:
    """Clocks start, each from its one event; one that runs already is left alone. One that starts in the past is latched by the trigger."""
    return await fetch_values(
        conn,
        SQL["start_clocks"],
        ticket_ids,
        call_back_ids,
        clocks,
        assignment_ids,
        department_ids,
        whoses,
        policy_versions,
        bases,
        amounts,
        warns,
        started_times,
        start_seqs,
        due_times,
        next_times,
        touched_times,
    )


async def stop_clocks(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    clocks: Collection[str | None],
    assignments: Collection[int | None],
    times: Collection[datetime | None],
    seqs: Collection[int | None],
) -> list[int]:
    """Clocks stop at an event. One that was latched though its event came in time was recorded late by us: excused."""
    return await fetch_values(conn, SQL["stop_clocks"], tickets, clocks, assignments, times, seqs)


async def supersede_clocks(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    clocks: Collection[str | None],
    parts: Collection[str | None],
    times: Collection[datetime | None],
    seqs: Collection[int | None],
) -> list[int]:
    """Clocks end without having been kept, all or those of one part; what was breached by then stays breached."""
    return await fetch_values(conn, SQL["supersede_clocks"], tickets, clocks, parts, times, seqs)


async def supersede_clock(conn: Conn | Pool, ident: int, stopped_at: datetime, stop_seq: int) -> None:
    """One clock ends without having been kept."""
    await execute(conn, SQL["supersede_clock"], ident, stopped_at, stop_seq)


async def excuse_recalled(conn: Conn | Pool, ticket_id: int, now: datetime) -> list[int]:
    """A wrong dispatch was recalled: nothing of it is the department's fault (免责)."""
    return await fetch_values(conn, SQL["excuse_recalled"], ticket_id, now)


async def excuse_imported(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[int]:
    """Tickets that were dealt with elsewhere: when what happened is not known, and what cannot be known is no fault, at no time (免责)."""
    return await fetch_values(conn, SQL["excuse_imported"], ticket_ids)


async def excuse_corrected(conn: Conn | Pool, idents: Collection[int | None]) -> list[int]:
    """A correction counted these clocks to a moment before it: nobody could have kept them, at no time (免责)."""
    return await fetch_values(conn, SQL["excuse_corrected"], idents)


async def hold_clocks(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    clocks: Collection[str | None],
    times: Collection[datetime | None],
) -> list[int]:
    """The lead's clocks stand still until an event; what was breached by then is latched first."""
    return await fetch_values(conn, SQL["hold_clocks"], tickets, clocks, times)


async def release_clocks(
    conn: Conn | Pool, ticket_id: int, clocks: Collection[str | None], touched_at: datetime
) -> list[int]:
    """The lead's clocks go on as if they had never stood still; latched if due."""
    return await fetch_values(conn, SQL["release_clocks"], ticket_id, clocks, touched_at)


async def latch_held(
    conn: Conn | Pool, ticket_id: int, clocks: Collection[str | None], touched_at: datetime
) -> list[int]:
    """What was done too late while its clock stood still counts after all: the clock never stood still."""
    return await fetch_values(conn, SQL["latch_held"], ticket_id, clocks, touched_at)


async def reopen_clocks(
    conn: Conn | Pool, ticket_id: int, touched_at: datetime, clocks: Collection[str | None]
) -> list[int]:
    """The latest reply was sent back: what it ended never stopped; latched if due passed in between."""
    return await fetch_values(conn, SQL["reopen_clocks"], ticket_id, touched_at, clocks)


class MoveDueRow(TypedRow):
    """A row of `move_due`."""

    due_at: datetime
    breached_at: datetime | None


async def move_due(
    conn: Conn | Pool,
    ident: int,
    due_at: datetime,
    touched_at: datetime,
    amount: int | None,
    base: str,
    warn: int | None,
    added_days: int,
) -> list[MoveDueRow]:
    """A due time is moved by a decision, a correction or the calendar, unless it had passed by then: that is latched."""
    return await fetch_many(
        conn, MoveDueRow, SQL["move_due"], ident, due_at, touched_at, amount, base, warn, added_days
    )


async def take_start(conn: Conn | Pool, ident: int, started_at: datetime, touched_at: datetime) -> None:
    """A clock is counted from the event of another ticket."""
    await execute(conn, SQL["take_start"], ident, started_at, touched_at)


async def pause_clock(
    conn: Conn | Pool, ident: int, due_at: datetime, now: datetime, resumes_at: datetime | None, added_days: int
) -> list[datetime]:
    """A clock stands still until a moment, or until an event; its due time moves on by as many working days."""
    return await fetch_values(conn, SQL["pause_clock"], ident, due_at, now, resumes_at, added_days)


async def resume_clock(
    conn: Conn | Pool, ident: int, due_at: datetime, touched_at: datetime, added_days: int
) -> list[datetime]:
    """A clock goes on, with the working days that it really stood still."""
    return await fetch_values(conn, SQL["resume_clock"], ident, due_at, touched_at, added_days)


async def resume_ended(conn: Conn | Pool, ticket_ids: Collection[int | None], now: datetime) -> list[int]:
    """Pauses of tickets that ended by themselves: all their clocks run."""
    return await fetch_values(conn, SQL["resume_ended"], ticket_ids, now)


class OpenClocksRow(TypedRow):
    """A row of `open_clocks`."""

    id: int
    ticket_id: TicketId
    call_back_id: int | None
    clock: str
    assignment_id: AssignmentId | None
    department_id: DepartmentId | None
    whose: str
    policy_version: int
    base: str
    amount: int
    warn: int | None
    added_days: int
    started_at: datetime
    start_seq: int | None
    due_at: datetime
    state: str
    resumes_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stop_seq: int | None
    next_at: datetime | None
    step: int
    excused: str
    touched_at: datetime
    excused_at: datetime | None
    part: str | None


async def open_clocks(conn: Conn | Pool, ticket_id: int) -> list[OpenClocksRow]:
    """The clocks of a ticket that are not over, with the part of their assignment."""
    return await fetch_many(conn, OpenClocksRow, SQL["open_clocks"], ticket_id)


class ClocksOfRow(TypedRow):
    """A row of `clocks_of`."""

    id: int
    ticket_id: TicketId | None
    call_back_id: int | None
    clock: str
    assignment_id: AssignmentId | None
    department_id: DepartmentId | None
    whose: str
    policy_version: int
    base: str
    amount: int
    warn: int | None
    added_days: int
    started_at: datetime
    start_seq: int | None
    due_at: datetime
    state: str
    resumes_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stop_seq: int | None
    next_at: datetime | None
    step: int
    excused: str
    touched_at: datetime
    excused_at: datetime | None
    department: str | None


async def clocks_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ClocksOfRow]:
    """All clocks of some tickets, oldest first."""
    return await fetch_many(conn, ClocksOfRow, SQL["clocks_of"], ticket_ids)


async def clocks_of_call_backs(conn: Conn | Pool, call_back_ids: Collection[int | None]) -> list[ClocksOfRow]:
    """The clocks of owed calls."""
    return await fetch_many(conn, ClocksOfRow, SQL["clocks_of_call_backs"], call_back_ids)


class LeadStartRow(TypedRow):
    """A row of `lead_start`."""

    id: int
    department_id: DepartmentId
    seq: int
    at: datetime


async def lead_start(conn: Conn | Pool, ticket_id: int) -> LeadStartRow | None:
    """The open lead assignment of a ticket, and the event that gave it."""
    return await fetch_one_or_none(conn, LeadStartRow, SQL["lead_start"], ticket_id)


async def clocks_seen(conn: Conn | Pool, assignment_id: int) -> list[str]:
    """The clocks that an assignment has or had, apart from those that a correction took away without a breach."""
    return await fetch_values(conn, SQL["clocks_seen"], assignment_id)


class ChildrenClocksRow(TypedRow):
    """A row of `children_clocks`."""

    clock: str
    started_at: datetime
    due_at: datetime
    base: str
    amount: int
    whose: str
    warn: int | None
    added_days: int
    department_id: DepartmentId | None


async def children_clocks(conn: Conn | Pool, parent_id: int) -> list[ChildrenClocksRow]:
    """The last clock of each name of each ticket that was merged into one, those that are due first before the others."""
    return await fetch_many(conn, ChildrenClocksRow, SQL["children_clocks"], parent_id)


async def late_ruled(conn: Conn | Pool, ticket_id: int, clocks: Collection[str | None]) -> list[OpenClocksRow]:
    """The lead's clocks that stood still until a ruling, and those that were stopped too late meanwhile."""
    return await fetch_many(conn, OpenClocksRow, SQL["late_ruled"], ticket_id, clocks)


async def give_back(conn: Conn | Pool, ident: int, due_at: datetime, amount: int, added_days: int) -> None:
    """The time that a ruling came too late is added to what a clock has."""
    await execute(conn, SQL["give_back"], ident, due_at, amount, added_days)


class SubjectsRow(TypedRow):
    """A row of `subjects`."""

    id: int
    state: str
    category: str
    urgency: str
    person_id: PersonId | None
    received_at: datetime
    own_base: str | None
    own_amount: int | None
    own_basis: str | None


async def subjects(conn: Conn | Pool, idents: Collection[int | None]) -> list[SubjectsRow]:
    """What the clocks of tickets depend on, with the statutory procedure that a ticket follows."""
    return await fetch_many(conn, SubjectsRow, SQL["subjects"], idents)


class DueStepsRow(TypedRow):
    """A row of `due_steps`."""

    id: int
    ticket_id: TicketId | None
    call_back_id: int | None
    clock: str
    assignment_id: AssignmentId | None
    department_id: DepartmentId | None
    whose: str
    policy_version: int
    base: str
    amount: int
    warn: int | None
    added_days: int
    started_at: datetime
    start_seq: int | None
    due_at: datetime
    state: str
    resumes_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stop_seq: int | None
    next_at: datetime | None
    step: int
    excused: str
    touched_at: datetime
    excused_at: datetime | None
    number: str | None
    owner_id: int | None
    urgency: str
    ticket_state: str | None
    department_name: str | None
    ordered_at: datetime | None


async def due_steps(conn: Conn | Pool, now: datetime, limit: int) -> list[DueStepsRow]:
    """Clocks of tickets whose next step is due, locked with their tickets, passing by what others hold."""
    return await fetch_many(conn, DueStepsRow, SQL["due_steps"], now, limit)


async def due_call_backs(conn: Conn | Pool, now: datetime, limit: int) -> list[DueStepsRow]:
    """Clocks of call-backs whose next step is due, locked, passing by what others hold."""
    return await fetch_many(conn, DueStepsRow, SQL["due_call_backs"], now, limit)


async def due_one(conn: Conn | Pool, ident: int, now: datetime) -> list[DueStepsRow]:
    """One clock whose next step is due, locked with its ticket."""
    return await fetch_many(conn, DueStepsRow, SQL["due_one"], ident, now)


async def due_ids(conn: Conn | Pool, now: datetime, limit: int) -> list[int]:
    """The clocks whose next step is due, not locked."""
    return await fetch_values(conn, SQL["due_ids"], now, limit)


async def due_call_back(conn: Conn | Pool, ident: int, now: datetime) -> list[DueStepsRow]:
    """One clock of a call-back whose next step is due, locked."""
    return await fetch_many(conn, DueStepsRow, SQL["due_call_back"], ident, now)


async def postpone_clock(conn: Conn | Pool, ident: int, now: datetime) -> None:
    """A clock that cannot be dealt with waits a quarter of an hour, so that it stops no other."""
    await execute(conn, SQL["postpone_clock"], ident, now)


class AddStepsRow(TypedRow):
    """A row of `add_steps`."""

    clock_id: int
    step: str


async def add_steps(
    conn: Conn | Pool,
    clock_ids: Collection[int | None],
    steps: Collection[str | None],
    due_times: Collection[datetime | None],
    times: Collection[datetime | None],
) -> list[AddStepsRow]:
    """Steps of the ladder, each once and at its own moment."""
    return await fetch_many(conn, AddStepsRow, SQL["add_steps"], clock_ids, steps, due_times, times)


async def advance(
    conn: Conn | Pool,
    idents: Collection[int | None],
    next_times: Collection[datetime | None],
    steps: Collection[int | None],
    now: datetime,
) -> None:
    """Where the ladder of each clock goes next; the trigger latches what is past due."""
    await execute(conn, SQL["advance"], idents, next_times, steps, now)


class UnmetRow(TypedRow):
    """A row of `unmet`."""

    id: int
    ticket_id: TicketId
    call_back_id: int | None
    clock: str
    assignment_id: AssignmentId | None
    department_id: DepartmentId | None
    whose: str
    policy_version: int
    base: str
    amount: int
    warn: int | None
    added_days: int
    started_at: datetime
    start_seq: int | None
    due_at: datetime
    state: str
    resumes_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    stop_seq: int | None
    next_at: datetime | None
    step: int
    excused: str
    touched_at: datetime
    excused_at: datetime | None
    at: datetime


async def unmet(
    conn: Conn | Pool, tickets: Collection[int | None], seqs: Collection[int | None], times: Collection[datetime | None]
) -> list[UnmetRow]:
    """Clocks of tickets' departments that no step of the ladder has met: open ones, and those that ended at an event or breached."""
    return await fetch_many(conn, UnmetRow, SQL["unmet"], tickets, seqs, times)


async def parents(conn: Conn | Pool, parent_ids: Collection[int | None]) -> list[int | None]:
    """Which of these tickets others were merged into."""
    return await fetch_values(conn, SQL["parents"], parent_ids, null=True)


async def is_running(conn: Conn | Pool, clock: int, now: datetime) -> bool | None:
    """Whether a clock still runs, not past the end of its pause."""
    found: bool | None = await fetch_value_or_none(conn, SQL["is_running"], clock, now)
    return found


async def stop_call_back(conn: Conn | Pool, call_back_ids: Collection[int | None], now: datetime) -> None:
    """The call was made."""
    await execute(conn, SQL["stop_call_back"], call_back_ids, now)


class AskedCallBacksRow(TypedRow):
    """A row of `asked_call_backs`."""

    id: int
    asked_at: datetime


async def asked_call_backs(conn: Conn | Pool, idents: Collection[int | None]) -> list[AskedCallBacksRow]:
    """When the calls were asked for."""
    return await fetch_many(conn, AskedCallBacksRow, SQL["asked_call_backs"], idents)


class WholeOfRow(TypedRow):
    """A row of `whole_of`."""

    id: int
    started_at: datetime
    told_at: datetime | None


async def whole_of(conn: Conn | Pool, idents: Collection[int | None]) -> list[WholeOfRow]:
    """From the first word to the last telling: never reset by ruling, rework or merge."""
    return await fetch_many(conn, WholeOfRow, SQL["whole_of"], idents)
