"""Staffing over HTTP: seats that next week needs beside the shifts that are planned, and planning them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, services_of
from hotline.base.http.route import Route
from hotline.people.actions import Action, ActionContext, Fields, NoFields, action_routes
from hotline.people.roles import MANAGERS
from hotline.people.store import audit
from reports.telephone import telephone_sql
from reports.telephone.staffing import StaffingPlan, load_staffing, runs

_PAGE = "/centre/staffing"


class PlannedShiftBody(Fields):
    """An operator, a local day, and from when to when: an end before the beginning is on the next day. `weeks`: so many weeks in a row."""

    operator: int
    day: date
    starts: time
    ends: time
    weeks: Annotated[int, Field(ge=1, le=8)] = 1


class HalfHourShown(BaseModel):
    """A half hour: calls that are expected, seats that they need, people who are planned."""

    starts: str
    calls: float
    seats: int
    planned: int


class StaffedDayShown(BaseModel):
    """A day to come; `weeks`: of how many days before the forecast was made."""

    day: str
    weeks: int
    half_hours: list[HalfHourShown]


class StaffingShown(BaseModel):
    """The seven days to come, and what they were counted with (seconds)."""

    handling: float
    patience: float
    items: list[StaffedDayShown]


async def _plan(request: web.Request, conn: Conn) -> StaffingPlan:
    return await load_staffing(conn, now_of(request), services_of(request).settings.zone)


async def get_staffing(request: web.Request) -> web.StreamResponse:
    """Next week by half hours: who is needed, who is planned, where somebody is missing."""
    async with pool_of(request).acquire() as conn:
        plan = await _plan(request, conn)
        operators = await telephone_sql.operators(conn)
    return page(request, "telephone_day/staffing.html", plan=plan, runs=runs, operators=operators)


async def api_staffing(request: web.Request) -> web.StreamResponse:
    """Next week by half hours, for programs."""
    async with pool_of(request).acquire() as conn:
        plan = await _plan(request, conn)
    items = [
        {
            "day": day.day.isoformat(),
            "weeks": day.weeks,
            "half_hours": [
                {"starts": h.starts.isoformat("minutes"), "calls": h.calls, "seats": h.seats, "planned": h.planned}
                for h in day.half_hours
            ],
        }
        for day in plan.days
    ]
    return answer(request, {"handling": plan.pace.handling, "patience": plan.pace.patience, "items": items})


async def _planned(context: ActionContext, body: PlannedShiftBody) -> Mapping[str, object]:
    """Plan a shift for an operator, in one or several weeks."""
    conn, zone = context.conn, context.services.settings.zone
    if await telephone_sql.lock_operator(conn, body.operator) is None:
        raise BadField("There is no operator like this.", field="operator")
    found = []
    for week in range(body.weeks):
        start, end = _span(body, week)
        begins, finishes = (at.replace(tzinfo=zone) for at in (start, end))
        if begins <= context.now:
            raise BadField("This is in the past.", field="day")
        made = await telephone_sql.plan(conn, body.operator, begins, finishes, context.user.id, context.now)
        if made is None:
            raise Illegal("On %(day)s this operator has another shift at that time.", day=start.date().isoformat())
        found.append(made)
    await audit(conn, context.user.actor, "shift_planned", context.now, user=body.operator, shifts=found)
    return {"ids": found}


def _span(body: PlannedShiftBody, week: int) -> tuple[datetime, datetime]:
    day = body.day + timedelta(weeks=week)
    following = day if body.ends > body.starts else day + timedelta(days=1)
    return datetime.combine(day, body.starts), datetime.combine(following, body.ends)


async def _taken_back(context: ActionContext, _body: NoFields) -> Mapping[str, object]:
    """Take back a planned shift that has not begun."""
    if await telephone_sql.unplan(context.conn, context.named(), context.now) is None:
        raise Missing("There is no shift to come like this.")
    await audit(context.conn, context.user.actor, "shift_taken_back", context.now, shift=context.named())
    return {"id": context.named()}


ROUTES = (
    Route(method="GET", path=_PAGE, handler=get_staffing, summary="Seats and shifts of next week", roles=MANAGERS),
    Route(
        method="GET",
        path="/api/v1/centre/staffing",
        handler=api_staffing,
        summary="Seats that next week needs, by half hour",
        roles=MANAGERS,
        answer=StaffingShown,
        tag="reports",
    ),
    *action_routes(
        [
            Action(
                path="centre/shifts",
                page="/centre/staffing/shifts",
                back=_PAGE,
                summary="Plan a shift",
                roles=MANAGERS,
                body=PlannedShiftBody,
                perform=_planned,
                tag="reports",
            ),
            Action(
                path="centre/shifts/{item}/withdrawals",
                page="/centre/staffing/shifts/{item}/withdrawals",
                back=_PAGE,
                summary="Take a planned shift back",
                roles=MANAGERS,
                perform=_taken_back,
                tag="reports",
            ),
        ]
    ),
)
