"""The queries of reconciliation.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

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
from hotline.ids import ContactId, OutboxId

SQL = queries(__package__, "reconciliation.sql")


async def ask(conn: Conn | Pool, day: date, now: datetime, asked_by: int | None) -> int:
    """A day is to be compared with the carrier's lists; asked again while it waits it is the same."""
    found: int = await fetch_value(conn, SQL["ask"], day, now, asked_by)
    return found


class ClaimDayRow(TypedRow):
    """A row of `claim_day`."""

    id: int
    day: date
    tries: int


async def claim_day(conn: Conn | Pool, now: datetime, lease: datetime) -> ClaimDayRow | None:
    """A day that waits to be compared; nobody else does it until `lease`."""
    return await fetch_one_or_none(conn, ClaimDayRow, SQL["claim_day"], now, lease)


async def day_later(conn: Conn | Pool, ident: int, next_at: datetime, failed: str) -> None:
    """The carrier could not be asked: again later."""
    await execute(conn, SQL["day_later"], ident, next_at, failed)


async def finish(conn: Conn | Pool, ident: int, now: datetime, calls: int, messages: int) -> int | None:
    """A day was compared: how many calls and messages the carrier has; None where somebody else did it meanwhile."""
    found: int | None = await fetch_value_or_none(conn, SQL["finish"], ident, now, calls, messages)
    return found


async def insert_difference(
    conn: Conn | Pool,
    reconciliation: int,
    kind: str,
    direction: str,
    sid: str,
    what: str,
    at: datetime | None,
    contact_id: int | None,
    inbound_id: int | None,
    outbox_id: int | None,
) -> None:
    """What the carrier knows and we did not, or the other way round; `contact`, `inbound`: what was made of it."""
    await execute(
        conn,
        SQL["insert_difference"],
        reconciliation,
        kind,
        direction,
        sid,
        what,
        at,
        contact_id,
        inbound_id,
        outbox_id,
    )


async def known_calls(conn: Conn | Pool, sids: Collection[str | None]) -> list[str]:
    """Which of these calls of the carrier's are ours."""
    return await fetch_values(conn, SQL["known_calls"], sids)


async def known_messages(conn: Conn | Pool, sids: Collection[str | None]) -> list[str]:
    """Which of these messages of the carrier's are ours."""
    return await fetch_values(conn, SQL["known_messages"], sids)


class OurItemRow(TypedRow):
    """A row of `our_calls`."""

    sid: str
    direction: str
    at: datetime
    contact_id: ContactId | None
    outbox_id: OutboxId | None


async def our_calls(conn: Conn | Pool, since: datetime, until: datetime) -> list[OurItemRow]:
    """Calls of a span that the carrier must know too: those that came, and those that we made."""
    return await fetch_many(conn, OurItemRow, SQL["our_calls"], since, until)


async def our_messages(conn: Conn | Pool, since: datetime, until: datetime) -> list[OurItemRow]:
    """Messages of a span that the carrier must know too: those that came, and those that we sent."""
    return await fetch_many(conn, OurItemRow, SQL["our_messages"], since, until)


class WithoutReceiptRow(TypedRow):
    """A row of `without_receipt`."""

    id: int
    provider_sid: str | None


async def without_receipt(conn: Conn | Pool, sids: Collection[str | None]) -> list[WithoutReceiptRow]:
    """Which of these messages of ours have no receipt yet."""
    return await fetch_many(conn, WithoutReceiptRow, SQL["without_receipt"], sids)


class ReconciliationsRow(TypedRow):
    """A row of `reconciliations`."""

    id: int
    day: date
    asked_at: datetime
    asked_by: str | None
    done_at: datetime | None
    calls: int | None
    messages: int | None
    failed: str | None
    differences: int


async def reconciliations(conn: Conn | Pool, before: int | None, limit: int) -> list[ReconciliationsRow]:
    """Days that were or are compared, the newest first, with the number of differences."""
    return await fetch_many(conn, ReconciliationsRow, SQL["reconciliations"], before, limit)


async def reconciliation(conn: Conn | Pool, ident: int) -> ReconciliationsRow | None:
    """One comparison."""
    return await fetch_one_or_none(conn, ReconciliationsRow, SQL["reconciliation"], ident)


class DifferencesRow(TypedRow):
    """A row of `differences`."""

    id: int
    kind: str
    direction: str
    sid: str
    what: str
    at: datetime | None
    contact_id: ContactId | None
    inbound_id: int | None
    outbox_id: OutboxId | None
    ticket: str | None
    call_back: int | None
    called_at: datetime | None


async def differences(conn: Conn | Pool, ident: int) -> list[DifferencesRow]:
    """The differences of a comparison, by time, with what was made of each: the ticket and the owed call, where it is now."""
    return await fetch_many(conn, DifferencesRow, SQL["differences"], ident)


class SimulatedListRow(TypedRow):
    """A row of `simulated_list`."""

    sid: str
    direction: str
    phone: str
    body: str
    at: datetime


async def simulated_list(conn: Conn | Pool, channel: str, since: datetime, until: datetime) -> list[SimulatedListRow]:
    """What the simulated carrier holds of a span."""
    return await fetch_many(conn, SimulatedListRow, SQL["simulated_list"], channel, since, until)
