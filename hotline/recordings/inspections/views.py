"""Inspections over HTTP: what waits and what was found, samples with their agreement, forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, read_cursor, read_int, read_query
from hotline.base.http.route import Entry, Route
from hotline.people.actions import action_routes
from hotline.people.departments import line_of
from hotline.people.roles import CENTRE, LIAISONS, MANAGERS, WORKERS
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.recordings.inspections import inspections_sql, judging_sql
from hotline.recordings.inspections.actions import ACTIONS
from hotline.recordings.inspections.judging import may_inspect, seen_item
from hotline.recordings.inspections.samples import PER_SUBJECT
from hotline.recordings.inspections.shown import brief, sample_view, whole

_SAMPLES = 50


class InspectionsQuery(BaseModel):
    """`results`: of one's own calls or department's replies; `waiting`: what one may inspect; `objections`: those without a decision."""

    model_config = ConfigDict(extra="ignore")
    view: Literal["results", "waiting", "objections"] = "results"
    limit: int = Field(100, ge=1, le=500)
    cursor: str = ""


class FormsQuery(BaseModel):
    """Of calls or of replies."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["call", "reply"] = "call"


async def _results(conn: Conn, user: User, before: int | None, limit: int) -> list[dict[str, Any]]:
    """What was found of this user's calls, or of the replies of their department."""
    line = await line_of(conn, user)
    own = user.id if user.in_centre else None
    return await _brief(conn, await inspections_sql.results_of(conn, own, sorted(line or ()), before, limit))


async def _waiting(conn: Conn, user: User, limit: int) -> list[dict[str, Any]]:
    if not await may_inspect(conn, user):
        return []
    return await _brief(conn, await inspections_sql.to_inspect(conn, user.id, limit))


async def _objections(conn: Conn, user: User, limit: int) -> list[dict[str, Any]]:
    if user.role.value not in MANAGERS:
        return []
    return await _brief(conn, await judging_sql.open_objections(conn, limit))


async def _brief(conn: Conn, ids: Sequence[int]) -> list[dict[str, Any]]:
    return [brief(item) for item in await inspections_sql.items(conn, ids)]


