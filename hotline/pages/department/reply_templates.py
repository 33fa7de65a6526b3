"""Reply templates of a department and its own review, kept by its leader; general templates, kept by the centre's managers."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Forbidden, Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, read_body, see_other, whole
from hotline.base.http.route import Entry, Route
from hotline.pages.department.inbox import Q
from hotline.people.departments import keep_review
from hotline.people.roles import LIAISONS, MANAGERS
from hotline.people.sessions import user_of
from hotline.people.store import audit
from hotline.people.user import User
from hotline.ticket import Role

PATH = "/department/templates"
KEEPERS = LIAISONS | MANAGERS


class Template(BaseModel):
    """A name to choose it by, and the words; `__` stands where something is filled in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    title: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ReviewSettingBody(BaseModel):
    """Whether replies wait for the leader's yes."""

    model_config = ConfigDict(extra="forbid")
    on: bool = False


def keeper(user: User) -> None:
    """Only a department's leader, or a manager for the general ones, keeps templates. Raises Forbidden."""
    if user.role is not Role.MANAGER and not user.leads:
        raise Forbidden("Your department's leader keeps these.")


async def show(request: web.Request) -> web.StreamResponse:
    """The templates that this user's replies may use; forms for who keeps them."""
    user = user_of(request)
    async with pool_of(request).acquire() as conn:
        department = await conn.fetchrow(Q["department"], user.department_id)
        rows = await conn.fetch(Q["templates"], user.department_id)
    return page(
        request,
        "department/templates.html",
        department=department,
        rows=rows,
        keeps=user.leads or user.role is Role.MANAGER,
        done=request.query.get("done", ""),
    )


async def add(request: web.Request) -> web.StreamResponse:
    user, body, now = user_of(request), await read_body(request, Template), now_of(request)
    keeper(user)
    async with pool_of(request).acquire() as conn, conn.transaction():
        made = await conn.fetchval(Q["add_template"], user.department_id, body.title, body.text, user.actor, now)
        await audit(conn, user.actor, "reply_template_added", now, template=made)
    raise see_other(f"{PATH}?done=saved")


async def change(request: web.Request) -> web.StreamResponse:
    user, body, now = user_of(request), await read_body(request, Template), now_of(request)
    keeper(user)
    async with pool_of(request).acquire() as conn, conn.transaction():
        found = await conn.fetchval(
            Q["change_template"], _item(request), user.department_id, body.title, body.text, user.actor, now
        )
        await _kept(conn, user, found, "reply_template_changed", request)
    raise see_other(f"{PATH}?done=saved")


async def end(request: web.Request) -> web.StreamResponse:
    user = user_of(request)
    keeper(user)
    async with pool_of(request).acquire() as conn, conn.transaction():
        found = await conn.fetchval(Q["end_template"], _item(request), user.department_id, now_of(request))
        await _kept(conn, user, found, "reply_template_ended", request)
    raise see_other(f"{PATH}?done=removed")


async def set_review(request: web.Request) -> web.StreamResponse:
    """The leader reads replies before they leave the department, or no longer."""
    user, body, now = user_of(request), await read_body(request, ReviewSettingBody), now_of(request)
    if not user.leads or user.department_id is None:
        raise Forbidden("Your department's leader keeps these.")
    async with pool_of(request).acquire() as conn, conn.transaction():
        await keep_review(conn, user.department_id, body.on)
        await audit(conn, user.actor, "leader_reviews", now, department=user.department_id, on=body.on)
    raise see_other(f"{PATH}?done=saved")


def _item(request: web.Request) -> int:
    if (found := whole(request.match_info["template"], 9)) is None:
        raise Missing("There is no such template.")
    return found


async def _kept(conn: Conn, user: User, found: int | None, kind: str, request: web.Request) -> None:
    if found is None:
        raise Missing("There is no such template.")
    await audit(conn, user.actor, kind, now_of(request), template=found)


_KEPT = "the department's leader; a manager: general ones"
ROUTES = (
    Route(method="GET", path=PATH, handler=show, summary="Reply templates", roles=KEEPERS, rule="the own department"),
    Route(method="POST", path=PATH, handler=add, summary="A new reply template", roles=KEEPERS, rule=_KEPT),
    Route(
        method="POST",
        path=PATH + "/{template}",
        handler=change,
        summary="Change a reply template",
        roles=KEEPERS,
        rule=_KEPT,
    ),
    Route(
        method="POST",
        path=PATH + "/{template}/end",
        handler=end,
        summary="Remove a reply template",
        roles=KEEPERS,
        rule=_KEPT,
    ),
    Route(
        method="POST",
        path="/department/review",
        handler=set_review,
        summary="Leader's review of replies, on or off",
        roles=LIAISONS,
        rule="the department's leader",
    ),
)
MENU = (Entry(path=PATH, title="Reply templates", roles=MANAGERS, rare=MANAGERS),)
