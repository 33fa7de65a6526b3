"""Calls that are owed where news cannot be told by SMS, so that nobody is silently left out (domain.md §§3, 8).

A landline, somebody who opted out, a message that never arrived: the news becomes a line among the calls that the desk owes,
once a ticket and news. It is no missed call: no clock of fifteen minutes runs, and the night waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hotline.base.db import Conn, queries
from hotline.base.house import House, Outgoing
from hotline.base.live import tell
from hotline.intake.persons import load
from hotline.ticket import Ticket
from hotline.tickets import store

L = queries("hotline.work", "calling.sql")


async def owe(
    conn: Conn, house: House, tickets: Iterable[Ticket], news: str, reason: str, now: datetime
) -> int:
    """A call is owed to each ticket's person who has a number; how many are new. `reason`: `result` or `outage`."""
    made = 0
    for ticket in tickets:
        person = await load(conn, house.keys, ticket.person_id)
        if person is not None and person.can_be_called:
            made += await conn.fetchval(L["owe_news"], ticket.id, reason, news, now) is not None
    if made:
        await tell(conn, "centre", "call", owed=news)
    return made


async def on_child_receipt(conn: Conn, house: House, message: Outgoing, state: str, now: datetime) -> None:
    """The result did not reach a child's person by SMS: a call is owed."""
    if state == "failed" and message.ticket_id is not None and "news" in message.about:
        ticket = await store.by_id(conn, message.ticket_id)
        await owe(conn, house, [ticket], message.about["news"], "result", now)
