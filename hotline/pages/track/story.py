"""A ticket as its own person reads it: where it is, what comes next, by when, the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.contacts import track_sql
from hotline.contacts.promises import repeat_promise
from hotline.contacts.results import Result, news_of, result_of, shown_ticket
from hotline.contacts.tracking import may_rate
from hotline.people.departments import departments_by_id
from hotline.ticket import AT_WORK, Category, State, Ticket

#: How far it is, in the four steps of the page.
_STEP = {
    State.RECEIVED: 1,
    State.DISPATCHED: 2,
    State.RETURNED: 2,
    State.SIGNED: 2,
    State.IN_CONSULTATION: 2,
    State.LONG_TERM: 2,
    State.SET_ASIDE: 2,
    State.REPLIED: 3,
}


@dataclass(frozen=True, slots=True)
class Story:
    """What the page tells. `state`: of the ticket that is worked on; `result` empty where none may be shown."""

    number: str
    state: str
    received_at: datetime
    step: int
    department: str
    department_en: str
    promise: str
    result: Result | None
    by_phone: bool
    news: Result | None
    merged: bool
    filed: bool
    can_rate: bool
    rated: int | None


async def story_of(conn: Conn, services: Services, ticket: Ticket, language: str, now: datetime) -> Story:
    """The story of a ticket; a tipoff's has neither department nor content (rulebook §8)."""
    shown = await shown_ticket(conn, ticket)
    tipoff = shown.category is Category.TIPOFF
    names = await departments_by_id(conn, [shown.department_id] if shown.department_id and not tipoff else [])
    department = next(iter(names.values()), None)
    found = await result_of(conn, shown, now)
    hidden = tipoff and found is not None and found.via != "query"
    private = shown is not ticket and shown.confidential
    row = await track_sql.last_rating(conn, ticket.id)
    working = shown.state in AT_WORK or shown.state is State.REPLIED
    return Story(
        number=ticket.number,
        state=shown.state.value,
        received_at=ticket.received_at,
        step=_STEP.get(shown.state, 4),
        department=department.name if department else "",
        department_en=department.name_en if department else "",
        promise=await repeat_promise(conn, services, ticket, shown, language, now) if working else "",
        result=None if working or hidden or private else found,
        by_phone=hidden and not working,
        news=await news_of(conn, shown) if working and not tipoff and not private else None,
        merged=shown is not ticket,
        filed=shown.filed_at is not None,
        can_rate=await may_rate(conn, ticket, now),
        rated=row.score if row is not None else None,
    )
