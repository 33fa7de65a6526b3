"""The browser of a caller (or of a telephone that the simulator plays): its call, from the first ring to the end (rulebook §3).

The page holds a random token; the database holds its digest, which is the carrier's name of the call. What the page shows and speaks
follows from the state of the call alone, so that a page that is loaded again goes on where it was.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import TooMany
from hotline.base.services import Services
from hotline.calls import calls_sql, endings, parties, parties_sql, waiting
from hotline.calls.arrivals import Way, arrive
from hotline.calls.call import SILENT_AFTER, CallState, CarrierName, PartyKind
from hotline.calls.call_rows import as_call, parties_of
from hotline.calls.due import each
from hotline.ids import ContactId
from hotline.telephony import line_sql
from hotline.telephony.line_signals import tell_browsers
from hotline.telephony.line_state import Place, place_in
from hotline.ticket import Channel

#: So long somebody who is asked into a call is rung.
RINGS_FOR = timedelta(seconds=30)
#: From one address: so many calls within the time, and so many at once.
WITHIN, MOST_CALLS, MOST_OPEN = timedelta(hours=1), 12, 3
#: What a restricted caller hears.
RESTRICTED = "voice_restricted"
_KEPT, _BATCH = timedelta(days=1), 50


def name_of(token: str) -> str:
    """What the database and the news call a browser with this token."""
    return sha256(b"line:" + token.encode()).hexdigest()[:40]


async def begin(
    conn: Conn, services: Services, number: str | None, channel: Channel, source: bytes | None, now: datetime
) -> str:
    """A call comes from a browser; returns its token. `source`: from where, as a digest; None: it is not counted. Raises TooMany."""
    if source is not None:
        seen = await line_sql.calls_from(conn, source, now - WITHIN)
        if seen.made >= MOST_CALLS or seen.open >= MOST_OPEN:
            raise TooMany("Too many calls from here. Please dial %(hotline)s.", hotline=services.settings.number)
    token = secrets.token_urlsafe(24)
    arrival = await arrive(conn, services, CarrierName.BROWSER, name_of(token), number, now, channel=channel)
    if source is not None:
        await line_sql.keep_source(conn, arrival.call.id, source, now)
    if arrival.way is Way.RESTRICTED:
        await line_sql.say(conn, arrival.call.id, RESTRICTED, now)
    elif arrival.way is Way.WRITE and arrival.person is not None:
        await waiting.write_instead(conn, services, arrival.call.id, arrival.person, now)
        await line_sql.say(conn, arrival.call.id, "voice_in_writing", now)
    elif not await services.hooks.announced(conn, services, now):
        await waiting.enqueue(conn, services, arrival.call.id, now)
    return token


async def place_by(conn: Conn, token: str) -> Place | None:
    """The call of a browser, and its party: the newest one, for a kept place is called again. None where there is none."""
    name = name_of(token)
    outside = await line_sql.browser_of_ref(conn, name)
    found = outside.call_id if outside is not None else await calls_sql.call_of_ref(conn, CarrierName.BROWSER, name)
    row = await calls_sql.call_by_id(conn, found) if found is not None else None
    if row is None:
        return None
    there = await parties_of(conn, row.id)
    if outside is not None:
        mine = [party for party in there if party.id == outside.id]
    else:
        mine = [party for party in there if party.kind is PartyKind.CITIZEN]
    return Place(as_call(row), mine[-1], there) if mine else None


async def place_of_party(conn: Conn, party: int) -> Place | None:
    """Where a party is; None where there is none."""
    call = await parties_sql.call_of_party(conn, party)
    return await place_in(conn, call, party) if call is not None else None


async def take_up(conn: Conn, services: Services, party: int, now: datetime) -> str:
    """A telephone outside, which the simulator plays, is answered; returns the token of its browser."""
    token = secrets.token_urlsafe(24)
    call = await parties.joined(conn, services, party, now, name_of(token))
    await tell_browsers(conn, call.id)
    return token


async def answered(conn: Conn, services: Services, place: Place, now: datetime) -> None:
    """The caller of a kept place is called in their turn, and takes it."""
    await parties.joined(conn, services, place.me.id, now)
    await tell_browsers(conn, place.call.id)


async def press(
    conn: Conn, services: Services, place: Place, digits: str, item: int | None, now: datetime
) -> tuple[str, str] | None:
    """The caller pressed a key, or none and goes on; number and code where a ticket was attached to a known outage by it.

    Before the queue: a known outage's key, every other leads on; who is restricted passes by 1 alone. In the queue, and instead of a
    message: 1 keeps the place.
    """
    call = place.call
    if call.state is CallState.ARRIVING and await is_restricted(conn, call.id):
        way = waiting.let_through if digits == "1" else endings.turned_away
        await way(conn, services, call.id, now)
    elif call.state is CallState.ARRIVING:
        return await _known(conn, services, place, item, now)
    elif call.state in {CallState.WAITING, CallState.VOICEMAIL} and digits == "1":
        await waiting.keep_place(conn, services, call.id, now)
    return None


async def is_restricted(conn: Conn, call_id: int) -> bool:
    """Whether a call that has just come is from a restricted number."""
    said = await line_sql.said_in(conn, call_id)
    return said is not None and said.words == RESTRICTED


async def _known(
    conn: Conn, services: Services, place: Place, item: int | None, now: datetime
) -> tuple[str, str] | None:
    """What the page showed counts, though others may be known by now."""
    call = place.call
    if item is not None and call.contact_id is not None:
        made = await services.hooks.on_pressed(conn, services, ContactId(call.contact_id), call.person_id, item, now)
        if made is not None:
            await endings.known(conn, services, call.id, now)
            return made
    await waiting.enqueue(conn, services, call.id, now)
    return None


async def hang_up(conn: Conn, services: Services, place: Place, now: datetime) -> None:
    """The browser's side is closed, at whatever moment; what was said of a message until then is the message."""
    if place.call.state is CallState.VOICEMAIL:
        recording = await line_sql.message_of(conn, place.call.id)
        await endings.voicemail_left(conn, services, place.call.id, str(recording) if recording else None, now)
    elif place.me.kind is PartyKind.CITIZEN and place.me.is_in:
        await endings.caller_left(conn, services, place.call.id, now)
    elif place.me.is_asked:
        await parties.left(conn, services, place.me.id, now)


async def sweep_browsers(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: browsers that have been silent are gone; who was asked into a call and does not come has left.

    After a start nobody counts as silent before they had the time to speak.
    """
    patience = SILENT_AFTER if services.heard_for(SILENT_AFTER, now) else _KEPT
    async with pool.acquire() as conn:
        silent = await line_sql.silent_browsers(conn, now - patience, _BATCH)
        unanswered = await line_sql.unanswered_parties(conn, now - RINGS_FOR, _BATCH)
        forgotten = await line_sql.forget_sources(conn, now - _KEPT) + await line_sql.forget_browsers(conn, now - _KEPT)
    gone = [*(row.id for row in silent), *(row.id for row in unanswered)]
    return forgotten + await each(pool, gone, lambda conn, party: _gone(conn, services, party, now))


async def _gone(conn: Conn, services: Services, party: int, now: datetime) -> None:
    place = await place_of_party(conn, party)
    if place is not None:
        await hang_up(conn, services, place, now)
        await tell_browsers(conn, place.call.id)
