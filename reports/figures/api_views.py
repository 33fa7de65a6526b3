"""The figures for programs: those of a month and the tickets behind one, and what a reader may see of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import Missing
from hotline.base.http.requests import answer, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Route
from hotline.people.departments import line_of
from hotline.people.roles import LIAISONS, OVERSIGHT
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from reports.figures import figures_sql
from reports.figures.figure import Figure
from reports.figures.measures import LINES
from reports.figures.month import Month, begun, month_of, read_month
from reports.figures.sheet import FigureSheet, ReportedDepartment, load_sheet
from reports.figures.tallies import Behind, period_of, tickets_behind

ALL = OVERSIGHT | LIAISONS


class FiguresQuery(BaseModel):
    """A month (`2026-03`; by default the last whole one) and a department by code."""

    model_config = ConfigDict(extra="ignore")
    month: str = ""
    department: str = ""


class BehindQuery(FiguresQuery):
    """Which of the tickets behind a figure: those in the numerator, those not, or all."""

    part: Literal["hit", "missed", "all"] = "all"
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class FigureShown(BaseModel):
    """A figure: for a rate numerator and denominator, otherwise a number alone (durations in seconds)."""

    name: str
    unit: str
    numerator: int
    denominator: int | None
    shown: str


def shown_figure(figure: Figure) -> dict[str, Any]:
    """A figure for programs (`FigureShown`)."""
    return {
        "name": figure.name,
        "unit": figure.unit.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "shown": figure.shown,
    }


class DepartmentFigures(BaseModel):
    """The figures of a department, or of the centre (no code)."""

    department: str | None
    department_name: str
    group: str
    figures: list[FigureShown]


class FigureList(BaseModel):
    """All figures of a month."""

    month: str
    as_of: str
    items: list[DepartmentFigures]
    next_cursor: str | None = None


def wanted_month(request: web.Request, text: str) -> Month:
    """The month asked for, or the last whole one. Raises BadField for what is no month or has not begun."""
    now, zone = now_of(request), services_of(request).settings.zone
    return begun(read_month(text), now, zone) if text else month_of(now, zone).plus(-1)


async def sheet_of(request: web.Request, conn: Conn, month: Month) -> FigureSheet:
    """The sheet of a month as it is known now."""
    return await load_sheet(conn, month, now_of(request), services_of(request).settings.zone)


def own_of(line: frozenset[int] | None, sheet: FigureSheet, code: str) -> list[ReportedDepartment]:
    """Which departments a reader may see, or the one asked for among them. Raises Missing.

    `line`: a liaison's department with those merged into it, whose figures are its people's now; None: all.
    """
    mine = [d for d in sheet.departments if line is None or d.id in line]
    if not code:
        return mine
    found = [d for d in mine if d.code == code]
    if not found:
        raise Missing("There is no department %(code)s.", code=code)
    return found


async def get_figures(request: web.Request) -> web.StreamResponse:
    """The figures of a month for programs."""
    query, user = read_query(request, FiguresQuery), user_of(request)
    month = wanted_month(request, query.month)
    async with pool_of(request).acquire() as conn:
        sheet, line = await sheet_of(request, conn, month), await line_of(conn, user)
    items = [_owner(d.code, d.name, d.group, sheet.of[d.id]) for d in own_of(line, sheet, query.department)]
    if user.role is not Role.LIAISON and not query.department:
        items.append(_owner(None, "centre", "", {**sheet.centre, **sheet.intake}))
    as_of: Any = sheet.as_of
    return answer(request, {"month": str(month), "as_of": as_of, "items": items, "next_cursor": None})


def _owner(code: str | None, name: str, group: str, found: Mapping[str, Figure]) -> dict[str, Any]:
    shown = [shown_figure(f) for f in found.values()]
    return {"department": code, "department_name": name, "group": group, "figures": shown}


async def behind_of(request: web.Request, query: BehindQuery) -> tuple[Month, ReportedDepartment | None, Behind]:
    """The tickets behind a figure that this user may see. Raises Missing, BadField."""
    name, user = request.match_info["figure"], user_of(request)
    if name not in LINES or LINES[name].how == "seconds":
        raise Missing("There are no tickets behind %(name)s.", name=name)
    month, zone = wanted_month(request, query.month), services_of(request).settings.zone
    hit = {"all": None, "hit": True, "missed": False}[query.part]
    if LINES[name].how == "hits":
        hit = True
    async with pool_of(request).acquire() as conn:
        department = await _department(conn, user, query.department)
        found = await tickets_behind(
            conn,
            period_of(month, now_of(request), zone),
            LINES[name].measure,
            department=department.id if department else None,
            hit=hit,
            cursor=query.cursor,
            limit=query.limit,
        )
    return month, department, found


async def _department(conn: Conn, user: User, code: str) -> ReportedDepartment | None:
    line = await line_of(conn, user)
    for row in await figures_sql.departments(conn):
        own = line is None or row.id in line
        if own and (row.code == code if code else row.id == user.department_id and line is not None):
            return ReportedDepartment(row.id, row.code, row.name, row.name_en, row.kind)
    if code:
        raise Missing("There is no department %(code)s.", code=code)
    return None


async def get_behind(request: web.Request) -> web.StreamResponse:
    """The tickets behind a figure, for programs."""
    _, _, found = await behind_of(request, read_query(request, BehindQuery))
    items = [
        {"number": f.number, "seq": f.seq, "at": f.at, "in_numerator": f.hit, "department": f.department}
        for f in found.facts
    ]
    return answer(request, {"items": items, "next_cursor": found.next_cursor})


OWN = "a liaison: those of the own department"
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/figures",
        handler=get_figures,
        summary="The figures of a month",
        roles=ALL,
        rule=OWN,
        query=FiguresQuery,
        answer=FigureList,
        tag="reports",
    ),
    Route(
        method="GET",
        path="/api/v1/figures/{figure}",
        handler=get_behind,
        summary="The tickets behind a figure",
        roles=ALL,
        rule=OWN,
        query=BehindQuery,
        answer=ItemList,
        tag="reports",
    ),
)
