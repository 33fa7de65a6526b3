"""Legs that a carrier makes for our calls: asked for once however often a command is carried out, and whose line they ring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.provider import Refused
from hotline.base.services import Services
from hotline.calls import operators_sql
from hotline.calls.arrivals import number_of
from hotline.calls.call import Call, CarrierName, LineKind
from hotline.calls.carrier import CallCommand
from hotline.people.persons import load_person
from hotline.telephony import telephony_sql
from hotline.telephony.twilio_calls import TwilioCalls

#: The carrier's clock and ours may differ so much.
_SKEW = timedelta(seconds=30)

#: `place(leg)`: ask the carrier for a leg; its name there.
PlaceLeg = Callable[[int], Awaitable[str]]


async def line_of(conn: Conn, services: Services, carrier: CarrierName, user: int) -> tuple[LineKind, str]:
    """Where a user is rung by a carrier: `client:line-7` at Twilio, `sip:line-7@…` at a server of one's own, else the number, in clear.

    Somebody who is not at the telephone (a liaison, a manager) is rung in a browser where the carrier has one. Raises Refused.
    """
    row = await operators_sql.line_of_user(conn, user)
    settings = services.settings
    if row is not None and row.kind == LineKind.PHONE and row.phone_enc is not None:
        return LineKind.PHONE, services.keys.decrypt(row.phone_enc)
    if carrier is CarrierName.TWILIO and settings.twilio_api_key:
        return LineKind.BROWSER, f"client:{identity(user)}"
    if carrier is CarrierName.COMPATIBLE and settings.sip_domain:
        return LineKind.BROWSER, f"sip:{identity(user)}@{settings.sip_domain}"
    if row is not None and row.phone_enc is not None:
        return LineKind.PHONE, services.keys.decrypt(row.phone_enc)
    raise Refused("there is no line to ring")


def identity(user: int) -> str:
    """The name of a user's line at a carrier: nothing of the person. Pure."""
    return f"line-{user}"


async def number_called(
    conn: Conn, services: Services, carrier: CarrierName, party: int | None, user: int | None
) -> str:
    """Where somebody who is brought in is called: the number of the party, else the line of the user. Raises Refused."""
    number = await number_of(conn, services, party) if party is not None else ""
    if number:
        return number
    if user is None:
        raise Refused("there is no number to call")
    return (await line_of(conn, services, carrier, user))[1]


@dataclass(frozen=True, slots=True)
class WantedLeg:
    """A leg that a command wants: as what, whose line, for which party, and where."""

    role: str
    to: str
    user: int | None = None
    party: int | None = None


async def citizen_number(conn: Conn, services: Services, call: Call, party: int | None) -> str:
    """Where the citizen of a call is called back: the number of the party, else the person's. In clear and never logged. Raises Refused."""
    number = await number_of(conn, services, party) if party is not None else ""
    person = await load_person(conn, services.keys, call.person_id) if not number else None
    if not number and (person is None or not person.number):
        raise Refused("there is no number to call")
    return number or (person.number if person is not None else "")


async def asked_once(
    pool: Pool, services: Services, calls: TwilioCalls, command: CallCommand, wanted: WantedLeg, place: PlaceLeg
) -> telephony_sql.LegRow:
    """The leg of a command, placed if it was not: what a crash left unsaid is looked up before it is asked for again.

    1. The row. 2. The carrier. 3. Its name into the row. A crash between 2 and 3 leaves a leg that `find` names. Raises what `place` raises.
    """
    now, call = services.clock.now(), command.call.id
    async with pool.acquire() as conn:
        leg = await telephony_sql.insert_leg(conn, call, command.id, wanted.role, wanted.user, wanted.party, now)
        fresh = leg is not None
        leg = leg or await telephony_sql.leg_of_command(conn, command.id, wanted.role)
    if leg.sid is not None or leg.ended_at is not None:
        return leg
    sid = None if fresh else await _unsaid(pool, calls, wanted.to, leg)
    sid = sid or await place(leg.id)
    async with pool.acquire() as conn:
        await telephony_sql.name_leg(conn, leg.id, sid)
        named = await telephony_sql.leg(conn, leg.id)
    assert named is not None
    return named


async def _unsaid(pool: Pool, calls: TwilioCalls, to: str, leg: telephony_sql.LegRow) -> str | None:
    """A leg that was placed before a crash: the carrier has it, and we have no row of that name."""
    found = await calls.find(to, leg.asked_at - _SKEW)
    async with pool.acquire() as conn:
        known = set(await telephony_sql.known_legs(conn, found))
    return next((sid for sid in found if sid not in known), None)


async def open_legs(pool: Pool, call: int) -> list[telephony_sql.LegRow]:
    """The legs of a call that are not over."""
    async with pool.acquire() as conn:
        return await telephony_sql.legs_of(conn, call)
