"""Service levels over HTTP: preview of due times, and who held a ticket how long."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, ConfigDict, RootModel

from hotline.api.ticket_view import horizon, record_showing
from hotline.base.http.pagination import ItemList, PageQuery, paginate
from hotline.base.http.requests import answer, now_of, pool_of, read_moment, read_query, services_of
from hotline.base.http.route import Route
from hotline.moves.move import visible
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import user_of
from hotline.ticket import Category, Urgency
from sla.ledger.ticket_ledgers import item, load_ledgers
from sla.policy import policy_sql
from sla.policy.rules import preview
from sla.policy.store import load_calendar, policy_at, unpublished


class PreviewQuery(BaseModel):
    """A category, an urgency, and when it would start (ISO 8601; without an offset it is local)."""

    model_config = ConfigDict(extra="ignore")
    category: Category
    urgency: Urgency
    at: str = ""


class DueTimes(RootModel[dict[str, str]]):
    """The due time of each clock that would run."""


async def get_preview(request: web.Request) -> web.StreamResponse:
    """When each clock would be due, by the policy now in force.

    The header `Calendar-Unpublished` names years whose holidays are not known yet: they are computed from weekends.
    """
    query, now = read_query(request, PreviewQuery), now_of(request)
    at = read_moment(services_of(request).settings.zone, query.at, field="at") if query.at else now
    zone = services_of(request).settings.zone
    async with pool_of(request).acquire() as conn:
        calendar = await load_calendar(conn, zone, at)
        policy = await policy_at(conn, await policy_sql.version_at(conn, now))
        found = preview(policy, calendar, query.category, query.urgency, at)
        last = max(due.astimezone(zone).year for due in found.values())
        years = await unpublished(conn, at.astimezone(zone).year, last)
    response = answer(request, found)
    if years:
        response.headers["Calendar-Unpublished"] = ", ".join(map(str, years))
    return response


async def get_responsibility(request: web.Request) -> web.StreamResponse:
    """Who held the ticket, second by second; the parts add up to the whole."""
    user, now, services = user_of(request), now_of(request), services_of(request)
    query = read_query(request, PageQuery)
    async with pool_of(request).acquire() as conn, conn.transaction():
        ticket = await visible(conn, user, request.match_info["number"])
        await record_showing(conn, services, user, ticket, now)
        until = await horizon(conn, user, ticket)
        found = await load_ledgers(conn, [ticket.id], now, horizon=until)
    return answer(request, paginate([item(i) for i in found.get(ticket.id, [])], query))


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/clocks/preview",
        handler=get_preview,
        summary="When clocks would be due",
        roles=EVERYBODY,
        query=PreviewQuery,
        answer=DueTimes,
        tag="clocks",
    ),
    Route(
        method="GET",
        path="/api/v1/tickets/{number}/responsibility",
        handler=get_responsibility,
        summary="Who held a ticket how long",
        roles=EVERYBODY,
        rule="a liaison: tickets in which the department has or had a part",
        query=PageQuery,
        answer=ItemList,
        tag="tickets",
    ),
)
