"""The queries of paging.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import AssignmentId, DepartmentId, TicketId, UserId

SQL = queries(__package__, "paging.sql")


class OnDutyRow(TypedRow):
    """A row of `on_duty`."""

    department_id: DepartmentId
    rank: str
    from_at: datetime
    to_at: datetime
    user_id: UserId
    shown_name: str
    phone_enc: bytes
    language: str


async def on_duty(conn: Conn | Pool, department_ids: Collection[int | None], now: datetime) -> list[OnDutyRow]:
    """Who of some departments is on duty at a moment, members first, with a tested number and not on leave."""
    return await fetch_many(conn, OnDutyRow, SQL["on_duty"], department_ids, now)


class LiaisonsRow(TypedRow):
    """A row of `liaisons`."""

    department_id: DepartmentId
    leads: bool
    user_id: UserId
    shown_name: str
    phone_enc: bytes
    language: str


async def liaisons(conn: Conn | Pool, department_ids: Collection[int | None], now: datetime) -> list[LiaisonsRow]:
    """The people of departments who are not on leave, for those without a roster and for those whose roster names no leader; leaders last."""
    return await fetch_many(conn, LiaisonsRow, SQL["liaisons"], department_ids, now)


class HeirsRow(TypedRow):
    """A row of `heirs`."""

    id: int
    heir: int


async def heirs(conn: Conn | Pool, idents: Collection[int | None]) -> list[HeirsRow]:
    """Of some departments that were merged into others: the one in force in the end that goes on in their place."""
    return await fetch_many(conn, HeirsRow, SQL["heirs"], idents)


class ManagersRow(TypedRow):
    """A row of `managers`."""

    user_id: UserId
    shown_name: str
    phone_enc: bytes
    language: str


async def managers(conn: Conn | Pool) -> ManagersRow | None:
    """The centre's managers with a number, those on shift first."""
    return await fetch_one_or_none(conn, ManagersRow, SQL["managers"])


async def start_paging(
    conn: Conn | Pool,
    assignments: Collection[int | None],
    tickets: Collection[int | None],
    departments: Collection[int | None],
    codes: Collection[str | None],
    urgencies: Collection[str | None],
    now: datetime,
    anywhere: bool,
) -> list[AssignmentId]:
    """Ladders begin; a code that is taken is left to the next try: anywhere at first ($7), later in the department alone."""
    return await fetch_values(
        conn, SQL["start_paging"], assignments, tickets, departments, codes, urgencies, now, anywhere
    )


class DuePagingsRow(TypedRow):
    """A row of `due_pagings`."""

    assignment_id: AssignmentId
    ticket_id: TicketId
    department_id: DepartmentId
    code: str
    urgency: str
    step: int
    held: int
    next_at: datetime | None
    started_at: datetime
    ended_at: datetime | None
    how: str | None
    number: str
    category: str
    confidential: bool
    state: str
    place: str | None
    part: str
    acknowledged_at: datetime | None
    signed_at: datetime | None
    over_at: datetime | None
    paged: list[int]
    unsent: bool | None
    doubtful: bool | None


async def due_pagings(conn: Conn | Pool, now: datetime, limit: int) -> list[DuePagingsRow]:
    """Ladders whose next step is due, locked with their tickets, passing by what others hold: a sweep that waited for a
    ticket while a move on it waits for the ladder would deadlock. `unsent`: what the step before wrote
    has not left, as far as is known; `doubtful`: it may have."""
    return await fetch_many(conn, DuePagingsRow, SQL["due_pagings"], now, limit)


async def due_paging(conn: Conn | Pool, now: datetime, assignment_id: int) -> list[DuePagingsRow]:
    """One ladder that is due, as `due_pagings` gives them."""
    return await fetch_many(conn, DuePagingsRow, SQL["due_paging"], now, assignment_id)


