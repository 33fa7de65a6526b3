"""A call comes: its contact and its row are there before the first word is spoken (rulebook §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.calls import calls_sql, parties_sql
from hotline.calls.call import Call, CallState, CarrierName, PartyKind
from hotline.calls.call_rows import held
from hotline.calls.happenings import CARRIER, Happening, happened, tell_pages
from hotline.calls.restrictions import restriction_of
from hotline.contacts import call_ends
from hotline.ids import UserId
from hotline.people.persons import Person, load_person
from hotline.ticket import Channel

#: Flags of a person who cannot talk on the telephone: they are written to.
WRITTEN_TO = frozenset({"deaf", "silent"})


class Way(StrEnum):
    """Where the carrier leads a call that came."""

    #: Announcement, known outages, then `waiting.enqueue`.
    QUEUE = "queue"
    #: Who cannot hear or speak: `waiting.write_instead`.
    WRITE = "write"
    #: A restricted number: the announcement `voice_restricted` with key 1 for emergencies, which leads to `waiting.let_through`; else `endings.turned_away`.
    RESTRICTED = "restricted"
    #: This call has come before and is past its beginning.
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that came, and where it is led."""

    call: Call
    way: Way
    person: Person | None


async def arrive(
    conn: Conn,
    services: Services,
    carrier: CarrierName,
    ref: str,
    sender: str | None,
    now: datetime,
    skill: str | None = None,
    channel: Channel = Channel.CALL,
) -> Arrival:
    """A carrier says that a call came; the same one however often it says so. `ref`: the carrier's name of the call; `sender`: the caller's number."""
    contact = await call_ends.take_call(conn, services, sender, ref, now, channel)
    found = await call_ends.person_of_call(conn, ref)
    person = await load_person(conn, services.keys, found)
    wanted = await calls_sql.owner_to_ring(conn, found) if found is not None else None
    needs = skill or ("mongolian" if person is not None and "mongolian" in person.flags else None)
    made = await calls_sql.insert_call(
        conn, "in", carrier, ref, contact.id, found, None, None, needs, wanted and UserId(wanted), None, now
    )
    call = await held(conn, made.id)
    if made.fresh:
        await parties_sql.insert_party(conn, call.id, PartyKind.CITIZEN, None, None, None, None, "talk", now, now)
        await happened(conn, services, call, Happening.ARRIVED, CARRIER, now, carrier=carrier.value)
        await tell_pages(conn, call, CallState.ARRIVING)
    way = await way_of(conn, call, person, now)
    if way is Way.RESTRICTED and made.fresh:
        await call_ends.end_without_operator(conn, call.carrier_ref, "restricted", now)
        await happened(conn, services, call, Happening.RESTRICTED, CARRIER, now)
    return Arrival(call, way, person)


async def way_of(conn: Conn, call: Call, person: Person | None, now: datetime) -> Way:
    """Where a call is led that has come, and of which nothing was done yet."""
    if call.state is not CallState.ARRIVING:
        return Way.KNOWN
    if person is not None and await restriction_of(conn, person.id, now) is not None:
        return Way.RESTRICTED
    if person is not None and WRITTEN_TO & set(person.flags) and person.takes_sms:
        return Way.WRITE
    return Way.QUEUE


async def call_of(conn: Conn, carrier: CarrierName, ref: str) -> Call | None:
    """The call that a carrier names so, held; None where it is not known."""
    found = await calls_sql.call_of_ref(conn, carrier, ref)
    return await held(conn, found) if found is not None else None


async def called_by_carrier(conn: Conn, call_id: int, ref: str) -> None:
    """The carrier's own name of a call that we make; `call_of` finds it from then on."""
    await calls_sql.rename_call(conn, call_id, ref)


async def party_of(conn: Conn, ref: str) -> int | None:
    """Who is connected under this name at the carrier."""
    found = await parties_sql.party_of_ref(conn, ref)
    return None if found is None else int(found)


async def number_of(conn: Conn, services: Services, party: int) -> str:
    """The number at which a party is called, in clear and never logged; empty where there is none."""
    enc = await parties_sql.number_of_party(conn, party)
    return services.keys.decrypt(enc) if enc else ""
