"""Calls that we make: a call that is owed, or one about a ticket; the operator's line first, then the citizen's (rulebook §8)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.calls import calls_sql, operator_states, operators_sql, parties_sql
from hotline.calls.call import SILENT_AFTER, CarrierName, LineKind, OperatorState, PartyKind
from hotline.calls.call_rows import held
from hotline.calls.carrier import Ability, CommandKind, VoiceCarrier, carrier_named
from hotline.calls.commands import tell
from hotline.calls.happenings import Happening, happened, tell_pages
from hotline.ids import PersonId, TicketId
from hotline.moves.contact_ends import held_call_back, keep_reveal
from hotline.moves.move import visible
from hotline.people.persons import Person, load_person
from hotline.people.user import User
from hotline.ticket import Category


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a call that we make is to."""

    person: PersonId | None
    ticket: TicketId | None
    call_back: int | None


async def call_out(
    conn: Conn, services: Services, user: User, call_back: int | None, number: str, reason: str, now: datetime
) -> Mapping[str, object]:
    """Call the person of an owed call or of a ticket; the number is shown, and that it was, and why, is kept. Raises Missing, Illegal.

    The line of a browser is there: the citizen is called at once. A telephone rings first.
    """
    whom = await _whom(conn, user, call_back, number)
    person = await load_person(conn, services.keys, whom.person)
    if person is None or not person.can_be_called:
        raise Illegal("There is no number to call.")
    line = await _line(conn, user, now)
    carrier = _carrier(services, line)
    await keep_reveal(conn, services, user, whom.ticket, whom.call_back, reason, now)
    made = await calls_sql.insert_call(
        conn,
        "out",
        carrier.name,
        f"out:{secrets.token_hex(8)}",
        None,
        person.id,
        whom.ticket,
        whom.call_back,
        None,
        None,
        user.id,
        now,
    )
    await _begin(conn, services, user, made.id, person, line, now)
    return {"call": made.id, "number": person.number, "carrier": carrier.name.value}


async def _whom(conn: Conn, user: User, call_back: int | None, number: str) -> Called:
    if call_back is not None:
        row = await held_call_back(conn, call_back)
        return Called(row.person_id, row.ticket_id, row.id)
    ticket = await visible(conn, user, number, lock=True)
    if ticket.category is Category.TIPOFF and ticket.confidential:
        raise Illegal("There is no number to call.")
    return Called(ticket.person_id, ticket.id, None)


async def _line(conn: Conn, user: User, now: datetime) -> LineKind:
    """Where the caller of ours is rung. Raises Illegal where nothing rings, or they are in a call."""
    state = await operators_sql.state_now(conn, user.id)
    if state is not None and OperatorState(state.state) in operator_states.IN_CALL:
        raise Illegal("You are in a call.")
    if await parties_sql.party_now_of(conn, user.id) is not None:
        raise Illegal("You are in a call.")
    await operators_sql.plain_line(conn, user.id, now, now - SILENT_AFTER)
    row = await operators_sql.line_of_user(conn, user.id)
    if row is None or not operator_states.lives(row.kind, row.seen_at, now):
        raise Illegal("Your line cannot ring: open the desk in a browser, or test your number on your page.")
    return LineKind(row.kind)


def _carrier(services: Services, line: LineKind) -> VoiceCarrier:
    """The carrier that calls out from such a line. Raises Illegal."""
    for name in (CarrierName.TWILIO, CarrierName.COMPATIBLE, CarrierName.BROWSER):
        carrier = carrier_named(services, name)
        if carrier is not None and Ability.CALL_OUT in carrier.abilities and line in carrier.lines:
            return carrier
    raise Illegal("Nobody is called from here: the program has no line for it.")


async def _begin(
    conn: Conn, services: Services, user: User, call_id: int, person: Person, line: LineKind, now: datetime
) -> None:
    """Operator and citizen, and who is called first."""
    here = now if line is LineKind.BROWSER else None
    await calls_sql.talk_call(conn, call_id, user.id, None)
    call = await held(conn, call_id)
    mine = await parties_sql.insert_party(
        conn, call_id, PartyKind.OPERATOR, user.id, None, None, None, "talk", now, here
    )
    citizen = await parties_sql.insert_party(
        conn,
        call_id,
        PartyKind.CITIZEN,
        None,
        None,
        None,
        services.keys.encrypt(person.number),
        "talk",
        now,
        None,
    )
    if await operator_states.state_of(conn, user.id) is not None:
        await operator_states.enter(conn, user.id, OperatorState.TALKING, "", call_id, now)
    if here is None:
        await tell(conn, call, CommandKind.INVITE, now, mine.id)
    else:
        await tell(conn, call, CommandKind.CALL_OUT, now, citizen.id, operator=mine.id)
    await happened(conn, services, call, Happening.RUNG, user.actor, now, party=citizen.id, out=True)
    await tell_pages(conn, call, call.state, [user.id])
