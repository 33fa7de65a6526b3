"""A ticket's page for its department: what is due, the next action on top, the rest folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from hotline.api import ticket_view, timeline_view
from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, services_of
from hotline.base.http.route import Route
from hotline.moves import department_sql, moves_sql
from hotline.moves.move import visible
from hotline.pages.actions import clocks_of, possible
from hotline.pages.department import inbox_sql
from hotline.pages.department.due import last_moment_to_return, mood, next_due
from hotline.pages.ticket_page import MOVES, mark_own
from hotline.people.departments import in_force
from hotline.people.roles import LIAISONS
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Assignment, State, Ticket
from hotline.tickets import store

REASONS = ("not_ours", "outside_powers", "not_enough_information", "duplicate")


async def show(request: web.Request) -> web.StreamResponse:
    """The page of a ticket; a former department reads it up to the end of its part."""
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, request.match_info["number"])
        await ticket_view.record_showing(conn, services, user, ticket, now)
        own = await _own(conn, user, ticket)
        found = await ticket_view.full_view(conn, services, user, ticket, now)
        timeline = await timeline_view.timeline_items(conn, user, ticket)
        more = await _more(conn, user, ticket, own)
        await mark_own(conn, user, found)
        offers = await possible(conn, request.app[MOVES], user, ticket, found)
    can = frozenset(offer.path for offer in offers) - ({"replies"} if more["part_given"] else frozenset())
    return page(
        request,
        "department/ticket.html",
        ticket=found,
        own=own,
        can=can,
        timeline=timeline,
        talk=_said(timeline),
        done=request.query.get("done", ""),
        reasons=REASONS,
        **_due(clocks_of(found), own, now),
        **more,
    )


async def _own(conn: Conn, user: User, ticket: Ticket) -> Assignment | None:
    if user.department_id is None:
        return None
    return await store.open_assignment(conn, ticket.id, user.department_id)


def _due(clocks: Sequence[ShownClock], own: Assignment | None, now: datetime) -> dict[str, Any]:
    if own is None:
        return {"clock": None, "mood": "", "return_until": None, "running": frozenset()}
    clock = next_due(clocks, own.id)
    running = frozenset(clock.clock for clock in clocks if clock.assignment == own.id and clock.runs())
    return {
        "clock": clock,
        "mood": mood(clocks, own.id, now),
        "return_until": last_moment_to_return(clocks, own.id, now),
        "running": running,
    }


def _said(timeline: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What was added to the matter since it came, by the person or by those who work on it."""
    return [item for item in timeline if item["kind"] in {"added", "co_replied", "interim"} and item["note"]]


async def _more(conn: Conn, user: User, ticket: Ticket, own: Assignment | None) -> dict[str, Any]:
    """What the forms need: templates, departments to name, the reply that waits for the leader, requests."""
    lead = own is not None and own.part == "lead"
    proposals = await department_sql.proposals(conn, ticket.id, user.department_id)
    given = own is not None and own.part == "co" and await moves_sql.part_done(conn, ticket.id, str(own.id))
    return {
        "part_given": bool(given),
        "templates": await inbox_sql.templates(conn, user.department_id) if own is not None else [],
        "departments": await in_force(conn) if lead else [],
        "proposal": next((row for row in proposals if row.decided_at is None), None),
        "given_back": next((row for row in reversed(proposals) if row.accepted is False), None)
        if ticket.state is State.SIGNED
        else None,
        "requests": await department_sql.co_requests(conn, ticket.id) if own is not None else [],
    }


ROUTES = (
    Route(
        method="GET",
        path="/department/tickets/{number}",
        handler=show,
        summary="A ticket as its department works on it",
        roles=LIAISONS,
        rule="tickets in which the department has or had a part",
    ),
)
