"""Attached files over HTTP: visible to whoever sees the ticket; the headers keep a browser from running anything in
them.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from aiohttp import web
from PIL import Image
from pydantic import BaseModel, ConfigDict

from hotline.api import ticket_view
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.http.requests import now_of, pool_of, read_int, read_query, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.base.text.masking import masked_words
from hotline.moves import moves_sql
from hotline.moves.move import visible
from hotline.people.departments import line_of
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Role
from hotline.tickets.redactions import hidden_files

#: What a browser may draw itself; anything else is downloaded.
INLINE = ("image/jpeg", "image/png", "image/webp", "application/pdf")
_THUMB = (320, 320)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


class FileQuery(BaseModel):
    """`size=thumb`: a small JPEG of a photograph."""

    model_config = ConfigDict(extra="ignore")
    size: Literal["", "thumb"] = ""


async def get_attachment(request: web.Request) -> web.StreamResponse:
    """One file. A former department reads those that were there when its part ended."""
    query, user = read_query(request, FileQuery), user_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        row = await _row(
            conn, services_of(request), user, request.match_info["number"], request.match_info["id"], now_of(request)
        )
    media, content = row.media_type, row.content
    if query.size == "thumb" and media.startswith("image/"):
        media, content = "image/jpeg", await asyncio.to_thread(thumbnail, content or b"")
    name = masked_words(row.name) if user.role is Role.LIAISON else row.name
    how = "inline" if media in INLINE else "attachment"
    headers = HEADERS | {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}"}
    return web.Response(body=content, content_type=media, headers=headers)


async def _row(
    conn: Conn, services: Services, user: User, number: str, item: str, now: datetime
) -> moves_sql.AttachmentRow:
    ticket = await visible(conn, user, number)
    until = await ticket_view.horizon(conn, user, ticket)
    ident = read_int(item)
    row = await moves_sql.attachment(conn, ticket.id, ident) if ident is not None else None
    line = await line_of(conn, user)
    kept_back = line is not None and row is not None and row.id in await hidden_files(conn, ticket.id, line)
    if row is None or kept_back or row.content is None or (until is not None and row.at > until):
        raise Missing("Ticket %(number)s has no such file.", number=number)
    await ticket_view.record_showing(conn, services, user, ticket, now)
    return row


def thumbnail(content: bytes) -> bytes:
    """A JPEG of at most 320 × 320 of a photograph that was kept."""
    with Image.open(io.BytesIO(content)) as image:
        image.draft("RGB", _THUMB)
        small = image.convert("RGB")
    small.thumbnail(_THUMB)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=78)
    return out.getvalue()


_RULE = "as the ticket's; a former department: what was there when its part ended"
ROUTES = tuple(
    Route(
        method="GET",
        path=f"{base}/tickets/{{number}}/attachments/{{id}}",
        handler=get_attachment,
        summary="A file of a ticket",
        roles=EVERYBODY,
        rule=_RULE,
        query=FileQuery,
        media=INLINE,
        tag="tickets",
    )
    for base in ("/api/v1", "")
)
