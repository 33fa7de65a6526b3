"""The people in a call: hold, three-way, transfer, the supervisor; each is an event of the ticket with its seconds (rulebook §8)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.services import Services
from hotline.calls import calls_sql, operator_states, parties_sql
from hotline.calls.call import MOST_PARTIES, Call, CallEnd, CallState, OperatorState, Party, PartyKind, PartyMode
from hotline.calls.call_rows import citizen_of, held, held_in_talk, named, operator_of, parties_of
from hotline.calls.carrier import Ability, CommandKind, able
from hotline.calls.commands import tell
from hotline.calls.endings import abandoned_by_centre, caller_left, close, free_user, leave, talks, unreached
from hotline.calls.happenings import CARRIER, Happening, happened, seconds_between, tell_pages
from hotline.calls.invitations import Guest, Invitation, guest_of
from hotline.contacts import call_ends
from hotline.ids import UserId
from hotline.people.user import User


def check_able(services: Services, call: Call, ability: Ability) -> None:
    """Raises Illegal where the carrier of the call cannot do this."""
    if not able(services, call.carrier, ability):
        raise Illegal("The line of this call cannot do that.")


async def hold(
    conn: Conn, services: Services, user: User, call_id: int, now: datetime, party: int | None = None
) -> Call:
    """The citizen (or another party) hears music and nobody, until `resume`. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    check_able(services, call, Ability.HOLD)
    parties = await parties_of(conn, call_id)
    who = named(parties, party) if party is not None else citizen_of(parties)
    if who is None or not who.is_in or who.held_at is not None:
        raise Illegal("There is nobody to be put on hold.")
    await parties_sql.hold_party(conn, who.id, now)
    await tell_audience(conn, services, call, user, Happening.HELD, now, who, seconds=0)
    if who.kind is PartyKind.CITIZEN:
        await _state(conn, call, OperatorState.HOLDING, now)
    return call


async def resume(
    conn: Conn, services: Services, user: User, call_id: int, now: datetime, party: int | None = None
) -> Call:
    """Whoever is on hold talks again. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    parties = await parties_of(conn, call_id)
    who = named(parties, party) if party is not None else next((p for p in parties if p.held_at and p.is_in), None)
    if who is None or who.held_at is None:
        raise Illegal("Nobody is on hold.")
    await parties_sql.hold_party(conn, who.id, None)
    await tell_audience(
        conn, services, call, user, Happening.RESUMED, now, who, seconds=seconds_between(who.held_at, now)
    )
    if who.kind is PartyKind.CITIZEN:
        await _state(conn, call, OperatorState.TALKING, now)
    return call


async def _state(conn: Conn, call: Call, state: OperatorState, now: datetime) -> None:
    """What the operator of the call does now, if they are at the telephone."""
    if call.operator_id is None:
        return
    row = await operator_states.state_of(conn, call.operator_id)
    if row is not None and row.call_id == call.id and row.state != state:
        await operator_states.enter(conn, call.operator_id, state, "", call.id, now)


async def tell_audience(
    conn: Conn, services: Services, call: Call, user: User, what: Happening, now: datetime, party: Party, **more: object
) -> None:
    """Who hears whom has changed."""
    await tell(conn, call, CommandKind.AUDIENCE, now, party.id)
    await happened(conn, services, call, what, user.actor, now, party=party.id, kind=party.kind.value, **more)
    await tell_pages(conn, call, CallState.TALKING, [party.user_id])


async def invite(conn: Conn, services: Services, user: User, call_id: int, wanted: Invitation, now: datetime) -> int:
    """Bring somebody into the call; returns the party's id. Raises Missing, Illegal where the call is full or nobody is there to be called."""
    call = await held_in_talk(conn, user, call_id)
    check_able(services, call, Ability.THREE_WAY)
    return await _invite(conn, services, user, call, await guest_of(conn, services, user, wanted, now), now)


