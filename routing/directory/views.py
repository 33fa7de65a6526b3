"""`/admin/departments` and `/admin/catalogue`: administrators keep them, managers read them; tables taken line by line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import pool_of, read_query, see_other
from hotline.base.http.route import Entry, Route
from hotline.base.services import Services
from hotline.people import departments_sql
from hotline.people.actions import action_routes
from hotline.people.roles import ADMINS, MANAGERS, OVERSIGHT
from hotline.people.sessions import user_of
from routing.directory import catalogue_file, catalogue_lines, catalogue_sql, department_file, departments
from routing.directory.column_words import GROUPS
from routing.tables.by_column import ImportResult
from routing.tables.columns import ReadTable
from routing.tables.plan import TablePlan
from routing.tables.presses import TableKind, TableProposal, pressed, shown_press
from routing.tables.uploads import UploadOutcome

READERS = OVERSIGHT | ADMINS
MENU = (
    Entry(
        path="/admin/departments",
        title="Directory",
        roles=MANAGERS | ADMINS,
        rare=MANAGERS,
    ),
    Entry(
        path="/admin/catalogue",
        title="Catalogue",
        roles=MANAGERS | ADMINS,
        rare=MANAGERS,
    ),
)


async def _plan_departments(conn: Conn, services: Services, table: ReadTable, now: datetime) -> TablePlan:
    return await department_file.plan_departments(conn, services, table)


async def _take_departments(conn: Conn, services: Services, plan: Any, now: datetime, actor: str) -> ImportResult:
    return await department_file.take_departments(conn, services, plan, now, actor=actor)


async def _take_catalogue(conn: Conn, services: Services, plan: Any, now: datetime, actor: str) -> ImportResult:
    return await catalogue_file.take_catalogue(conn, plan, now, actor=actor)


DEPARTMENTS = TableKind(department_file.departments_of, _plan_departments, _take_departments)
CATALOGUE = TableKind(catalogue_file.catalogue_of, catalogue_file.plan_catalogue, _take_catalogue)


class DirectoryQuery(BaseModel):
    """A word; `all`: with the lines that hold no longer; `done`: how many lines were taken."""

    model_config = ConfigDict(extra="ignore")
    q: Annotated[str, StringConstraints(max_length=100)] = ""
    all: bool = False
    done: Annotated[str, StringConstraints(max_length=20)] = ""


async def show_departments(request: web.Request) -> web.StreamResponse:
    """The directory."""
    return await _departments(request)


async def _departments(request: web.Request, found: UploadOutcome | TableProposal | None = None) -> web.StreamResponse:
    query = read_query(request, DirectoryQuery)
    async with pool_of(request).acquire() as conn:
        rows = [r.as_dict() for r in await departments_sql.directory(conn)]
    word = query.q.lower()
    listed = [
        r
        for r in rows
        if not word or any(word in str(r[k]).lower() for k in ("code", "name", "name_en", "duties", "territory"))
    ]
    return page(
        request,
        "directory/departments.html",
        rows=listed,
        query=query,
        **shown_press(found),
        may=user_of(request).role.value == "admin",
    )


async def show_department(request: web.Request) -> web.StreamResponse:
    """One department, to be changed, merged or ended."""
    given = request.match_info["department"]
    async with pool_of(request).acquire() as conn:
        rows = await departments_sql.directory(conn)
    one = next((r for r in rows if r.code == given), None)
    if one is None:
        raise Missing("There is no such department in force.")
    return page(
        request,
        "directory/department.html",
        d=one,
        directory=[r for r in rows if r.valid_to is None and r.id != one.id],
        groups=sorted(GROUPS),
        may=user_of(request).role.value == "admin",
    )


async def show_catalogue(request: web.Request) -> web.StreamResponse:
    """The responsibility catalogue, with its history where that is asked for."""
    return await _catalogue(request)


async def _catalogue(request: web.Request, found: UploadOutcome | TableProposal | None = None) -> web.StreamResponse:
    query = read_query(request, DirectoryQuery)
    async with pool_of(request).acquire() as conn:
        rows = await catalogue_sql.lines(conn, query.q, query.all)
        directory = [r for r in await departments_sql.directory(conn) if r.valid_to is None]
    return page(
        request,
        "directory/catalogue.html",
        rows=rows,
        query=query,
        **shown_press(found),
        directory=directory,
        may=user_of(request).role.value == "admin",
    )


async def take_departments(request: web.Request) -> web.StreamResponse:
    """Departments from a table: shown first, taken at the second press; each line that is refused is shown."""
    found = await pressed(request, DEPARTMENTS)
    if isinstance(found, int):
        raise see_other(f"/admin/departments?done={found}")
    return await _departments(request, found)


async def take_catalogue(request: web.Request) -> web.StreamResponse:
    """Lines of the catalogue from a table: shown first, taken at the second press; each line that is refused is shown."""
    found = await pressed(request, CATALOGUE)
    if isinstance(found, int):
        raise see_other(f"/admin/catalogue?done={found}")
    return await _catalogue(request, found)


ROUTES = (
    Route(method="GET", path="/admin/departments", handler=show_departments, summary="Departments", roles=READERS),
    Route(
        method="POST",
        path="/admin/departments/imports",
        handler=take_departments,
        summary="Departments from a table",
        roles=ADMINS,
    ),
    Route(
        method="GET",
        path="/admin/departments/{department}",
        handler=show_department,
        summary="One department",
        roles=READERS,
    ),
    Route(
        method="GET",
        path="/admin/catalogue",
        handler=show_catalogue,
        summary="The responsibility catalogue",
        roles=READERS,
    ),
    Route(
        method="POST",
        path="/admin/catalogue/imports",
        handler=take_catalogue,
        summary="Lines from a table",
        roles=ADMINS,
    ),
    *action_routes([*departments.ACTIONS, *catalogue_lines.ACTIONS]),
)
