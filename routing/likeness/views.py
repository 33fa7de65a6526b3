"""`/centre/topics`: what many people report, and why it counts as one matter."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.http.pagination import ItemList
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, pool_of, read_cursor, read_query
from hotline.base.http.route import Entry, Route
from hotline.people.roles import INSIDE
from routing.likeness import topics_sql
from routing.likeness.topics import shown_topic


class TopicsQuery(BaseModel):
    """Only those that are still hot, and paging."""

    model_config = ConfigDict(extra="ignore")
    open: bool = False
    cursor: Annotated[str, StringConstraints(max_length=18)] = ""
    limit: int = Field(100, ge=1, le=500)


async def _load(request: web.Request) -> dict[str, Any]:
    query = read_query(request, TopicsQuery)
    cursor = read_cursor(query.cursor)
    async with pool_of(request).acquire() as conn:
        rows = await topics_sql.topics(conn, cursor, query.open, query.limit + 1)
    items = [shown_topic(row) for row in rows[: query.limit]]
    return {"items": items, "next_cursor": items[-1]["id"] if len(rows) > query.limit else None}


async def get_topics(request: web.Request) -> web.StreamResponse:
    """Hot topics, newest first."""
    return answer(request, await _load(request))


async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    return page(request, "topics/list.html", **await _load(request))


MENU = [Entry(path="/centre/topics", title="Hot topics", roles=INSIDE)]


ROUTES = (
    Route(method="GET", path="/centre/topics", handler=show, summary="Hot topics", roles=INSIDE),
    Route(
        method="GET",
        path="/api/v1/routing/topics",
        handler=get_topics,
        summary="Hot topics",
        roles=INSIDE,
        query=TopicsQuery,
        answer=ItemList,
        tag="routing",
    ),
)
