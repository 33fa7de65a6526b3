"""Restrictions of voice over HTTP: made, lifted, objected to, decided; managers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.requests import answer, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.base.text.phones import masked
from hotline.calls import restrictions, restrictions_sql
from hotline.people.actions import Action, ActionContext, Fields, action_routes
from hotline.people.roles import CENTRE, MANAGERS, OVERSIGHT

_SHOWN = 20
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class RestrictionBody(Fields):
    """Whose voice: the person of this call; for how many days, and why."""

    call: int
    days: int = Field(restrictions.DAYS, ge=1, le=restrictions.MOST_DAYS)
    reason: Words


class RestrictionReason(Fields):
    """Why it ends before its time."""

    reason: Words


class ObjectionBody(Fields):
    """What the person says against it."""

    text: Words


class ObjectionDecision(Fields):
    """Whether the restriction stands, and why."""

    upheld: bool
    reason: Words


class RestrictionsQuery(BaseModel):
    """`open`: those that hold now, or wait for a decision."""

    model_config = ConfigDict(extra="ignore")
    open: bool = False
    limit: int = Field(100, ge=1, le=500)


class RestrictionItem(BaseModel):
    """A restriction. `phone`: masked. Times UTC."""

    id: int
    phone: str
    calls: list[int]
    reason: str
    by: str
    at: datetime
    until: datetime
    lifted_at: datetime | None
    objected_at: datetime | None
    objection: str
    decided_at: datetime | None
    decided_by: str | None
    upheld: bool | None
    decision: str


class RestrictionList(BaseModel):
    """Restrictions, those that wait for a decision first."""

    items: list[RestrictionItem]


class RestrictionMade(BaseModel):
    """The restriction, until when (UTC), and the calls on which it stands."""

    restriction: int
    until: datetime
    calls: list[int]


class RestrictionChanged(BaseModel):
    """The restriction that changed."""

    restriction: int


async def panel(conn: Conn, services: Services, now: datetime) -> Mapping[str, object]:
    """What the manager's page shows: those that hold or wait for a decision, and who could be restricted. Numbers are masked."""
    rows = await restrictions_sql.restrictions(conn, True, now, _SHOWN)
    often = await restrictions_sql.often_abusive(conn, now - restrictions.WITHIN, restrictions.RECORDED, now, _SHOWN)
    return {
        "restrictions": [_item(services, row) for row in rows],
        "often_abusive": [
            {"call": row.call_id, "calls": row.calls, "phone": _shown(services, row.phone_enc)} for row in often
        ],
        "restrict_days": (restrictions.DAYS, restrictions.MOST_DAYS),
    }


def _item(services: Services, row: restrictions_sql.RestrictionsRow) -> dict[str, object]:
    return {
        "id": row.id,
        "phone": _shown(services, row.phone_enc),
        "calls": row.calls,
        "reason": row.reason,
        "by": row.made_by,
        "at": row.at,
        "until": row.until,
        "lifted_at": row.lifted_at,
        "objected_at": row.objected_at,
        "objection": row.objection,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
        "upheld": row.upheld,
        "decision": row.decision,
    }


def _shown(services: Services, enc: bytes | None) -> str:
    return masked(services.keys.decrypt(enc)) if enc else ""


async def get_restrictions(request: web.Request) -> web.StreamResponse:
    asked, services = read_query(request, RestrictionsQuery), services_of(request)
    async with pool_of(request).acquire() as conn:
        rows = await restrictions_sql.restrictions(conn, asked.open, now_of(request), asked.limit)
    items = [_item(services, row) for row in rows]
    return answer(request, {"items": items})


async def _restrict(context: ActionContext, body: RestrictionBody) -> Mapping[str, object]:
    return await restrictions.restrict(
        context.conn, context.services, context.user, body.call, body.days, body.reason, context.now
    )


async def _lift(context: ActionContext, body: RestrictionReason) -> Mapping[str, object]:
    ident = context.named()
    await restrictions.lift(context.conn, context.services, context.user, ident, body.reason, context.now)
    return {"restriction": ident}


async def _object(context: ActionContext, body: ObjectionBody) -> Mapping[str, object]:
    ident = context.named()
    await restrictions.take_objection(context.conn, context.user, ident, body.text, context.now)
    return {"restriction": ident}


async def _decide(context: ActionContext, body: ObjectionDecision) -> Mapping[str, object]:
    ident = context.named()
    await restrictions.decide(
        context.conn, context.services, context.user, ident, body.upheld, body.reason, context.now
    )
    return {"restriction": ident}


ACTIONS = (
    Action(
        path="restrictions",
        page="/restrictions",
        back="/centre#h-restrictions",
        form_on="/centre",
        summary="Restrict the voice of a number after abuse",
        roles=MANAGERS,
        rule="three calls with abuse on record",
        body=RestrictionBody,
        perform=_restrict,
        answer=RestrictionMade,
        digits=0,
        tag="calls",
    ),
    Action(
        path="restrictions/{item}/lifts",
        page="/restrictions/{item}/lifts",
        back="/centre#h-restrictions",
        form_on="/centre",
        summary="End a restriction before its time",
        roles=MANAGERS,
        body=RestrictionReason,
        perform=_lift,
        answer=RestrictionChanged,
        digits=17,
        tag="calls",
    ),
    Action(
        path="restrictions/{item}/objections",
        page="/restrictions/{item}/objections",
        back="/centre#h-restrictions",
        form_on="/centre",
        summary="Note what a person says against a restriction",
        roles=CENTRE,
        body=ObjectionBody,
        perform=_object,
        answer=RestrictionChanged,
        digits=17,
        tag="calls",
    ),
    Action(
        path="restrictions/{item}/decisions",
        page="/restrictions/{item}/decisions",
        back="/centre#h-restrictions",
        form_on="/centre",
        summary="Decide an objection to a restriction",
        roles=MANAGERS,
        rule="another manager than the one who made it",
        body=ObjectionDecision,
        perform=_decide,
        answer=RestrictionChanged,
        digits=17,
        tag="calls",
    ),
)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/restrictions",
        handler=get_restrictions,
        summary="Restrictions of voice",
        roles=CENTRE | OVERSIGHT,
        query=RestrictionsQuery,
        answer=RestrictionList,
        tag="calls",
    ),
    *action_routes(ACTIONS),
)
