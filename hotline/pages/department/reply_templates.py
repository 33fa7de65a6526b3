"""Reply templates of a department and its own review, kept by its leader; general templates, kept by the centre's managers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.problem import Forbidden, Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import pool_of
from hotline.base.http.route import Entry, Route
from hotline.pages.department import inbox_sql
from hotline.people.actions import Action, ActionContext, NoFields, action_routes
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
        department = await inbox_sql.department(conn, user.department_id)
        rows = await inbox_sql.templates(conn, user.department_id)
    return page(
        request,
        "department/templates.html",
        department=department,
        rows=rows,
        keeps=user.leads or user.role is Role.MANAGER,
        done=request.query.get("done", ""),
    )


async def add(context: ActionContext, body: Template) -> Mapping[str, object]:
    """A new template."""
    user = context.user
    keeper(user)
    made = await inbox_sql.add_template(
        context.conn, user.department_id, body.title, body.text, user.actor, context.now
    )
    await audit(context.conn, user.actor, "reply_template_added", context.now, template=made)
    return {"template": made}


async def change(context: ActionContext, body: Template) -> Mapping[str, object]:
    """Other words."""
    user, template = context.user, context.named()
    keeper(user)
    found = await inbox_sql.change_template(
        context.conn, template, user.department_id, body.title, body.text, user.actor, context.now
    )
    return await _kept(context, found, "reply_template_changed")


async def end(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A template is offered no more."""
    keeper(context.user)
    found = await inbox_sql.end_template(context.conn, context.named(), context.user.department_id, context.now)
    return await _kept(context, found, "reply_template_ended")


async def set_review(context: ActionContext, body: ReviewSettingBody) -> Mapping[str, object]:
    """The leader reads replies before they leave the department, or no longer."""
    user = context.user
    if not user.leads or user.department_id is None:
        raise Forbidden("Your department's leader keeps these.")
    await keep_review(context.conn, user.department_id, body.on)
    await audit(context.conn, user.actor, "leader_reviews", context.now, department=user.department_id, on=body.on)
    return {"on": body.on}


async def _kept(context: ActionContext, found: int | None, kind: str) -> Mapping[str, object]:
    if found is None:
        raise Missing("There is no such template.")
    await audit(context.conn, context.user.actor, kind, context.now, template=found)
    return {"template": found}


_KEPT = "the department's leader; a manager: general ones"
ACTIONS = (
    Action(
        page=PATH,
        back=f"{PATH}?done=saved",
        form_on=PATH,
        summary="A new reply template",
        roles=KEEPERS,
        rule=_KEPT,
        body=Template,
        perform=add,
    ),
    Action(
        page=PATH + "/{template}",
        back=f"{PATH}?done=saved",
        form_on=PATH,
        summary="Change a reply template",
        roles=KEEPERS,
        rule=_KEPT,
        body=Template,
        perform=change,
    ),
    Action(
        page=PATH + "/{template}/end",
        back=f"{PATH}?done=removed",
        form_on=PATH,
        summary="Remove a reply template",
        roles=KEEPERS,
        rule=_KEPT,
        perform=end,
    ),
    Action(
        page="/department/review",
        back=f"{PATH}?done=saved",
        form_on=PATH,
        summary="Leader's review of replies, on or off",
        roles=LIAISONS,
        rule="the department's leader",
        body=ReviewSettingBody,
        perform=set_review,
    ),
)
ROUTES = (
    Route(method="GET", path=PATH, handler=show, summary="Reply templates", roles=KEEPERS, rule="the own department"),
    *action_routes(ACTIONS),
)
MENU = (Entry(path=PATH, title="Reply templates", roles=MANAGERS, rare=MANAGERS),)
