"""The queries of outbox.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_value_or_none, fetch_values
from hotline.ids import PersonId, TicketId, UserId

SQL = queries(__package__, "outbox.sql")


async def insert_messages(
    conn: Conn | Pool,
    dedupe_keys: Collection[str | None],
    m_kinds: Collection[str | None],
    channels: Collection[str | None],
    encrypts: Collection[bytes | None],
    hashes: Collection[bytes | None],
    rstrips: Collection[str | None],
    ticket_ids: Collection[int | None],
    person_ids: Collection[int | None],
    user_ids: Collection[int | None],
    dicts: Collection[Any | None],
    due_times: Collection[datetime | None],
    confirm_by_times: Collection[datetime | None],
    now: datetime,
) -> list[int]:
    """Messages with their causes; one whose key exists is left out."""
    return await fetch_values(
        conn,
        SQL["insert_messages"],
        dedupe_keys,
        m_kinds,
        channels,
        encrypts,
        hashes,
        rstrips,
        ticket_ids,
        person_ids,
        user_ids,
        dicts,
        due_times,
        confirm_by_times,
        now,
    )


class ClaimRow(TypedRow):
    """A row of `claim`."""

    id: int
    dedupe_key: str
    kind: str
    channel: str
    to_enc: bytes
    to_hash: bytes
    body: str
    ticket_id: TicketId | None
    person_id: PersonId | None
    user_id: UserId | None
    about: Any
    state: str
    due_at: datetime
    confirm_by: datetime | None
    made_at: datetime
    attempts: int
    look_ups: int
    lease: str | None
    lease_until: datetime | None
    provider_sid: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None
    error: str | None


async def claim(conn: Conn | Pool, now: datetime, lease: str, lease_until: datetime, limit: int) -> list[ClaimRow]:
    """Take due messages under a lease; others pass them by."""
    return await fetch_many(conn, ClaimRow, SQL["claim"], now, lease, lease_until, limit)


async def claim_uncertain(
    conn: Conn | Pool, now: datetime, lease: str, lease_until: datetime, limit: int
) -> list[ClaimRow]:
    """Take messages whose fate is to be looked up."""
    return await fetch_many(conn, ClaimRow, SQL["claim_uncertain"], now, lease, lease_until, limit)


async def expire_leases(conn: Conn | Pool, now: datetime, limit: int) -> list[int]:
    """A process that took messages did not settle them: nobody knows whether they left."""
    return await fetch_values(conn, SQL["expire_leases"], now, limit)


async def settle_sent(
    conn: Conn | Pool, idents: Collection[int | None], lease: str, sids: Collection[str | None], now: datetime
) -> list[int]:
    """The provider took these; a callback may have come before and gone further."""
    return await fetch_values(conn, SQL["settle_sent"], idents, lease, sids, now)


async def settle_retry(conn: Conn | Pool, message: int, lease: str, due_at: datetime, error: str) -> int | None:
    """Not taken, and nothing left: later again."""
    found: int | None = await fetch_value_or_none(conn, SQL["settle_retry"], message, lease, due_at, error)
    return found


async def settle_uncertain(conn: Conn | Pool, ident: int, lease: str, due_at: datetime, error: str) -> int | None:
    """It may have left: look it up first."""
    found: int | None = await fetch_value_or_none(conn, SQL["settle_uncertain"], ident, lease, due_at, error)
    return found


async def settle_ended(
    conn: Conn | Pool, ident: int, lease: str, state: str, now: datetime | None, error: str
) -> int | None:
    """It will not leave: refused for good, or no longer wanted."""
    found: int | None = await fetch_value_or_none(conn, SQL["settle_ended"], ident, lease, state, now, error)
    return found


async def reword(conn: Conn | Pool, ident: int, lease: str, body: str) -> None:
    """What leaves says something else than what was written."""
    await execute(conn, SQL["reword"], ident, lease, body)


async def looked_up(conn: Conn | Pool, ident: int, lease: str, due_at: datetime) -> str | None:
    """Not found this time; after the second time it may be sent again."""
    found: str | None = await fetch_value_or_none(conn, SQL["looked_up"], ident, lease, due_at)
    return found


async def known_sids(conn: Conn | Pool, provider_sids: Collection[str | None]) -> list[str | None]:
    """Which of these provider ids belong to messages already."""
    return await fetch_values(conn, SQL["known_sids"], provider_sids, null=True)


class CallbackRow(TypedRow):
    """A row of `callback`."""

    id: int
    kind: str
    ticket_id: TicketId | None
    user_id: UserId | None
    about: Any
    state: str


async def callback(
    conn: Conn | Pool,
    idents: Collection[int | None],
    sids: Collection[str | None],
    states: Collection[str | None],
    now: datetime,
    errors: Collection[str | None],
) -> list[CallbackRow]:
    """Receipts move messages forward only; failed never overtakes delivered."""
    return await fetch_many(conn, CallbackRow, SQL["callback"], idents, sids, states, now, errors)


class OfMessagesRow(TypedRow):
    """A row of `of_messages`."""

    kind: str
    ticket_id: TicketId | None


async def of_messages(conn: Conn | Pool, idents: Collection[int | None]) -> list[OfMessagesRow]:
    """The kinds and tickets of messages."""
    return await fetch_many(conn, OfMessagesRow, SQL["of_messages"], idents)


async def opted_out(conn: Conn | Pool, idents: Collection[int | None]) -> list[int]:
    """Which of these persons want no SMS."""
    return await fetch_values(conn, SQL["opted_out"], idents)


async def never(conn: Conn | Pool, ticket_ids: Collection[int | None], error: str) -> None:
    """Messages of tickets that were taken over from elsewhere do not leave."""
    await execute(conn, SQL["never"], ticket_ids, error)


async def restate(conn: Conn | Pool, dedupe_key: str, sentence: str, said: str) -> int | None:
    """The first answer that has not left yet says how it stands now in place of a promise."""
    found: int | None = await fetch_value_or_none(conn, SQL["restate"], dedupe_key, sentence, said)
    return found


class TakeUnconfirmedRow(TypedRow):
    """A row of `take_unconfirmed`."""

    id: int
    kind: str
    ticket_id: TicketId | None
    user_id: UserId | None
    about: Any


async def take_unconfirmed(conn: Conn | Pool, now: datetime, limit: int) -> list[TakeUnconfirmedRow]:
    """Messages without a receipt in time, each taken once, locked with their tickets."""
    return await fetch_many(conn, TakeUnconfirmedRow, SQL["take_unconfirmed"], now, limit)


async def take_unconfirmed_answers(conn: Conn | Pool, now: datetime, limit: int) -> list[TakeUnconfirmedRow]:
    """Answers about no ticket without a receipt in time, each taken once."""
    return await fetch_many(conn, TakeUnconfirmedRow, SQL["take_unconfirmed_answers"], now, limit)
