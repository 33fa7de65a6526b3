"""What a browser of the line must know now: what rings, who is in the call, who hears whom, and what other browsers said to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hotline.base.db.connection import Conn
from hotline.calls import calls_sql, parties_sql
from hotline.calls.call import Call, CallState, CarrierName, Party, PartyKind
from hotline.calls.call_rows import as_call, citizen_of, parties_of
from hotline.ids import UserId
from hotline.telephony import line_sql
from hotline.telephony.audience import Voice, is_recorded, may_signal, voices
from hotline.telephony.line_models import HeardSignal, LineCall, LineRinging, LineVoice

#: As many signals are handed on at once; the page asks again for more.
_MOST_SIGNALS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in a call now."""

    call: Call
    me: Party
    parties: Sequence[Party]


async def place_in(conn: Conn, call_id: int, party: int) -> Place | None:
    """The place of a party in a call; None where there is none."""
    row = await calls_sql.call_by_id(conn, call_id)
    parties = await parties_of(conn, call_id)
    me = next((one for one in parties if one.id == party), None)
    return Place(as_call(row), me, parties) if row is not None and me is not None else None


async def place_of(conn: Conn, user: UserId) -> Place | None:
    """Where a user is in a call, or asked into one; None where nowhere."""
    row = await line_sql.place_of(conn, user)
    return await place_in(conn, row.call_id, row.id) if row is not None else None


async def ringing_for(conn: Conn, user: UserId, place: Place | None) -> LineRinging | None:
    """What rings for a user: their own line, else a call into which they were asked and have not come."""
    ring = await line_sql.ring_of(conn, user)
    if ring is not None:
        return LineRinging(call=ring.call_id, party=None, kind=PartyKind.OPERATOR, until=ring.until)
    if place is not None and not place.me.is_in:
        return LineRinging(call=place.call.id, party=place.me.id, kind=place.me.kind, until=None)
    return None


async def call_for(conn: Conn, place: Place, session: str, after: int, words: Mapping[str, str]) -> LineCall:
    """The call of somebody who is in it, for this page of theirs. `words`: how kinds of parties are called.

    Callers are not told the names of those who work here.
    """
    call, me, parties = place.call, place.me, place.parties
    browsers = {row.party_id: row for row in await line_sql.browsers_of(conn, call.id)}
    names = {row.id: _name(row, words, staff=me.user_id is not None) for row in await line_sql.names_of(conn, call.id)}
    citizen, own = citizen_of(parties), me.user_id is not None and me.user_id == call.operator_id
    mine = browsers.get(me.id)
    here = mine is not None and mine.session == session
    ours = call.carrier is CarrierName.BROWSER  # else the voices are the carrier's, and it records
    heard = [_voice(voice, names, browsers) for voice in voices(parties, me) if ours]
    return LineCall(
        id=call.id,
        me=me.id,
        state=call.state,
        since=call.answered_at,
        mode=me.mode,
        own=own,
        held=me.held_at is not None,
        on_hold=citizen is not None and citizen.held_at is not None and citizen.id != me.id,
        record=ours and own and call.state is CallState.TALKING,
        recorded=is_recorded(parties, me),
        parties=heard,
        signals=await _signals(conn, place, max(after, mine.from_signal), session) if mine is not None and here else [],
    )


def _name(row: line_sql.PartyNameRow, words: Mapping[str, str], *, staff: bool) -> str:
    name = row.shown_name if staff else None
    return name or row.emergency or row.department or words.get(row.kind, row.kind)


def _voice(voice: Voice, names: Mapping[int, str], browsers: Mapping[int, line_sql.BrowsersOfRow]) -> LineVoice:
    other = voice.party
    browser = browsers.get(other.id)
    return LineVoice(
        id=other.id,
        kind=other.kind,
        name=names.get(other.id, ""),
        mode=other.mode,
        held=other.held_at is not None,
        session=browser.session if browser is not None else None,
        hears_me=voice.hears_me,
        i_hear=voice.i_hear,
        recorded=voice.recorded,
    )


async def _signals(conn: Conn, place: Place, after: int, session: str) -> list[HeardSignal]:
    """What was said to this page of theirs by those with whom it has anything to do now."""
    by_id = {party.id: party for party in place.parties}
    found = []
    for row in await parties_sql.signals_to(conn, place.me.id, after, _MOST_SIGNALS):
        sender, receiver, body = row.body.split(" ", 2)
        if receiver == session and may_signal(place.me, by_id[row.from_party]):
            found.append(HeardSignal(id=row.id, from_=row.from_party, session=sender, kind=row.kind, body=body))
    return found


async def topics_of(conn: Conn, call_id: int, parties: Collection[int] | None = None) -> list[str]:
    """Where the browsers of a call listen, those of users and of who has no account; or of these parties of it."""
    row = await calls_sql.call_by_id(conn, call_id)
    found = set()
    for one in await line_sql.names_of(conn, call_id):
        if parties is not None and one.id not in parties:
            continue
        if one.user_id is not None:
            found.add(f"user:{one.user_id}")
        elif one.carrier_ref is not None:
            found.add(f"line:{one.carrier_ref}")
        elif one.kind == PartyKind.CITIZEN and row is not None:
            found.add(f"line:{row.carrier_ref}")
    return sorted(found)
