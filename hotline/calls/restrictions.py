"""Restrictions of voice after abuse (rulebook §8): on three calls with abuse on record, by a manager, for 30 days at most, of voice only.

The person is told and may object, by SMS or through the centre; another manager decides. Messages, letters, the web and emergencies stay open. That somebody
calls often is never abuse. A restriction ends by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.services import InboundSms, Services
from hotline.base.text.spoken_time import spoken_time
from hotline.calls import restrictions_sql
from hotline.ids import PersonId
from hotline.outbox.store import Message, enqueue
from hotline.people.persons import load_person, with_phone
from hotline.people.store import audit
from hotline.people.user import User

#: So many days by default, and at most.
DAYS, MOST_DAYS = 7, 30
#: So many calls with abuse on record it takes, of so long.
RECORDED, WITHIN = 3, timedelta(days=90)
#: An objection is heard so long after the restriction began.
OBJECT_WITHIN = timedelta(days=60)
#: Words with which an SMS objects.
_OBJECTS = ("异议", "申诉", "object")


async def restrict(
    conn: Conn, services: Services, user: User, call_id: int, days: int, reason: str, now: datetime
) -> Mapping[str, object]:
    """Restrict the voice of a call's person. Raises Missing, Illegal where abuse is not on record often enough, or they are restricted."""
    found = await restrictions_sql.person_of_abuse(conn, call_id)
    if found is None:
        raise Missing("There is no call %(item)s.", item=call_id)
    calls = await restrictions_sql.abusive_calls(conn, found.person_id, now - WITHIN)
    if len(calls) < RECORDED:
        raise Illegal(
            "Abuse is on record in %(found)d calls of the last 90 days; it takes %(needed)d.",
            found=len(calls),
            needed=RECORDED,
        )
    if await restriction_of(conn, found.person_id, now) is not None:
        raise Illegal("This number is restricted already.")
    until = now + timedelta(days=days)
    made = await restrictions_sql.insert_restriction(conn, found.person_id, calls, reason, user.id, now, until)
    await audit(conn, user.actor, "restricted", now, restriction=made, calls=calls, days=days)
    await _tell(conn, services, found.person_id, f"restricted:{made}", "restriction_told", now, until=until)
    await _news(conn, made)
    return {"restriction": made, "until": until, "calls": calls}


async def restriction_of(conn: Conn, person: PersonId, now: datetime) -> int | None:
    """The restriction that a person's voice is under now."""
    found = await restrictions_sql.restriction_of(conn, person, now)
    return None if found is None else int(found)


async def lift(conn: Conn, services: Services, user: User, restriction: int, reason: str, now: datetime) -> None:
    """A manager ends a restriction before its time. Raises Missing, Illegal."""
    row = await _held(conn, restriction)
    if row.lifted_at is not None or row.until <= now:
        raise Illegal("This restriction has ended.")
    await restrictions_sql.lift_restriction(conn, restriction, user.id, now)
    await audit(conn, user.actor, "restriction_lifted", now, restriction=restriction, reason=reason)
    await _tell(conn, services, row.person_id, f"restriction_lifted:{restriction}", "restriction_over", now)
    await _news(conn, restriction)


async def take_objection(conn: Conn, user: User, restriction: int, words: str, now: datetime) -> None:
    """The person objects through the centre, by letter or in a call. Raises Missing, Illegal for a second objection."""
    row = await _held(conn, restriction)
    if row.objected_at is not None:
        raise Illegal("They objected already.")
    await restrictions_sql.object_restriction(conn, restriction, words, now)
    await audit(conn, user.actor, "restriction_objected", now, restriction=restriction)
    await _news(conn, restriction)


async def decide(
    conn: Conn, services: Services, user: User, restriction: int, upheld: bool, reason: str, now: datetime
) -> None:
    """A manager who did not make it decides the objection; where it is right the restriction ends. Raises Missing, Illegal, Forbidden."""
    row = await _held(conn, restriction)
    if row.objected_at is None or row.decided_at is not None:
        raise Illegal("No objection waits here.")
    if row.by_id == user.id:
        raise Forbidden("Another manager decides: you made this restriction.")
    await restrictions_sql.decide_restriction(conn, restriction, user.id, upheld, reason, now)
    if not upheld:
        await restrictions_sql.lift_restriction(conn, restriction, user.id, now)
    await audit(conn, user.actor, "restriction_decided", now, restriction=restriction, upheld=upheld)
    words = "restriction_upheld" if upheld else "restriction_over"
    await _tell(conn, services, row.person_id, f"restriction_decided:{restriction}", words, now, reason=reason)
    await _news(conn, restriction)


async def claim(conn: Conn, services: Services, sms: InboundSms, now: datetime) -> bool | Literal["said"]:
    """Claimer: an SMS that begins with `异议` and comes from a restricted number is an objection, not a ticket."""
    text = sms.text.strip()
    if not text.lower().startswith(_OBJECTS):
        return False
    person = await with_phone(conn, services.keys, sms.sender.number)
    found = await restrictions_sql.latest_of_person(conn, person, now - OBJECT_WITHIN) if person is not None else None
    if person is None or found is None or await restrictions_sql.object_restriction(conn, found, text, now) is None:
        return False
    await _tell(conn, services, person, f"objection:{found}", "restriction_objection", now)
    await _news(conn, int(found))
    return True


async def _held(conn: Conn, restriction: int) -> restrictions_sql.LockedRestrictionRow:
    row = await restrictions_sql.locked_restriction(conn, restriction)
    if row is None:
        raise Missing("There is no restriction %(item)s.", item=restriction)
    return row


async def _tell(
    conn: Conn,
    services: Services,
    person_id: PersonId,
    key: str,
    words: str,
    now: datetime,
    *,
    until: datetime | None = None,
    reason: str = "",
) -> None:
    """Tell the person by SMS; to whom none can be sent the announcement says it when they call."""
    person = await load_person(conn, services.keys, person_id)
    if person is None or not person.has_sms:
        return
    said = spoken_time(until, now, services.settings.zone, person.language) if until is not None else ""
    body = services.texts.say(
        words, person.language, hotline=services.settings.number, until=said, days=MOST_DAYS, reason=reason
    )
    await enqueue(conn, services.keys, [Message(key, words, "sms", person.number, body, person_id=person.id)], now)


async def _news(conn: Conn, restriction: int) -> None:
    await notify(conn, "centre", LiveKind.CALL, restriction=restriction)
