"""Pages of the audit: administrative acts, and who was shown what of confidential tickets."""

from __future__ import annotations

import orjson
from aiohttp import web
from asyncpg import Record
from pydantic import BaseModel, ConfigDict

from hotline.base.http.rendering import CATALOGUE, page
from hotline.base.http.requests import pool_of, read_cursor, read_moment, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.i18n import current, offices
from hotline.people import admin_sql
from hotline.people.roles import AUDITORS

#: Who makes accounts does not read what is noted of it, and who reads it changes nothing (three administrators).
READERS = AUDITORS
_PAGE = 100


class AuditQuery(BaseModel):
    """Narrowing and paging."""

    model_config = ConfigDict(extra="ignore")
    kind: str = ""
    cursor: str = ""


async def show_audit(request: web.Request) -> web.StreamResponse:
    """Administrative acts, the latest first."""
    query = read_query(request, AuditQuery)
    before = read_cursor(query.cursor)
    async with pool_of(request).acquire() as conn:
        rows = await admin_sql.audit(conn, query.kind, before, _PAGE + 1)
        kinds = await admin_sql.audit_kinds(conn)
    more = str(rows[_PAGE - 1].id) if len(rows) > _PAGE else None
    items = [
        {
            "at": r.at,
            "who": r.shown_name or r.actor,
            "kind": r.kind,
            "detail": _plain(request, r.detail | _named(r)),
        }
        for r in rows[:_PAGE]
    ]
    return page(request, "people/audit.html", items=items, kinds=kinds, kind=query.kind, next_cursor=more)


async def show_showings(request: web.Request) -> web.StreamResponse:
    """Who was shown, told or given what of confidential tickets, the latest first."""
    query = read_query(request, AuditQuery)
    before = read_moment(services_of(request).settings.zone, query.cursor, field="cursor") if query.cursor else None
    async with pool_of(request).acquire() as conn:
        rows = await admin_sql.showings(conn, before, _PAGE + 1)
    more = rows[_PAGE - 1].at.isoformat() if len(rows) > _PAGE else None
    items = [
        {
            "at": r.at,
            "who": r.shown_name or r.actor,
            "kind": r.kind,
            "number": r.number,
            "detail": _plain(request, orjson.loads(r.detail)),
        }
        for r in rows[:_PAGE]
    ]
    return page(request, "people/showings.html", items=items, next_cursor=more)


def _named(row: Record) -> dict[str, object]:
    """The department and the person of an act by name, where the record keeps only which."""
    return {
        what: offices.get().get(row[what], row[what]) if what == "department" else row[what]
        for what in ("department", "user")
        if row[what] is not None
    }


def _plain(request: web.Request, detail: dict[str, object]) -> str:
    """What an act was about, in words; names and values that have none stand as they are."""
    known, language = request.app[CATALOGUE], current.get()

    def word(name: str, context: str) -> str:
        return known.word(name, language, context)

    def told(value: object, name: str) -> object:
        if isinstance(value, bool):
            return word(str(value).lower(), "yes_no")
        if isinstance(value, list):
            return ("、" if language == "zh" else ", ").join(str(told(v, name)) for v in value)
        return word(value, name) if isinstance(value, str) else value

    return " · ".join(f"{word(name, 'audit_detail')} {told(value, name)}" for name, value in sorted(detail.items()))


MENU = (
    Entry(path="/admin/audit", title="Audit", roles=READERS),
    Entry(path="/admin/showings", title="Showings", roles=READERS),
)
ROUTES = (
    Route(method="GET", path="/admin/audit", handler=show_audit, summary="Administrative acts", roles=READERS),
    Route(method="GET", path="/admin/showings", handler=show_showings, summary="Who was shown what", roles=READERS),
)
