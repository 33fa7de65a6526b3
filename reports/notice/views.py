"""Pages of notices: the list, one with its parts, and its documents."""

from __future__ import annotations

import asyncio

from aiohttp import web

from hotline.base.http.problem import Missing
from hotline.base.http.rendering import CATALOGUE, language_of, page
from hotline.base.http.requests import (
    now_of,
    pool_of,
    read_query,
    services_of,
)
from hotline.base.http.route import Route
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import user_of
from reports.figures.month import month_of
from reports.notice.answers import NoticesQuery
from reports.notice.api_views import RULE, notice_rows, readable_notice
from reports.notice.commands import documents, stamp
from reports.notice.document import DocumentWords
from reports.notice.documents import KINDS, speaking
from reports.notice.freeze import approved
from reports.notice.hearing import still_open
from reports.notice.parts import parts, title

TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def words_of(request: web.Request) -> DocumentWords:
    """The words of the request's language."""
    return speaking(language_of(request), services_of(request).settings.zone, request.app[CATALOGUE])


async def list_page(request: web.Request) -> web.StreamResponse:
    """The notices to read."""
    now, zone = now_of(request), services_of(request).settings.zone
    async with pool_of(request).acquire() as conn:
        items, cursor = await notice_rows(conn, user_of(request), read_query(request, NoticesQuery))
    return page(request, "reports/notices.html", items=items, cursor=cursor, last=month_of(now, zone).plus(-1))


async def notice_page(request: web.Request) -> web.StreamResponse:
    """One notice to read, to propose, to approve."""
    words = words_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        notice = await readable_notice(request, conn)
        standing = notice if notice.state == "approved" else await approved(conn, notice.month)
        head = await stamp(conn, notice, words)
        waits = await still_open(conn, services_of(request), notice.month, now_of(request))
    content = notice.content
    over = notice.month.ends_at(services_of(request).settings.zone) <= now_of(request)
    return page(
        request,
        "reports/notice.html",
        notice=notice,
        standing=standing,
        stamp=head,
        over=over,
        waits=waits,
        blocked=waits.blocks(now_of(request)),
        title=title(content, words),
        parts=parts(content, words),
        kinds=KINDS,
        dash="—",
    )


async def download(request: web.Request) -> web.StreamResponse:
    """A notice as a document."""
    kind = request.match_info["kind"]
    if kind not in KINDS:
        raise Missing("There is no such document.")
    words = words_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        notice = await readable_notice(request, conn)
        head = await stamp(conn, notice, words)
    made = await asyncio.to_thread(documents, notice, words, head, (kind,))
    name = f"notice-{notice.month}.{kind}"
    return web.Response(
        body=made[kind],
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


ROUTES = (
    Route(method="GET", path="/notices", handler=list_page, summary="Notices", roles=EVERYBODY, rule=RULE),
    Route(
        method="GET",
        path="/notices/{month}",
        handler=notice_page,
        summary="The notice of a month",
        roles=EVERYBODY,
        rule=RULE,
    ),
    Route(
        method="GET",
        path="/notices/{month}/notice.{kind}",
        handler=download,
        summary="A notice as a document",
        roles=EVERYBODY,
        rule=RULE,
    ),
)
