"""Notice sheets over the API: the list, one with its versions, the search, and what departments have to do about theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.pagination import ItemList, PageQuery
from hotline.base.http.problem import Missing
from hotline.base.http.requests import answer, now_of, pool_of, read_body, read_int, read_query, services_of
from hotline.base.http.route import Route
from hotline.people.actions import Fields
from hotline.people.departments import find_department, line_of
from hotline.people.roles import STAFF
from hotline.people.sessions import user_of
from hotline.people.user import User
from routing.knowledge import search, sheets_sql, tasks_sql
from routing.knowledge.actions import seen
from routing.knowledge.search import FoundSheet, is_over
from routing.knowledge.sheets import ContentColumns, today


class SheetsQuery(PageQuery):
    """Of which department (code or name), and which: `published`, `draft`, `expired`, `withdrawn`; left out: all but the last."""

    department: Annotated[str, StringConstraints(max_length=200)] = ""
    state: Literal["", "published", "draft", "expired", "withdrawn"] = ""


class SheetQuery(BaseModel):
    """Which version; left out: the one in force, or the draft where none is."""

    model_config = ConfigDict(extra="ignore")
    version: int | None = Field(None, ge=1, le=2**31 - 1)


class SheetSearchBody(Fields):
    """What is looked for, as it is typed; words are parted by spaces and must all be held."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    limit: int = Field(20, ge=1, le=search.MOST)


class SheetTasksQuery(PageQuery):
    """`open` tasks, what is due first first; or those that have `ended`."""

    state: Literal["open", "ended"] = "open"


class SheetAnswer(BaseModel):
    """A sheet in one version, with all versions, who made and published each, and when."""

    model_config = ConfigDict(extra="allow")
    id: str
    version: int
    title: str
    state: str
    versions: list[dict[str, Any]]


