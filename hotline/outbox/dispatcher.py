"""The dispatcher of the outbox: claims due messages, asks their guards, sends with no transaction open, settles
(architecture.md, rule 5).

The carrier's sends are not idempotent. A message that was interrupted between sending and settling is `uncertain`: it
is looked up at the carrier by recipient and time, and sent again only after two look-ups a minute apart found nothing.
The residual window: the carrier took it and shows it in neither look-up.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from hotline.base.db.connection import Conn, Pool
from hotline.base.events import lock_tickets
from hotline.base.provider import Parcel, Provider, Refused, Uncertain, Unreachable
from hotline.base.services import Outgoing, Services
from hotline.base.text.phones import is_address
from hotline.ids import TicketId
from hotline.outbox import outbox_sql

log = logging.getLogger(__name__)
BATCH = 40
LEASE = timedelta(seconds=60)
#: The carrier's error where the recipient opted out: it takes no message for them (rulebook §8).
OPTED_OUT = "21610"
LOOK_UP_EVERY = timedelta(minutes=1)
#: Where a call of a kind gets its words; others are pages.
_READS = {"relay": "relay"}
#: Answers to a person's own message leave in any case.
ANSWERS = frozenset({"received", "answer", "received_messenger", "answer_messenger"})


async def dispatch(pool: Pool, services: Services, now: datetime) -> int:
    """Send the due messages; returns how many were handled.

    1. Leases that ran out: uncertain. 2. Look uncertain ones up. 3. Claim due ones under a lease and commit. 4. Each:
    guard, send; what the carrier took is settled at once, together with whatever else it took by then. 5. Rest, so that
    no more leave in a second than the carrier takes.
    """
    provider = services.provider
    assert provider is not None
    lease = secrets.token_hex(8)
    async with pool.acquire() as conn:
        await outbox_sql.expire_leases(conn, now, BATCH)
        doubtful = await outbox_sql.claim_uncertain(conn, now, lease, now + LEASE, BATCH)
        rows = await outbox_sql.claim(conn, now, lease, now + LEASE, BATCH)
        persons = [row.person_id for row in rows if row.person_id and row.kind not in ANSWERS]
        out = set(await outbox_sql.opted_out(conn, persons)) if persons else set()
    sending = {
        asyncio.create_task(_safely(pool, services, provider, row, lease, now, row.person_id in out)) for row in rows
    }
    looking = asyncio.create_task(_look_all_up(pool, services, provider, doubtful, lease, now))
    while sending:
        done, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        await _settle(pool, [sent for task in done if (sent := task.result()) is not None], lease, now)
    await looking
    if provider.per_second:
        await asyncio.sleep(len(rows) / provider.per_second)
    return len(rows) + len(doubtful)


def outgoing(row: outbox_sql.CallbackRow | outbox_sql.TakeUnconfirmedRow | outbox_sql.ClaimRow) -> Outgoing:
    """A message as guards and receipts see it."""
    return Outgoing(row.id, row.kind, row.ticket_id, row.user_id, row.about)


async def _settle(pool: Pool, sent: Sequence[tuple[int, str]], lease: str, now: datetime) -> None:
    if sent:
        async with pool.acquire() as conn:
            await outbox_sql.settle_sent(conn, [i for i, _ in sent], lease, [sid for _, sid in sent], now)


async def _later(pool: Pool, message: int, attempts: int, lease: str, error: Exception, now: datetime) -> None:
    """Postpone a message that was not handed over, longer after each try."""
    async with pool.acquire() as conn:
        await outbox_sql.settle_retry(conn, message, lease, now + backoff(attempts), str(error)[:500])


async def _safely(
    pool: Pool,
    services: Services,
    provider: Provider,
    row: outbox_sql.ClaimRow,
    lease: str,
    now: datetime,
    opted_out: bool,
) -> tuple[int, str] | None:
    """Hand one message over; an error with it never affects the other messages of the batch.

    If its guard failed it was not sent and is postponed. If sending failed its state is unknown: the lease runs out and
    it is looked up.
    """
    try:
        return await _send(pool, services, provider, row, lease, now, opted_out)
    except GuardFailed as error:
        log.exception("a send guard failed, its message waits", extra={"kind": row.kind, "row": row.id})
        await _later(pool, row.id, row.attempts, lease, error, now)
    except Exception:
        log.exception("a message could not be settled", extra={"kind": row.kind, "row": row.id})
    return None


class GuardFailed(Exception):
    """Whether a message is still wanted could not be found out."""


async def _wanted(pool: Pool, services: Services, row: outbox_sql.ClaimRow, now: datetime) -> bool | str:
    """Ask the guard of its kind: whether the message is still wanted, or the words that it must say now. Raises
    GuardFailed.
    """
    guard = services.guards.get(row.kind)
    if guard is None:
        return True
    try:
        async with pool.acquire() as conn:
            return await guard(conn, outgoing(row), now)
    except Exception as error:
        raise GuardFailed(f"{type(error).__name__}: {error}") from error


async def _send(
    pool: Pool,
    services: Services,
    provider: Provider,
    row: outbox_sql.ClaimRow,
    lease: str,
    now: datetime,
    opted_out: bool,
) -> tuple[int, str] | None:
    """Hand one message over: its id and the carrier's; None where it was settled otherwise."""
    wanted, body = await _wanted(pool, services, row, now), row.body
    if not wanted:
        async with pool.acquire() as conn:
            await outbox_sql.settle_ended(conn, row.id, lease, "dropped", None, "no longer wanted")
        return None
    if isinstance(wanted, str):
        body = wanted
        async with pool.acquire() as conn:
            await outbox_sql.reword(conn, row.id, lease, body)
    if opted_out:
        await _ended(pool, services, row, lease, "the person wants no SMS", now)
        return None
    parcel = parcel_of(services, row, body)
    if not is_address(parcel.to, voice=row.channel == "voice"):
        await _ended(pool, services, row, lease, "this is not one number", now)
        return None
    try:
        if row.channel == "voice":
            return row.id, await provider.call(pool, parcel, now)
        return row.id, await provider.send_sms(pool, parcel, now)
    except Refused as error:
        await _ended(pool, services, row, lease, str(error), now, error.code)
    except Unreachable as error:
        await _later(pool, row.id, row.attempts, lease, error, now)
    except Uncertain as error:
        async with pool.acquire() as conn:
            await outbox_sql.settle_uncertain(conn, row.id, lease, now + LOOK_UP_EVERY, str(error)[:500])
    return None


