"""The queries of tipoffs.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

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
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "tipoffs.sql")


async def protect(
    conn: Conn | Pool, tickets: Collection[int | None], whys: Collection[str | None], now: datetime
) -> None:
    """These tickets are treated as tipoffs from now on; a category weighs more than words, and what was lifted begins again."""
    await execute(conn, SQL["protect"], tickets, whys, now)


async def copy_protection(
    conn: Conn | Pool, tickets: Collection[int | None], befores: Collection[int | None], now: datetime
) -> None:
    """What is protected stays so in what continues it or was split off it."""
    await execute(conn, SQL["copy_protection"], tickets, befores, now)


class ProtectedRow(TypedRow):
    """A row of `protected`."""

    why: str
    from_at: datetime


async def protected(conn: Conn | Pool, ticket_id: int) -> ProtectedRow | None:
    """Why a ticket is treated as a tipoff, and since when; nothing where it is not."""
    return await fetch_one_or_none(conn, ProtectedRow, SQL["protected"], ticket_id)


async def protected_among(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[TicketId]:
    """Which of these tickets are treated as tipoffs."""
    return await fetch_values(conn, SQL["protected_among"], ticket_ids)


async def lift(conn: Conn | Pool, ticket_id: int, lifted_by: str, now: datetime) -> None:
    """A ticket is treated as a tipoff no longer."""
    await execute(conn, SQL["lift"], ticket_id, lifted_by, now)


async def all_words(conn: Conn | Pool, ticket: int) -> str | None:
    """Everything that was said in a ticket: its words, its place, and what was added or noted."""
    found: str | None = await fetch_value_or_none(conn, SQL["all_words"], ticket)
    return found


class NamedPartsRow(TypedRow):
    """A row of `named_parts`."""

    id: int
    department_id: DepartmentId
    part: str


async def named_parts(conn: Conn | Pool, ticket_id: int) -> list[NamedPartsRow]:
    """The open parts of a ticket whose department, or one merged into it, the ticket names, the lead last."""
    return await fetch_many(conn, NamedPartsRow, SQL["named_parts"], ticket_id)


async def waits_for_receipt(conn: Conn | Pool, ticket_id: int) -> bool:
    """Whether an SMS with the result is on its way to the person."""
    found: bool = await fetch_value(conn, SQL["waits_for_receipt"], ticket_id)
    return found


class OwnerPhoneRow(TypedRow):
    """A row of `owner_phone`."""

    id: int
    phone_enc: bytes | None
    language: str


async def owner_phone(conn: Conn | Pool, ticket_id: int) -> OwnerPhoneRow | None:
    """How to reach a ticket's owner."""
    return await fetch_one_or_none(conn, OwnerPhoneRow, SQL["owner_phone"], ticket_id)


async def not_for(conn: Conn | Pool, ticket_id: int) -> list[str]:
    """Departments that are not proposed for a ticket: those that it names, their heirs, and, of a tipoff, who takes those about officials."""
    return await fetch_values(conn, SQL["not_for"], ticket_id)


async def redact(
    conn: Conn | Pool,
    ticket_id: int,
    seq: int,
    text: str,
    place: str,
    grams: Collection[str | None],
    files: bool,
    by_actor: str,
    now: datetime,
) -> None:
    """The words that departments read of a ticket, or of one of its additions; the later counts."""
    await execute(conn, SQL["redact"], ticket_id, seq, text, place, grams, files, by_actor, now)


class RedactionRow(TypedRow):
    """A row of `redaction`."""

    text: str
    place: str
    files: bool
    at: datetime


async def redaction(conn: Conn | Pool, ticket_id: int) -> RedactionRow | None:
    """What departments read in place of the person's words, for the centre."""
    return await fetch_one_or_none(conn, RedactionRow, SQL["redaction"], ticket_id)


class RedactionsRow(TypedRow):
    """A row of `redactions`."""

    seq: int
    text: str


async def redactions(conn: Conn | Pool, ticket_id: int) -> list[RedactionsRow]:
    """The redacted words of a ticket, by what they stand for (0: the matter)."""
    return await fetch_many(conn, RedactionsRow, SQL["redactions"], ticket_id)


class HandlerWordsRow(TypedRow):
    """A row of `handler_words`."""

    text: str
    place: str


async def handler_words(conn: Conn | Pool, ticket_id: int) -> HandlerWordsRow | None:
    """The words of a ticket as departments read them."""
    return await fetch_one_or_none(conn, HandlerWordsRow, SQL["handler_words"], ticket_id)


async def is_addition(conn: Conn | Pool, ticket_id: int, seq: int) -> bool:
    """Whether an event of a ticket has words that were added."""
    found: bool = await fetch_value(conn, SQL["is_addition"], ticket_id, seq)
    return found


async def own_additions(conn: Conn | Pool, ticket_id: int, department_ids: Collection[int | None]) -> list[int]:
    """Which additions of a ticket people of some departments wrote."""
    return await fetch_values(conn, SQL["own_additions"], ticket_id, department_ids)


async def hidden_files(conn: Conn | Pool, ticket_id: int, department_ids: Collection[int | None]) -> list[int]:
    """Files of a redacted ticket that departments do not see: others' than those that people of some departments added."""
    return await fetch_values(conn, SQL["hidden_files"], ticket_id, department_ids)
