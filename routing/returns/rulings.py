"""The ruling page of the managers: the ticket, both sides' words, catalogue, precedents, who held it how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.api import ticket_view
from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.base.http.problem import BadField
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.http.slots import PageSlot
from hotline.base.services import Services
from hotline.moves import department_sql
from hotline.moves.move import attempt, visible
from hotline.people.actions import Action, ActionContext, Result, action_routes
from hotline.people.departments import departments_by_id
from hotline.people.roles import MANAGERS
from hotline.people.sessions import user_of
from hotline.ticket import RANK, Ticket, Urgency
from routing.directory import catalogue_sql
from routing.directory.catalogue import lines_for
from routing.returns import returns, returns_sql, transfers
from routing.suggestions.suggestion import Suggestion, suggest_for

MENU = (Entry(path="/centre/rulings", title="Rulings", roles=MANAGERS),)
_LATER = datetime.max.replace(tzinfo=UTC)


class RulingForm(BaseModel):
    """A department that was offered, or another by code or exact name; and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    choice: Annotated[str, StringConstraints(max_length=200)] = ""
    other: Annotated[str, StringConstraints(max_length=200)] = ""
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""
    names_it: Literal["", "true", "false"] = ""


class RulingsQuery(BaseModel):
    """Which ticket was ruled on last."""

    model_config = ConfigDict(extra="ignore")
    ruled: Annotated[str, StringConstraints(max_length=20)] = ""


@dataclass(frozen=True, slots=True)
class WaitingReturn:
    """A return that waits for its ruling, with the clock that runs for it, if one does."""

    row: returns_sql.WaitingReturnsRow
    clock: ShownClock | None


async def waiting(conn: Conn, services: Services, now: datetime) -> list[WaitingReturn]:
    """The returns that wait for a ruling: the gravest first, then the one due first."""
    rows = await returns_sql.waiting_returns(conn)
    clocks = await services.hooks.clocks(conn, [r.ticket_id for r in rows], now)
    found = []
    for row in rows:
        mine = [clock for clock in clocks.get(row.ticket_id, ()) if clock.runs("ruling")]
        found.append(WaitingReturn(row, mine[-1] if mine else None))
    return sorted(found, key=_gravest)


def _gravest(item: WaitingReturn) -> tuple[int, datetime]:
    return -RANK[Urgency(item.row.urgency)], item.clock.due_at if item.clock is not None else _LATER


async def show_waiting(request: web.Request) -> web.StreamResponse:
    """What waits for a ruling."""
    query = read_query(request, RulingsQuery)
    async with pool_of(request).acquire() as conn:
        items = await waiting(conn, services_of(request), now_of(request))
        refused = await department_sql.waiting_refusals(conn)
    return page(request, "rulings/list.html", items=items, refused=refused, ruled=query.ruled)


async def show(request: web.Request) -> web.StreamResponse:
    """One return with all that a ruling rests on."""
    number, user, services, now = request.match_info["number"], user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, number)
        await ticket_view.record_showing(conn, services, user, ticket, now)
        whole = await ticket_view.full_view(conn, services, user, ticket, now)
        basis = await basis_of(conn, services, ticket, whole, now)
        next_one = next((i.row.number for i in await waiting(conn, services, now) if i.row.number != number), None)
        directory = await returns_sql.directory(conn)
    return page(request, "rulings/one.html", ticket=whole, directory=directory, next_one=next_one, **basis)


async def basis_of(
    conn: Conn, services: Services, ticket: Ticket, whole: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """What a ruling rests on: the open return, lines of the catalogue that day, precedents, who held it, whom to name."""
    case = next((r for r in whole["returns"] if r["ruled_at"] is None), None)
    at = case["returned_at"] if case else now
    day = at.astimezone(services.settings.zone).date()
    lines = [m.row for m in await lines_for(conn, whole["text"], day)]
    suggestions = await suggest_for(conn, services, ticket, now) if whole["text"] else []
    history = (await transfers.load(conn, [ticket.id]))[ticket.id]
    spent = transfers.held(history, ticket.received_at, now)
    named = await departments_by_id(conn, [d for d, _ in spent if d is not None])
    held = [
        {
            "name": named[d].name if d is not None else "",  # type: ignore[index]
            "name_en": named[d].name_en if d is not None else "",  # type: ignore[index]
            "seconds": s,
            "since": now - timedelta(seconds=s),
        }
        for d, s in spent
    ]
    return {
        "case": case,
        "lines": lines,
        "held": held,
        "whole_seconds": sum(s for _, s in spent),
        "suggestions": suggestions,
        "choices": choices(case, lines, suggestions),
    }


def choices(
    case: Mapping[str, Any] | None, lines: Sequence[catalogue_sql.LinesOnRow], suggestions: Sequence[Suggestion]
) -> list[tuple[str, str, str]]:
    """Whom a ruling may name at one key: (code, name, why offered), each once. Pure."""
    offered: dict[str, tuple[str, str, str]] = {}
    if case is not None:
        if case["suggested"]:
            offered[case["suggested"]] = (case["suggested"], case["suggested_name"], "named by the return")
        offered[case["department"]] = (case["department"], case["department_name"], "returned it: overruled")
    for line in lines:
        offered.setdefault(line.code, (line.code, line.name, "by the catalogue"))
    for s in suggestions:
        offered.setdefault(s.department, (s.department, s.name, f"by the {s.source.split()[0]}"))
    return list(offered.values())[:6]


async def _rule(context: ActionContext, body: RulingForm) -> Result:
    """Rule, and go on to what else waits."""
    number, department = context.places["number"], body.other or body.choice
    ruling = next(m for m in returns.MOVES if m.noun == "rulings")
    if not department:
        raise BadField("Choose the department that handles it.", field="choice")
    if not body.reason:
        raise BadField("A ruling is in writing: give the reason.", field="reason")
    values = {"department": department, "reason": body.reason, "names_it": body.names_it or None}
    return await attempt(context.conn, context.services, ruling, context.user, number, values, context.now)


_PATH = "/centre/rulings"
#: sla says here how long there is for the ruling.
RULING_TIME = PageSlot("ruling_time", "the head of the page of a ruling: `ticket`")
ROUTES = (
    Route(method="GET", path=_PATH, handler=show_waiting, summary="What waits for a ruling", roles=MANAGERS),
    Route(
        method="GET",
        path=_PATH + "/{number}",
        handler=show,
        summary="A return and what a ruling rests on",
        roles=MANAGERS,
    ),
    *action_routes(
        [
            Action(
                page=_PATH + "/{number}",
                back=_PATH + "?ruled={number}",
                form_on=_PATH + "/{number}",
                summary="Name who handles it",
                roles=MANAGERS,
                body=RulingForm,
                perform=_rule,
                digits=0,
            )
        ]
    ),
)