def parcel_of(services: Services, row: outbox_sql.ClaimRow, body: str) -> Parcel:
    """A row as the carrier takes it; the callback's address carries the row's id."""
    base = services.settings.public_url
    path = "voice" if row.channel == "voice" else "sms"
    twiml = f"{base}/twilio/voice/{_READS.get(row.kind, 'page')}?outbox={row.id}" if path == "voice" else ""
    return Parcel(
        services.keys.decrypt(row.to_enc),
        body,
        f"{base}/twilio/{path}/status?outbox={row.id}",
        twiml,
        str(row.about.get("from") or ""),
    )


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many tries: 5 s, doubled each time, ten minutes at most."""
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 10)), timedelta(minutes=10))


async def _ended(
    pool: Pool, services: Services, row: outbox_sql.ClaimRow, lease: str, why: str, now: datetime, code: str = ""
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await _lock_tickets(conn, services, [row])
        if await outbox_sql.settle_ended(conn, row.id, lease, "failed", now, why[:500]):
            if code == OPTED_OUT:
                await services.hooks.opted_out(conn, [row.id], now)
            receipt = services.receipts.get(row.kind)
            if receipt is not None:
                await receipt(conn, services, outgoing(row), "failed", now)


async def _look_all_up(
    pool: Pool, services: Services, provider: Provider, rows: Sequence[outbox_sql.ClaimRow], lease: str, now: datetime
) -> None:
    """One after the other: of two alike to one phone each must find its own. What another process found first waits."""
    for row in rows:
        try:
            await _look_up(pool, services, provider, row, lease, now)
        except asyncpg.UniqueViolationError:
            log.warning("another process found this message first; it is looked up again")


async def _look_up(
    pool: Pool, services: Services, provider: Provider, row: outbox_sql.ClaimRow, lease: str, now: datetime
) -> None:
    """Ask the carrier whether an uncertain message left: settle it as sent, or count one more look-up that found
    nothing.
    """
    to = services.keys.decrypt(row.to_enc)
    try:
        sids = await provider.look_up(pool, to, row.body, row.made_at, row.channel == "voice")
    except Unreachable as error:
        log.warning("look-up failed: %s", error)
        return
    async with pool.acquire() as conn:
        known = set(await outbox_sql.known_sids(conn, sids))
        fresh = [sid for sid in sids if sid not in known]
        if fresh:
            await outbox_sql.settle_sent(conn, [row.id], lease, [fresh[-1]], now)
        else:
            await outbox_sql.looked_up(conn, row.id, lease, now + LOOK_UP_EVERY)


async def _lock_tickets(
    conn: Conn, services: Services, rows: Sequence[outbox_sql.OfMessagesRow | outbox_sql.ClaimRow]
) -> None:
    """Lock the tickets whose receipts will be heard, before their messages, as every move does (docs/architecture.md)."""
    ids = {TicketId(r.ticket_id) for r in rows if r.kind in services.receipts and r.ticket_id is not None}
    if ids:
        await lock_tickets(conn, ids)


@dataclass(frozen=True, slots=True)
class Status:
    """What the carrier says of one of our messages: its id here and there, the carrier's word, an error code."""

    outbox: int
    sid: str
    word: str
    error: str


