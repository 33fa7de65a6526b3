"""The queries of department.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import AssignmentId, DepartmentId, TicketId

SQL = queries(__package__, "department.sql")


async def propose_reply(
    conn: Conn | Pool,
    ticket_id: int,
    assignment_id: int,
    outcome: str,
    public_text: str,
    internal_text: str,
    proposed_by: str,
    now: datetime,
) -> int | None:
    """A reply waits for the department's leader; one at a time."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["propose_reply"], ticket_id, assignment_id, outcome, public_text, internal_text, proposed_by, now
    )
    return found


class ProposalRow(TypedRow):
    """A row of `proposal`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    outcome: str
    public_text: str
    internal_text: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    accepted: bool | None
    reason: str


async def proposal(conn: Conn | Pool, item: int | None, ticket_id: int) -> ProposalRow | None:
    """A reply that waits for the leader."""
    return await fetch_one_or_none(conn, ProposalRow, SQL["proposal"], item, ticket_id)


class ProposalsRow(TypedRow):
    """A row of `proposals`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    outcome: str
    public_text: str
    internal_text: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    accepted: bool | None
    reason: str
    by_name: str


async def proposals(conn: Conn | Pool, ticket_id: int, department_id: int | None) -> list[ProposalsRow]:
    """What a department's people proposed as the reply of a ticket, oldest first."""
    return await fetch_many(conn, ProposalsRow, SQL["proposals"], ticket_id, department_id)


async def decide_proposal(
    conn: Conn | Pool, ident: int, accepted: bool, decided_by: str, now: datetime, reason: str
) -> None:
    """The leader's yes, or no with a reason."""
    await execute(conn, SQL["decide_proposal"], ident, accepted, decided_by, now, reason)


async def leader_reviews(conn: Conn | Pool, department_id: int) -> bool | None:
    """Whether a department's leader reads its replies first."""
    found: bool | None = await fetch_value_or_none(conn, SQL["leader_reviews"], department_id)
    return found


async def insert_co_request(
    conn: Conn | Pool, ticket_id: int, assignment_id: int, department_id: int, reason: str, asked_by: str, now: datetime
) -> int | None:
    """The lead asks for a department beside it, once at a time."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["insert_co_request"], ticket_id, assignment_id, department_id, reason, asked_by, now
    )
    return found


class CoRequestRow(TypedRow):
    """A row of `co_request`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    reason: str
    asked_by: str
    asked_at: datetime
    granted: bool | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str


async def co_request(conn: Conn | Pool, item: int | None, ticket_id: int) -> CoRequestRow | None:
    """One request for a co-handler."""
    return await fetch_one_or_none(conn, CoRequestRow, SQL["co_request"], item, ticket_id)


class CoRequestsRow(TypedRow):
    """A row of `co_requests`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    reason: str
    asked_by: str
    asked_at: datetime
    granted: bool | None
    decided_by: str | None
    decided_at: datetime | None
    decision: str
    name: str
    code: str


async def co_requests(conn: Conn | Pool, ticket_id: int) -> list[CoRequestsRow]:
    """The requests for co-handlers of a ticket, oldest first."""
    return await fetch_many(conn, CoRequestsRow, SQL["co_requests"], ticket_id)


async def co_request_waits(conn: Conn | Pool, ticket_id: int) -> bool:
    """Whether something that a co-handler is asked, or disputes, waits for the centre's word."""
    found: bool = await fetch_value(conn, SQL["co_request_waits"], ticket_id)
    return found


async def decide_co_request(
    conn: Conn | Pool, ident: int, granted: bool, decided_by: str, now: datetime, decision: str
) -> None:
    """The centre grants or refuses a co-handler."""
    await execute(conn, SQL["decide_co_request"], ident, granted, decided_by, now, decision)


async def overtake_proposal(conn: Conn | Pool, assignment_id: int, decided_by: str, now: datetime) -> None:
    """A reply that the leader sent directly overtakes what waited."""
    await execute(conn, SQL["overtake_proposal"], assignment_id, decided_by, now)


async def insert_refusal(
    conn: Conn | Pool,
    ticket_id: int,
    assignment_id: int,
    department_id: int,
    reason: str,
    basis: str,
    asked_by: str,
    now: datetime,
) -> int | None:
    """A co-handler disputes its part; once for each part."""
    found: int | None = await fetch_value_or_none(
        conn, SQL["insert_refusal"], ticket_id, assignment_id, department_id, reason, basis, asked_by, now
    )
    return found


class RefusalRow(TypedRow):
    """A row of `refusal`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    reason: str
    basis: str
    asked_by: str
    asked_at: datetime
    released: bool | None
    decision: str
    decided_by: str | None
    decided_at: datetime | None


async def refusal(conn: Conn | Pool, item: int | None, ticket_id: int) -> RefusalRow | None:
    """One such dispute of a ticket, locked."""
    return await fetch_one_or_none(conn, RefusalRow, SQL["refusal"], item, ticket_id)


async def decide_refusal(
    conn: Conn | Pool, ident: int, released: bool, decision: str, decided_by: str, now: datetime
) -> None:
    """The centre's ruling on it."""
    await execute(conn, SQL["decide_refusal"], ident, released, decision, decided_by, now)


class RefusalsOfRow(TypedRow):
    """A row of `refusals_of`."""

    id: int
    ticket_id: TicketId
    assignment_id: AssignmentId
    department_id: DepartmentId
    reason: str
    basis: str
    asked_by: str
    asked_at: datetime
    released: bool | None
    decision: str
    decided_by: str | None
    decided_at: datetime | None
    code: str
    name: str


async def refusals_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[RefusalsOfRow]:
    """What co-handlers disputed on some tickets."""
    return await fetch_many(conn, RefusalsOfRow, SQL["refusals_of"], ticket_ids)


class WaitingRefusalsRow(TypedRow):
    """A row of `waiting_refusals`."""

    id: int
    reason: str
    basis: str
    asked_at: datetime
    number: str
    name: str
    name_en: str


async def waiting_refusals(conn: Conn | Pool) -> list[WaitingRefusalsRow]:
    """Co-handlers' disputes that wait for a ruling, the oldest first."""
    return await fetch_many(conn, WaitingRefusalsRow, SQL["waiting_refusals"])
