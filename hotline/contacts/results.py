"""What the person of a ticket may be shown of it, by SMS or on the page (rulebook §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.contacts import track_sql
from hotline.ticket import Category, State, Ticket
from hotline.tickets import store
from hotline.tickets.tipoffs.protection import protection

#: An anonymous person can ask for the result so long.
QUERY_FOR = timedelta(days=60)
_ENDS = frozenset({State.ANSWERED, State.DECLINED, State.TRANSFERRED})


@dataclass(frozen=True, slots=True)
class Result:
    """What was told, when (UTC) and by which way: sms, call, letter, query, or the name of another end."""

    text: str
    at: datetime
    via: str


async def is_secret(conn: Conn, ticket: Ticket) -> bool:
    """Whether no SMS says what it is about: a confidential matter, a tipoff, or what is treated as one."""
    return ticket.confidential or await is_tipoff(conn, ticket)


async def is_tipoff(conn: Conn, ticket: Ticket) -> bool:
    """Whether it is a tipoff, or is treated as one."""
    return ticket.category is Category.TIPOFF or await protection(conn, ticket.id) is not None


async def result_of(conn: Conn, ticket: Ticket, now: datetime) -> Result | None:
    """What the person was last told; None where nothing was, or where the 60 days of an anonymous person are over."""
    ended = ticket.state in _ENDS
    row = await track_sql.end_words(conn, ticket.id) if ended else await track_sql.last_result(conn, ticket.id)
    if row is None or (ticket.person_id is None and now > row.at + QUERY_FOR):
        return None
    return Result(row.text, row.at, row.via)


async def news_of(conn: Conn, ticket: Ticket) -> Result | None:
    """The last interim word that the person was told."""
    row = await track_sql.last_news(conn, ticket.id)
    return Result(row.text, row.at, "interim") if row is not None else None


async def shown_ticket(conn: Conn, ticket: Ticket) -> Ticket:
    """The ticket whose progress is shown for this one: itself, or the one that it was merged into."""
    while ticket.state is State.MERGED and ticket.parent_id is not None:
        ticket = await store.by_id(conn, ticket.parent_id)
    return ticket
