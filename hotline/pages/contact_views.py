"""Contacts without an end and owed calls over HTTP: for programs, and as forms of the operator's page."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from hotline.base.http.pagination import ItemList
from hotline.base.http.problem import BadField
from hotline.base.http.requests import (
    answer,
    now_of,
    pool_of,
    read_query,
    services_of,
)
from hotline.base.http.route import Route
from hotline.moves import contact_ends
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.roles import CENTRE
from hotline.people.sessions import user_of

_OWN = "an operator: own contacts and nobody's; a manager: all"


def _page(rows: list[dict[str, object]], limit: int) -> dict[str, object]:
    return {"items": rows, "next_cursor": str(rows[-1]["id"]) if len(rows) == limit else None}


async def get_contacts(request: web.Request) -> web.StreamResponse:
    query = read_query(request, contact_ends.ContactsQuery)
    async with pool_of(request).acquire() as conn:
        rows = await contact_ends.endless(conn, services_of(request), user_of(request), query)
    return answer(request, _page(rows, query.limit))


async def get_call_backs(request: web.Request) -> web.StreamResponse:
    query = read_query(request, contact_ends.ContactsQuery)
    async with pool_of(request).acquire() as conn:
        rows = await contact_ends.call_backs(conn, services_of(request), query, now_of(request))
    return answer(request, _page(rows, query.limit))


async def _end(context: ActionContext, body: contact_ends.End) -> Mapping[str, object]:
    return await contact_ends.end(context.conn, context.services, context.user, context.named(), body, context.now)


async def _done(context: ActionContext, body: contact_ends.CallBackDoneBody) -> Mapping[str, object]:
    if body.reached and not body.note:
        raise BadField("%(where)s is missing.", field="note", where="note")
    act = contact_ends.done if body.reached else contact_ends.not_reached
    return await act(context.conn, context.services, context.user, context.named(), body.note, context.now)


async def _reveal(context: ActionContext, body: contact_ends.CallBackRevealBody) -> Mapping[str, object]:
    return await contact_ends.reveal(
        context.conn, context.services, context.user, context.named(), body.reason, context.now
    )


ACTIONS = (
    Action(
        path="contacts/{item}/ends",
        page="/contacts/{item}/ends",
        back="/operator",
        summary="How a contact ended",
        roles=CENTRE,
        rule=_OWN,
        body=contact_ends.End,
        perform=_end,
        digits=17,
        status=200,
        tag="contacts",
    ),
    Action(
        path="call-backs/{item}/completions",
        page="/call-backs/{item}/completions",
        back="/operator",
        summary="A call that was owed was made, or tried",
        roles=CENTRE,
        body=contact_ends.CallBackDoneBody,
        perform=_done,
        digits=17,
        status=200,
        tag="contacts",
    ),
    Action(
        path="call-backs/{item}/reveals",
        summary="The number of whoever is owed a call, for a reason that is kept",
        roles=CENTRE,
        body=contact_ends.CallBackRevealBody,
        perform=_reveal,
        digits=17,
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
        query=contact_ends.ContactsQuery,
        answer=ItemList,
        tag="contacts",
    ),
    Route(
        method="GET",
        path="/api/v1/call-backs",
        handler=get_call_backs,
        summary="Calls that are owed",
        roles=CENTRE,
        query=contact_ends.ContactsQuery,
        answer=ItemList,
        tag="contacts",
    ),
    *action_routes(ACTIONS),
)
