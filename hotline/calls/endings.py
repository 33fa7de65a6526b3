"""How calls end: hung up by the operator or the caller, with an announcement, with a message, unreached, or their operator lost.

Whatever happens, the caller is connected, waiting, called back in their turn, or owed a call; never alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.calls import calls_sql, operator_states, parties_sql
from hotline.calls.call import Call, CallEnd, CallState, OperatorState, Party, PartyKind
from hotline.calls.call_rows import citizen_of, held, held_in_talk, operator_of, parties_of
from hotline.calls.carrier import CommandKind
from hotline.calls.commands import tell
from hotline.calls.happenings import CARRIER, SYSTEM, Happening, happened, seconds_between, tell_pages
from hotline.calls.rings import hold_queue, offer, withdraw
from hotline.contacts import call_ends
from hotline.people.user import User

#: Ends of calls in which somebody talked with the caller.
_TALKED = frozenset({CallEnd.CALLER, CallEnd.OPERATOR, CallEnd.PASSED_ON})


async def hang_up(conn: Conn, services: Services, user: User, call_id: int, now: datetime) -> Call:
    """The operator (or a manager) ends the call for everybody. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    return await close(conn, services, call, CallEnd.OPERATOR, user.actor, now)


async def announce(conn: Conn, services: Services, user: User, call_id: int, words: str, now: datetime) -> Call:
    """Words are spoken to the caller, and the call ends; after abuse the operator has five uncounted minutes. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    await tell(conn, call, CommandKind.SAY, now, words=words, end=True)
    await happened(conn, services, call, Happening.ANNOUNCED, user.actor, now, words=words)
    abused = words == "voice_ended_after_abuse"
    return await close(conn, services, call, CallEnd.ANNOUNCED, user.actor, now, abused=abused, tells=False)


async def warn(conn: Conn, services: Services, user: User, call_id: int, now: datetime) -> Call:
    """The warning phrase is spoken, and is on record: the first step before a call is ended after abuse. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    await tell(conn, call, CommandKind.SAY, now, words="voice_warning", end=False)
    await happened(conn, services, call, Happening.WARNED, user.actor, now)
    return call


async def caller_left(conn: Conn, services: Services, call_id: int, now: datetime) -> CallState:
    """The caller's line is closed, as their carrier says, at whatever moment; returns what the call is now.

    A kept place stays kept; a call that nobody answered is owed; one that is talked ends for everybody.
    """
    call = await held(conn, call_id)
    if call.state in {CallState.OVER, CallState.KEPT}:
        return call.state
    why = CallEnd.CALLER
    if call.answered_at is None or call.state is not CallState.TALKING:
        why = CallEnd.ABANDONED
    await close(conn, services, call, why, CARRIER, now)
    return CallState.OVER


async def voicemail_left(conn: Conn, services: Services, call_id: int, recording: str | None, now: datetime) -> None:
    """A message was left, or silence (`recording` None): a call is owed in both cases, and the call is over. Of a call that is or was talked it is none."""
    call = await held(conn, call_id)
    if call.state is CallState.TALKING or call.ended_why in _TALKED:
        return
    await call_ends.owe_call(conn, services, call.carrier_ref, "voicemail" if recording else "missed", recording, now)
    if recording:
        await happened(conn, services, call, Happening.MESSAGE_LEFT, CARRIER, now)
    if call.state in {CallState.VOICEMAIL, CallState.WAITING, CallState.ARRIVING}:
        await close(conn, services, call, CallEnd.VOICEMAIL if recording else CallEnd.ABANDONED, CARRIER, now)


