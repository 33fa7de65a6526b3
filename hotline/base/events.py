"""The record of a ticket: an append-only chain of events, each sealed with an HMAC over the one before
(architecture.md, rule 3).

Events hold ids, codes and salted digests; words, names, phones and media live in erasable rows, so that erasing
them leaves the record whole.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import asyncpg
import orjson

from hotline.base import events_sql
from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft, Event, Head, event_columns, seal_drafts
from hotline.base.kinds import EventKind, event_kind
from hotline.ids import TicketId

if TYPE_CHECKING:
    from hotline.base.services import Services

log = logging.getLogger(__name__)

#: Failures of the connection or of the whole transaction: no subscriber's fault, never swallowed.
FATAL = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A handler that gets events inside the transaction that records them. `kinds`: the kinds it wants. It must be
    idempotent: an event may be delivered twice.

    `ordered`: it gets a ticket's events in their order; while one waits for its retry the later ones wait behind it.
    """

    name: str
    kinds: frozenset[EventKind]
    handle: Callable[[Conn, Services, Sequence[Event], datetime], Awaitable[None]]
    ordered: bool = False


async def lock_tickets(conn: Conn, ids: Iterable[TicketId]) -> dict[TicketId, Head]:
    """Lock tickets in the order of their ids, as every move does (docs/architecture.md); where the record of each ends."""
    rows = await events_sql.lock_heads(conn, sorted(ids))
    return {TicketId(r.id): Head(r.event_count, r.last_event_at, r.head_hash) for r in rows}


async def append_first(conn: Conn, events: Sequence[Event]) -> None:
    """Insert the first event of each of these new tickets; their heads come with the tickets."""
    await events_sql.insert_first_events(conn, *event_columns(events))


async def publish(conn: Conn, services: Services, drafts: Sequence[Draft], now: datetime) -> list[Event]:
    """Record a batch in order, in the caller's transaction; returns the sealed events. Raises UnknownKind, nothing is recorded.

    1. Lock the tickets in id order and read their heads. 2. Seal. 3. Insert the events and move the heads in one
    statement. 4. Deliver them to the subscribers.
    """
    if not drafts:
        return []
    for draft in drafts:
        event_kind(draft.kind)
    ids = sorted({draft.ticket for draft in drafts})
    heads = await lock_tickets(conn, ids)
    events, tips = seal_drafts(services.keys.seal, drafts, heads, now)
    await events_sql.append_events(
        conn,
        *event_columns(events),
        ids,
        [tips[i].seq for i in ids],
        [tips[i].at for i in ids],
        [tips[i].hash for i in ids],
    )
    await deliver(conn, services, events, now)
    return events


async def deliver(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Deliver events to the subscribers, each behind a savepoint. One that fails leaves a row in `event_retry` and
    raises nothing.
    """
    for subscriber in services.subscribers:
        wanted = [event for event in events if event.kind in subscriber.kinds]
        if wanted and subscriber.ordered:
            wanted = await _in_order(conn, subscriber, wanted, now)
        if not wanted:
            continue
        try:
            async with conn.transaction():
                await subscriber.handle(conn, services, wanted, now)
        except FATAL:
            raise
        except Exception as error:
            log.exception("subscriber failed", extra={"subscriber": subscriber.name})
            await _later(conn, subscriber, wanted, now, f"{type(error).__name__}: {error}"[:500])


async def _in_order(conn: Conn, subscriber: Subscriber, wanted: Sequence[Event], now: datetime) -> list[Event]:
    """The events that may be delivered now; an event of a ticket whose earlier event waits for a retry is queued behind
    that.
    """
    waiting = set(await events_sql.waiting_events(conn, subscriber.name, sorted({e.ticket for e in wanted})))
    behind = [event for event in wanted if event.ticket in waiting]
    if behind:
        await _later(conn, subscriber, behind, now, "an earlier event waits")
    return [event for event in wanted if event.ticket not in waiting]


async def _later(conn: Conn, subscriber: Subscriber, events: Sequence[Event], now: datetime, why: str) -> None:
    await events_sql.insert_event_retry(
        conn,
        [e.ticket for e in events],
        [e.seq for e in events],
        subscriber.name,
        now,
        why,
    )


async def sweep_retries(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: `retry_events` in a transaction of its own."""
    async with pool.acquire() as conn, conn.transaction():
        return await retry_events(conn, services, now)


async def retry_events(conn: Conn, services: Services, now: datetime, *, limit: int = 100) -> int:
    """Deliver again the events that a subscriber failed on; returns how many were due. A row that fails again postpones
    only itself.
    """
    in_order = [subscriber.name for subscriber in services.subscribers if subscriber.ordered]
    rows = await events_sql.claim_event_retries(conn, now, limit, in_order)
    by_name = {subscriber.name: subscriber for subscriber in services.subscribers}
    for row in rows:
        event = Event(
            TicketId(row.ticket_id),
            row.seq,
            row.at,
            cast(EventKind, row.kind),
            row.actor,
            orjson.loads(row.detail),
            row.detail,
            row.hash,
        )
        error = await _deliver_again(conn, services, by_name.get(row.subscriber), event, now)
        if error is None:
            await events_sql.delete_event_retry(conn, event.ticket, event.seq, row.subscriber)
        else:
            await events_sql.postpone_event_retry(conn, event.ticket, event.seq, row.subscriber, now, error)
    return len(rows)


async def _deliver_again(
    conn: Conn, services: Services, subscriber: Subscriber | None, event: Event, now: datetime
) -> str | None:
    if subscriber is None:
        return "no such subscriber in this version of the program"
    try:
        async with conn.transaction():
            await subscriber.handle(conn, services, [event], now)
    except FATAL:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    return None