def said(row: ContentColumns) -> dict[str, Any]:
    """What a version says, as the API calls it."""
    return {
        "title": row.title,
        "aliases": list(row.aliases),
        "papers": row.papers,
        "where": row.place,
        "takes": row.takes,
        "cost": row.cost,
        "basis": row.basis,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def found(one: FoundSheet) -> Mapping[str, Any]:
    """A sheet that was found."""
    row = one.row
    return {
        "id": str(row.id),
        "version": row.version,
        **said(row),
        "department": row.code,
        "department_name": row.name,
        "expired": one.expired,
        "matched": one.matched,
        "uses": row.uses,
    }


async def list_of(conn: Conn, user: User, query: SheetsQuery, day: date) -> Sequence[sheets_sql.SheetsRow]:
    """The sheets that a user may see, one more than asked for where there are more. Raises BadField for an unknown department."""
    own = await line_of(conn, user)
    department = (await find_department(conn, query.department)).id if query.department else None
    return await sheets_sql.sheets(
        conn, sorted(own) if own is not None else None, department, query.state, day, query.cursor, query.limit + 1
    )


async def get_sheets(request: web.Request) -> web.StreamResponse:
    """The list of sheets."""
    query, user = read_query(request, SheetsQuery), user_of(request)
    day = today(services_of(request), now_of(request))
    async with pool_of(request).acquire() as conn:
        rows = await list_of(conn, user, query, day)
    items = [
        {
            "id": str(r.id),
            "title": r.title,
            "department": r.code,
            "department_name": r.name,
            "version": r.version,
            "draft": r.draft,
            "valid_until": r.valid_until,
            "expired": is_over(r.valid_until, day),
            "withdrawn_at": r.ended_at,
            "uses": r.uses,
            "faults": r.faults,
        }
        for r in rows[: query.limit]
    ]
    more = str(rows[query.limit - 1].id) if len(rows) > query.limit else None
    return answer(request, {"items": items, "next_cursor": more}, public=True)


def state_of(row: sheets_sql.SheetVersionsRow, sheet: sheets_sql.OneSheetRow) -> str:
    """What became of a version: `draft`, `refused`, `replaced`, `in_force`, `to_come`, `past` (all, once the sheet was taken out)."""
    if row.dropped_at is not None:
        return "refused" if row.drop_reason else "replaced"
    if row.published_at is None:
        return "draft"
    if sheet.ended_at is not None:
        return "past"
    if row.version == sheet.version:
        return "in_force"
    return "past" if sheet.version is not None and row.version < sheet.version else "to_come"


async def versions_for(conn: Conn, user: User, sheet: sheets_sql.OneSheetRow) -> Sequence[sheets_sql.SheetVersionsRow]:
    """The versions that a user may see: those of other departments only as they were published."""
    rows = await sheets_sql.versions(conn, sheet.id)
    own = await line_of(conn, user)
    if own is None or sheet.department_id in own:
        return rows
    return [row for row in rows if row.published_at is not None]


def chosen(
    rows: Sequence[sheets_sql.SheetVersionsRow], asked: int | None, in_force: int | None
) -> sheets_sql.SheetVersionsRow:
    """The version that is asked for; else the one in force, else the newest. Raises Missing."""
    wanted = asked if asked is not None else in_force
    row = next((r for r in rows if wanted is None or r.version == wanted), None)
    if row is None:
        raise Missing("There is no such version.")
    return row


def sheet_number(request: web.Request) -> int:
    """The id in the path. Raises Missing."""
    item = read_int(request.match_info.get("sheet", ""), 9)
    if item is None:
        raise Missing("There is no such sheet.")
    return item


async def get_sheet(request: web.Request) -> web.StreamResponse:
    """One sheet."""
    query, user = read_query(request, SheetQuery), user_of(request)
    day = today(services_of(request), now_of(request))
    async with pool_of(request).acquire() as conn:
        sheet = await seen(conn, user, sheet_number(request))
        rows = await versions_for(conn, user, sheet)
    row = chosen(rows, query.version, sheet.version)
    shown = {
        "id": str(sheet.id),
        "version": row.version,
        "state": state_of(row, sheet),
        **said(row),
        "department": sheet.code,
        "department_name": sheet.name,
        "expired": is_over(row.valid_until, day),
        "withdrawn_at": sheet.ended_at,
        "uses": sheet.uses,
        "faults": sheet.faults,
        "versions": [
            {
                "version": r.version,
                "state": state_of(r, sheet),
                "made_by": r.made_by,
                "made_at": r.made_at,
                "published_by": r.published_by,
                "published_at": r.published_at,
                "reason": r.drop_reason,
            }
            for r in rows
        ],
    }
    return answer(request, shown, public=True)


async def post_search(request: web.Request) -> web.StreamResponse:
    """Sheets in force that hold words, the best first; the words stand in no address."""
    body, now = await read_body(request, SheetSearchBody), now_of(request)
    async with pool_of(request).acquire() as conn:
        rows = await search.find(conn, body.words, today(services_of(request), now), body.limit)
    return answer(request, {"items": [found(one) for one in rows], "next_cursor": None}, public=True)


async def get_tasks(request: web.Request) -> web.StreamResponse:
    """What departments have to do about their sheets; a liaison reads those of the own department."""
    query, user = read_query(request, SheetTasksQuery), user_of(request)
    async with pool_of(request).acquire() as conn:
        own = await line_of(conn, user)
        rows = await tasks_sql.tasks(
            conn, sorted(own) if own is not None else None, query.state == "ended", query.cursor, query.limit + 1
        )
    items = [
        {
            "id": str(r.id),
            "kind": r.kind,
            "sheet": str(r.sheet_id) if r.sheet_id is not None else None,
            "version": r.version,
            "title": r.title,
            "words": r.words,
            "said": r.said,
            "department": r.code,
            "department_name": r.name,
            "made_at": r.made_at,
            "due_at": r.due_at,
            "ended_at": r.ended_at,
            "outcome": r.outcome,
            "reason": r.reason,
        }
        for r in rows[: query.limit]
    ]
    more = str(query.cursor + query.limit) if len(rows) > query.limit else None
    return answer(request, {"items": items, "next_cursor": more})


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/sheets",
        handler=get_sheets,
        summary="Notice sheets",
        roles=STAFF,
        rule="a liaison: what was published, and the own department's drafts",
        query=SheetsQuery,
        answer=ItemList,
        tag="sheets",
    ),
    Route(
        method="GET",
        path="/api/v1/sheets/tasks",
        handler=get_tasks,
        summary="What is to be done about sheets",
        roles=STAFF,
        rule="a liaison: the own department's",
        query=SheetTasksQuery,
        answer=ItemList,
        tag="sheets",
    ),
    Route(
        method="GET",
        path="/api/v1/sheets/{sheet}",
        handler=get_sheet,
        summary="A notice sheet",
        roles=STAFF,
        rule="a liaison: what was published, and the own department's drafts",
        query=SheetQuery,
        answer=SheetAnswer,
        tag="sheets",
    ),
    Route(
        method="POST",
        path="/api/v1/sheets/searches",
        handler=post_search,
        summary="Search for sheets",
        roles=STAFF,
        body=SheetSearchBody,
        answer=ItemList,
        tag="sheets",
    ),
)