async def on_statuses(conn: Conn, services: Services, said: Sequence[Status], now: datetime) -> None:
    """Receipts of the carrier, in the caller's transaction: move messages forward, tell who waits for them.

    Of several for one message the one that goes furthest counts.
    """
    furthest: dict[int, Status] = {}
    for status in said:
        before = furthest.get(status.outbox)
        if status.word in STATES and (before is None or _RANK[STATES[status.word]] > _RANK[STATES[before.word]]):
            furthest[status.outbox] = status
    if not furthest:
        return
    several = [furthest[i] for i in sorted(furthest)]
    ids, sids = [s.outbox for s in several], [s.sid for s in several]
    states, errors = [STATES[s.word] for s in several], [s.error for s in several]
    await _lock_tickets(conn, services, await outbox_sql.of_messages(conn, ids))
    rows = await outbox_sql.callback(conn, ids, sids, states, now, errors)
    if refused := [s.outbox for s in several if s.error == OPTED_OUT]:
        await services.hooks.opted_out(conn, refused, now)
    for row in rows:
        receipt = services.receipts.get(row.kind)
        if receipt is not None and row.state != "sent":
            await receipt(conn, services, outgoing(row), row.state, now)


#: The carrier's words → ours, of messages and of calls; those left out (queued, ringing, in-progress …) say nothing new.
#: A call that was taken is delivered, nothing more: a voicemail may have taken it.
STATES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "completed": "delivered",
    "busy": "failed",
    "no-answer": "failed",
    "canceled": "failed",
}
_RANK = {"sent": 0, "failed": 1, "delivered": 2}


async def send_all(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: nothing where no provider is set."""
    return await dispatch(pool, services, now) if services.provider is not None else 0


async def take_unconfirmed(conn: Conn, now: datetime, limit: int) -> list[Outgoing]:
    """Messages without a receipt in time, each taken once; those about tickets first, locked with them."""
    rows = await outbox_sql.take_unconfirmed(conn, now, limit)
    return [outgoing(row) for row in [*rows, *await outbox_sql.take_unconfirmed_answers(conn, now, limit)]]
