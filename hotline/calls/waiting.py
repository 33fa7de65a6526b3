"""Waiting: a call in the queue, its position, a kept place, and the voicemail where nobody is free (rulebook §3)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.calls import calls_sql, operators_sql, parties_sql, queue_messages, queue_sql
from hotline.calls.call import WAIT_AT_MOST, Call, CallEnd, CallState
from hotline.calls.call_rows import citizen_of, held, parties_of
from hotline.calls.carrier import CommandKind
from hotline.calls.commands import tell
from hotline.calls.due import each
from hotline.calls.happenings import CARRIER, SYSTEM, Happening, happened, tell_pages
from hotline.calls.rings import hold_queue, offer, withdraw
from hotline.contacts import call_ends
from hotline.people.persons import Person

_BATCH = 50


async def enqueue(conn: Conn, services: Services, call_id: int, now: datetime, skill: str | None = None) -> CallState:
    """A call waits for an operator from now on; where nobody is at the telephone a message is taken at once.

    Returns what became of it: `waiting` (its line may ring already) or `voicemail`. Called again it changes nothing.
    """
    call = await held(conn, call_id)
    if call.state is not CallState.ARRIVING:
        return call.state
    if not await operators_sql.somebody_answers(conn):
        await leave_message(conn, services, call_id, now)
        return CallState.VOICEMAIL
    await queue_messages.send_link(conn, services, call, now)
    await hold_queue(conn)
    await calls_sql.queue_call(conn, call_id, skill, now)
    await happened(conn, services, call, Happening.QUEUED, CARRIER, now, before=await position(conn, call_id))
    await tell_pages(conn, call, CallState.WAITING)
    await offer(conn, services, now)
    return CallState.WAITING


async def let_through(conn: Conn, services: Services, call_id: int, now: datetime) -> CallState:
    """A restricted caller says that it is an emergency: the call waits as any other."""
    call = await held(conn, call_id)
    if call.state is CallState.ARRIVING:
        await call_ends.open_call(conn, call.carrier_ref)
        await happened(conn, services, call, Happening.KEYS, CARRIER, now, emergency=True)
    return await enqueue(conn, services, call_id, now)


async def position(conn: Conn, call_id: int) -> int:
    """How many calls wait before this one."""
    return int(await queue_sql.calls_before(conn, call_id))


async def keep_place(conn: Conn, services: Services, call_id: int, now: datetime) -> bool:
    """The caller may hang up and is called back in their turn; a call is owed besides, so that nothing is lost.

    False where they cannot be called (a hidden number). Raises Illegal where the call does not wait.
    """
    call = await held(conn, call_id)
    if call.state is CallState.KEPT:
        return True
    if call.state not in {CallState.ARRIVING, CallState.WAITING, CallState.VOICEMAIL}:
        raise Illegal("This call does not wait.")
    if call.person_id is None:
        return False
    rang = await withdraw(conn, services, call, now)
    await calls_sql.keep_call(conn, call_id, now)
    await _caller_is_gone(conn, call_id, now)
    await call_ends.owe_call(conn, services, call.carrier_ref, "missed", None, now)
    await happened(conn, services, call, Happening.KEPT, CARRIER, now)
    await tell(conn, call, CommandKind.SAY, now, words="voice_place_kept", end=True)
    await tell_pages(conn, call, CallState.KEPT)
    if rang:
        await offer(conn, services, now)
    return True


async def _caller_is_gone(conn: Conn, call_id: int, now: datetime) -> None:
    """The caller's first leg is over; another one begins when they are called."""
    citizen = citizen_of(await parties_of(conn, call_id))
    if citizen is not None:
        await parties_sql.leave_party(conn, citizen.id, now)


async def leave_message(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    """Nobody is free: a message is taken. A call is owed from this moment, whatever the carrier says later."""
    call = await held(conn, call_id)
    if call.state not in {CallState.ARRIVING, CallState.WAITING}:
        return
    await withdraw(conn, services, call, now)
    await calls_sql.voicemail_call(conn, call_id)
    await call_ends.owe_call(conn, services, call.carrier_ref, "missed", None, now)
    await happened(conn, services, call, Happening.VOICEMAIL, SYSTEM, now)
    await tell(conn, call, CommandKind.VOICEMAIL, now)
    await tell_pages(conn, call, CallState.VOICEMAIL)


async def write_instead(conn: Conn, services: Services, call_id: int, person: Person, now: datetime) -> None:
    """A caller who cannot hear or speak is written to: nobody is rung, the call ends with words, and somebody owes them an answer."""
    call = await held(conn, call_id)
    if call.state is not CallState.ARRIVING:
        return
    await queue_messages.write_instead(conn, services, call, person, now)
    await _caller_is_gone(conn, call_id, now)
    await tell(conn, call, CommandKind.SAY, now, words="voice_in_writing", end=True)
    await call_ends.owe_call(conn, services, call.carrier_ref, "missed", None, now)
    await over(conn, services, call, CallEnd.ANNOUNCED, now)


async def sweep_waiting(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: calls that waited for 90 s and ring nowhere are asked for a message; kept places whose call was made by hand are over."""
    async with pool.acquire() as conn:
        late = await queue_sql.waited_too_long(conn, now - WAIT_AT_MOST, _BATCH)
        done = await queue_sql.kept_and_done(conn, _BATCH)
    handled = await each(pool, late, lambda conn, call_id: _gave_up(conn, services, call_id, now))
    return handled + await each(pool, done, lambda conn, call_id: _called_by_hand(conn, services, call_id, now))


async def _gave_up(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    call = await held(conn, call_id)
    late = call.queued_at is not None and call.queued_at < now - WAIT_AT_MOST
    if call.state is CallState.WAITING and late and await queue_sql.open_ring(conn, call_id) is None:
        await leave_message(conn, services, call_id, now)


async def _called_by_hand(conn: Conn, services: Services, call_id: int, now: datetime) -> None:
    call = await held(conn, call_id)
    if call.state is CallState.KEPT and await queue_sql.open_ring(conn, call_id) is None:
        await over(conn, services, call, CallEnd.OPERATOR, now)


async def over(conn: Conn, services: Services, call: Call, why: CallEnd, now: datetime) -> None:
    """A call in which nobody is any more is over."""
    await calls_sql.end_call(conn, call.id, why, now)
    await happened(conn, services, call, Happening.ENDED, SYSTEM, now, why=why.value)
    await tell_pages(conn, call, CallState.OVER)
