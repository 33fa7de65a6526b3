"""The queries of tickets.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one, fetch_one_or_none, fetch_value
from hotline.ids import DepartmentId, PersonId, TicketId

SQL = queries(__package__, "tickets.sql")


class TicketRow(TypedRow):
    """A row of `ticket`."""

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


async def ticket(conn: Conn | Pool, number: str) -> TicketRow | None:
    """One ticket by number."""
    return await fetch_one_or_none(conn, TicketRow, SQL["ticket"], number)


async def ticket_locked(conn: Conn | Pool, number: str) -> TicketRow | None:
    """One ticket by number, locked: every move begins here."""
    return await fetch_one_or_none(conn, TicketRow, SQL["ticket_locked"], number)


async def tickets_locked(conn: Conn | Pool, idents: Collection[int | None]) -> list[TicketRow]:
    """Tickets by id, locked in id order."""
    return await fetch_many(conn, TicketRow, SQL["tickets_locked"], idents)


async def ticket_by_id(conn: Conn | Pool, ticket: int) -> TicketRow | None:
    """One ticket by id."""
    return await fetch_one_or_none(conn, TicketRow, SQL["ticket_by_id"], ticket)


class TicketsWordsRow(TypedRow):
    """A row of `words`."""

    ticket_id: TicketId
    text: str
    place: str


async def words(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[TicketsWordsRow]:
    """The words of some tickets; none where they were erased."""
    return await fetch_many(conn, TicketsWordsRow, SQL["words"], ticket_ids)


async def set_state(conn: Conn | Pool, ticket: int, state: str, ended_at: datetime | None) -> None:
    """A ticket moves on; ended_at is set by the moves that end it."""
    await execute(conn, SQL["set_state"], ticket, state, ended_at)


async def set_filed(conn: Conn | Pool, ticket_id: int, state: str, now: datetime) -> None:
    """Filing: a followed-up ticket becomes archived, other ends keep their name."""
    await execute(conn, SQL["set_filed"], ticket_id, state, now)


async def set_department(conn: Conn | Pool, ticket: int, department_id: int | None) -> None:
    """The lead department of a ticket, empty when nobody has it."""
    await execute(conn, SQL["set_department"], ticket, department_id)


async def set_owner(conn: Conn | Pool, ticket_id: int, owner_id: int) -> None:
    """The owner's copy on the ticket; ownership rows hold the history."""
    await execute(conn, SQL["set_owner"], ticket_id, owner_id)


async def set_class(conn: Conn | Pool, ticket_id: int, category: str, urgency: str, confidential: bool) -> None:
    """Corrected category, urgency, and whether it is confidential."""
    await execute(conn, SQL["set_class"], ticket_id, category, urgency, confidential)


async def set_words(conn: Conn | Pool, ticket_id: int, text: str, place: str, grams: Collection[str | None]) -> None:
    """Corrected or redacted words with their search keys."""
    await execute(conn, SQL["set_words"], ticket_id, text, place, grams)


async def set_parent(conn: Conn | Pool, ticket_id: int, parent_id: int) -> None:
    """A merged ticket points to the one that goes on."""
    await execute(conn, SQL["set_parent"], ticket_id, parent_id)


async def event_count(conn: Conn | Pool, ticket_id: int) -> int:
    """How many events a ticket has."""
    found: int = await fetch_value(conn, SQL["event_count"], ticket_id)
    return found


class TicketsDutiesRow(TypedRow):
    """A row of `duties`."""

    ticket_id: TicketId
    duty: str
    state: str
    seq: int | None
    closed_at: datetime | None


