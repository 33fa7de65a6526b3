"""`/admin/places`: the gazetteer; administrators take tables and take places out, the centre reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, read_query, see_other, services_of
from hotline.base.http.route import Entry, Route
from hotline.people.actions import Action, ActionContext, NoFields, action_routes
from hotline.people.roles import ADMINS, INSIDE, MANAGERS
from hotline.people.sessions import user_of
from hotline.people.store import audit
from routing.places import gazetteer_sql
from routing.places.place_file import import_places
from routing.tables.uploads import UploadOutcome, sent_table

READERS = INSIDE | ADMINS

MENU = (Entry(path="/admin/places", title="Places", roles=MANAGERS | ADMINS, rare=MANAGERS),)
_SHOWN = 300


class PlacesQuery(BaseModel):
    """A word; `done`: how many places were taken."""

    model_config = ConfigDict(extra="ignore")
    q: Annotated[str, StringConstraints(max_length=60)] = ""
    done: Annotated[str, StringConstraints(max_length=20)] = ""


async def show(request: web.Request) -> web.StreamResponse:
    """The gazetteer."""
    return await _show(request)


async def _show(request: web.Request, outcome: UploadOutcome | None = None) -> web.StreamResponse:
    query = read_query(request, PlacesQuery)
    async with pool_of(request).acquire() as conn:
        rows = await gazetteer_sql.places(conn, query.q.strip(), _SHOWN + 1)
        many = await gazetteer_sql.count(conn)
    return page(
        request,
        "places/list.html",
        status=422 if outcome else 200,
        rows=rows[:_SHOWN],
        more=len(rows) > _SHOWN,
        many=many,
        query=query,
        outcome=outcome,
        may=user_of(request).role.value == "admin",
    )


async def take(request: web.Request) -> web.StreamResponse:
    """Places from a table; each line that is refused is shown."""
    sent = await sent_table(request)
    if isinstance(sent, UploadOutcome):
        return await _show(request, sent)
    async with pool_of(request).acquire() as conn, conn.transaction():
        done = await import_places(
            conn, services_of(request), sent.sheet, now_of(request), actor=user_of(request).actor
        )
    if done.refused:
        return await _show(request, UploadOutcome(sent.file, done.taken, done.refused, columns=done.called))
    raise see_other(f"/admin/places?done={done.taken}")


async def remove(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A place leaves the gazetteer with its other names; tickets stay as they were."""
    name = await gazetteer_sql.drop_place(context.conn, context.item)
    if name is None:
        raise Missing("There is no such place.")
    await audit(context.conn, context.user.actor, "place_removed", context.now, place=name)
    return {"place": name}


ACTIONS = (
    Action(
        path="places/{place}/removals",
        page="/admin/places/{place}/removals",
        back="/admin/places",
        body=NoFields,
        perform=remove,
        summary="A place leaves the gazetteer",
        roles=ADMINS,
        rule="an administrator",
        tag="directory",
    ),
)
ROUTES = (
    Route(method="GET", path="/admin/places", handler=show, summary="The gazetteer", roles=READERS),
    Route(
        method="POST",
        path="/admin/places/imports",
        handler=take,
        summary="Places from a table",
        roles=ADMINS,
    ),
    *action_routes(ACTIONS),
)