async def _invite(conn: Conn, services: Services, user: User, call: Call, guest: Guest, now: datetime) -> int:
    if guest.number:
        check_able(services, call, Ability.OUTSIDE)
    parties = await parties_of(conn, call.id)
    if sum(p.is_asked for p in parties) >= MOST_PARTIES:
        raise Illegal("There are four people in this call already.")
    if guest.user is not None and await parties_sql.party_now_of(conn, guest.user) is not None:
        raise Illegal("They are in a call.")
    row = await parties_sql.insert_party(
        conn,
        call.id,
        guest.kind,
        guest.user,
        guest.department,
        guest.emergency,
        services.keys.encrypt(guest.number) if guest.number else None,
        PartyMode.TALK,
        now,
        None,
    )
    if guest.user is not None and await operator_states.state_of(conn, guest.user) is not None:
        await operator_states.enter(conn, guest.user, OperatorState.RINGING, "", call.id, now)
    await tell(conn, call, CommandKind.INVITE, now, row.id)
    more = {"department": guest.department, "emergency": guest.emergency, "user": guest.user}
    detail = {key: value for key, value in more.items() if value is not None}
    await happened(
        conn, services, call, Happening.INVITED, user.actor, now, party=row.id, kind=guest.kind.value, **detail
    )
    await tell_pages(conn, call, CallState.TALKING, [guest.user])
    return row.id


async def press_keys(conn: Conn, services: Services, user: User, call_id: int, digits: str, now: datetime) -> Call:
    """Keys are pressed for the operator, as for the menu of an office; which ones stands nowhere. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    check_able(services, call, Ability.KEYPAD)
    await tell(conn, call, CommandKind.KEYS, now, digits=digits)
    await happened(conn, services, call, Happening.KEYS, user.actor, now, keys=len(digits))
    return call


async def drop(conn: Conn, services: Services, user: User, call_id: int, party: int, now: datetime) -> Call:
    """Take somebody out of the call who is neither the citizen nor its operator. Raises Missing, Illegal."""
    call = await held_in_talk(conn, user, call_id)
    who = named(await parties_of(conn, call_id), party)
    if who.kind is PartyKind.CITIZEN or who.user_id == call.operator_id:
        raise Illegal("The citizen and the operator leave by hanging up.")
    if who.is_asked:
        await tell(conn, call, CommandKind.DROP, now, party)
        await leave(conn, services, call, who, user.actor, now)
        await free_user(conn, who, call.id, now)
        await tell_pages(conn, call, CallState.TALKING, [who.user_id])
    return call


async def transfer(
    conn: Conn, services: Services, user: User, call_id: int, to: Invitation | int, now: datetime, *, warm: bool
) -> int:
    """Pass the call on; returns the party who gets it. Raises Missing, Illegal.

    Warm: the citizen is on hold while the operator talks with who is asked; `to` an id of that party then passes it on. Straight: the operator leaves
    at once; a citizen whom nobody takes waits again at the old place.
    """
    call = await held_in_talk(conn, user, call_id)
    check_able(services, call, Ability.WARM_TRANSFER if warm else Ability.STRAIGHT_TRANSFER)
    if isinstance(to, int):
        who = named(await parties_of(conn, call_id), to)
        if not who.is_in:
            raise Illegal("They have not answered yet.")
        await _pass_on(conn, services, user, call, who.id, now, warm=warm)
        return to
    guest = await guest_of(conn, services, user, to, now)
    party = await _invite(conn, services, user, call, guest, now)
    if not warm:
        await _pass_on(conn, services, user, call, party, now, warm=False)
    else:
        citizen = citizen_of(await parties_of(conn, call_id))
        if citizen is not None and citizen.is_in and citizen.held_at is None:
            await hold(conn, services, user, call_id, now)
    return party


async def _pass_on(
    conn: Conn, services: Services, user: User, call: Call, party: int, now: datetime, *, warm: bool
) -> None:
    """The operator leaves; the citizen talks with the party alone."""
    parties = await parties_of(conn, call.id)
    operator, citizen = operator_of(call, parties), citizen_of(parties)
    if citizen is not None and citizen.held_at is not None:
        await parties_sql.hold_party(conn, citizen.id, None)
    await tell(conn, call, CommandKind.TRANSFER, now, party)
    since = operator.joined_at if operator is not None else call.answered_at
    seconds = seconds_between(since, now)
    await happened(
        conn, services, call, Happening.TRANSFERRED, user.actor, now, party=party, warm=warm, seconds=seconds
    )
    if operator is not None:
        await parties_sql.leave_party(conn, operator.id, now)
        await free_user(conn, operator, call.id, now)
    await tell_pages(conn, call, CallState.TALKING, [p.user_id for p in parties])


async def joined(conn: Conn, services: Services, party: int, now: datetime, ref: str | None = None) -> Call:
    """A carrier says that somebody is connected. Raises Missing; one who has left meanwhile is told so again."""
    call, who = await _party(conn, party)
    if not who.is_asked or call.state is CallState.OVER:
        await tell(conn, call, CommandKind.DROP, now, party)
        return call
    await parties_sql.join_party(conn, party, ref, now)
    if who.joined_at is None:
        seconds = seconds_between(who.invited_at, now)
        kind = who.kind.value
        await happened(conn, services, call, Happening.JOINED, CARRIER, now, party=party, kind=kind, seconds=seconds)
        await _now_talked(conn, services, call, who, now)
        await tell_pages(conn, call, call.state, [who.user_id])
    return call


async def _now_talked(conn: Conn, services: Services, call: Call, who: Party, now: datetime) -> None:
    """Who was called talks: a kept place is answered now, and owed no more; a colleague to whom the call was passed has it."""
    if who.kind is PartyKind.CITIZEN and call.operator_id is not None:
        await calls_sql.talk_call(conn, call.id, call.operator_id, now)
        if call.contact_id is not None:
            await call_ends.taken(conn, services, call.carrier_ref, now)
    elif who.kind is PartyKind.OPERATOR and who.user_id is not None:
        await _operator_there(conn, call, who, who.user_id, now)
    elif who.user_id is not None and await operator_states.state_of(conn, who.user_id) is not None:
        await operator_states.enter(conn, who.user_id, OperatorState.TALKING, "", call.id, now)


async def _operator_there(conn: Conn, call: Call, who: Party, user: UserId, now: datetime) -> None:
    """The operator's telephone was taken: the citizen of a call that we make is called now; else the call was passed to them."""
    if call.direction == "out" and user == call.operator_id:
        citizen = citizen_of(await parties_of(conn, call.id))
        if citizen is not None and citizen.joined_at is None:
            await tell(conn, call, CommandKind.CALL_OUT, now, citizen.id, operator=who.id)
        return
    await calls_sql.talk_call(conn, call.id, user, now)
    await operator_states.enter(conn, user, OperatorState.TALKING, "", call.id, now)
    if call.contact_id is not None:
        await call_ends.ring(conn, call.contact_id, user)