async def duties(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[TicketsDutiesRow]:
    """The duty rows of some tickets."""
    return await fetch_many(conn, TicketsDutiesRow, SQL["duties"], ticket_ids)


async def close_duties(
    conn: Conn | Pool,
    ticket_id: int,
    duties: Collection[str | None],
    states: Collection[str | None],
    seq: int,
    closed_at: datetime,
) -> None:
    """Open duties are closed by an event; closed ones stay as they were."""
    await execute(conn, SQL["close_duties"], ticket_id, duties, states, seq, closed_at)


async def close_many(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    duty: str,
    seqs: Collection[int | None],
    times: Collection[datetime | None],
) -> None:
    """An open duty of each ticket is closed on the evidence of an event."""
    await execute(conn, SQL["close_many"], tickets, duty, seqs, times)


async def open_duty(conn: Conn | Pool, ticket_id: int, duties: Collection[str | None]) -> None:
    """A duty is owed again."""
    await execute(conn, SQL["open_duty"], ticket_id, duties)


class TicketsAssignmentsRow(TypedRow):
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
    code: str
    name: str
    name_en: str


async def assignments(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[TicketsAssignmentsRow]:
    """All assignments of some tickets, oldest first."""
    return await fetch_many(conn, TicketsAssignmentsRow, SQL["assignments"], ticket_ids)


class LeadRow(TypedRow):
    """A row of `lead`."""

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


async def lead(conn: Conn | Pool, ticket_id: int) -> LeadRow | None:
    """The open lead assignment of a ticket."""
    return await fetch_one_or_none(conn, LeadRow, SQL["lead"], ticket_id)


async def open_assignment(conn: Conn | Pool, ticket_id: int, department_id: int) -> LeadRow | None:
    """The open assignment of a department in a ticket, as lead or co-handler; where it has none, of one merged into it."""
    return await fetch_one_or_none(conn, LeadRow, SQL["open_assignment"], ticket_id, department_id)


async def insert_assignment(
    conn: Conn | Pool, ticket_id: int, department_id: int, part: str, assigned_by: str, now: datetime, suggested: object
) -> LeadRow:
    """A department is given a part in a ticket."""
    return await fetch_one(
        conn, LeadRow, SQL["insert_assignment"], ticket_id, department_id, part, assigned_by, now, suggested
    )


async def sign_assignment(
    conn: Conn | Pool, assignment_id: int, now: datetime, signed_by: int, handler_enc: bytes
) -> None:
    """Received by the department (签收)."""
    await execute(conn, SQL["sign_assignment"], assignment_id, now, signed_by, handler_enc)


async def acknowledge_assignment(conn: Conn | Pool, assignment: int, now: datetime, actor: str) -> None:
    """The page was acknowledged."""
    await execute(conn, SQL["acknowledge_assignment"], assignment, now, actor)


async def contact_assignment(conn: Conn | Pool, assignment_id: int, now: datetime) -> None:
    """The department spoke to the person; the first time counts."""
    await execute(conn, SQL["contact_assignment"], assignment_id, now)


async def safe_assignment(conn: Conn | Pool, assignment_id: int, now: datetime) -> None:
    """Made safe, cause and expected end told."""
    await execute(conn, SQL["safe_assignment"], assignment_id, now)


async def insert_note(conn: Conn | Pool, ticket_id: int, seq: int, kind: str, text: str, public: bool) -> None:
    """The words of an event."""
    await execute(conn, SQL["insert_note"], ticket_id, seq, kind, text, public)


class NotesRow(TypedRow):
    """A row of `notes`."""

    seq: int
    kind: str
    text: str
    public: bool


async def notes(conn: Conn | Pool, ticket_id: int) -> list[NotesRow]:
    """The words of a ticket's events."""
    return await fetch_many(conn, NotesRow, SQL["notes"], ticket_id)


class TimelineRow(TypedRow):
    """A row of `timeline`."""

    seq: int
    at: datetime
    kind: str
    actor: str
    detail: str
    hash: bytes


async def timeline(
    conn: Conn | Pool, ticket_id: int, after: int, limit: int, but: Collection[str | None]
) -> list[TimelineRow]:
    """The record of a ticket, oldest first, from after `seq` on, without some kinds."""
    return await fetch_many(conn, TimelineRow, SQL["timeline"], ticket_id, after, limit, but)


class UserNamesRow(TypedRow):
    """A row of `user_names`."""

    id: int
    name: str
    shown_name: str


async def user_names(conn: Conn | Pool, idents: Collection[int | None]) -> list[UserNamesRow]:
    """Users by id, as shown."""
    return await fetch_many(conn, UserNamesRow, SQL["user_names"], idents)


class HorizonRow(TypedRow):
    """A row of `horizon`."""

    open: bool | None
    ended_at: datetime | None


async def horizon(conn: Conn | Pool, ticket_id: int, department_id: int | None) -> HorizonRow | None:
    """Whether a department still has a part in a ticket, and when its last one ended."""
    return await fetch_one_or_none(conn, HorizonRow, SQL["horizon"], ticket_id, department_id)


class RelatedRow(TypedRow):
    """A row of `related`."""

    number: str
    how: str


async def related(conn: Conn | Pool, parent_id: int, parent_id_2: int | None, after_id: int | None) -> list[RelatedRow]:
    """The parent, the children, what it continues and what continues it."""
    return await fetch_many(conn, RelatedRow, SQL["related"], parent_id, parent_id_2, after_id)


class RatingsRow(TypedRow):
    """A row of `ratings`."""

    score: int
    via: str
    confirmed: bool
    at: datetime


async def ratings(conn: Conn | Pool, ticket_id: int) -> list[RatingsRow]:
    """What the person said of it, the later counts."""
    return await fetch_many(conn, RatingsRow, SQL["ratings"], ticket_id)


class MessagesRow(TypedRow):
    """A row of `messages`."""

    kind: str
    channel: str
    state: str
    made_at: datetime
    goes_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None


async def messages(conn: Conn | Pool, ticket_id: int) -> list[MessagesRow]:
    """What left the building for this ticket, without its words."""
    return await fetch_many(conn, MessagesRow, SQL["messages"], ticket_id)


async def name_units(
    conn: Conn | Pool,
    tickets: Collection[int | None],
    departments: Collection[int | None],
    by_actor: str,
    now: datetime,
) -> None:
    """Units that the words of tipoffs name; what was decided by hand stays."""
    await execute(conn, SQL["name_units"], tickets, departments, by_actor, now)


async def copy_named(
    conn: Conn | Pool, tickets: Collection[int | None], befores: Collection[int | None], now: datetime
) -> None:
    """What a tipoff names is named by those that continue it or were split off it."""
    await execute(conn, SQL["copy_named"], tickets, befores, now)


class SecretAmongRow(TypedRow):
    """A row of `secret_among`."""

    id: int
    tipoff: bool
    confidential: bool


async def secret_among(conn: Conn | Pool, idents: Collection[int | None]) -> list[SecretAmongRow]:
    """Which of these tickets are tipoffs, and which are confidential."""
    return await fetch_many(conn, SecretAmongRow, SQL["secret_among"], idents)


async def mark_unit(
    conn: Conn | Pool, ticket_id: int, department_id: int, named: bool, by_actor: str, now: datetime
) -> None:
    """A unit is marked as named, or no longer."""
    await execute(conn, SQL["mark_unit"], ticket_id, department_id, named, by_actor, now)


async def is_hidden(conn: Conn | Pool, ticket_id: int | None, department: int | None) -> bool:
    """Whether a ticket is a tipoff that names a department or one merged into it."""
    found: bool = await fetch_value(conn, SQL["is_hidden"], ticket_id, department)
    return found


class NamedUnitsRow(TypedRow):
    """A row of `named_units`."""

    code: str
    name: str


async def named_units(conn: Conn | Pool, ticket_id: int) -> list[NamedUnitsRow]:
    """The units that a tipoff names."""
    return await fetch_many(conn, NamedUnitsRow, SQL["named_units"], ticket_id)


async def insert_tickets(
    conn: Conn | Pool,
    idents: Collection[int | None],
    numbers: Collection[str | None],
    channels: Collection[str | None],
    categories: Collection[str | None],
    urgencies: Collection[str | None],
    confidentials: Collection[bool | None],
    owners: Collection[int | None],
    persons: Collection[int | None],
    concerneds: Collection[int | None],
    afters: Collection[int | None],
    hashes: Collection[bytes | None],
    texts: Collection[str | None],
    places: Collection[str | None],
    grams_of: Collection[str | None],
    hows: Collection[str | None],
    times: Collection[datetime | None],
) -> None:
    """A batch of tickets with words, owner, five duties and the first event, at once."""
    await execute(
        conn,
        SQL["insert_tickets"],
        idents,
        numbers,
        channels,
        categories,
        urgencies,
        confidentials,
        owners,
        persons,
        concerneds,
        afters,
        hashes,
        texts,
        places,
        grams_of,
        hows,
        times,
    )


async def end_ownership(conn: Conn | Pool, ticket_id: int, now: datetime) -> None:
    """The ownership of a ticket ends."""
    await execute(conn, SQL["end_ownership"], ticket_id, now)


async def insert_ownership(
    conn: Conn | Pool, ticket_id: int, user_id: int, how: str, reason: str, now: datetime
) -> None:
    """A new owner."""
    await execute(conn, SQL["insert_ownership"], ticket_id, user_id, how, reason, now)


async def merged_into(conn: Conn | Pool, parent_id: int) -> list[TicketRow]:
    """Tickets that were merged into one, and into those, oldest first."""
    return await fetch_many(conn, TicketRow, SQL["merged_into"], parent_id)
