"""Commands to a carrier: written with their cause, carried out after it, in order for each call; a sweep finds what a crash left.

1. `tell` writes a row; PostgreSQL tells every process when the transaction commits. 2. Each process that hears it tries to claim the first
command of the call that is not done; one gets it, under a lease. 3. It is carried out with no transaction open, and settled; then the
next. 4. What the carrier never takes is told to the use case (`on_refused`); what it may take later is tried again, ever longer.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.provider import Refused, Uncertain, Unreachable
from hotline.base.services import Services
from hotline.calls import calls_sql, commands_sql
from hotline.calls.call import Call
from hotline.calls.call_rows import as_call
from hotline.calls.carrier import CallCommand, CommandKind, carrier_named

log = logging.getLogger(__name__)
#: Where processes hear that a call has commands: its id.
CHANNEL = "hotline_calls"
#: Whoever claimed a command and was not heard of again for so long has crashed.
LEASE = timedelta(seconds=15)
#: So often a command is tried; after that it is as if it had been refused.
MOST_TRIES = 6
_BATCH = 50

#: `on_refused(conn, services, command, now)`: the carrier never carries this out.
OnRefused = Callable[[Conn, Services, CallCommand, datetime], Awaitable[None]]


async def tell(
    conn: Conn, call: Call, kind: CommandKind, now: datetime, party: int | None = None, **detail: object
) -> int:
    """Tell the carrier of a call something, once the transaction commits; returns the command's id."""
    row = await commands_sql.insert_command(conn, call.id, party, kind, detail, now, CHANNEL)
    return row.id


async def carry_out(pool: Pool, services: Services, call_id: int, on_refused: OnRefused) -> int:
    """Carry out the commands of a call that are due, in order; returns how many were handled."""
    handled = 0
    while await _next(pool, services, call_id, on_refused):
        handled += 1
    return handled


async def _next(pool: Pool, services: Services, call_id: int, on_refused: OnRefused) -> bool:
    """Carry out the first command that is not done; False where there is none, or it is another's, or not due."""
    now = services.clock.now()
    async with pool.acquire() as conn:
        row = await commands_sql.claim_command(conn, call_id, now, now + LEASE)
        call = await calls_sql.call_by_id(conn, call_id) if row is not None else None
    if row is None or call is None:
        return False
    command = CallCommand(row.id, as_call(call), row.party_id, CommandKind(row.kind), row.detail)
    try:
        await _perform(pool, services, command)
    except Refused as error:
        await _refused(pool, services, command, str(error), on_refused)
    except (Unreachable, Uncertain) as error:
        if row.tries >= MOST_TRIES:
            await _refused(pool, services, command, str(error), on_refused)
            return True
        async with pool.acquire() as conn:
            await commands_sql.command_later(conn, row.id, now + _wait(row.tries), str(error)[:500])
        return False
    else:
        async with pool.acquire() as conn:
            await commands_sql.command_done(conn, row.id, services.clock.now(), None)
    return True


async def _perform(pool: Pool, services: Services, command: CallCommand) -> None:
    """Hand a command to the carrier of its call. Raises Refused where this program has no such carrier."""
    carrier = carrier_named(services, command.call.carrier)
    if carrier is None:
        raise Refused(f"there is no carrier {command.call.carrier}")
    await carrier.perform(pool, services, command)


async def _refused(pool: Pool, services: Services, command: CallCommand, why: str, on_refused: OnRefused) -> None:
    """The carrier never does it: settled, and the use case told, in one transaction."""
    log.warning("a carrier refused a command", extra={"kind": command.kind.value, "row": command.id, "why": why[:200]})
    now = services.clock.now()
    async with pool.acquire() as conn, conn.transaction():
        await commands_sql.command_done(conn, command.id, now, why[:500])
        await on_refused(conn, services, command, now)


def _wait(tries: int) -> timedelta:
    """How long to wait after so many tries: half a second, doubled each time. Pure."""
    return timedelta(seconds=0.5 * 2 ** (tries - 1))


async def due_calls(pool: Pool, now: datetime) -> list[int]:
    """Calls whose first command is due: what a crash or an unreachable carrier left."""
    async with pool.acquire() as conn:
        return await commands_sql.calls_with_commands(conn, now, _BATCH)
