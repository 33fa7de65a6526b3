"""The telephone in figures over HTTP: the wall of the centre, a day with the calls behind each figure, for people and programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from hotline.base.clock import day_span
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Missing
from hotline.base.http.rendering import fragment, page
from hotline.base.http.requests import answer, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.calls.call import OperatorState
from hotline.people.roles import MANAGERS, OPERATORS, OVERSIGHT
from reports.figures.api_views import FigureShown, shown_figure
from reports.figures.labels import label
from reports.telephone import telephone_sql
from reports.telephone.call_figures import CONNECTED, FIGURES, behind, figure_of, waited
from reports.telephone.day import TelephoneDay, load_day, load_wall

#: The wall hangs in the room; what is behind a figure is for those who watch how the whole goes.
ROOM = OVERSIGHT | OPERATORS
_STATES = tuple(OperatorState)
#: The states of an operator whose seconds programs are told, by the names that they have there.
_TOLD = {
    "talking": OperatorState.TALKING,
    "holding": OperatorState.HOLDING,
    "wrap_up": OperatorState.WRAP_UP,
    "ready": OperatorState.READY,
    "breaks": OperatorState.BREAK,
}


class TelephoneDayQuery(BaseModel):
    """A local day, today by default."""

    model_config = ConfigDict(extra="ignore")
    day: date | None = None


class CallsBehindQuery(TelephoneDayQuery):
    """Which calls behind a figure."""

    part: Literal["hit", "missed", "all"] = "all"


class OperatorDayShown(BaseModel):
    """What one operator did at the telephone in the day, in seconds."""

    operator: str
    talking: int
    holding: int
    wrap_up: int
    ready: int
    breaks: int
    missed: int


class CentreFigures(BaseModel):
    """The figures of the telephone of a day; waits in seconds, `null` where nobody waited."""

    day: str
    figures: list[FigureShown]
    mean_wait: float | None
    longest_wait: float | None
    operators: list[OperatorDayShown]


def _day(request: web.Request, asked: date | None) -> date:
    today = now_of(request).astimezone(services_of(request).settings.zone).date()
    if asked is not None and asked > today:
        raise BadField("This day has not begun.", field="day")
    return asked or today


async def _loaded(request: web.Request, conn: Conn, day: date) -> TelephoneDay:
    return await load_day(conn, *day_span(day, services_of(request).settings.zone), now_of(request))


async def get_wall(request: web.Request) -> web.StreamResponse:
    """The wall: who waits, who is at the telephone, and how the day goes; to be read from five metres."""
    return page(request, "telephone_day/wall.html", **await _wall(request))


async def wall_figures(request: web.Request) -> web.StreamResponse:
    """What the wall shows, as a part of the page, for htmx."""
    return fragment(request, "telephone_day/wall_figures.html", **await _wall(request))


async def _wall(request: web.Request) -> dict[str, Any]:
    async with pool_of(request).acquire() as conn:
        wall = await load_wall(conn, now_of(request), services_of(request).settings.zone)
    return {"wall": wall, "states": _STATES, "connected": CONNECTED, "label": label}


async def get_day(request: web.Request) -> web.StreamResponse:
    """A day at the telephone: its figures, each with its calls, and what operators did."""
    day = _day(request, read_query(request, TelephoneDayQuery).day)
    async with pool_of(request).acquire() as conn:
        found = await _loaded(request, conn, day)
    today = _day(request, None)
    return page(
        request,
        "telephone_day/day.html",
        day=day,
        today=today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        found=found,
        states=_STATES,
        label=label,
    )


async def calls_behind(request: web.Request) -> web.StreamResponse:
    """The calls behind a figure of a day, without numbers of callers."""
    query, name = read_query(request, CallsBehindQuery), request.match_info.get("figure", "")
    if name not in FIGURES:
        raise Missing("There are no calls behind %(name)s.", name=name)
    day = _day(request, query.day)
    async with pool_of(request).acquire() as conn:
        calls = await telephone_sql.calls_of(conn, *day_span(day, services_of(request).settings.zone))
    return page(
        request,
        "telephone_day/behind.html",
        day=day,
        figure=figure_of(name, calls),
        calls=behind(name, calls, query.part),
        part=query.part,
        waited=waited,
        label=label,
    )


async def get_centre_figures(request: web.Request) -> web.StreamResponse:
    """The figures of the telephone of a day, for programs."""
    day = _day(request, read_query(request, TelephoneDayQuery).day)
    async with pool_of(request).acquire() as conn:
        found = await _loaded(request, conn, day)
    operators = [
        {
            "operator": one.name,
            **{name: round(one.seconds.get(state, 0)) for name, state in _TOLD.items()},
            "missed": one.missed,
        }
        for one in found.operators
    ]
    return answer(
        request,
        {
            "day": day.isoformat(),
            "figures": [shown_figure(f) for f in found.figures.values()],
            "mean_wait": found.mean_wait.total_seconds() if found.mean_wait is not None else None,
            "longest_wait": found.longest.total_seconds() if found.longest is not None else None,
            "operators": operators,
        },
    )


ROUTES = (
    Route(method="GET", path="/centre/wall", handler=get_wall, summary="The wall of the centre", roles=ROOM),
    Route(method="GET", path="/centre/wall/figures", handler=wall_figures, summary="What the wall shows", roles=ROOM),
    Route(method="GET", path="/centre/telephone", handler=get_day, summary="A day at the telephone", roles=OVERSIGHT),
    Route(
        method="GET",
        path="/centre/telephone/{figure}",
        handler=calls_behind,
        summary="The calls behind a figure",
        roles=OVERSIGHT,
    ),
    Route(
        method="GET",
        path="/api/v1/centre/figures",
        handler=get_centre_figures,
        summary="The figures of the telephone of a day",
        roles=OVERSIGHT,
        query=TelephoneDayQuery,
        answer=CentreFigures,
        tag="reports",
    ),
)
MENU = (
    Entry(path="/centre/wall", title="Wall", roles=ROOM, rare=ROOM),
    Entry(path="/centre/telephone", title="Telephone", roles=OVERSIGHT, rare=OVERSIGHT),
    Entry(path="/centre/staffing", title="Staffing", roles=MANAGERS, rare=MANAGERS),
)