async def left(conn: Conn, services: Services, party: int, now: datetime) -> Call:
    """A carrier says that somebody is no longer connected, or was never reached. Raises Missing.

    The citizen: the call is over. The last who talked with the citizen: they wait again, never alone.
    """
    call, who = await _party(conn, party)
    if not who.is_asked or call.state is CallState.OVER:
        return call
    if who.kind is PartyKind.CITIZEN:
        if who.joined_at is None:
            await unreached(conn, services, call.id, now)
        else:
            await caller_left(conn, services, call.id, now)
        return await held(conn, call.id)
    await leave(conn, services, call, who, CARRIER, now)
    await free_user(conn, who, call.id, now)
    await tell_pages(conn, call, call.state, [who.user_id])
    if call.state is CallState.TALKING:
        await _after(conn, services, call, who, now)
    return await held(conn, call.id)


async def _after(conn: Conn, services: Services, call: Call, gone: Party, now: datetime) -> None:
    """One who was connected hung up: where nobody else talks with the citizen the call is over. One who never came leaves the citizen to the queue."""
    if gone.joined_at is None or any(talks(party) for party in await parties_of(conn, call.id)):
        await abandoned_by_centre(conn, services, call, CARRIER, now)
    elif gone.kind is not PartyKind.SUPERVISOR:
        why = CallEnd.OPERATOR if gone.user_id == call.operator_id else CallEnd.PASSED_ON
        await close(conn, services, call, why, CARRIER, now)


async def _party(conn: Conn, party: int) -> tuple[Call, Party]:
    found = await parties_sql.call_of_party(conn, party)
    if found is None:
        raise Missing("There is no party %(item)s in this call.", item=party)
    call = await held(conn, found)
    return call, named(await parties_of(conn, found), party)
