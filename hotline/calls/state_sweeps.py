"""What ends by itself for operators: wrap-up, lines that fell silent, shifts that are over; and calls of which the carrier says nothing more (rulebook §3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.calls import calls_sql, operators_sql, parties_sql
from hotline.calls.call import SILENT_AFTER, OperatorState
from hotline.calls.call_rows import held
from hotline.calls.due import each
from hotline.calls.endings import caller_left, operator_lost
from hotline.calls.operator_states import SILENT, enter, free_again, is_alive, leave, state_of
from hotline.calls.parties import left
from hotline.calls.rings import miss, offer
from hotline.contacts import call_ends
from hotline.ids import UserId

#: Who was asked into a call comes within this time, or not at all.
ASKED_FOR = timedelta(minutes=1)
#: No call lasts longer.
_LONGEST = timedelta(hours=4)
_BATCH = 50


async def sweep_silent(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: who has been silent for 35 s is on a break (`silent`); their ring goes to the next, their caller back into the queue.

    After a start nobody counts as silent before they had the time to speak: the voices of a call went on meanwhile.
    """
    if not services.heard_for(SILENT_AFTER, now):
        return 0
    async with pool.acquire() as conn:
        rows = await operators_sql.silent_lines(conn, now - SILENT_AFTER, _BATCH)
    calls = {UserId(row.user_id): row.call_id for row in rows}
    return await each(
        pool, list(calls), lambda conn, user: _gone(conn, services, UserId(user), calls[UserId(user)], now)
    )


async def _gone(conn: Conn, services: Services, user: UserId, call_id: int | None, now: datetime) -> None:
    if call_id is not None:
        await held(conn, call_id)
    row = await state_of(conn, user)
    if row is None or row.call_id != call_id or await is_alive(conn, user, now):
        return
    if row.state == OperatorState.READY:
        await enter(conn, user, OperatorState.BREAK, SILENT, None, now)
    elif row.state == OperatorState.RINGING and call_id is not None:
        await miss(conn, services, call_id, now, SILENT)
    elif call_id is not None:
        await operator_lost(conn, services, call_id, now)


async def sweep_off_shift(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: whose shift is over is not at the telephone, once they talk with nobody."""
    async with pool.acquire() as conn, conn.transaction():
        gone = await operators_sql.without_shift(conn, _BATCH)
        for user in gone:
            await leave(conn, UserId(user), now)
    return len(gone)


async def sweep_states(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: wrap-up and recovery that lasted their time end, and who is ready gets what waits."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await operators_sql.states_over(conn, now, _BATCH)
        for row in rows:
            await free_again(conn, row.user_id, now)
        if rows:
            await offer(conn, services, now)
    return len(rows)


async def sweep_never_came(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: who was asked into a call and of whom the carrier says nothing for a minute will not come; the citizen is never left alone for it."""
    async with pool.acquire() as conn:
        late = await parties_sql.never_came(conn, now - ASKED_FOR, _BATCH)

    async def gone(conn: Conn, party: int) -> None:
        await left(conn, services, party, now)

    return await each(pool, late, gone)


async def sweep_stale(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: calls of which the carrier says nothing more: over, and owed where nobody answered."""
    async with pool.acquire() as conn:
        stale = await calls_sql.stale_calls(conn, now - call_ends.LOST, now - _LONGEST, _BATCH)

    async def over(conn: Conn, call_id: int) -> None:
        await caller_left(conn, services, call_id, now)

    return await each(pool, stale, over)
