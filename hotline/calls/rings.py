"""Rings: a waiting call rings one operator alone, for 15 s, then the next; nobody is overtaken (rulebook §3).

1. `hold_queue` (an advisory lock): one transaction at a time gives calls out, or adds one to those that wait. 2. `offer` takes the waiting calls in their
order and the ready operators, and holds both. 3. Each call gets whom `queue.chosen` names; unique keys keep one ring for a call and one for an operator.

Whoever makes a call or an operator free holds the queue from then on, and offers last. Locks: a call, then the queue, then calls that wait and ring nowhere, then
ready operators. So nobody who holds one of the last two wants the queue after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.calls import calls_sql, parties_sql, queue_sql
from hotline.calls.call import RING_FOR, SILENT_AFTER, Call, CallState, CarrierName, LineKind, OperatorState, PartyKind
from hotline.calls.call_rows import as_call, citizen_of, held, parties_of, see
from hotline.calls.carrier import CommandKind, carrier_named
from hotline.calls.commands import tell
from hotline.calls.due import each
from hotline.calls.happenings import SYSTEM, Happening, happened, seconds_between, tell_pages
from hotline.calls.operator_states import MISSED, enter, is_alive
from hotline.calls.queue import FreeOperator, WaitingCall, chosen
from hotline.contacts import call_ends
from hotline.ids import UserId
from hotline.people.user import User

#: The advisory lock of the queue.
QUEUE = 18_900_001
_LIMIT, _BATCH = 200, 50


async def hold_queue(conn: Conn) -> None:
    """The queue is this transaction's until its end; taken before a call or an operator becomes free, so that none is overtaken meanwhile."""
    await queue_sql.hold_queue(conn, QUEUE)


async def offer(conn: Conn, services: Services, now: datetime) -> int:
    """Give waiting calls to ready operators; returns how many lines began to ring. The last step of its transaction."""
    await hold_queue(conn)
    waiting = await queue_sql.waiting_calls(conn, _LIMIT)
    free = [_free(row) for row in await queue_sql.free_operators(conn, now - SILENT_AFTER)] if waiting else []
    if not free:
        return 0
    there, rung = await queue_sql.skills_there(conn), 0
    for row in waiting:
        call = WaitingCall(row.id, row.skill, _user(row.wanted_id), lines_of(services, CarrierName(row.carrier)))
        operator = chosen(call, free, there)
        if operator is not None:
            free.remove(operator)
            await _ring(conn, services, row.id, operator.user, now)
            rung += 1
    return rung


def _free(row: queue_sql.FreeOperatorsRow) -> FreeOperator:
    return FreeOperator(row.user_id, LineKind(row.line), row.idle_since, frozenset(row.skills))


def _user(ident: int | None) -> UserId | None:
    return None if ident is None else UserId(ident)


def lines_of(services: Services, name: CarrierName) -> frozenset[LineKind]:
    """The lines on which a carrier rings operators; any, where this program does not have it."""
    carrier = carrier_named(services, name)
    return frozenset(LineKind) if carrier is None else carrier.lines


async def _ring(conn: Conn, services: Services, call_id: int, user: UserId, now: datetime) -> None:
    row = await calls_sql.call_by_id(conn, call_id)
    assert row is not None
    call = as_call(row)
    ring = await queue_sql.insert_ring(conn, call_id, user, now, now + RING_FOR)
    await enter(conn, user, OperatorState.RINGING, "", call_id, now)
    await tell(conn, call, CommandKind.RING, now, ring=ring, user=user)
    if call.contact_id is not None and call.state is CallState.WAITING:
        await call_ends.ring(conn, call.contact_id, user)
    await happened(conn, services, call, Happening.RUNG, SYSTEM, now, ring=ring, user=user)
    await tell_pages(conn, call, "ringing", [user])


