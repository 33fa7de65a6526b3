"""Exclusions over HTTP: the list, asking, deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.rendering import page
from hotline.base.http.requests import (
    answer,
    pool_of,
    read_cursor,
    read_query,
)
from hotline.base.http.route import Route
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.roles import LIAISONS, OVERSIGHT
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from reports.exclusions import exclusions_sql
from reports.exclusions.decisions import GROUNDS, ask_exclusion, decide_exclusion
from reports.findings.views import JUDGES

ALL = OVERSIGHT | LIAISONS
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class ExclusionRequestBody(BaseModel):
    """Which ticket, on which ground, and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    ticket: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    ground: Literal["unlawful", "impossible", "mediation", "court"]
    reason: Text


class ExclusionDecisionBody(BaseModel):
    """Granted or not, and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    granted: bool
    reason: Text


class ExclusionsQuery(BaseModel):
    """Only those that wait, or all."""

    model_config = ConfigDict(extra="ignore")
    waiting: bool = False
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class Exclusion(BaseModel):
    """A ticket that a department asks to leave out of its figures."""

    id: int
    ticket: str
    department: str
    department_name: str
    ground: str
    reason: str
    at: str
    granted: bool | None
    decided_by: str | None
    decided_at: str | None
    decision: str


class Exclusions(BaseModel):
    """A list, newest first."""

    items: list[Exclusion]
    next_cursor: str | None = None


class ExclusionAnswer(BaseModel):
    """What became of it."""

    id: int
    ticket: str
    granted: bool | None


async def _rows(conn: Conn, user: User, query: ExclusionsQuery) -> tuple[list[dict[str, Any]], str | None]:
    """A page of exclusions as the user may see them, and the cursor of the next."""
    before = read_cursor(query.cursor)
    own = user.department_id if user.role is Role.LIAISON else None
    rows = await exclusions_sql.listed(conn, own, 2**62 if before is None else before, query.waiting, query.limit + 1)
    more, rows = len(rows) > query.limit, rows[: query.limit]
    items = [
        {
            "id": r.id,
            "ticket": r.number,
            "department": r.code,
            "department_name": r.department_name,
            "ground": r.ground,
            "reason": r.reason,
            "at": r.at,
            "granted": r.granted,
            "decided_by": r.decider,
            "decided_at": r.decided_at,
            "decision": r.decision,
        }
        for r in rows
    ]
    return items, str(rows[-1].id) if more else None


async def get_exclusions(request: web.Request) -> web.StreamResponse:
    """Exclusions for programs."""
    async with pool_of(request).acquire() as conn:
        items, cursor = await _rows(conn, user_of(request), read_query(request, ExclusionsQuery))
    return answer(request, {"items": items, "next_cursor": cursor})


async def list_page(request: web.Request) -> web.StreamResponse:
    """Exclusions to read, to ask for, to decide."""
    async with pool_of(request).acquire() as conn:
        items, cursor = await _rows(conn, user_of(request), read_query(request, ExclusionsQuery))
    number = request.query.get("ticket", "")[:40]
    return page(request, "reports/exclusions.html", items=items, cursor=cursor, grounds=GROUNDS, number=number)


async def _ask(context: ActionContext, body: ExclusionRequestBody) -> Mapping[str, object]:
    """A department asks."""
    c = context
    return await ask_exclusion(c.conn, c.services, c.user, body.ticket, body.ground, body.reason, c.now)


async def _decide(context: ActionContext, body: ExclusionDecisionBody) -> Mapping[str, object]:
    """Somebody not involved decides."""
    c = context
    return await decide_exclusion(c.conn, c.services, c.user, c.named(), body.granted, body.reason, c.now)


_OWN, _APART = "a liaison: those of the own department", "nobody who owned the ticket or acted on it"

ACTIONS = (
    Action(
        path="exclusions",
        page="/exclusions",
        back="/department/exclusions",
        summary="Ask to leave a ticket out",
        roles=LIAISONS,
        rule=_OWN,
        body=ExclusionRequestBody,
        perform=_ask,
        answer=ExclusionAnswer,
        tag="findings",
    ),
    Action(
        path="exclusions/{exclusion}/decisions",
        page="/exclusions/{exclusion}/decisions",
        back="/exclusions",
        summary="Decide an exclusion",
        roles=JUDGES,
        rule=_APART,
        body=ExclusionDecisionBody,
        perform=_decide,
        digits=17,
        answer=ExclusionAnswer,
        tag="findings",
    ),
)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/exclusions",
        handler=get_exclusions,
        summary="Exclusions",
        roles=ALL,
        rule=_OWN,
        query=ExclusionsQuery,
        answer=Exclusions,
        tag="findings",
    ),
    Route(method="GET", path="/exclusions", handler=list_page, summary="Exclusions", roles=OVERSIGHT),
    Route(
        method="GET",
        path="/department/exclusions",
        handler=list_page,
        summary="A department's exclusions",
        roles=LIAISONS,
        rule=_OWN,
    ),
    *action_routes(ACTIONS),
)
