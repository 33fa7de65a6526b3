"""Findings over HTTP: the list, a department's own page, the centre's page, and the acts on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
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
    services_of,
)
from hotline.base.http.route import Route
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.roles import INSIDE, LEADERS, LIAISONS, MANAGERS, STAFF
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from reports.figures.month import read_month
from reports.findings import findings_sql, judgements

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
    """A suspected or judged fault of a department, with the events that it cites.

    `due_at`, `done_at`: what was due and when it was done, where a clock was broken. `left_out`: excluded, excused or recalled: it counts
    for nothing.
    """

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
    due_at: str | None
    done_at: str | None
    left_out: str | None


class Findings(BaseModel):
    """A list of findings, newest first."""

    items: list[Finding]
    next_cursor: str | None = None


class FindingAnswer(BaseModel):
    """What became of it."""

    model_config = ConfigDict(extra="allow")
    id: int
    state: str


def shown_finding(row: findings_sql.FindingsRow) -> dict[str, Any]:
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
        "due_at": row.due_at,
        "done_at": row.done_at,
        "left_out": row.left_out,
    }


async def find_findings(
    conn: Conn, user: User, query: FindingQuery, zone: Any
) -> tuple[list[dict[str, Any]], str | None]:
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
    return [shown_finding(row) for row in rows], str(rows[-1].id) if more else None


async def get_findings(request: web.Request) -> web.StreamResponse:
    """Findings for programs."""
    query = read_query(request, FindingQuery)
    async with pool_of(request).acquire() as conn:
        items, cursor = await find_findings(conn, user_of(request), query, services_of(request).settings.zone)
    return answer(request, {"items": items, "next_cursor": cursor})


async def list_page(request: web.Request) -> web.StreamResponse:
    """Findings to read, to appeal against, to judge."""
    query, user = read_query(request, FindingQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        items, cursor = await find_findings(conn, user, query, services_of(request).settings.zone)
    return page(request, "reports/findings.html", items=items, cursor=cursor, query=query)


async def _confirm(context: ActionContext, body: Reason) -> Mapping[str, object]:
    c = context
    return await judgements.confirm(c.conn, c.services, c.user, c.named(), body.reason, c.now)


async def _drop(context: ActionContext, body: Reason) -> Mapping[str, object]:
    c = context
    return await judgements.drop(c.conn, c.services, c.user, c.named(), body.reason, c.now)


async def _appeal(context: ActionContext, body: Reason) -> Mapping[str, object]:
    c = context
    return await judgements.appeal(c.conn, c.services, c.user, c.named(), body.reason, c.now)


async def _decide(context: ActionContext, body: AppealDecisionBody) -> Mapping[str, object]:
    c = context
    return await judgements.decide(c.conn, c.services, c.user, c.named(), body.upheld, body.reason, c.now)


def _on_a_finding(
    noun: str,
    perform: Callable[[ActionContext, Any], Awaitable[Mapping[str, object]]],
    body: type[Reason],
    roles: frozenset[Role],
    summary: str,
    rule: str,
) -> Action:
    """An action on one finding."""
    return Action(
        path=f"findings/{{finding}}/{noun}",
        page=f"/findings/{{finding}}/{noun}",
        back="/department/findings" if roles == LIAISONS else "/findings",
        body=body,
        perform=perform,
        summary=summary,
        roles=roles,
        rule=rule,
        digits=17,
        answer=FindingAnswer,
        tag="findings",
    )


_OWN, _APART = "a liaison: those of the own department", "nobody who owned the ticket or acted on it"

ACTIONS = (
    _on_a_finding("confirmations", _confirm, Reason, JUDGES, "Confirm a finding", _APART),
    _on_a_finding("dismissals", _drop, Reason, JUDGES, "Drop a finding", _APART),
    _on_a_finding("appeals", _appeal, Reason, LIAISONS, "Appeal against a finding", _OWN),
    _on_a_finding("decisions", _decide, AppealDecisionBody, JUDGES, "Decide an appeal", _APART),
)
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
    *action_routes(ACTIONS),
)
