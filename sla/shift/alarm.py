"""The duty desk's alarm (rulebook §3): when a ticket comes and nobody is on shift, the managers get an SMS."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Outgoing, Services
from hotline.outbox.store import Message, enqueue
from hotline.ticket import DUTY_DESK
from sla.ladder import messages_sql
from sla.shift import alarm_sql

#: Normal tickets are bundled: one alarm a manager in so long.
_BUNDLE = timedelta(minutes=15)


async def on_received(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """One SMS a quarter of an hour to each manager; each critical or urgent ticket has its own."""
    alone = [e for e in events if e.detail.get("how") == "duty_desk"]
    if not alone:
        return
    span = int(now.timestamp() // _BUNDLE.total_seconds())
    managers = await messages_sql.centre_phones(conn, [])
    messages = []
    for row in managers:
        for event in alone:
            grave = event.detail["urgency"] != "normal"
            key = f"desk_alarm:{event.ticket if grave else span}:{row.id}"
            body = services.texts.say(
                "desk_alarm",
                row.language,
                hotline=services.settings.number,
                number=event.detail["number"],
                urgency=services.texts.say(f"urgency_{event.detail['urgency']}", row.language),
            )
            messages.append(
                Message(
                    key,
                    "desk_alarm",
                    "sms",
                    services.keys.decrypt(row.phone_enc),
                    body,
                    user_id=row.id,
                    about={"ticket": event.ticket},
                )
            )
    await enqueue(conn, services.keys, list({m.dedupe_key: m for m in reversed(messages)}.values()), now)
    await notify(conn, "centre", LiveKind.ALARM, count=len(alone))


async def still_alone(conn: Conn, message: Outgoing, now: datetime) -> bool:
    """The guard: not wanted once somebody took what the duty desk had."""
    return bool(await alarm_sql.desk_has_tickets(conn, int(DUTY_DESK)))


SUBSCRIBERS = (Subscriber("duty desk alarm", frozenset({"received"}), on_received),)
