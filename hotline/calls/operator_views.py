"""Operators at the telephone over HTTP: coming to the desk and leaving it, their states, their lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.http.problem import BadField
from hotline.base.http.requests import answer, now_of, pool_of
from hotline.base.http.route import Route
from hotline.calls import operator_states, operators_sql
from hotline.calls.call import LineKind, OperatorState
from hotline.calls.rings import offer
from hotline.people.actions import Action, ActionContext, Fields, action_routes
from hotline.people.roles import CENTRE, MANAGERS
from hotline.people.views import HOMES


class DeskShiftForm(BaseModel):
    """At the desk or not; may calls ring?"""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    on: bool
    ready: bool = True


class StateBody(Fields):
    """What an operator says of themselves: `ready`, a `break` with its reason, or `wrap_up` for 30 s more."""

    state: Literal["ready", "break", "wrap_up"]
    reason: Literal["", "meal", "rest", "training", "paperwork", "other"] = ""


class LineBody(Fields):
    """Where an operator is rung: this browser (`device`: its token), or the tested telephone. `take`: take it from another browser."""

    kind: Literal["browser", "phone"] = "browser"
    device: Annotated[str, StringConstraints(max_length=80)] = ""
    take: bool = False


class SkillsBody(Fields):
    """What an operator can beside the common tongue; what is left out is taken away."""

    user: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    skills: list[Literal["dialect", "mongolian", "enterprise"]] = Field(default_factory=list)


class OperatorAnswer(BaseModel):
    """Somebody at the telephone: what they do, since when, until when, and where they are rung. Times UTC."""

    name: str
    shown_name: str
    state: str
    reason: str
    call: int | None
    since: datetime
    until: datetime | None
    line: str | None
    alive: bool
    skills: list[str]


class OperatorList(BaseModel):
    """Everybody at the telephone."""

    items: list[OperatorAnswer]


class OwnOperatorAnswer(BaseModel):
    """What one does at the telephone now; `off`: one is not at it."""

    state: str
    reason: str
    call: int | None
    until: datetime | None


class OwnLineAnswer(BaseModel):
    """Whether calls ring here; false: another browser has the line."""

    here: bool


async def get_operators(request: web.Request) -> web.StreamResponse:
    """Everybody at the telephone."""
    now = now_of(request)
    async with pool_of(request).acquire() as conn:
        rows = await operators_sql.at_telephone(conn)
    items = [
        OperatorAnswer(
            name=row.name,
            shown_name=row.shown_name,
            state=row.state,
            reason=row.reason,
            call=row.call_id,
            since=row.since,
            until=row.until,
            line=row.line,
            alive=operator_states.lives(row.line, row.seen_at, now),
            skills=list(row.skills),
        )
        for row in rows
    ]
    return answer(request, {"items": [item.model_dump() for item in items]})


async def _set_shift(context: ActionContext, body: DeskShiftForm) -> Mapping[str, object]:
    """Come to the desk, leave it, or say whether calls may ring."""
    if await operator_states.set_shift(context.conn, context.user, on=body.on, ready=body.ready, now=context.now):
        await offer(context.conn, context.services, context.now)
    return {"on": body.on, "ready": body.ready}


async def _set_state(context: ActionContext, body: StateBody) -> Mapping[str, object]:
    state = OperatorState(body.state)
    if state is OperatorState.BREAK and not body.reason:
        raise BadField("Say why you take a break.", field="reason")
    if await operator_states.choose(context.conn, context.user, state, body.reason, context.now):
        await offer(context.conn, context.services, context.now)
    return await _own(context)


async def _own(context: ActionContext) -> Mapping[str, object]:
    row = await operator_states.state_of(context.conn, context.user.id)
    if row is None:
        return {"state": "off", "reason": "", "call": None, "until": None}
    return {"state": row.state, "reason": row.reason, "call": row.call_id, "until": row.until}


async def _set_line(context: ActionContext, body: LineBody) -> Mapping[str, object]:
    """A telephone that is chosen stays the line; one that the program took because there was no browser does not."""
    if body.kind == "phone":
        await operator_states.choose_phone(context.conn, context.user, context.now)
        return {"here": True}
    here = await operator_states.take_line(
        context.conn, context.user, LineKind.BROWSER, body.device, context.now, forced=body.take
    )
    return {"here": here}


async def _set_skills(context: ActionContext, body: SkillsBody) -> Mapping[str, object]:
    found = await operator_states.set_skills(context.conn, context.user, body.user, body.skills, context.now)
    return {"user": body.user, "skills": found}


ACTIONS = (
    Action(
        path="shift",
        page="/shift",
        back=lambda user, made: HOMES[user.role],
        summary="Come to the desk or leave it",
        roles=CENTRE,
        rule="oneself",
        body=DeskShiftForm,
        perform=_set_shift,
        status=200,
        tag="people",
    ),
    Action(
        path="operators/me/states",
        page="/operators/me/states",
        back="/operator",
        summary="Ready for calls, on a break, or more time to wrap up",
        roles=CENTRE,
        rule="oneself",
        body=StateBody,
        perform=_set_state,
        answer=OwnOperatorAnswer,
        digits=0,
        tag="calls",
    ),
    Action(
        path="operators/me/lines",
        summary="Where one is rung: this browser, or the tested telephone",
        roles=CENTRE,
        rule="oneself",
        body=LineBody,
        perform=_set_line,
        answer=OwnLineAnswer,
        digits=0,
        tag="calls",
    ),
    Action(
        path="operators/skills",
        page="/operators/skills",
        back="/centre/people",
        summary="What an operator can: dialect, Mongolian, matters of enterprises",
        roles=MANAGERS,
        body=SkillsBody,
        perform=_set_skills,
        digits=0,
        tag="calls",
    ),
)
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/operators",
        handler=get_operators,
        summary="Who is at the telephone, and what they do",
        roles=CENTRE,
        answer=OperatorList,
        tag="calls",
    ),
    *action_routes(ACTIONS),
)
