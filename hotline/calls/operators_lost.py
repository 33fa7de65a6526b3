"""Operators whose browser is silent: no call rings there, and the call that they had goes on without them (rulebook §3)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.calls import operators_sql
from hotline.calls.call import SILENT_AFTER, OperatorState
from hotline.calls.call_rows import held
from hotline.calls.due import each
from hotline.calls.endings import operator_lost
from hotline.calls.operator_states import SILENT, enter, is_alive, leave, state_of
from hotline.calls.rings import miss
from hotline.ids import UserId

_BATCH = 50


async def sweep_silent(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: who has been silent for 35 s is on a break (`silent`); their ring goes to the next, their caller back into the queue."""
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
