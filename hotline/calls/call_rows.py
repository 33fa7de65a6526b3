"""Rows of calls and their parties, as the use cases read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.calls import calls_sql, parties_sql
from hotline.calls.call import Call, CallEnd, CallState, CarrierName, Party, PartyKind, PartyMode
from hotline.ids import UserId
from hotline.people.user import User
from hotline.ticket import Role


def as_call(row: calls_sql.CallRow) -> Call:
    """A call as its row has it."""
    return Call(
        id=row.id,
        direction=row.direction,
        carrier=CarrierName(row.carrier),
        carrier_ref=row.carrier_ref,
        contact_id=row.contact_id,
        person_id=row.person_id,
        ticket_id=row.ticket_id,
        call_back_id=row.call_back_id,
        skill=row.skill,
        wanted_id=None if row.wanted_id is None else UserId(row.wanted_id),
        operator_id=None if row.operator_id is None else UserId(row.operator_id),
        state=CallState(row.state),
        arrived_at=row.arrived_at,
        queued_at=row.queued_at,
        kept_at=row.kept_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        ended_why=CallEnd(row.ended_why) if row.ended_why else None,
    )


def as_party(row: parties_sql.PartyRow) -> Party:
    """A party as its row has it."""
    return Party(
        id=row.id,
        kind=PartyKind(row.kind),
        user_id=row.user_id,
        department_id=row.department_id,
        mode=PartyMode(row.mode),
        invited_at=row.invited_at,
        joined_at=row.joined_at,
        held_at=row.held_at,
        left_at=row.left_at,
    )


async def held(conn: Conn, call_id: int) -> Call:
    """A call, its row locked until the end of the transaction. Raises Missing."""
    row = await calls_sql.locked_call(conn, call_id)
    if row is None:
        raise Missing("There is no call %(item)s.", item=call_id)
    return as_call(row)


async def held_in_talk(conn: Conn, user: User, call_id: int) -> Call:
    """A call that is talked, held, for its operator or a manager. Raises Missing, Illegal."""
    call = await held(conn, call_id)
    await see(conn, user, call)
    if call.state is not CallState.TALKING:
        raise Illegal("Nobody talks in this call now.")
    if user.role is not Role.MANAGER and call.operator_id != user.id:
        raise Illegal("This call is with somebody else now.")
    return call


async def see(conn: Conn, user: User, call: Call) -> None:
    """Raises Missing where a call does not exist for a user: neither a manager, nor its operator, nor rung, nor in it."""
    if user.role is not Role.MANAGER and not await calls_sql.was_there(conn, call.id, user.id):
        raise Missing("There is no call %(item)s.", item=call.id)


async def parties_of(conn: Conn, call_id: int) -> list[Party]:
    """Everybody who was asked into a call, in order."""
    return [as_party(row) for row in await parties_sql.parties_of(conn, call_id)]


def citizen_of(parties: Iterable[Party]) -> Party | None:
    """The citizen of a call, while they are in it or called."""
    return next((p for p in parties if p.kind is PartyKind.CITIZEN and p.is_asked), None)


def operator_of(call: Call, parties: Iterable[Party]) -> Party | None:
    """The operator whose call it is, while they are in it."""
    return next((p for p in parties if p.user_id is not None and p.user_id == call.operator_id and p.is_asked), None)


def named(parties: Sequence[Party], party: int) -> Party:
    """The party of that id. Raises Missing."""
    found = next((p for p in parties if p.id == party), None)
    if found is None:
        raise Missing("There is no party %(item)s in this call.", item=party)
    return found