async def unreached(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    """The citizen of a kept place or an owed call was not reached: the call is over, and is owed still. Said of one who talks it means nothing."""
    call = await held(conn, call_id)
    citizen = citizen_of(await parties_of(conn, call_id))
    if call.state is CallState.TALKING and citizen is not None and not citizen.is_in:
        await close(conn, services, call, CallEnd.UNREACHED, CARRIER, now)


async def known(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    """The caller's matter was taken by a key (a known outage): the call is over."""
    call = await held(conn, call_id)
    if call.state in {CallState.ARRIVING, CallState.WAITING}:
        await close(conn, services, call, CallEnd.KNOWN, CARRIER, now)


async def turned_away(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    """A restricted caller pressed no key: where to write was said, and the call is over; nobody is owed a call."""
    call = await held(conn, call_id)
    if call.state is CallState.ARRIVING:
        await close(conn, services, call, CallEnd.ANNOUNCED, CARRIER, now)


async def operator_lost(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    """The line of the call's operator is silent: the caller waits again, at the old place, unless somebody else talks with them."""
    call = await held(conn, call_id)
    if call.state is not CallState.TALKING:
        return
    parties = await parties_of(conn, call_id)
    operator = operator_of(call, parties)
    if operator is not None:
        await leave(conn, services, call, operator, SYSTEM, now)
        assert operator.user_id is not None
        await operator_states.enter(conn, operator.user_id, OperatorState.BREAK, operator_states.SILENT, None, now)
    await abandoned_by_centre(conn, services, call, SYSTEM, now)


async def abandoned_by_centre(conn: Conn, services: Services, call: Call, actor: str, now: datetime) -> None:
    """Where nobody talks with the citizen any more they wait again at their old place, or the call is over, and owed."""
    parties = await parties_of(conn, call.id)
    citizen = citizen_of(parties)
    if citizen is None or not citizen.is_in:
        await close(conn, services, call, CallEnd.LOST, actor, now)
        return
    if any(talks(party) for party in parties):
        if citizen.held_at is not None:
            await parties_sql.hold_party(conn, citizen.id, None)
            await tell(conn, call, CommandKind.AUDIENCE, now)
        return
    await _empty(conn, services, call, [p for p in parties if p.id != citizen.id], now)
    if call.direction == "out":  # we called them: they are owed the call still
        await close(conn, services, call, CallEnd.LOST, actor, now)
        return
    await parties_sql.hold_party(conn, citizen.id, None)
    await call_ends.untaken(conn, call.carrier_ref, now)
    await hold_queue(conn)
    await calls_sql.queue_call(conn, call.id, None, now)
    await tell(conn, call, CommandKind.AUDIENCE, now)
    await happened(conn, services, call, Happening.LOST, actor, now)
    await tell_pages(conn, call, CallState.WAITING)
    await offer(conn, services, now)


def talks(party: Party) -> bool:
    """Whether somebody of ours, or whom we brought in, talks with the citizen."""
    beside = {PartyKind.OPERATOR, PartyKind.DEPARTMENT, PartyKind.EMERGENCY}
    return party.is_in and party.held_at is None and party.kind in beside


async def leave(conn: Conn, services: Services, call: Call, party: Party, actor: str, now: datetime) -> None:
    """Somebody is no longer in a call; written down with their seconds in it."""
    await parties_sql.leave_party(conn, party.id, now)
    seconds = seconds_between(party.joined_at, now)
    kind = party.kind.value
    await happened(conn, services, call, Happening.LEFT, actor, now, party=party.id, kind=kind, seconds=seconds)


async def _empty(conn: Conn, services: Services, call: Call, parties: Sequence[Party], now: datetime) -> None:
    """Everybody of these leaves; users of ours are free again."""
    for party in parties:
        if party.is_asked:
            await parties_sql.leave_party(conn, party.id, now)
            await tell(conn, call, CommandKind.DROP, now, party.id)
            await free_user(conn, party, call.id, now)


async def free_user(conn: Conn, party: Party, call_id: int, now: datetime, *, abused: bool = False) -> None:
    """Somebody who was in a call wraps it up, and who never came is ready again; who is not at the telephone has no state."""
    row = await operator_states.state_of(conn, party.user_id) if party.user_id is not None else None
    if row is None or party.user_id is None or row.call_id != call_id:
        return
    if OperatorState(row.state) in operator_states.IN_CALL:
        if party.joined_at is None:
            await operator_states.free_again(conn, party.user_id, now)
        else:
            await operator_states.after_call(conn, party.user_id, call_id, now, abused=abused)


async def close(
    conn: Conn,
    services: Services,
    call: Call,
    why: CallEnd,
    actor: str,
    now: datetime,
    *,
    abused: bool = False,
    tells: bool = True,
) -> Call:
    """The call is over for everybody: its ring is withdrawn, its people are free, its contact has its end or is owed a call.

    1. Parties and their seconds. 2. The call's row. 3. The contact. 4. The carrier. 5. Whoever waits gets the operators who are free now.
    """
    rang = await withdraw(conn, services, call, now)
    parties = await parties_of(conn, call.id)
    for party in parties:
        if party.is_asked:
            await parties_sql.leave_party(conn, party.id, now)
            await free_user(conn, party, call.id, now, abused=abused and party.user_id == call.operator_id)
    await calls_sql.end_call(conn, call.id, why, now)
    if call.contact_id is not None and why is not CallEnd.KNOWN:
        await call_ends.closed(conn, services, call.carrier_ref, now)
    if tells:
        await tell(conn, call, CommandKind.HANG_UP, now)
    talked = seconds_between(call.answered_at, now)
    await happened(conn, services, call, Happening.ENDED, actor, now, why=why.value, seconds=talked)
    ended = await held(conn, call.id)
    await tell_pages(conn, ended, CallState.OVER, [party.user_id for party in parties])
    if rang:
        await offer(conn, services, now)
    return ended
