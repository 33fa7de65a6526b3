"""The consultation over HTTP: its days, what stands before each, the agenda with its dossiers."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from hotline.base.http.pagination import PageQuery, paginate
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, read_query, services_of
from hotline.base.http.route import Route
from hotline.people.roles import INSIDE, STAFF
from hotline.people.sessions import user_of
from hotline.ticket import Role
from reports.consult import agenda
from reports.consult.dossier import standing
from reports.consult.preparation import KINDS, documents, make, meeting_on_or_after, meetings, read_day
from reports.notice.views import TYPES, words_of


class Item(BaseModel):
    """A matter that stands before a consultation, and why."""

    ticket: str
    reasons: list[str]
    added_at: str
    department: str | None
    department_name: str | None


class Consultation(BaseModel):
    """A day of the consultation. `state`: past, next, planned; what stands before it is told of past ones and the next."""

    date: str
    state: str
    items: list[Item]


class Consultations(BaseModel):
    """The last and the coming consultations, oldest first."""

    items: list[Consultation]
    next_cursor: str | None = None


async def _listed(request: web.Request) -> list[dict[str, Any]]:
    """The consultations with what stands before each, as far as the user may see it."""
    services, user = services_of(request), user_of(request)
    zone, own = services.settings.zone, user.department_id if user.role is Role.LIAISON else None
    today = now_of(request).astimezone(zone).date()
    found = []
    async with pool_of(request).acquire() as conn:
        known = await meetings(conn, services, today)
        coming = next(day for day in known if day >= today)
        for day in known:
            rows = await standing(conn, day, zone, own) if day <= coming else []
            items = [
                {
                    "ticket": r.number,
                    "reasons": list(dict.fromkeys(r.reasons)),
                    "added_at": r.added_at,
                    "department": r.code,
                    "department_name": r.name,
                }
                for r in rows
            ]
            state = "past" if day < coming else "next" if day == coming else "planned"
            found.append({"date": day, "state": state, "items": items})
    return found


async def get_consultations(request: web.Request) -> web.StreamResponse:
    """Consultations for programs."""
    query = read_query(request, PageQuery)
    return answer(request, paginate(await _listed(request), query))


async def list_page(request: web.Request) -> web.StreamResponse:
    """The days of the consultation, and what stands before the next one."""
    return page(request, "reports/consultations.html", items=await _listed(request), reasons=agenda.REASONS)


async def _day(request: web.Request) -> date:
    """The day of the path. Raises Missing where no consultation is held on it."""
    wanted = read_day(request.match_info["date"])
    async with pool_of(request).acquire() as conn:
        if await meeting_on_or_after(conn, services_of(request), wanted) != wanted:
            raise Missing("No consultation is held on %(day)s.", day=wanted.isoformat())
    return wanted


async def agenda_page(request: web.Request) -> web.StreamResponse:
    """The agenda with its dossiers, to read."""
    day, words, now = await _day(request), words_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        made = await make(conn, services_of(request), day, user_of(request).actor, now, kind="shown")
    return page(
        request,
        "reports/agenda.html",
        day=day,
        title=agenda.title(day, words),
        parts=agenda.parts(day, made.dossiers, words),
        kinds=KINDS,
        dash="—",
    )


async def download(request: web.Request) -> web.StreamResponse:
    """The agenda as a document."""
    kind = request.match_info["kind"]
    if kind not in KINDS:
        raise Missing("There is no such document.")
    day, words = await _day(request), words_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        made = await make(conn, services_of(request), day, user_of(request).actor, now_of(request))
    found = await asyncio.to_thread(documents, made, words, (kind,))
    name = f"consultation-{day}.{kind}"
    return web.Response(
        body=found[kind],
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_OWN = "a liaison: matters in which the department has a part"
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/consultations",
        handler=get_consultations,
        summary="Consultations",
        roles=STAFF,
        rule=_OWN,
        query=PageQuery,
        answer=Consultations,
        tag="reports",
    ),
    Route(method="GET", path="/consultations", handler=list_page, summary="Consultations", roles=STAFF, rule=_OWN),
    Route(
        method="GET",
        path="/consultations/{date}",
        handler=agenda_page,
        summary="The agenda of a consultation",
        roles=INSIDE,
    ),
    Route(
        method="GET",
        path="/consultations/{date}/agenda.{kind}",
        handler=download,
        summary="The agenda as a document",
        roles=INSIDE,
    ),
)
