"""Pages that speak for parties of a call, and what they say to each other to be connected (WebRTC)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Illegal
from hotline.calls import parties_sql
from hotline.calls.call import Party, hears
from hotline.telephony import line_sql
from hotline.telephony.descriptions import BadSignal, read_signal
from hotline.telephony.line_models import LineSignal
from hotline.telephony.line_state import Place, topics_of


async def hold_page(conn: Conn, place: Place, session: str, now: datetime) -> None:
    """This page speaks for the party from now on; the others hear of it where it is another one than before."""
    if await line_sql.hold_browser(conn, place.me.id, session, now):
        await tell_browsers(conn, place.call.id, {one.id for one in place.parties if one.id != place.me.id})


async def tell_browsers(conn: Conn, call_id: int, parties: Collection[int] | None = None) -> None:
    """The browsers of a call, or of these parties of it, have something to fetch."""
    if topics := await topics_of(conn, call_id, parties):
        await notify(conn, topics, LiveKind.LINE, call=call_id)


async def say(conn: Conn, place: Place, signals: Sequence[LineSignal], now: datetime) -> int:
    """Hand signals on, in order; returns how many. Raises BadField, and Illegal where the parties may not hear each other so.

    The server decides who hears whom: no description is taken that sends where nobody may hear.
    """
    by_id = {party.id: party for party in place.parties}
    told = set()
    for signal in signals:
        other = by_id.get(signal.to)
        if other is None or not other.is_in or not place.me.is_in:
            raise Illegal("They are not in this call now.")
        await _one(conn, place.me, other, signal, now)
        told.add(other.id)
    await tell_browsers(conn, place.call.id, told)
    return len(signals)


async def _one(conn: Conn, me: Party, other: Party, signal: LineSignal, now: datetime) -> None:
    try:
        sends = read_signal(signal.kind, signal.body)
    except BadSignal as error:
        raise BadField("This is no signal of a browser: %(why)s.", field="body", why=str(error)) from error
    if sends and not hears(other, me):
        raise Illegal("They do not hear you now.")
    body = f"{signal.session} {signal.to_session} {signal.body}"
    await parties_sql.insert_signal(conn, me.id, other.id, signal.kind, body, now)
