"""Notices for programs, and what is done to them: proposed by the centre, approved by a leader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.http.requests import (
    answer,
    now_of,
    pool_of,
    read_cursor,
    read_query,
    services_of,
)
from hotline.base.http.route import Route
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.roles import EVERYBODY, LEADERS, MANAGERS, OVERSIGHT
from hotline.people.sessions import user_of
from hotline.people.user import User
from reports.figures.month import Month, begun, read_month
from reports.notice import notice_sql
from reports.notice.answers import (
    AmendmentForm,
    ApprovalBody,
    ApprovalForm,
    NoticeAnswer,
    NoticeProposalBody,
    Notices,
    NoticeShown,
    NoticesQuery,
    SendBackProposalBody,
)
from reports.notice.freeze import Notice, approve, approved, draft, propose, proposed, send_back
from reports.notice.hearing import still_open


async def notice_rows(conn: Conn, user: User, query: NoticesQuery) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the notices that a user may see, newest first, and the cursor of the next."""
    before = read_cursor(query.cursor, 9)
    rows = await notice_sql.notices(
        conn, user.role not in OVERSIGHT, 2**31 - 1 if before is None else before, query.limit + 1
    )
    more, rows = len(rows) > query.limit, rows[: query.limit]
    items = [
        {
            "id": r.id,
            "month": f"{r.month:%Y-%m}",
            "amends": r.amends,
            "reason": r.reason,
            "rules": r.rule_version,
            "state": _state(r),
            "sent_back": r.sent_back,
            "as_of": r.as_of,
            "hash": r.hash.hex(),
            "proposed_by": r.proposer,
            "proposed_at": r.proposed_at,
            "approved_by": r.approver,
            "approved_at": r.approved_at,
        }
        for r in rows
    ]
    return items, str(rows[-1].id) if more else None


def _state(row: notice_sql.NoticesRow) -> str:
    if row.approved_at is not None:
        return "approved"
    if row.sent_back_by is not None:
        return "sent_back"
    return "withdrawn" if row.withdrawn_at is not None else "proposed"


async def readable_notice(request: web.Request, conn: Conn) -> Notice:
    """The notice of the path's month that this user may read. Raises Missing, BadField."""
    month = begun(read_month(request.match_info["month"]), now_of(request), services_of(request).settings.zone)
    if user_of(request).role in OVERSIGHT:
        # what is proposed first, also an amendment of what was approved: it is read before it is decided
        held = await proposed(conn, month) or await approved(conn, month)
        return held or await draft(conn, services_of(request), month, now_of(request))
    found = await approved(conn, month)
    if found is None:
        raise Missing("There is no approved notice of %(month)s.", month=str(month))
    return found


async def get_notices(request: web.Request) -> web.StreamResponse:
    """Notices for programs."""
    async with pool_of(request).acquire() as conn:
        items, cursor = await notice_rows(conn, user_of(request), read_query(request, NoticesQuery))
    return answer(request, {"items": items, "next_cursor": cursor})


async def get_notice(request: web.Request) -> web.StreamResponse:
    """One notice for programs."""
    async with pool_of(request).acquire() as conn, conn.transaction():
        n = await readable_notice(request, conn)
        waits = (
            (await still_open(conn, services_of(request), n.month, now_of(request))).as_dict()
            if n.state != "approved"
            else None
        )
    return answer(
        request,
        {
            "month": str(n.month),
            "state": n.state,
            "rules": n.rules,
            "as_of": n.as_of,
            "hash": n.hash.hex(),
            "amends": n.amends,
            "reason": n.reason,
            "content": n.stored,
            "open": waits,
        },
    )


async def _propose(context: ActionContext, month: Month, reason: str) -> Mapping[str, object]:
    """The centre proposes."""
    ident = await propose(context.conn, context.services, context.user, month, reason, context.now)
    digest = await notice_sql.content_hash(context.conn, ident)
    return {"month": str(month), "state": "proposed", "hash": digest.hex()}


async def _propose_named(context: ActionContext, body: NoticeProposalBody) -> Mapping[str, object]:
    return await _propose(context, read_month(body.month), body.reason)


async def _propose_shown(context: ActionContext, body: AmendmentForm) -> Mapping[str, object]:
    return await _propose(context, read_month(context.places["month"]), body.reason)


async def _approve(context: ActionContext, body: ApprovalBody | ApprovalForm) -> Mapping[str, object]:
    """A leader approves: the notice is frozen."""
    month = read_month(context.places["month"])
    found = await approve(context.conn, context.services, context.user, month, context.now, body.hash)
    return {"month": str(month), "state": found.state, "hash": found.hash.hex()}


async def _send_back(context: ActionContext, body: SendBackProposalBody) -> Mapping[str, object]:
    """A leader sends the proposal back."""
    month = read_month(context.places["month"])
    await send_back(context.conn, context.user, month, body.reason, context.now, body.hash)
    return {"month": str(month), "state": "sent_back", "hash": body.hash}


RULE = "approved ones; manager, leader and auditor also drafts and proposals"

ACTIONS = (
    Action(
        path="notices",
        summary="Propose a notice",
        roles=MANAGERS,
        body=NoticeProposalBody,
        perform=_propose_named,
        answer=NoticeAnswer,
        tag="reports",
    ),
    Action(
        page="/notices/{month}/proposals",
        back="/notices/{month}",
        summary="Propose a notice",
        roles=MANAGERS,
        body=AmendmentForm,
        perform=_propose_shown,
        digits=0,
    ),
    Action(
        path="notices/{month}/approvals",
        summary="Approve a notice",
        roles=LEADERS,
        body=ApprovalBody,
        perform=_approve,
        digits=0,
        answer=NoticeAnswer,
        tag="reports",
    ),
    Action(
        page="/notices/{month}/approvals",
        back="/notices/{month}",
        summary="Approve a notice",
        roles=LEADERS,
        body=ApprovalForm,
        perform=_approve,
        digits=0,
    ),
    Action(
        path="notices/{month}/send-backs",
        page="/notices/{month}/send-backs",
        back="/notices/{month}",
        summary="Send a proposed notice back",
        roles=LEADERS,
        body=SendBackProposalBody,
        perform=_send_back,
        digits=0,
        answer=NoticeAnswer,
        tag="reports",
    ),
)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/notices",
        handler=get_notices,
        summary="Notices",
        roles=EVERYBODY,
        rule=RULE,
        query=NoticesQuery,
        answer=Notices,
        tag="reports",
    ),
    Route(
        method="GET",
        path="/api/v1/notices/{month}",
        handler=get_notice,
        summary="The notice of a month",
        roles=EVERYBODY,
        rule=RULE,
        answer=NoticeShown,
        tag="reports",
    ),
    *action_routes(ACTIONS),
)
