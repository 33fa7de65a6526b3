"""The queue of the next consultation (rulebook §10): tickets enter it automatically, once for each reason while they
are in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from sla.clocks import extensions_sql
from sla.ladder import consultation_queue_sql

_RETURNS, _REWORKS, _EXTENSIONS = 2, 2, 2
#: At every second consultation: four weeks after it last stood there.
REVIEWED_EVERY = timedelta(days=27)


async def propose(conn: Conn, ticket: int, reason: str, now: datetime) -> bool:
    """Put a ticket before the next consultation; false where it stands there for this reason already."""
    return await consultation_queue_sql.queue_item(conn, ticket, reason, now) is not None


async def on_events(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Two returns, a second dissatisfaction, two requests for more time, a long-term matter, a hot topic."""
    for event in events:
        match event.kind:
            case "returned" if await _count(conn, event, "returned") >= _RETURNS:
                await propose(conn, event.ticket, "returns", now)
            case "reworked" if await _count(conn, event, "reworked") >= _REWORKS:
                await propose(conn, event.ticket, "dissatisfied", now)
            case "extension_asked" | "extension_refused":
                if await extensions_sql.count_extensions(conn, event.ticket) >= _EXTENSIONS:
                    await propose(conn, event.ticket, "extensions", now)
            case "long_term" | "hot_topic":
                await propose(conn, event.ticket, event.kind, now)


async def _count(conn: Conn, event: Event, kind: str) -> int:
    return int(await consultation_queue_sql.count_events(conn, event.ticket, kind))


async def review_long_term(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep of long-term matters: put before every second consultation. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        for ticket in await consultation_queue_sql.long_term_unreviewed(conn, now - REVIEWED_EVERY):
            await propose(conn, ticket, "long_term", now)
    return 0


KINDS: frozenset[EventKind] = frozenset(
    {"returned", "reworked", "extension_asked", "extension_refused", "long_term", "hot_topic"}
)
SUBSCRIBERS = (Subscriber("consultation queue", KINDS, on_events),)
