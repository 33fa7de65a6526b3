"""Findings over HTTP: the list, a department's own page, the centre's page, and the acts on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import (
    answer,
    now_of,
    pool_of,
    read_body,
    read_cursor,
    read_query,
    see_other,
    services_of,
    whole,
)
from hotline.base.http.route import Handler, Route
from hotline.people.roles import INSIDE, LEADERS, LIAISONS, MANAGERS, STAFF
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from reports.figures.month import read_month
from reports.findings import findings_sql, judging

JUDGES = MANAGERS | LEADERS
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class FindingQuery(BaseModel):
    """What the list is narrowed to: state, department by code, month of the fault."""

    model_config = ConfigDict(extra="ignore")
    state: Literal["suspected", "confirmed", "dropped", "upheld", ""] = ""
    department: str = ""
    month: str = ""
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: Text


class AppealDecisionBody(Reason):
    """Upheld or not, and why."""

    upheld: bool


class Finding(BaseModel):
    """A suspected or judged fault of a department, with the events that it cites."""

    id: int
    rule: str
    rule_version: int
    kind: str
    state: str
    ticket: str | None
    department: str
    department_name: str
    seqs: list[int]
    at: str
    found_at: str
    appeal_by: str
    appeal: str | None
    appealed_at: str | None
    upheld: bool | None
    judged_by: str | None
    judged_at: str | None
    judgement: str


class Findings(BaseModel):
    """A list of findings, newest first."""

    items: list[Finding]
    next_cursor: str | None = None


class FindingAnswer(BaseModel):
    """What became of it."""

    model_config = ConfigDict(extra="allow")
    id: int
    state: str


def shown(row: findings_sql.FindingsRow) -> dict[str, Any]:
    """A finding as it is shown."""
    return {
        "id": row.id,
        "rule": row.rule,
        "rule_version": row.rule_version,
        "kind": row.kind,
        "state": row.state,
        "ticket": row.number,
        "department": row.code,
        "department_name": row.department_name,
        "seqs": list(row.seqs),
        "at": row.at,
        "found_at": row.found_at,
        "appeal_by": row.appeal_by,
        "appeal": row.appeal,
        "appealed_at": row.appealed_at,
        "upheld": row.upheld,
        "judged_by": row.judge,
        "judged_at": row.judged_at,
        "judgement": row.judgement,
    }


async def find(conn: Conn, user: User, query: FindingQuery, zone: Any) -> tuple[list[dict[str, Any]], str | None]:
    """The findings that this user may see; a department its own. Raises BadField."""
    before = read_cursor(query.cursor)
    month = read_month(query.month) if query.month else None
    rows = await findings_sql.findings(
        conn,
        user.department_id if user.role is Role.LIAISON else None,
        query.state or None,
        before,
        month.starts_at(zone) if month else None,
        month.ends_at(zone) if month else None,
        query.department or None,
        None,
        query.limit + 1,
    )
    more, rows = len(rows) > query.limit, rows[: query.limit]
    return [shown(row) for row in rows], str(rows[-1].id) if more else None


async def get_findings(request: web.Request) -> web.StreamResponse:
    """Findings for programs."""
    query = read_query(request, FindingQuery)
    async with pool_of(request).acquire() as conn:
        items, cursor = await find(conn, user_of(request), query, services_of(request).settings.zone)
    return answer(request, {"items": items, "next_cursor": cursor})


async def list_page(request: web.Request) -> web.StreamResponse:
    """Findings to read, to appeal against, to judge."""
    query, user = read_query(request, FindingQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        items, cursor = await find(conn, user, query, services_of(request).settings.zone)
    return page(request, "reports/findings.html", items=items, cursor=cursor, query=query)


def _ident(request: web.Request) -> int:
    text = request.match_info["finding"]
    if (found := whole(text)) is None:
        raise Missing("There is no finding %(id)s.", id=text[:20])
    return found


Act = Callable[[web.Request, Conn, User, int], Awaitable[Mapping[str, object]]]


async def _confirm(request: web.Request, conn: Conn, user: User, ident: int) -> Mapping[str, object]:
    body = await read_body(request, Reason)
    return await judging.confirm(conn, services_of(request), user, ident, body.reason, now_of(request))


async def _drop(request: web.Request, conn: Conn, user: User, ident: int) -> Mapping[str, object]:
    body = await read_body(request, Reason)
    return await judging.drop(conn, services_of(request), user, ident, body.reason, now_of(request))


async def _appeal(request: web.Request, conn: Conn, user: User, ident: int) -> Mapping[str, object]:
    body = await read_body(request, Reason)
    return await judging.appeal(conn, services_of(request), user, ident, body.reason, now_of(request))


async def _decide(request: web.Request, conn: Conn, user: User, ident: int) -> Mapping[str, object]:
    body = await read_body(request, AppealDecisionBody)
    return await judging.decide(conn, services_of(request), user, ident, body.upheld, body.reason, now_of(request))


def _both(act: Act) -> Handler:
    """An act for programs (answers JSON) and for pages (goes back to the list)."""

    async def handle(request: web.Request) -> web.StreamResponse:
        user = user_of(request)
        async with pool_of(request).acquire() as conn, conn.transaction():
            result = await act(request, conn, user, _ident(request))
        if request.path.startswith("/api/"):
            return answer(request, result, 201)
        raise see_other("/department/findings" if user.role is Role.LIAISON else "/findings")

    return handle


def _posts(
    noun: str, act: Act, body: type[BaseModel], roles: frozenset[str], summary: str, rule: str
) -> tuple[Route, Route]:
    """The two routes of a judgement, the API's and the page's."""
    handler = _both(act)
    return (
        Route(
            method="POST",
            path=f"/api/v1/findings/{{finding}}/{noun}",
            handler=handler,
            summary=summary,
            roles=roles,
            rule=rule,
            body=body,
            answer=FindingAnswer,
            status=201,
            tag="findings",
        ),
        Route(
            method="POST",
            path=f"/findings/{{finding}}/{noun}",
            handler=handler,
            summary=summary,
            roles=roles,
            rule=rule,
        ),
    )


_OWN, _APART = "a liaison: those of the own department", "nobody who owned the ticket or acted on it"

ROUTES = (
    Route(
        method="GET",
        path="/api/v1/findings",
        handler=get_findings,
        summary="Findings",
        roles=STAFF,
        rule=_OWN,
        query=FindingQuery,
        answer=Findings,
        tag="findings",
    ),
    Route(method="GET", path="/findings", handler=list_page, summary="Findings", roles=INSIDE),
    Route(
        method="GET",
        path="/department/findings",
        handler=list_page,
        summary="A department's findings",
        roles=LIAISONS,
        rule=_OWN,
    ),
    *_posts("confirmations", _confirm, Reason, JUDGES, "Confirm a finding", _APART),
    *_posts("dismissals", _drop, Reason, JUDGES, "Drop a finding", _APART),
    *_posts("appeals", _appeal, Reason, LIAISONS, "Appeal against a finding", _OWN),
    *_posts("decisions", _decide, AppealDecisionBody, JUDGES, "Decide an appeal", _APART),
)
