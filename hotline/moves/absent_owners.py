"""Absent owners: what they own is offered to the shift after a time, and moved by nobody but the colleague who takes it (rulebook §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.ids import TicketId
from hotline.moves import absent_owners_sql
from hotline.people.user import User

#: Off shift for longer than that: absent, though nobody said so.
ABSENT_AFTER = timedelta(hours=24)
#: So long an owner who is back reads what was taken meanwhile.
_SAID_FOR = timedelta(days=7)
_MOST = 50


async def offered(conn: Conn, now: datetime) -> Sequence[absent_owners_sql.OfferedRow]:
    """The open tickets of owners who are away, the oldest first."""
    return await absent_owners_sql.offered(conn, now, now - ABSENT_AFTER, _MOST)


async def is_offered(conn: Conn, ticket: TicketId, now: datetime) -> bool:
    """Whether a ticket may be taken because its owner is away."""
    return bool(await absent_owners_sql.is_offered(conn, ticket, now, now - ABSENT_AFTER))


async def taken_from(conn: Conn, user: User, now: datetime) -> Sequence[absent_owners_sql.TakenFromRow]:
    """What colleagues took from somebody lately, to be read when they are back."""
    return await absent_owners_sql.taken_from(conn, user.id, now - _SAID_FOR)
