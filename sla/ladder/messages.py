"""Messages about a step of the ladder: their recipients, words, and send guard (rulebook §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.services import Outgoing, Services
from hotline.base.text.spoken_time import spoken_time
from hotline.contacts.person_messages import leaves_at
from hotline.outbox.store import Message
from hotline.ticket import Urgency
from sla.clocks import clocks_sql
from sla.ladder import messages_sql
from sla.ladder.steps import Step

#: The steps of which people are told by SMS.
_TOLD = frozenset({"chase", "breach", "order"})


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that was taken on a clock."""

    row: clocks_sql.DueStepsRow
    step: Step


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told."""

    user: int
    enc: bytes
    language: str


async def messages(conn: Conn, services: Services, taken: Sequence[StepTaken], now: datetime) -> list[Message]:
    """The messages of some steps.

    The department's clocks: its liaison, orders also the leader of the task force. The centre's own: the owner who is on
    shift; once breached the managers too.
    """
    told = [t for t in taken if t.step.name in _TOLD]
    theirs = [(t, t.row.department_id) for t in told if t.row.department_id is not None]
    departments = sorted({department for _, department in theirs})
    liaisons, leaders = [await _phones(conn, departments, leads=leads) for leads in (False, True)]
    found = []
    for t, department in theirs:
        people = [liaisons.get(department)]
        if t.step.name == "order" or people == [None]:
            people.append(leaders.get(department))
        found += [_message(services, t, person, now) for person in people if person is not None]
    ours = [t for t in told if t.row.whose == "centre"]
    if ours:
        found += await _to_centre(conn, services, ours, now)
    return found


async def _to_centre(conn: Conn, services: Services, ours: Sequence[StepTaken], now: datetime) -> list[Message]:
    rows = await messages_sql.centre_phones(conn, sorted({t.row.owner_id for t in ours if t.row.owner_id is not None}))
    owners = {r.id: _phone(r) for r in rows if r.role == "operator"}
    managers = [_phone(r) for r in rows if r.role == "manager"]
    found = []
    for t in ours:
        owner = owners.get(t.row.owner_id) if t.row.owner_id is not None else None
        people = [owner] if owner is not None else []
        if t.step.name == "breach":
            people += managers
        found += [_message(services, t, person, now) for person in people]
    return found


def _phone(row: messages_sql.CentrePhonesRow | messages_sql.MessagesLiaisonPhonesRow) -> Recipient:
    return Recipient(row.id, row.phone_enc, row.language)


async def _phones(conn: Conn, departments: Sequence[int], *, leads: bool) -> Mapping[int, Recipient]:
    if not departments:
        return {}
    rows = await messages_sql.liaison_phones(conn, list(departments), leads)
    return {row.department_id: _phone(row) for row in rows}


def _message(services: Services, t: StepTaken, person: Recipient, now: datetime) -> Message:
    row, name = t.row, t.step.name
    zone, number = services.settings.zone, services.settings.number
    body = services.texts.say(
        name,
        person.language,
        hotline=number,
        number=row.number,
        clock=services.texts.say(f"clock_{row.clock}", person.language),
        due=spoken_time(row.due_at, now, zone, person.language),
    )
    return Message(
        f"{name}:{row.id}:{person.user}",
        "order" if name == "order" else "chase",
        "sms",
        services.keys.decrypt(person.enc),
        body,
        ticket_id=row.ticket_id,
        user_id=person.user,
        about={"clock": row.id},
        due_at=leaves_at(now, Urgency(row.urgency), zone),
    )


async def by_hand(
    conn: Conn,
    services: Services,
    department: int,
    assignment: int,
    key: str,
    template: str,
    **values: object,
) -> list[Message]:
    """The message of a chase or an order that a person gave, to the liaison and the leader of the task force."""
    found = []
    for leads in (False, True):
        person = (await _phones(conn, [department], leads=leads)).get(department)
        if person is not None:
            body = services.texts.say(template, person.language, hotline=services.settings.number, **values)
            found.append(
                Message(
                    f"{key}:{person.user}",
                    "order" if template == "order_by_hand" else "chase",
                    "sms",
                    services.keys.decrypt(person.enc),
                    body,
                    user_id=person.user,
                    about={"assignment": assignment},
                )
            )
    return found


async def still_running(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """Send guard: the message is unwanted once the clock stopped or is held, or the department no longer has to act."""
    if "clock" in message.about:
        return bool(await clocks_sql.is_running(conn, message.about["clock"], now))
    return bool(await messages_sql.has_to_act(conn, message.about["assignment"]))
