"""The supervisor in a call: listens, whispers to the operator, joins, takes it over (rulebook §8)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Forbidden, Illegal
from hotline.base.services import Services
from hotline.calls import calls_sql, operator_states, parties_sql
from hotline.calls.call import MOST_PARTIES, Call, CallState, OperatorState, PartyKind, PartyMode
from hotline.calls.call_rows import held, held_in_talk, named, operator_of, parties_of
from hotline.calls.carrier import Ability, CommandKind
from hotline.calls.commands import tell
from hotline.calls.endings import free_user, leave
from hotline.calls.happenings import Happening, happened, tell_pages
from hotline.calls.parties import check_able, tell_audience
from hotline.contacts import call_ends
from hotline.people.user import User
from hotline.ticket import Role


async def supervise(conn: Conn, services: Services, user: User, call_id: int, mode: PartyMode, now: datetime) -> int:
    """A manager listens to a call, whispers to its operator, or joins it; returns their party's id. Raises Missing, Forbidden, Illegal."""
    if user.role is not Role.MANAGER:
        raise Forbidden("Only a manager listens to a call of somebody else.")
    call = await held_in_talk(conn, user, call_id)
    check_able(services, call, _NEEDS[mode])
    parties = await parties_of(conn, call_id)
    there = next((p for p in parties if p.user_id == user.id and p.is_asked), None)
    if there is not None:
        await set_mode(conn, services, user, call_id, there.id, mode, now)
        return there.id
    if await parties_sql.party_now_of(conn, user.id) is not None:
        raise Illegal("You are in a call.")
    if sum(p.is_asked for p in parties) >= MOST_PARTIES:
        raise Illegal("There are four people in this call already.")
    row = await parties_sql.insert_party(
        conn, call_id, PartyKind.SUPERVISOR, user.id, None, None, None, mode, now, None
    )
    if await operator_states.state_of(conn, user.id) is not None:
        await operator_states.enter(conn, user.id, OperatorState.RINGING, "", call_id, now)
    await tell(conn, call, CommandKind.INVITE, now, row.id)
    await happened(
        conn, services, call, Happening.INVITED, user.actor, now, party=row.id, kind="supervisor", mode=mode.value
    )
    await tell_pages(conn, call, CallState.TALKING, [user.id])
    return row.id


_NEEDS = {PartyMode.TALK: Ability.THREE_WAY, PartyMode.LISTEN: Ability.LISTEN, PartyMode.WHISPER: Ability.WHISPER}


async def set_mode(
    conn: Conn, services: Services, user: User, call_id: int, party: int, mode: PartyMode, now: datetime
) -> Call:
    """A supervisor listens, whispers or talks from now on. Raises Missing, Forbidden, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    who = named(await parties_of(conn, call_id), party)
    if who.kind is not PartyKind.SUPERVISOR or who.user_id != user.id or not who.is_asked:
        raise Forbidden("Only a supervisor in the call listens or whispers.")
    check_able(services, call, _NEEDS[mode])
    await parties_sql.set_party_mode(conn, party, mode)
    await tell_audience(conn, services, call, user, Happening.MODE, now, who, mode=mode.value)
    return call


async def take_over(conn: Conn, services: Services, user: User, call_id: int, now: datetime) -> Call:
    """A manager in the call is its operator from now on; the operator is free. Raises Missing, Forbidden, Illegal."""
    if user.role is not Role.MANAGER:
        raise Forbidden("Only a manager takes a call over.")
    call = await held_in_talk(conn, user, call_id)
    parties = await parties_of(conn, call_id)
    mine = next((p for p in parties if p.user_id == user.id and p.is_in), None)
    if mine is None or call.operator_id == user.id:
        raise Illegal("Listen to the call first, then take it over.")
    operator = operator_of(call, parties)
    if operator is not None:
        await tell(conn, call, CommandKind.DROP, now, operator.id)
        await leave(conn, services, call, operator, user.actor, now)
        await free_user(conn, operator, call_id, now)
    await parties_sql.change_party_kind(conn, mine.id, PartyKind.OPERATOR)
    await calls_sql.talk_call(conn, call_id, user.id, now)
    if call.contact_id is not None:
        await call_ends.ring(conn, call.contact_id, user.id)
    taken = await held(conn, call_id)
    await tell_audience(conn, services, taken, user, Happening.TAKEN_OVER, now, mine)
    return taken
