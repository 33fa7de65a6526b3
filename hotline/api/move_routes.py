"""One route for the API and one for the pages, made from each move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import BodyPartReader, web

from hotline.base.http.fields import kept
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.base.http.rendering import t
from hotline.base.http.requests import MAX_BODY, answer, fields, form_of, now_of, pool_of, see_other, services_of, whole
from hotline.base.http.route import Handler, Route
from hotline.base.text.characters import clean
from hotline.moves.corrections import FileBody
from hotline.moves.move import Move, attempt, made, perform
from hotline.pages import ticket_page
from hotline.pages.actions import RefusedForm
from hotline.people.idempotency import taken_before
from hotline.people.roles import WORKERS
from hotline.people.sessions import user_of


def move_routes(moves: Sequence[Move]) -> list[Route]:
    """`POST /api/v1/tickets/{number}/…` for programs, `POST /tickets/{number}/…` for pages."""
    found = []
    for move in moves:
        found.append(
            Route(
                method="POST",
                path=f"/api/v1/tickets/{{number}}/{move.path}",
                handler=_api(move),
                summary=move.summary,
                roles=WORKERS,
                rule=move.who.value,
                body=move.body,
                status=200,
                tag="moves",
            )
        )
        found.append(
            Route(
                method="POST",
                path=f"/tickets/{{number}}/{move.path}",
                handler=_page(move),
                summary=move.summary,
                roles=WORKERS,
                rule=move.who.value,
            )
        )
    return found


async def _values(request: web.Request, move: Move) -> dict[str, Any]:
    if move.body is FileBody and request.content_type == "multipart/form-data":
        return await _file(request)
    return await fields(request)


async def _file(request: web.Request) -> dict[str, Any]:
    """The first file of a multipart form."""
    name, content = await _first_file(request)
    kept({"file": name})
    return {"name": clean(name), "content": content}


async def _first_file(request: web.Request) -> tuple[str, bytes]:
    if "csrf" in request or "form_read" in request:  # a check of the form has read it already
        for value in (await form_of(request)).values():
            if isinstance(value, web.FileField):
                return value.filename, value.file.read()
        raise BadField("A file is needed.", field="file")
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename:
                return part.filename, await _bounded(part)
    except ValueError as error:
        raise BadField("The body is not a form.", field="body") from error
    raise BadField("A file is needed.", field="file")


async def _bounded(part: BodyPartReader) -> bytes:
    """The content of a part; read no further than what could be kept."""
    content = bytearray()
    while chunk := await part.read_chunk(65_536):
        content += part.decode(chunk)
        if len(content) > MAX_BODY:
            raise BadField("The file is larger than 10 MB.", field="file")
    return bytes(content)


def _item(request: web.Request) -> int | None:
    item = request.match_info.get("item")
    if item is None:
        return None
    if (found := whole(item)) is None:
        raise Missing("There is no %(item)s here.", item=item)
    return found


def _api(move: Move) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        result = await perform(
            pool_of(request),
            services_of(request),
            move,
            user_of(request),
            request.match_info["number"],
            await _values(request, move),
            now_of(request),
            _item(request),
        )
        return answer(request, result)

    return handle


def _page(move: Move) -> Handler:
    """The move from a form: back to the page it came from; refused, the ticket's page with what was typed."""

    async def handle(request: web.Request) -> web.StreamResponse:
        number, values = request.match_info["number"], {}
        path = move.path.replace("{item}", request.match_info.get("item", ""))
        try:
            values = await _values(request, move)
            result = await _once(request, move, number, values)
        except (BadField, Illegal, Forbidden) as error:
            if request.headers.get("HX-Request"):  # a page that keeps its own form wants the words alone
                raise
            said = t(request, error.message, **error.params)
            return await ticket_page.show(request, RefusedForm(path, values, said, error.field, error.status))
        if move.noun == "reveals" and result is not None:
            return await ticket_page.show(request, revealed=result)
        target = str((await form_of(request)).get("next") or f"/tickets/{number}")
        raise see_other(target)

    return handle


async def _once(request: web.Request, move: Move, number: str, values: dict[str, Any]) -> Mapping[str, object] | None:
    """Make the move; None where this very form was taken before (a double click)."""
    mark = str((await form_of(request)).get("once", ""))
    user, now = user_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        if await taken_before(conn, user, mark, now):
            return None
        result = await attempt(conn, services_of(request), move, user, number, values, now, _item(request))
    return made(result)
