"""Owed calls: where news cannot be told by SMS, the desk owes the person a call (rulebook §§3, 8).

That is so for a landline, after an opt-out, and when a message never arrived; once for each ticket and news. Unlike a
missed call it has no clock of fifteen minutes, and waits for the morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import Outgoing, Receipt, Services
from hotline.contacts import owed_calls_sql
from hotline.outbox.dispatcher import take_unconfirmed
from hotline.people.persons import load_person
from hotline.ticket import Ticket
from hotline.tickets import store

#: No delivered receipt for so long: a call is owed (rulebook §4).
RECEIPT_WITHIN = timedelta(hours=2)
#: News whose end nobody may miss, by the kind of its SMS, with why a call is owed.
_OWED = {
    "child_report_back": "result",
    "outage_over": "outage",
    "extended": "promise",
    "child_extended": "promise",
}
_BATCH = 100


async def owe(conn: Conn, services: Services, tickets: Iterable[Ticket], news: str, reason: str, now: datetime) -> int:
    """Note that each of these tickets' persons who has a number is owed a call; returns how many such calls are new. `reason`: `result`, `outage`, `promise`."""
    made = 0
    for ticket in tickets:
        person = await load_person(conn, services.keys, ticket.person_id)
        if person is not None and person.can_be_called:
            made += await owed_calls_sql.owe_news(conn, ticket.id, reason, news, now) is not None
    if made:
        await notify(conn, "centre", LiveKind.CALL, owed=news)
    return made


async def on_receipt(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """Receipt: news that did not reach a ticket's person by SMS becomes an owed call."""
    if state == "failed" and message.ticket_id is not None:
        ticket = await store.by_id(conn, message.ticket_id)
        await owe(conn, services, [ticket], message.about["news"], _OWED[message.kind], now)


async def on_answer(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """Receipt: an answer that did not arrive through a messenger becomes an owed call, once."""
    inbound = message.about.get("inbound")
    if state == "failed" and inbound is not None and await owed_calls_sql.owe_answer(conn, inbound, now) is not None:
        await notify(conn, "centre", LiveKind.CALL, owed="answer")


async def sweep_unconfirmed(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: news whose SMS has no receipt in time becomes an owed call. Idempotent."""
    async with pool.acquire() as conn, conn.transaction():
        messages = await take_unconfirmed(conn, now, _BATCH)
        for message in messages:
            await RECEIPTS[message.kind](conn, services, message, "failed", now)
    return len(messages)


#: Who hears what became of the SMS with such news.
RECEIPTS: Mapping[str, Receipt] = {
    **dict.fromkeys(_OWED, on_receipt),
    **dict.fromkeys(("answer_messenger", "received_messenger"), on_answer),
}
