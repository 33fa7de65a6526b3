"""Figures over HTTP: the leader's page, the tickets behind a figure, a department's own, and the same for programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import BadField, Missing
from hotline.base.http.rendering import page, safe, t
from hotline.base.http.requests import answer, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Route
from hotline.people.departments import line_of
from hotline.people.roles import LIAISONS, OVERSIGHT
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from reports.chart import bars, lines
from reports.figures import figures_sql
from reports.figures.figure import Figure, change_shown
from reports.figures.labels import GROUP_LABELS, label
from reports.figures.measures import LINES
from reports.figures.month import FIRST, Month, begun, month_of, read_month
from reports.figures.sheet import GROUPS, FigureSheet, ReportedDepartment, load_sheet
from reports.figures.tallies import Behind, period_of, tickets_behind
from reports.figures.trend import load_trend

ALL = OVERSIGHT | LIAISONS
#: What the leader sees first, in two minutes.
HEAD = ("replied_in_time", "signed_in_time", "first_contact_in_time", "solved", "satisfied", "backlog")
#: The columns of the tables by department.
COLUMNS = (
    "dispatched",
    "signed_in_time",
    "replied_in_time",
    "first_contact_in_time",
    "solved",
    "satisfied",
    "rated",
    "returns",
    "overruled",
    "backlog",
)


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


def _own(line: frozenset[int] | None, sheet: FigureSheet, code: str) -> list[ReportedDepartment]:
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
    items = [_owner(d.code, d.name, d.group, sheet.of[d.id]) for d in _own(line, sheet, query.department)]
    if user.role is not Role.LIAISON and not query.department:
        items.append(_owner(None, "centre", "", {**sheet.centre, **sheet.intake}))
    as_of: Any = sheet.as_of
    return answer(request, {"month": str(month), "as_of": as_of, "items": items, "next_cursor": None})


def _owner(code: str | None, name: str, group: str, found: Any) -> dict[str, Any]:
    shown = [
        {"name": f.name, "unit": f.unit.value, "numerator": f.numerator, "denominator": f.denominator, "shown": f.shown}
        for f in found.values()
    ]
    return {"department": code, "department_name": name, "group": group, "figures": shown}


async def _behind(request: web.Request, query: BehindQuery) -> tuple[Month, ReportedDepartment | None, Behind]:
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
    _, _, found = await _behind(request, read_query(request, BehindQuery))
    items = [
        {"number": f.number, "seq": f.seq, "at": f.at, "in_numerator": f.hit, "department": f.department}
        for f in found.facts
    ]
    return answer(request, {"items": items, "next_cursor": found.next_cursor})


async def leader(request: web.Request) -> web.StreamResponse:
    """What happened last month, by department, with the month before beside it."""
    query = read_query(request, FiguresQuery)
    month, zone = wanted_month(request, query.month), services_of(request).settings.zone
    async with pool_of(request).acquire() as conn:
        sheet = await sheet_of(request, conn, month)
        before = await sheet_of(request, conn, month.plus(-1))
        trend = await load_trend(conn, month, now_of(request), zone, ("resolve", "satisfied", "sign"))
    names = [str(m)[2:].replace("-", "/") for m in trend.months]
    charts = [
        safe(bars(t(request, "Received each month"), list(zip(names, trend.received, strict=True)))),
        safe(
            lines(
                t(request, "Rates month by month"),
                names,
                [
                    (t(request, label(n)), trend.rates[m])
                    for n, m in (("replied_in_time", "resolve"), ("satisfied", "satisfied"), ("signed_in_time", "sign"))
                ],
            )
        ),
    ]
    return page(
        request,
        "reports/leader.html",
        sheet=sheet,
        before=before,
        month=month,
        charts=charts,
        head=HEAD,
        columns=COLUMNS,
        label=label,
        change=change_shown,
        groups=[(g, GROUP_LABELS[g], *busy_first(sheet, g)) for g, _ in GROUPS],
        last=month_of(now_of(request), zone),
        first=FIRST,
        worst=worst(sheet),
    )


def busy_first(sheet: FigureSheet, group: str) -> tuple[list[ReportedDepartment], list[ReportedDepartment]]:
    """The departments of a group that had anything to do, those first that replied late most; and those that had nothing."""
    busy: list[ReportedDepartment] = []
    idle: list[ReportedDepartment] = []
    for department in sheet.group(group):
        found = sheet.of[department.id]
        (busy if any(found[name].numerator or found[name].denominator for name in COLUMNS) else idle).append(department)

    def order(department: ReportedDepartment) -> tuple[float, float, str]:
        replied, backlog = sheet.of[department.id]["replied_in_time"], sheet.of[department.id]["backlog"]
        return (2.0 if replied.rate is None else replied.rate, -backlog.numerator, department.code)

    return sorted(busy, key=order), idle


def worst(sheet: FigureSheet, least: int = 5, most: int = 5) -> list[tuple[ReportedDepartment, Figure]]:
    """Where to look first: the departments that replied late most, of those with at least `least` replies due."""
    found = [(d, sheet.of[d.id]["replied_in_time"]) for d in sheet.departments]
    late = [(d, f) for d, f in found if (f.denominator or 0) >= least and f.numerator < (f.denominator or 0)]
    return sorted(late, key=lambda x: (x[1].rate or 0, -(x[1].denominator or 0), x[0].code))[:most]


async def leader_behind(request: web.Request) -> web.StreamResponse:
    """The tickets behind a figure, to read."""
    query = read_query(request, BehindQuery)
    month, department, found = await _behind(request, query)
    line = LINES[request.match_info["figure"]]
    return page(
        request,
        "reports/behind.html",
        month=month,
        department=department,
        found=found,
        line=line,
        label=label,
        part=query.part,
    )


def _nobody() -> ReportedDepartment:
    raise BadField("Your department is no longer in the directory.", field="department")


async def own_figures(request: web.Request) -> web.StreamResponse:
    """A department's own figures, or those of one that was merged into it: this month so far, or another, with the one before."""
    query, user = read_query(request, FiguresQuery), user_of(request)
    now, zone = now_of(request), services_of(request).settings.zone
    month = wanted_month(request, query.month) if query.month else month_of(now, zone)
    async with pool_of(request).acquire() as conn:
        sheet = await sheet_of(request, conn, month)
        before, line = await sheet_of(request, conn, month.plus(-1)), await line_of(conn, user)
    ours = _own(line, sheet, "")
    if query.department:
        (department,) = _own(line, sheet, query.department)
    else:
        department = next((d for d in ours if d.id == user.department_id), None) or _nobody()
    return page(
        request,
        "reports/own.html",
        sheet=sheet,
        before=before,
        month=month,
        department=department,
        ours=ours,
        label=label,
        change=change_shown,
        last=month_of(now, zone),
    )


_OWN = "a liaison: those of the own department"
ROUTES = (
    Route(method="GET", path="/leader", handler=leader, summary="The month by department", roles=OVERSIGHT),
    Route(
        method="GET",
        path="/leader/figures/{figure}",
        handler=leader_behind,
        summary="The tickets behind a figure",
        roles=OVERSIGHT,
    ),
    Route(
        method="GET",
        path="/department/figures",
        handler=own_figures,
        summary="A department's own figures",
        roles=LIAISONS,
        rule=_OWN,
    ),
    Route(
        method="GET",
        path="/department/figures/{figure}",
        handler=leader_behind,
        summary="The tickets behind a department's own figure",
        roles=LIAISONS,
        rule=_OWN,
    ),
    Route(
        method="GET",
        path="/api/v1/figures",
        handler=get_figures,
        summary="The figures of a month",
        roles=ALL,
        rule=_OWN,
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
        rule=_OWN,
        query=BehindQuery,
        answer=ItemList,
        tag="reports",
    ),
)
