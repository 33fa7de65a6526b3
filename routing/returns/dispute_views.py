"""`/centre/disputes`: duty disputes with both offices' opinions, and what was confirmed."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.pagination import ItemList
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, read_query
from hotline.base.http.route import Route
from hotline.people.actions import action_routes
from hotline.people.sessions import user_of
from routing.returns import disputes, returns_sql


class DisputeQuery(BaseModel):
    """The ticket from which a dispute is opened."""

    model_config = ConfigDict(extra="ignore")
    ticket: Annotated[str, StringConstraints(max_length=20)] = ""


async def show(request: web.Request) -> web.StreamResponse:
    """The disputes, the open ones first."""
    query = read_query(request, DisputeQuery)
    async with pool_of(request).acquire() as conn:
        items = await disputes.listed(conn, now_of(request))
        directory = await returns_sql.directory(conn)
    may = user_of(request).role.value in disputes.DECIDERS
    return page(request, "rulings/disputes.html", items=items, directory=directory, ticket=query.ticket, may=may)


async def get_disputes(request: web.Request) -> web.StreamResponse:
    """The disputes, for programs."""
    async with pool_of(request).acquire() as conn:
        found = await disputes.listed(conn, now_of(request))
    items = [
        {
            "id": d.row.id,
            "matter": d.row.matter,
            "question": d.row.question,
            "ticket": d.row.number,
            "opened_at": d.row.opened_at,
            "due_at": d.row.due_at,
            "standing": d.standing,
            "department": d.row.code,
            "how": d.row.how,
            "document": d.row.document,
            "confirmed_at": d.row.confirmed_at,
            "opinions": [{"office": o.office, "department": o.code, "basis": o.basis, "at": o.at} for o in d.opinions],
        }
        for d in found
    ]
    return answer(request, {"items": items, "next_cursor": None})


ROUTES = (
    Route(method="GET", path="/centre/disputes", handler=show, summary="Duty disputes", roles=disputes.READERS),
    Route(
        method="GET",
        path="/api/v1/disputes",
        handler=get_disputes,
        summary="Duty disputes",
        roles=disputes.READERS,
        answer=ItemList,
        tag="disputes",
    ),
    *action_routes(disputes.ACTIONS),
)
