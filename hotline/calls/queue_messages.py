"""SMS to who waits or cannot talk: where to look matters up and write instead; once for each call (rulebook §3)."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.calls.call import Call
from hotline.outbox.store import Message, enqueue
from hotline.people.persons import Person, load_person


async def send_link(conn: Conn, services: Services, call: Call, now: datetime) -> bool:
    """One SMS to a caller who waits at a mobile: how to look a matter up and to write instead of waiting."""
    person = await load_person(conn, services.keys, call.person_id)
    if person is None or person.line != "mobile" or not person.takes_sms:
        return False
    return await _send(conn, services, call, person, "call_waiting", now)


async def write_instead(conn: Conn, services: Services, call: Call, person: Person, now: datetime) -> bool:
    """One SMS to a caller who cannot hear or speak: write, we answer in writing."""
    return await _send(conn, services, call, person, "call_in_writing", now)


async def _send(conn: Conn, services: Services, call: Call, person: Person, words: str, now: datetime) -> bool:
    settings = services.settings
    body = services.texts.say(words, person.language, hotline=settings.number, link=f"{settings.public_url}/track")
    message = Message(f"{words}:{call.id}", words, "sms", person.number, body, person_id=person.id)
    return bool(await enqueue(conn, services.keys, [message], now))