async def answer(conn: Conn, services: Services, user: User, call_id: int, now: datetime) -> Call:
    """The operator whose line rings takes the call: it is talked, and its contact is theirs. Raises Missing, and Illegal for a second answer."""
    call = await held(conn, call_id)
    await see(conn, user, call)
    ring = await queue_sql.open_ring(conn, call_id)
    if call.state is CallState.TALKING:
        raise Illegal("This call was answered already.")
    if ring is None or ring.user_id != user.id or call.state not in {CallState.WAITING, CallState.KEPT}:
        raise Illegal("This call does not ring at your line now.")
    await queue_sql.end_ring(conn, ring.id, "answered", now)
    await enter(conn, user.id, OperatorState.TALKING, "", call_id, now)
    party = await parties_sql.insert_party(
        conn, call_id, PartyKind.OPERATOR, user.id, None, None, None, "talk", now, now
    )
    await calls_sql.talk_call(conn, call_id, user.id, now if call.state is CallState.WAITING else None)
    await _connect(conn, services, call, user, party.id, now)
    await happened(
        conn,
        services,
        call,
        Happening.ANSWERED,
        user.actor,
        now,
        party=party.id,
        seconds=seconds_between(call.queued_at or call.arrived_at, now),
        rang=seconds_between(ring.at, now),
    )
    answered = await held(conn, call_id)
    await tell_pages(conn, answered, answered.state)
    return answered


async def _connect(conn: Conn, services: Services, call: Call, user: User, party: int, now: datetime) -> None:
    """Connect operator and caller; a caller who keeps a place has hung up, and is called."""
    if call.contact_id is not None:
        await call_ends.ring(conn, call.contact_id, user.id)
    citizen = citizen_of(await parties_of(conn, call.id))
    if call.state is CallState.WAITING:
        await call_ends.taken(conn, services, call.carrier_ref, now)
        await tell(conn, call, CommandKind.CONNECT, now, party)
        return
    if citizen is None:
        row = await parties_sql.insert_party(
            conn, call.id, PartyKind.CITIZEN, None, None, None, None, "talk", now, None
        )
        await tell(conn, call, CommandKind.CALL_OUT, now, row.id, operator=party)


async def miss(conn: Conn, services: Services, call_id: int, now: datetime, reason: str = MISSED) -> bool:
    """The line that rings for a call did not answer: its operator is on a break, and the call goes to the next; False where none rings."""
    call = await held(conn, call_id)
    ring = await queue_sql.open_ring(conn, call_id)
    if ring is None:
        return False
    await hold_queue(conn)
    await queue_sql.end_ring(conn, ring.id, "missed", now)
    await enter(conn, ring.user_id, OperatorState.BREAK, reason, None, now)
    await tell(conn, call, CommandKind.UNRING, now, ring=ring.id, user=ring.user_id)
    if call.contact_id is not None:
        await call_ends.released(conn, call.carrier_ref, now)
    seconds = seconds_between(ring.at, now)
    await happened(conn, services, call, Happening.MISSED, f"user:{ring.user_id}", now, ring=ring.id, seconds=seconds)
    await tell_pages(conn, call, "missed", [ring.user_id])
    await offer(conn, services, now)
    return True


async def withdraw(conn: Conn, services: Services, call: Call, now: datetime) -> bool:
    """The call that rings somebody is no longer there: they are ready again, as long idle as before. True where it rang."""
    ring = await queue_sql.open_ring(conn, call.id)
    if ring is None:
        return False
    await hold_queue(conn)
    await queue_sql.end_ring(conn, ring.id, "withdrawn", now)
    await tell(conn, call, CommandKind.UNRING, now, ring=ring.id, user=ring.user_id)
    alive = await is_alive(conn, ring.user_id, now)
    state = OperatorState.READY if alive else OperatorState.BREAK
    await enter(conn, ring.user_id, state, "" if alive else "silent", None, now)
    await happened(conn, services, call, Happening.WITHDRAWN, SYSTEM, now, ring=ring.id, user=ring.user_id)
    await tell_pages(conn, call, "withdrawn", [ring.user_id])
    return True


async def sweep_rings(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: rings past their time are missed, and the next line rings."""
    async with pool.acquire() as conn:
        late: Sequence[int] = await queue_sql.rings_over(conn, now, _BATCH)
    return await each(pool, late, lambda conn, call_id: _miss_late(conn, services, call_id, now))


async def _miss_late(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    await held(conn, call_id)
    ring = await queue_sql.open_ring(conn, call_id)
    if ring is not None and ring.until < now:
        await miss(conn, services, call_id, now)


async def sweep_offers(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: whoever became free without a transaction that offered (a line that came back), gets what waits."""
    async with pool.acquire() as conn, conn.transaction():
        return await offer(conn, services, now)
