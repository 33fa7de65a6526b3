"""Contacts without an end and calls that are owed, over HTTP: for programs, and as forms of the operator's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from hotline.base.http.middleware import is_api
from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.http.rendering import t
from hotline.base.http.requests import (
    answer,
    fields,
    now_of,
    pool_of,
    read_body,
    read_query,
    see_other,
    services_of,
    whole,
)
from hotline.base.http.route import Route
from hotline.pages import contacts
from hotline.pages.actions import RefusedForm
from hotline.pages.operator import show
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of

_OWN = "an operator: own contacts and nobody's; a manager: all"


def _item(request: web.Request) -> int:
    item = request.match_info["item"]
    if (found := whole(item)) is None:
        raise Missing("There is no %(item)s here.", item=item)
    return found


def _page(rows: list[dict[str, object]], limit: int) -> dict[str, object]:
    return {"items": rows, "next_cursor": str(rows[-1]["id"]) if len(rows) == limit else None}


async def get_contacts(request: web.Request) -> web.StreamResponse:
    query = read_query(request, contacts.ContactsQuery)
    async with pool_of(request).acquire() as conn:
        rows = await contacts.endless(conn, services_of(request), user_of(request), query)
    return answer(request, _page(rows, query.limit))


async def get_call_backs(request: web.Request) -> web.StreamResponse:
    query = read_query(request, contacts.ContactsQuery)
    async with pool_of(request).acquire() as conn:
        rows = await contacts.call_backs(conn, services_of(request), query)
    return answer(request, _page(rows, query.limit))


async def post_end(request: web.Request) -> web.StreamResponse:
    async def end() -> object:
        body = await read_body(request, contacts.End)
        async with pool_of(request).acquire() as conn, conn.transaction():
            return await contacts.end(
                conn, services_of(request), user_of(request), _item(request), body, now_of(request)
            )

    return await _answered(request, end)


async def post_done(request: web.Request) -> web.StreamResponse:
    async def done() -> object:
        body = await read_body(request, contacts.CallBackDoneBody)
        async with pool_of(request).acquire() as conn, conn.transaction():
            return await contacts.done(
                conn, services_of(request), user_of(request), _item(request), body.note, now_of(request)
            )

    return await _answered(request, done)


async def _answered(request: web.Request, deed: Callable[[], Awaitable[object]]) -> web.StreamResponse:
    """To a program what came of it; on the page the desk, with a refusal above it and what was typed."""
    if is_api(request):
        return answer(request, await deed())
    try:
        await deed()
    except (BadField, Illegal, Missing) as error:
        said = t(request, error.message, **error.params)
        return await show(request, RefusedForm(request.path, await fields(request), said, error.field, error.status))
    raise see_other("/operator")


def _writing(base: str) -> tuple[Route, ...]:
    """What is written about contacts, below the API's path and below the pages'."""
    return (
        Route(
            method="POST",
            path=f"{base}/contacts/{{item}}/ends",
            handler=post_end,
            summary="How a contact ended",
            roles=CENTRE,
            rule=_OWN,
            body=contacts.End,
            tag="contacts",
        ),
        Route(
            method="POST",
            path=f"{base}/call-backs/{{item}}/completions",
            handler=post_done,
            summary="A call that was owed was made",
            roles=CENTRE,
            body=contacts.CallBackDoneBody,
            tag="contacts",
        ),
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/contacts",
        handler=get_contacts,
        summary="Contacts without an end",
        roles=CENTRE,
        rule=_OWN,
        query=contacts.ContactsQuery,
        answer=ItemList,
        tag="contacts",
    ),
    Route(
        method="GET",
        path="/api/v1/call-backs",
        handler=get_call_backs,
        summary="Calls that are owed",
        roles=CENTRE,
        query=contacts.ContactsQuery,
        answer=ItemList,
        tag="contacts",
    ),
    *_writing("/api/v1"),
    *_writing(""),
)