async def list_inspections(request: web.Request) -> web.StreamResponse:
    """A list of inspections."""
    query, user = read_query(request, InspectionsQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        if query.view == "waiting":
            rows, more = await _waiting(conn, user, query.limit), False
        elif query.view == "objections":
            rows, more = await _objections(conn, user, query.limit), False
        else:
            rows = await _results(conn, user, read_cursor(query.cursor), query.limit + 1)
            rows, more = rows[: query.limit], len(rows) > query.limit
    return answer(request, {"items": rows, "next_cursor": str(rows[-1].get("id")) if more else None})


async def _inspection(conn: Conn, request: web.Request) -> dict[str, Any]:
    user = user_of(request)
    return await whole(conn, user, await seen_item(conn, user, read_int(request.match_info.get("item", ""))))


async def get_inspection(request: web.Request) -> web.StreamResponse:
    """One inspection, with its form and what this user may see of the marks."""
    async with pool_of(request).acquire() as conn:
        return answer(request, await _inspection(conn, request))


async def list_samples(request: web.Request) -> web.StreamResponse:
    """Samples, newest first."""
    query = read_query(request, InspectionsQuery)
    async with pool_of(request).acquire() as conn:
        rows = await inspections_sql.samples(conn, read_cursor(query.cursor, 9), query.limit + 1)
    more = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
    return answer(request, {"items": [row.as_dict() for row in rows[: query.limit]], "next_cursor": more})


async def _sample(conn: Conn, request: web.Request) -> dict[str, Any]:
    ident = read_int(request.match_info.get("sample", ""), 9)
    row = await inspections_sql.sample(conn, ident) if ident is not None else None
    if row is None:
        raise Missing("There is no sample %(item)s.", item=request.match_info.get("sample", "")[:20])
    return await sample_view(conn, row)


async def get_sample(request: web.Request) -> web.StreamResponse:
    """One sample: how it was drawn, what was drawn, how far two inspectors agree."""
    async with pool_of(request).acquire() as conn:
        return answer(request, await _sample(conn, request))


async def get_form(request: web.Request) -> web.StreamResponse:
    """The form in force."""
    query = read_query(request, FormsQuery)
    async with pool_of(request).acquire() as conn:
        row = await inspections_sql.newest_form(conn, query.kind)
    return answer(request, row.as_dict())


async def page_inspections(request: web.Request) -> web.StreamResponse:
    """What this user has to inspect, to decide, and what was found of them."""
    user = user_of(request)
    async with pool_of(request).acquire() as conn:
        waiting, objections = await _waiting(conn, user, 100), await _objections(conn, user, 100)
        results = await _results(conn, user, None, 100)
        samples = await inspections_sql.samples(conn, None, _SAMPLES) if user.role.value in MANAGERS else []
    return page(
        request,
        "recordings/inspections.html",
        waiting=waiting,
        objections=objections,
        results=results,
        samples=samples,
        per_subject=PER_SUBJECT,
    )


async def page_inspection(request: web.Request) -> web.StreamResponse:
    """One inspection: listen, give points; or what was found, with the objection."""
    async with pool_of(request).acquire() as conn:
        found = await _inspection(conn, request)
    now = now_of(request)
    may_object = found.get("own") and found.get("objection") is None and (found.get("object_until") or now) >= now
    return page(request, "recordings/inspection.html", i=found, may_object=may_object)


async def page_sample(request: web.Request) -> web.StreamResponse:
    """A sample's page."""
    async with pool_of(request).acquire() as conn:
        found = await _sample(conn, request)
    return page(request, "recordings/sample.html", s=found)


async def page_forms(request: web.Request) -> web.StreamResponse:
    """The forms in force, and who inspects beside the managers."""
    async with pool_of(request).acquire() as conn:
        forms = [await inspections_sql.newest_form(conn, kind) for kind in ("call", "reply")]
        inspectors = await judging_sql.inspectors(conn)
        operators = await judging_sql.possible_inspectors(conn)
    return page(request, "recordings/forms.html", forms=forms, inspectors=inspectors, operators=operators)


_SEEN = "inspectors: all but their own; who was inspected: theirs, once all inspectors have seen it"


def _get(path: str, handler: Any, summary: str, roles: frozenset[str], rule: str = "", **more: Any) -> Route:
    return Route(
        method="GET", path=path, handler=handler, summary=summary, roles=roles, rule=rule, tag="inspections", **more
    )


_API = "/api/v1/inspections"
ROUTES = (
    _get(_API, list_inspections, "Inspections", WORKERS, _SEEN, query=InspectionsQuery, answer=ItemList),
    _get(f"{_API}/samples", list_samples, "Samples", MANAGERS, query=InspectionsQuery, answer=ItemList),
    _get(f"{_API}/samples/{{sample}}", get_sample, "A sample and the agreement of its inspectors", MANAGERS),
    _get(f"{_API}/forms", get_form, "The form in force", CENTRE, query=FormsQuery),
    _get("/inspections", page_inspections, "Quality inspection", WORKERS, _SEEN),
    _get("/inspections/samples/{sample}", page_sample, "A sample's page", MANAGERS),
    _get("/inspections/forms", page_forms, "Forms and inspectors", MANAGERS),
    *action_routes(ACTIONS),
    _get(f"{_API}/{{item}}", get_inspection, "An inspection", WORKERS, _SEEN),
    _get("/inspections/{item}", page_inspection, "An inspection's page", WORKERS, _SEEN),
)
MENU = (Entry(path="/inspections", title="Quality inspection", roles=WORKERS, rare=CENTRE | LIAISONS),)
