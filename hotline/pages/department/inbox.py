"""The department's inbox (`/department`), what is due first on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.base.http.problem import Forbidden
from hotline.base.http.rendering import fragment, page
from hotline.base.http.requests import now_of, pool_of, read_int, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.pages.department import inbox_sql
from hotline.pages.department.due import mood, next_due, sort_key
from hotline.people.roles import LIAISONS
from hotline.people.sessions import user_of
from hotline.people.user import User

#: More open parts than this a department reads by search; the earliest dispatched are shown.
MOST = 1000
PAGE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """One part of the department, with what is due next."""

    row: inbox_sql.InboxRow
    clock: ShownClock | None
    mood: str
    text: str
    step: str


def step_of(row: inbox_sql.InboxRow, user: User) -> str:
    """What the department does next: `sign`, `approve`, `wait_leader`, `part_given`, `wait_ruling`, `wait_centre`, `contact`, `work`.

    Who returned a ticket waits for the ruling, and signs nothing; a co-handler signs its part all the same.
    """
    if row.state == "returned" and row.part == "lead":
        return "wait_ruling"
    if row.signed_at is None:
        return "sign"
    if row.proposal is not None:
        return "approve" if user.leads else "wait_leader"
    if row.part_given:
        return "part_given"
    if row.state in {"replied", "returned"}:
        return "wait_centre"
    reachable = not row.anonymous and row.category != "tipoff" and row.part == "lead"
    return "contact" if row.contacted_at is None and reachable else "work"


async def cards(conn: Conn, services: Services, user: User, now: datetime) -> list[Card]:
    """All cards of the user's department, what is due first on top."""
    rows = await inbox_sql.inbox(conn, user.department_id, MOST)
    clocks = await services.hooks.clocks(conn, [TicketId(row.id) for row in rows], now)
    found = []
    for row in rows:
        own = clocks.get(TicketId(row.id), [])
        clock, look = next_due(own, row.assignment), mood(own, row.assignment, now)
        found.append(Card(row, clock, look, row.text or "", step_of(row, user)))
    return sorted(found, key=lambda card: sort_key(card.clock, card.row.assignment))


async def home(request: web.Request) -> web.StreamResponse:
    """The inbox; asked for by htmx, the list alone."""
    user, now = user_of(request), now_of(request)
    if user.department_id is None:
        raise Forbidden("This page belongs to a department.")
    async with pool_of(request).acquire() as conn:
        department = await inbox_sql.department(conn, user.department_id)
        found = await cards(conn, services_of(request), user, now)
    shown = read_int(request.query.get("shown", "")) or 0
    most = min(max(shown, PAGE), MOST)
    draw = fragment if request.headers.get("HX-Request") else page
    template = "department/cards.html" if request.headers.get("HX-Request") else "department/inbox.html"
    return draw(
        request,
        template,
        department=department,
        cards=found[:most],
        more=len(found) > most,
        most=most + PAGE,
        count=len(found),
        unsigned=sum(card.step == "sign" for card in found),
        done=request.query.get("done", ""),
    )


ROUTES = (
    Route(
        method="GET",
        path="/department",
        handler=home,
        summary="A department's inbox",
        roles=LIAISONS,
        rule="the own department",
    ),
)
MENU = (Entry(path="/department", title="Our tickets", roles=LIAISONS),)
