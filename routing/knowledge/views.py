"""`/sheets`: the notice sheets, one with its versions, the tables of managers, and what departments have to do about theirs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.http.rendering import fragment, page
from hotline.base.http.requests import now_of, pool_of, read_query, see_other, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.text.masking import masked_words
from hotline.people.actions import action_routes
from hotline.people.departments import in_force, line_of
from hotline.people.roles import MANAGERS, OVERSIGHT, STAFF, WORKERS
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from routing.knowledge import reading, search, sheets_sql, tasks_sql
from routing.knowledge.actions import ACTIONS, seen
from routing.knowledge.desk import options, typed
from routing.knowledge.reading import SheetsQuery, chosen, list_of, state_of, versions_for
from routing.knowledge.sheet_file import plan_sheets, sheets_of, take_sheets
from routing.knowledge.sheets import today
from routing.tables.presses import TableKind, TableProposal, pressed, shown_press
from routing.tables.uploads import UploadOutcome

_DRAFTS, _TASKS, _WAITING = 50, 200, 8
SHEET_TABLES = TableKind(sheets_of, plan_sheets, take_sheets)
MENU = (Entry(path="/sheets", title="Notice sheets", roles=STAFF, rare=OVERSIGHT),)


class SheetsPageQuery(SheetsQuery):
    """The list; `done`: how many lines a table had that was taken."""

    done: Annotated[str, StringConstraints(max_length=20)] = ""


class SheetPageQuery(reading.SheetQuery):
    """A version; `made`, `said`: what was done just now; `change`: its form stands open."""

    made: bool = False
    change: bool = False
    said: bool = False


class NewSheetQuery(BaseModel):
    """The task that the new sheet answers."""

    model_config = ConfigDict(extra="ignore")
    task: int | None = Field(None, ge=1, le=2**31 - 1)


class TasksPageQuery(BaseModel):
    """Those that have ended too."""

    model_config = ConfigDict(extra="ignore")
    ended: bool = False


async def show_sheets(request: web.Request) -> web.StreamResponse:
    """The list, with what is drafted and waits for the centre."""
    return await _list(request)


async def _list(request: web.Request, found: UploadOutcome | TableProposal | None = None) -> web.StreamResponse:
    user, services = user_of(request), services_of(request)
    query = read_query(request, SheetsPageQuery) if request.method == "GET" else SheetsPageQuery()
    day = today(services, now_of(request))
    async with pool_of(request).acquire() as conn:
        rows = await list_of(conn, user, query, day)
        drafts = await sheets_sql.drafts(conn, _DRAFTS) if user.in_centre else []
        many = await sheets_sql.count_in_force(conn)
        directory = await in_force(conn)
    return page(
        request,
        "knowledge/list.html",
        **shown_press(found),
        rows=rows[: query.limit],
        next_cursor=rows[query.limit - 1].id if len(rows) > query.limit else None,
        drafts=drafts,
        many=many,
        directory=directory,
        query=query,
        day=day,
    )


async def find_sheets(request: web.Request) -> web.StreamResponse:
    """What was looked for, as a page; the words stand in no address."""
    words, services = await typed(request), services_of(request)
    async with pool_of(request).acquire() as conn:
        rows = await search.find(conn, words, today(services, now_of(request)), search.MOST)
    return page(request, "knowledge/found.html", options=options(services, rows), words=words)


async def show_sheet(request: web.Request) -> web.StreamResponse:
    """One sheet in one version, what was said of it, and the forms of whoever may change it."""
    query, user = read_query(request, SheetPageQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        sheet = await seen(conn, user, reading.sheet_number(request))
        versions = await versions_for(conn, user, sheet)
        said = await tasks_sql.of_sheet(conn, sheet.id)
        own = await line_of(conn, user)
    row = chosen(versions, query.version, sheet.version)
    theirs = own is not None and sheet.department_id in own
    return page(
        request,
        "knowledge/sheet.html",
        sheet=sheet,
        v=row,
        versions=[(one, state_of(one, sheet)) for one in versions],
        said=_readable(user, said) if user.in_centre or theirs or own is None else [],
        query=query,
        day=today(services_of(request), now_of(request)),
        may=sheet.ended_at is None and (user.in_centre or theirs),
        own_draft=any(one.version == sheet.draft and one.made_by == user.actor for one in versions),
        once=secrets.token_hex(12),
    )


def _readable(
    user: User, rows: Sequence[tasks_sql.TasksRow] | Sequence[tasks_sql.OfSheetRow]
) -> list[dict[str, object]]:
    """Rows with what operators said, for departments without numbers of people."""
    masked = user.role is Role.LIAISON
    return [{**row.as_dict(), "words": masked_words(row.words) if masked and row.words else row.words} for row in rows]


async def new_sheet(request: web.Request) -> web.StreamResponse:
    """The form of a new sheet."""
    query, user = read_query(request, NewSheetQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        directory = await in_force(conn) if user.department_id is None else []
    return page(request, "knowledge/new.html", directory=directory, task=query.task, once=secrets.token_hex(12))


async def show_tasks(request: web.Request) -> web.StreamResponse:
    """What is to be done about sheets, what is due first first."""
    query, user = read_query(request, TasksPageQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        own = await line_of(conn, user)
        rows = await tasks_sql.tasks(conn, sorted(own) if own is not None else None, query.ended, 0, _TASKS)
        directory = await in_force(conn) if user.role is Role.MANAGER else []
    return page(
        request,
        "knowledge/tasks.html",
        tasks=_readable(user, rows),
        directory=directory,
        ended=query.ended,
        once=secrets.token_hex(12),
    )


async def waiting(request: web.Request) -> web.StreamResponse:
    """What is to be done about sheets, as a part of the first page of departments and managers."""
    user = user_of(request)
    async with pool_of(request).acquire() as conn:
        own = await line_of(conn, user)
        rows = await tasks_sql.tasks(conn, sorted(own) if own is not None else None, False, 0, _WAITING + 1)
        drafts = len(await sheets_sql.drafts(conn, _DRAFTS)) if user.in_centre else 0
        refused = await sheets_sql.refused(conn, sorted(own), _WAITING) if own is not None else []
    return fragment(
        request,
        "knowledge/waiting.html",
        tasks=_readable(user, rows[:_WAITING]),
        more=len(rows) > _WAITING,
        drafts=drafts,
        refused=refused,
    )


async def take_table(request: web.Request) -> web.StreamResponse:
    """Sheets from a table: shown first, taken at the second press; each line that is refused is shown."""
    found = await pressed(request, SHEET_TABLES)
    if isinstance(found, int):
        raise see_other(f"/sheets?done={found}")
    return await _list(request, found)


_READ = "a liaison: what was published, and the own department's drafts"
ROUTES = (
    Route(method="GET", path="/sheets", handler=show_sheets, summary="Notice sheets", roles=STAFF, rule=_READ),
    Route(method="POST", path="/sheets/found", handler=find_sheets, summary="Sheets that were found", roles=STAFF),
    Route(method="GET", path="/sheets/new", handler=new_sheet, summary="The form of a new sheet", roles=WORKERS),
    Route(
        method="GET",
        path="/sheets/tasks",
        handler=show_tasks,
        summary="What is to be done about sheets",
        roles=STAFF,
        rule="a liaison: the own department's",
    ),
    Route(
        method="GET",
        path="/sheets/waiting",
        handler=waiting,
        summary="What is to be done about sheets, as a part of a page",
        roles=WORKERS,
        rule="a liaison: the own department's",
    ),
    Route(method="POST", path="/sheets/imports", handler=take_table, summary="Sheets from a table", roles=MANAGERS),
    Route(method="GET", path="/sheets/{sheet}", handler=show_sheet, summary="A notice sheet", roles=STAFF, rule=_READ),
    *action_routes(ACTIONS),
)