async def due_ids(conn: Conn | Pool, now: datetime, limit: int) -> list[AssignmentId]:
    """Which ladders are due, unlocked."""
    return await fetch_values(conn, SQL["due_ids"], now, limit)


async def postpone_paging(conn: Conn | Pool, assignment_id: int, next_at: datetime) -> None:
    """A ladder that cannot be climbed now is tried again later."""
    await execute(conn, SQL["postpone_paging"], assignment_id, next_at)


async def hold_paging(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> None:
    """While a return waits for its ruling the lead's ladder stands still."""
    await execute(conn, SQL["hold_paging"], ticket_ids)


async def resume_paging(conn: Conn | Pool, ticket_ids: Collection[int | None], now: datetime, steps: int) -> None:
    """Overruled: a ladder that stood still and has steps left goes on."""
    await execute(conn, SQL["resume_paging"], ticket_ids, now, steps)


class ReclassedPagingsRow(TypedRow):
    """A row of `reclassed_pagings`."""

    assignment_id: AssignmentId
    next_at: datetime | None
    urgency: str
    paged_at: datetime | None


async def reclassed_pagings(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[ReclassedPagingsRow]:
    """Open ladders that still have the urgency from before a correction, with the time of their last page."""
    return await fetch_many(conn, ReclassedPagingsRow, SQL["reclassed_pagings"], ticket_ids)


async def reclass_pagings(
    conn: Conn | Pool,
    idents: Collection[int | None],
    urgencies: Collection[str | None],
    next_times: Collection[datetime | None],
) -> None:
    """Ladders take the new urgency and its wait."""
    await execute(conn, SQL["reclass_pagings"], idents, urgencies, next_times)


async def tickets_of_assignments(conn: Conn | Pool, idents: Collection[int | None]) -> list[TicketId]:
    """The tickets of some assignments, to be locked before them."""
    return await fetch_values(conn, SQL["tickets_of_assignments"], idents)


class InsertPagesRow(TypedRow):
    """A row of `insert_pages`."""

    assignment_id: AssignmentId
    step: int
    user_id: UserId
    channel: str


async def insert_pages(
    conn: Conn | Pool,
    assignment_ids: Collection[int | None],
    steps: Collection[int | None],
    users: Collection[int | None],
    channels: Collection[str | None],
    now: datetime,
) -> list[InsertPagesRow]:
    """Pages of a step, each person once; `message` is the key under which it leaves."""
    return await fetch_many(conn, InsertPagesRow, SQL["insert_pages"], assignment_ids, steps, users, channels, now)


async def carry_pages(
    conn: Conn | Pool,
    assignments: Collection[int | None],
    steps: Collection[int | None],
    persons: Collection[int | None],
    channels: Collection[str | None],
    messages: Collection[str | None],
) -> None:
    """By which message each page leaves."""
    await execute(conn, SQL["carry_pages"], assignments, steps, persons, channels, messages)


async def advance_pagings(
    conn: Conn | Pool,
    idents: Collection[int | None],
    steps: Collection[int | None],
    next_times: Collection[datetime | None],
) -> None:
    """Where each ladder goes next; no moment: it has come to its end. `held`: how often it waited at the same step."""
    await execute(conn, SQL["advance_pagings"], idents, steps, next_times)


async def end_paging(
    conn: Conn | Pool, assignment_ids: Collection[int | None], now: datetime, how: str
) -> list[AssignmentId]:
    """Acknowledged, signed or over: the ladder stops at once."""
    return await fetch_values(conn, SQL["end_paging"], assignment_ids, now, how)


async def over_pagings(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[AssignmentId]:
    """Ladders of tickets whose assignment was signed or ended."""
    return await fetch_values(conn, SQL["over_pagings"], ticket_ids)


class PagingByCodeRow(TypedRow):
    """A row of `paging_by_code`."""

    assignment_id: AssignmentId
    number: str
    over_at: datetime | None
    signed_at: datetime | None
    department_id: DepartmentId


async def paging_by_code(
    conn: Conn | Pool, user_id: int, code: str, department_id: int | None
) -> PagingByCodeRow | None:
    """The ladder with this code that paged this person, or that is the person's department's: an open one first, then one that
    paged the person, then the latest."""
    return await fetch_one_or_none(conn, PagingByCodeRow, SQL["paging_by_code"], user_id, code, department_id)


class WaitingPagesRow(TypedRow):
    """A row of `waiting_pages`."""

    assignment_id: AssignmentId
    code: str
    number: str
    over_at: datetime | None
    signed_at: datetime | None


async def waiting_pages(conn: Conn | Pool, user_id: int) -> list[WaitingPagesRow]:
    """The ladders that paged a person and still wait for an answer, the oldest first."""
    return await fetch_many(conn, WaitingPagesRow, SQL["waiting_pages"], user_id)


async def code_of_ticket(conn: Conn | Pool, user_id: int, reply_number: str, department_id: int | None) -> str | None:
    """The code under which a ticket with this number paged this person, or the person's department, last."""
    found: str | None = await fetch_value_or_none(conn, SQL["code_of_ticket"], user_id, reply_number, department_id)
    return found


async def written_to(conn: Conn | Pool, to_hash: bytes, user_id: int, since: datetime) -> bool:
    """Whether somebody who works here was sent a message of the work since a moment."""
    found: bool = await fetch_value(conn, SQL["written_to"], to_hash, user_id, since)
    return found


async def own_ticket(conn: Conn | Pool, said_number: str, phone_hash: bytes) -> bool:
    """Whether a ticket is of the person with this telephone."""
    found: bool = await fetch_value(conn, SQL["own_ticket"], said_number, phone_hash)
    return found


class UserOfPhoneRow(TypedRow):
    """A row of `user_of_phone`."""

    id: int
    name: str
    shown_name: str
    role: str
    department_id: DepartmentId | None
    leads: bool
    builtin: bool
    password_hash: str | None
    password_temporary: bool
    password_until: datetime | None
    failures: int
    locked_until: datetime | None
    phone_enc: bytes
    phone_hash: bytes | None
    phone_tested_at: datetime | None
    language: str
    made_at: datetime
    disabled_at: datetime | None


async def user_of_phone(conn: Conn | Pool, phone_hash: bytes) -> UserOfPhoneRow | None:
    """Whose phone this is: the tested one counts; of several who claim it untested, none."""
    return await fetch_one_or_none(conn, UserOfPhoneRow, SQL["user_of_phone"], phone_hash)


async def wanted_pages(
    conn: Conn | Pool, assignments: Collection[int | None], steps: Collection[int | None]
) -> list[AssignmentId]:
    """Which of these ladders still wait at the step that the message is of: not acknowledged, not over, not further on."""
    return await fetch_values(conn, SQL["wanted_pages"], assignments, steps)


class AssignmentRow(TypedRow):
    """A row of `assignment`."""

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


async def assignment(conn: Conn | Pool, assignment: int) -> AssignmentRow | None:
    """One assignment, locked."""
    return await fetch_one_or_none(conn, AssignmentRow, SQL["assignment"], assignment)


class PagesOfRow(TypedRow):
    """A row of `pages_of`."""

    ticket_id: TicketId
    department_id: DepartmentId
    department: str
    department_name: str
    assignment_id: AssignmentId
    step: int
    channel: str
    at: datetime
    shown_name: str
    ended_at: datetime | None
    how: str | None
    message: str | None
    by_itself: bool


async def pages_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[PagesOfRow]:
    """The pages of some tickets, with what became of the message that carried each."""
    return await fetch_many(conn, PagesOfRow, SQL["pages_of"], ticket_ids)


async def known_pagings(conn: Conn | Pool, assignment_ids: Collection[int | None]) -> list[AssignmentId]:
    """Which of these assignments have a ladder."""
    return await fetch_values(conn, SQL["known_pagings"], assignment_ids)
