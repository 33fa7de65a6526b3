"""Signing in and out, one's own page, coming to the desk and leaving it."""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.problem import BadField
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, read_body, see_other, services_of
from hotline.base.http.route import Route
from hotline.base.i18n import LANGUAGES
from hotline.people import passwords, people_sql, phone_tests, phone_tests_sql, signing_in
from hotline.people.actions import Action, ActionContext, action_routes
from hotline.people.roles import EVERYBODY
from hotline.people.sessions import sign_out, token_hash, user_of
from hotline.people.store import audit
from hotline.ticket import Role

HOMES = {
    Role.OPERATOR: "/operator",
    Role.MANAGER: "/centre",
    Role.LIAISON: "/department",
    Role.LEADER: "/leader",
    Role.AUDITOR: "/admin/audit",
    Role.ADMIN: "/admin",
}


class PeopleForm(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewPassword(PeopleForm):
    """The old password and the new one."""

    password: Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=False)]
    new_password: Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=False)]


class Own(PeopleForm):
    """What users set for themselves."""

    shown_name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    language: Literal["zh", "en"]
    phone: Annotated[str, StringConstraints(max_length=30)] = ""


async def home(request: web.Request) -> web.StreamResponse:
    """To the home of one's role."""
    raise see_other(HOMES[user_of(request).role])


async def logout(request: web.Request) -> web.StreamResponse:
    await sign_out(request)
    raise see_other("/login")


async def language(request: web.Request) -> web.StreamResponse:
    """Switch the language of this browser."""
    chosen = request.match_info["language"]
    if chosen not in LANGUAGES:
        raise web.HTTPNotFound
    target = str(see_other(request.query.get("next", "/")).location)
    response = web.Response(status=303, headers={"Location": target})
    response.set_cookie("language", chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


async def me(request: web.Request) -> web.StreamResponse:
    """One's own page."""
    user, services = user_of(request), services_of(request)
    async with pool_of(request).acquire() as conn:
        row = await people_sql.user(conn, user.id)
        sessions = await people_sql.sessions(conn, user.id, now_of(request))
        wrong = await people_sql.failures_since(conn, user.actor, now_of(request) - timedelta(days=7))
        test = await phone_tests_sql.last_test(conn, user.id, now_of(request))
    assert row is not None
    phone = services.keys.decrypt(row.phone_enc) if row.phone_enc else ""
    return page(
        request,
        "people/me.html",
        row=row,
        sessions=sessions,
        wrong=wrong,
        least=passwords.LEAST,
        phone=phone,
        test=test,
        done=request.query.get("done", ""),
    )


async def _set_own(context: ActionContext, body: Own) -> Mapping[str, object]:
    conn, user = context.conn, context.user
    await people_sql.set_own(conn, user.id, body.shown_name, body.language)
    if body.phone:
        await phone_tests.set_number(conn, context.services, int(user.id), body.phone, user.actor, context.now)
    await audit(conn, user.actor, "own_page", context.now)
    return {}


async def set_password(request: web.Request) -> web.StreamResponse:
    """A new password; all other browsers are signed out."""
    user, now = user_of(request), now_of(request)
    body = await read_body(request, NewPassword)
    await passwords.check_new(body.new_password, names=(user.name, user.shown_name))
    with request.app[passwords.SIGN_INS].place(request.remote or ""):
        async with pool_of(request).acquire() as conn:
            row = await people_sql.user(conn, user.id)
        assert row is not None
        if not await passwords.matches(row.password_hash, body.password):
            raise BadField("The old password is wrong.", field="password")
        new = await passwords.hashed(body.new_password)
    async with pool_of(request).acquire() as conn, conn.transaction():
        await people_sql.set_password(conn, user.id, new)
        mine = request.cookies.get("hotline", "")
        await people_sql.end_sessions(conn, user.id, now, token_hash(mine))
        await audit(conn, user.actor, "password_changed", now)
    raise see_other("/me?done=password")


async def end_session(request: web.Request) -> web.StreamResponse:
    """Sign one of one's own browsers out."""
    try:
        ident = binascii.unhexlify(request.match_info["session"])
    except ValueError as error:  # no hexadecimal digits
        raise web.HTTPNotFound from error
    async with pool_of(request).acquire() as conn:
        await people_sql.end_session_of(conn, user_of(request).id, ident, now_of(request))
    raise see_other("/me?done=session")


ACTIONS = (
    Action(
        page="/me",
        back="/me?done=own",
        form_on="/me",
        summary="Set name, language, phone",
        roles=EVERYBODY,
        rule="oneself",
        body=Own,
        perform=_set_own,
    ),
)
ROUTES = (
    Route(method="GET", path="/", handler=home, summary="To one's home", roles=EVERYBODY),
    *signing_in.ROUTES,
    Route(method="POST", path="/logout", handler=logout, summary="Sign out", roles=EVERYBODY),
    Route(method="GET", path="/language/{language}", handler=language, summary="Switch language", roles=None),
    Route(method="GET", path="/me", handler=me, summary="One's own page", roles=EVERYBODY, rule="oneself"),
    Route(
        method="POST",
        path="/me/password",
        handler=set_password,
        summary="Change the password",
        roles=EVERYBODY,
        rule="oneself",
    ),
    Route(
        method="POST",
        path="/me/sessions/{session}/end",
        handler=end_session,
        summary="Sign a browser out",
        roles=EVERYBODY,
        rule="oneself",
    ),
    *action_routes(ACTIONS),
)
