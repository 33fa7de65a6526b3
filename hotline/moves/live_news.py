"""Live news about changes that come from no page: receipts, sweeps, a person's SMS, a code sent from a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.http.live import LiveKind, notify
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.tickets import store
from hotline.tickets.tipoffs.take_back import news_for

#: Kinds that change what an open page shows, written by receipts, sweeps and messages; moves tell by themselves.
KINDS: frozenset[EventKind] = frozenset(
    {
        "told",
        "report_back_failed",
        "acknowledged",
        "rated",
        "breached",
        "chased",
        "ordered",
        "queued",
        "criticism_proposed",
        "added",
        "relay_ended",
        "handed_over",
        "resumed",
        "recalled",
        "joined",
        "archived",
    }
)
#: So many tickets of one batch are named; a larger batch only says that there is news, since lists are drawn anew by it.
NAMED = 20


async def on_events(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Subscriber: notify the open pages of those who have one of these tickets."""
    ids = list(dict.fromkeys(event.ticket for event in events))
    if len(ids) > NAMED:
        await notify(conn, "centre", LiveKind.TICKET)
        return
    for ident in ids:
        ticket = await store.by_id(conn, ident)
        topics = {"centre", f"user:{ticket.owner_id}", *await news_for(conn, ticket)}
        await notify(conn, sorted(topics), LiveKind.TICKET, number=ticket.number)


SUBSCRIBERS = (Subscriber("news of open pages", KINDS, on_events),)
