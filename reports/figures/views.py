"""Pages of the figures: the leader's month by department, the tickets behind a figure, and a department's own."""

from __future__ import annotations

from aiohttp import web

from hotline.base.http.problem import BadField
from hotline.base.http.rendering import page, safe, t
from hotline.base.http.requests import now_of, pool_of, read_query, services_of
from hotline.base.http.route import Route
from hotline.people.departments import line_of
from hotline.people.roles import LIAISONS, OVERSIGHT
from hotline.people.sessions import user_of
from reports.chart import bars, lines
from reports.figures.api_views import OWN, BehindQuery, FiguresQuery, behind_of, own_of, sheet_of, wanted_month
from reports.figures.figure import Figure, change_shown
from reports.figures.labels import GROUP_LABELS, label
from reports.figures.measures import LINES
from reports.figures.month import FIRST, month_of
from reports.figures.sheet import GROUPS, FigureSheet, ReportedDepartment
from reports.figures.trend import load_trend

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
    month, department, found = await behind_of(request, query)
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
    ours = own_of(line, sheet, "")
    if query.department:
        (department,) = own_of(line, sheet, query.department)
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
        rule=OWN,
    ),
    Route(
        method="GET",
        path="/department/figures/{figure}",
        handler=leader_behind,
        summary="The tickets behind a department's own figure",
        roles=LIAISONS,
        rule=OWN,
    ),
)
