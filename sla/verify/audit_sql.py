"""The queries of audit.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_values
from hotline.ids import AssignmentId, DepartmentId, PersonId, TicketId, UserId

SQL = queries(__package__, "audit.sql")


class TicketsRow(TypedRow):
    """A row of `tickets`."""

    id: int
    number: str
    state: str
    channel: str
    category: str
    urgency: str
    confidential: bool
    owner_id: int
    department_id: DepartmentId | None
    person_id: PersonId | None
    concerned_id: int | None
    parent_id: int | None
    after_id: int | None
    received_at: datetime
    ended_at: datetime | None
    filed_at: datetime | None
    words_erased_at: datetime | None
    event_count: int
    last_event_at: datetime
    head_hash: bytes


async def tickets(conn: Conn | Pool, after: int, until: int) -> list[TicketsRow]:
    """The rows of a part of the tickets."""
    return await fetch_many(conn, TicketsRow, SQL["tickets"], after, until)


class AuditAssignmentsRow(TypedRow):
    """A row of `assignments`."""

    id: int
    ticket_id: TicketId
    department_id: DepartmentId
    part: str
    assigned_by: str
    assigned_at: datetime
    suggested: Any
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    signed_at: datetime | None
    signed_by: int | None
    handler_enc: bytes | None
    contacted_at: datetime | None
    safe_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


async def assignments(conn: Conn | Pool, after: int, until: int) -> list[AuditAssignmentsRow]:
    """Their assignments."""
    return await fetch_many(conn, AuditAssignmentsRow, SQL["assignments"], after, until)


class OwnersRow(TypedRow):
    """A row of `owners`."""

    id: int
    ticket_id: TicketId
    user_id: UserId
    how: str
    reason: str
    from_at: datetime
    to_at: datetime | None


async def owners(conn: Conn | Pool, after: int, until: int) -> list[OwnersRow]:
    """Their owners, in order."""
    return await fetch_many(conn, OwnersRow, SQL["owners"], after, until)


class AuditDutiesRow(TypedRow):
    """A row of `duties`."""

    ticket_id: TicketId
    duty: str
    state: str
    seq: int | None
    closed_at: datetime | None


async def duties(conn: Conn | Pool, after: int, until: int) -> list[AuditDutiesRow]:
    """Their duties."""
    return await fetch_many(conn, AuditDutiesRow, SQL["duties"], after, until)


class AuditClocksRow(TypedRow):
    """A row of `clocks`."""

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


async def clocks(conn: Conn | Pool, after: int, until: int) -> list[AuditClocksRow]:
    """Their clocks, in order."""
    return await fetch_many(conn, AuditClocksRow, SQL["clocks"], after, until)


class AuditProceduresRow(TypedRow):
    """A row of `procedures`."""

    id: int
    base: str
    amount: int
    basis: str


async def procedures(conn: Conn | Pool) -> list[AuditProceduresRow]:
    """All statutory procedures, ended ones too."""
    return await fetch_many(conn, AuditProceduresRow, SQL["procedures"])


async def closure_reasons(conn: Conn | Pool) -> list[str]:
    """Why closures and failures were declared, revoked ones too: the grounds on which clocks were excused."""
    return await fetch_values(conn, SQL["closure_reasons"])
