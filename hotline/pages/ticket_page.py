"""A ticket's page (`/tickets/NUMBER`): what it is, what is due, who has it, and every move this user may make now."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from hotline.api import ticket_view, timeline_view
from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.base.http.rendering import language_of, page
from hotline.base.http.requests import now_of, pool_of, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.contacts.promises import current_sentence, latest_promise
from hotline.moves import department_sql
from hotline.moves.absent_owners import is_offered
from hotline.moves.move import Move, action_of, visible
from hotline.pages import desk_sql
from hotline.pages.actions import clocks_of, possible
from hotline.people.actions import action_routes
from hotline.people.departments import departments_by_id, in_force, line_of
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import AT_WORK, State, Ticket

MOVES: web.AppKey[Sequence[Move]] = web.AppKey("moves")
#: What a department is not shown: empty for it on the page.
CENTRE_ONLY: dict[str, Any] = {
    name: None if name in {"hand_over", "protected", "redaction"} else []
    for name in (
        "hidden_from",
        "may_name",
        "leaders",
        "protected",
        "redaction",
        "joined",
        "owners",
        "hand_over",
        "report_backs",
        "follow_ups",
        "ratings",
        "messages",
    )
}


async def get_ticket(request: web.Request) -> web.StreamResponse:
    return await _show(request, None)


async def _show(request: web.Request, revealed: Mapping[str, object] | None) -> web.StreamResponse:
    """The page; `revealed`: the masked field that is shown on it this once."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, request.match_info["number"])
        await ticket_view.record_showing(conn, services, user, ticket, now)
        shown = await ticket_view.full_view(conn, services, user, ticket, now)
        await mark_own(conn, user, shown)
        if user.in_centre:
            shown["offered"] = ticket.owner_id != user.id and await is_offered(conn, ticket.id, now)
            shown["co_refusals"] = [row.as_dict() for row in await department_sql.refusals_of(conn, [ticket.id])]
        items = await timeline_view.timeline_items(conn, user, ticket)
        actions = await possible(conn, request.app[MOVES], user, ticket, shown)
        spoken = await _promise(conn, services, ticket, language_of(request), now)
        departments = await in_force(conn) if user.in_centre else []
        people = await desk_sql.colleagues(conn) if user.in_centre else []
        split = await _split_off(conn, services, user, ticket)
    return page(
        request,
        "pages/ticket.html",
        t=CENTRE_ONLY | shown,
        items=items,
        actions=actions,
        promise=spoken,
        departments=departments,
        people=people,
        revealed=revealed,
        once=secrets.token_hex(12),
        next_due=next_due(clocks_of(shown)),
        code=_code(request, services, user, ticket),
        split=split,
        sections=[s for s in services.sections if s.template],
    )


async def mark_own(conn: Conn, user: User, shown: Mapping[str, Any]) -> None:
    """Mark the assignments of the department that looks."""
    line = await line_of(conn, user)
    if line is None:
        return
    own = {department.code for department in (await departments_by_id(conn, sorted(line))).values()}
    for row in shown["assignments"]:
        row["mine"] = row["department"] in own


async def _promise(conn: Conn, services: Services, ticket: Ticket, language: str, now: datetime) -> str:
    """The promise as it was given, to read aloud; empty once the person knows the result."""
    if ticket.state not in AT_WORK | {State.REPLIED}:
        return ""
    return await current_sentence(conn, services, await latest_promise(conn, ticket.id), ticket, language, now)


def _code(request: web.Request, services: Services, user: User, ticket: Ticket) -> str:
    """The code to say with the number, to the operator who has just opened the ticket."""
    just = request.query.get("opened") and ticket.owner_id == user.id and ticket.filed_at is None
    return services.keys.query_code(ticket.number) if just else ""


async def _split_off(conn: Conn, services: Services, user: User, ticket: Ticket) -> list[tuple[str, str]]:
    """Numbers and codes of what was split off, for its owner to read out with the ticket's own."""
    if not user.in_centre:
        return []
    numbers = await desk_sql.split_off(conn, ticket.id, user.id)
    return [(number, services.keys.query_code(number)) for number in numbers]


def next_due(clocks: Iterable[ShownClock]) -> ShownClock | None:
    """The running clock that is due first; late ones are due before all others. Pure."""
    running = [clock for clock in clocks if clock.runs() and clock.whose != "none"]
    return min(running, key=lambda clock: clock.due_at, default=None)


_RULE = "a liaison: tickets in which the department has or had a part; others: all"


def move_routes(moves: Sequence[Move]) -> tuple[Route, ...]:
    """The routes of all moves: one each for programs and for the ticket's page, which shows what was revealed at once."""
    return action_routes(action_of(move, _show if move.noun == "reveals" else None) for move in moves)


ROUTES = (
    Route(
        method="GET",
        path="/tickets/{number}",
        handler=get_ticket,
        summary="A ticket's page",
        roles=EVERYBODY,
        rule=_RULE,
    ),
)
