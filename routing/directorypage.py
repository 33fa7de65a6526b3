"""`/admin/departments` and `/admin/catalogue`: administrators keep them, managers read them; tables taken line by line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.pages import page
from hotline.base.problem import Missing
from hotline.base.requests import house_of, now_of, pool_of, read_query, see_other
from hotline.base.web import Entry, Route
from hotline.people.sessions import user_of
from routing import catalogueplan, departmentplan
from routing.catalogue import C
from routing.deeds import deed_routes
from routing.directory import GROUPS, import_catalogue, import_departments
from routing.tables import Taken
from routing.uploads import Outcome, sent_table

READERS = frozenset({"admin", "manager", "leader", "auditor"})
MENU = (
    Entry(
        path="/admin/departments",
        title="Directory",
        roles=frozenset({"admin", "manager"}),
        rare=frozenset({"manager"}),
    ),
    Entry(
        path="/admin/catalogue",
        title="Catalogue",
        roles=frozenset({"admin", "manager"}),
        rare=frozenset({"manager"}),
    ),
)
Import = Callable[..., Awaitable[Taken]]


class Search(BaseModel):
    """A word; `all`: with the lines that hold no longer; `done`: how many lines were taken."""

    model_config = ConfigDict(extra="ignore")
    q: Annotated[str, StringConstraints(max_length=100)] = ""
    all: bool = False
    done: Annotated[str, StringConstraints(max_length=20)] = ""


async def show_departments(request: web.Request) -> web.StreamResponse:
    """The directory."""
    return await _departments(request)


async def _departments(request: web.Request, outcome: Outcome | None = None) -> web.StreamResponse:
    query = read_query(request, Search)
    async with pool_of(request).acquire() as conn:
        rows = [dict(r) for r in await conn.fetch(departmentplan.H["directory"])]
    word = query.q.lower()
    found = [
        r
        for r in rows
        if not word
        or any(word in str(r[k]).lower() for k in ("code", "name", "name_en", "duties", "territory"))
    ]
    return page(
        request, "directory/departments.html", status=422 if outcome else 200, rows=found, query=query, outcome=outcome,
        may=user_of(request).role.value == "admin",
    )  # fmt: skip


async def show_department(request: web.Request) -> web.StreamResponse:
    """One department, to be changed, merged or ended."""
    given = request.match_info["department"]
    async with pool_of(request).acquire() as conn:
        rows = [dict(r) for r in await conn.fetch(departmentplan.H["directory"])]
    one = next((r for r in rows if r["code"] == given), None)
    if one is None:
        raise Missing("There is no such department in force.")
    return page(
        request, "directory/department.html", d=one, directory=[r for r in rows if r["valid_to"] is None and r["id"] != one["id"]],
        groups=sorted(GROUPS), may=user_of(request).role.value == "admin",
    )  # fmt: skip


async def show_catalogue(request: web.Request) -> web.StreamResponse:
    """The responsibility catalogue, with its history where that is asked for."""
    return await _catalogue(request)


async def _catalogue(request: web.Request, outcome: Outcome | None = None) -> web.StreamResponse:
    query = read_query(request, Search)
    async with pool_of(request).acquire() as conn:
        rows = await conn.fetch(C["lines"], query.q, query.all)
        directory = [r for r in await conn.fetch(departmentplan.H["directory"]) if r["valid_to"] is None]
    return page(
        request, "directory/catalogue.html", status=422 if outcome else 200, rows=rows, query=query, outcome=outcome,
        directory=directory, may=user_of(request).role.value == "admin",
    )  # fmt: skip


async def _taken(request: web.Request, work: Import) -> Outcome:
    """Take the table of a form, all or nothing."""
    sent = await sent_table(request)
    if isinstance(sent, Outcome):
        return sent
    async with pool_of(request).acquire() as conn, conn.transaction():
        done = await work(conn, house_of(request), sent.sheet, now_of(request), actor=user_of(request).actor)
    return Outcome(sent.file, done.taken, done.refused)


async def take_departments(request: web.Request) -> web.StreamResponse:
    """Departments from a table; each line that is refused is shown."""
    outcome = await _taken(request, import_departments)
    if outcome.refused or outcome.fault:
        return await _departments(request, outcome)
    raise see_other(f"/admin/departments?done={outcome.taken}")


async def take_catalogue(request: web.Request) -> web.StreamResponse:
    """Lines of the catalogue from a table; each line that is refused is shown."""
    outcome = await _taken(request, import_catalogue)
    if outcome.refused or outcome.fault:
        return await _catalogue(request, outcome)
    raise see_other(f"/admin/catalogue?done={outcome.taken}")


def routes() -> list[Route]:
    admin = catalogueplan.ADMIN
    return [
        Route(method="GET", path="/admin/departments", handler=show_departments, summary="Departments", roles=READERS),
        Route(method="POST", path="/admin/departments/imports", handler=take_departments, summary="Departments from a table", roles=admin),
        Route(method="GET", path="/admin/departments/{department}", handler=show_department, summary="One department", roles=READERS),
        Route(method="GET", path="/admin/catalogue", handler=show_catalogue, summary="The responsibility catalogue", roles=READERS),
        Route(method="POST", path="/admin/catalogue/imports", handler=take_catalogue, summary="Lines from a table", roles=admin),
        *deed_routes([*departmentplan.DEEDS, *catalogueplan.DEEDS]),
    ]  # fmt: skip
