"""What browsers of one call say to each other to be connected (WebRTC): passed on where one of the two hears the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from hotline.calls import parties_sql
from hotline.calls.call import CallState, PartyKind, hears
from hotline.calls.call_rows import held, named, parties_of

SignalKind = Literal["offer", "answer", "candidate"]
#: Kept so long after the end of their call.
_KEPT = timedelta(minutes=10)


async def send(
    conn: Conn, from_party: int, to_party: int, kind: SignalKind, body: str, now: datetime, line: str | None = None
) -> int:
    """Pass a signal on; returns its id. `line`: the token of the citizen's browser, which hears of it as `line:TOKEN`.

    Raises Missing where the two are not in one call, Illegal where neither hears the other.
    """
    call_id = await parties_sql.call_of_party(conn, from_party)
    if call_id is None:
        raise Missing("There is no party %(item)s in this call.", item=from_party)
    call, parties = await held(conn, call_id), await parties_of(conn, call_id)
    speaker, listener = named(parties, from_party), named(parties, to_party)
    if call.state is CallState.OVER or not (hears(speaker, listener) or hears(listener, speaker)):
        raise Illegal("They do not hear each other now.")
    made = await parties_sql.insert_signal(conn, from_party, to_party, kind, body, now)
    if made is None:
        raise Illegal("They do not hear each other now.")
    if listener.user_id is not None:
        await notify(conn, f"user:{listener.user_id}", LiveKind.LINE, call=call_id, party=to_party)
    elif listener.kind is PartyKind.CITIZEN and line:
        await notify(conn, f"line:{line}", LiveKind.LINE, call=call_id, party=to_party)
    return int(made)


async def received(conn: Conn, party: int, after: int, limit: int = 100) -> list[parties_sql.SignalsToRow]:
    """The signals to a party after one, in order."""
    return await parties_sql.signals_to(conn, party, after, limit)


async def sweep_signals(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: signals of calls that are over are gone, with the numbers that were called: they hold addresses of machines and people."""
    async with pool.acquire() as conn:
        gone = await parties_sql.drop_signals(conn, now - _KEPT)
        return gone + await parties_sql.forget_numbers(conn, now - _KEPT)
