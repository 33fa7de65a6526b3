"""Administration of accounts: who works here, with which role; one-time passwords, tokens, leaving (role admin)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal, Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import now_of, pool_of, read_int, read_query
from hotline.base.http.route import Entry, Route
from hotline.people import admin_sql, passwords, people_sql, shifts_sql
from hotline.people.actions import Action, ActionContext, Fields, NoFields, action_routes
from hotline.people.roles import ADMINS
from hotline.people.sessions import token_hash
from hotline.people.store import GIVEN_FOR, add_user, audit
from hotline.ticket import Role

_PAGE = 100


class NewUser(BaseModel):
    """Name, role, and for a liaison the department."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    shown_name: Annotated[str, StringConstraints(max_length=40)] = ""
    role: Role
    department: Annotated[str, StringConstraints(max_length=80)] = ""
    leads: bool = False


class NewToken(Fields):
    """What a program may do with a token, and for how many days."""

    scope: Literal["read", "write"] = "read"
    days: Annotated[int, Field(ge=1, le=730)] = 365


class UsersQuery(BaseModel):
    """Narrowing and paging: the last name of the page before."""

    model_config = ConfigDict(extra="ignore")
    role: str = ""
    q: Annotated[str, StringConstraints(max_length=80)] = ""
    cursor: str = ""
    limit: int = Field(_PAGE, ge=1, le=500)


async def users(request: web.Request, *, secret: str = "", whose: str = "") -> web.Response:
    """Everybody with an account; `secret` is shown once, on the page that answers its making."""
    query = read_query(request, UsersQuery)
    async with pool_of(request).acquire() as conn:
        rows = await admin_sql.users(conn, query.role, query.q, query.cursor, query.limit + 1)
        departments = await admin_sql.departments(conn)
    more = rows[query.limit - 1].name if len(rows) > query.limit else None
    return page(
        request,
        "people/users.html",
        rows=rows[: query.limit],
        departments=departments,
        secret=secret,
        whose=whose,
        query=query,
        next_cursor=more,
        roles=[role.value for role in Role],
    )


async def show_users(request: web.Request) -> web.StreamResponse:
    return await users(request)


async def _add_user(context: ActionContext, body: NewUser) -> Mapping[str, object]:
    """Make an account, with a one-time password."""
    password, password_hash = context.prepared
    await add_user(
        context.conn,
        body.name,
        body.role,
        context.now,
        department=body.department or None,
        leads=body.leads,
        password_hash=password_hash,
        shown=body.shown_name,
        by=context.user.actor,
    )
    return {"secret": password, "name": body.name}


async def _shown_password(request: web.Request, made: Mapping[str, object]) -> web.StreamResponse:
    return await users(request, secret=str(made.get("secret")), whose=str(made.get("name")))


async def show_user(request: web.Request) -> web.StreamResponse:
    return await account(request)


async def account(request: web.Request, *, secret: str = "") -> web.Response:
    """One account: its tokens and browsers, what it owns, and what can be done; `secret` is shown once."""
    async with pool_of(request).acquire() as conn, conn.transaction():
        row = await _account(conn, read_int(request.match_info["user"], 9))
        tokens = await admin_sql.tokens(conn, row.id)
        sessions = await people_sql.sessions(conn, row.id, now_of(request))
        owned = await admin_sql.open_tickets(conn, row.id)
    return page(request, "people/user.html", row=row, tokens=tokens, sessions=sessions, owned=owned, secret=secret)


async def _account(conn: Conn, ident: int | None) -> admin_sql.AccountRow:
    row = await admin_sql.account(conn, ident) if ident is not None else None
    if row is None:
        raise Missing("There is no such user.")
    return row


async def _reset_password(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A new one-time password; all browsers and programs of the account are signed out."""
    conn, (password, password_hash) = context.conn, context.prepared
    row = await _account(conn, context.item)
    await people_sql.give_password(conn, row.id, password_hash, context.now + GIVEN_FOR)
    await people_sql.end_sessions(conn, row.id, context.now, b"")
    await people_sql.end_tokens(conn, row.id, context.now)
    await audit(conn, context.user.actor, "password_reset", context.now, user=row.id)
    return {"secret": password}


async def _add_token(context: ActionContext, body: NewToken) -> Mapping[str, object]:
    """A token for programs, shown once."""
    conn, token = context.conn, secrets.token_urlsafe(32)
    row = await _account(conn, context.item)
    made = await people_sql.insert_token(conn, row.id, token_hash(token), context.now)
    await people_sql.limit_token(conn, made, body.scope, context.now + timedelta(days=body.days))
    await audit(
        conn, context.user.actor, "token_added", context.now, user=row.id, token=made, scope=body.scope, days=body.days
    )
    return {"secret": token}


async def _shown_secret(request: web.Request, made: Mapping[str, object]) -> web.StreamResponse:
    return await account(request, secret=str(made.get("secret")))


async def _end_token(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A token ends at once."""
    conn, token = context.conn, read_int(context.places["token"], 9)
    row = await _account(conn, context.item)
    if token is None or not await admin_sql.end_token(conn, row.id, token, context.now):
        raise Missing("There is no such token.")
    await audit(conn, context.user.actor, "token_ended", context.now, user=row.id, token=token)
    return {"token": token}


async def _leave(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """Somebody leaves: no sign-in, no token, no page any more. Open tickets are handed over first, and one admin stays."""
    conn, now = context.conn, context.now
    row = await _account(conn, context.item)
    if row.role == "admin" and not await admin_sql.other_admins(conn, row.id):
        raise Illegal("This is the last administrator.")
    owned = await admin_sql.open_tickets(conn, row.id)
    if owned:
        raise Illegal("%(n)s open tickets are owned by this user: hand them over first.", n=owned)
    await admin_sql.set_disabled(conn, row.id, now)
    await shifts_sql.shift_off(conn, row.id, now)
    await people_sql.end_sessions(conn, row.id, now, b"")
    await people_sql.end_tokens(conn, row.id, now)
    await audit(conn, context.user.actor, "user_left", now, user=row.id)
    return {"user": row.id}


async def _come_back(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """Somebody comes back."""
    row = await _account(context.conn, context.item)
    await admin_sql.set_disabled(context.conn, row.id, None)
    await audit(context.conn, context.user.actor, "user_returned", context.now, user=row.id)
    return {"user": row.id}


MENU = (Entry(path="/admin", title="Users", roles=ADMINS),)


_ONE = "/admin/users/{user}"
ACTIONS = (
    Action(
        page="/admin/users",
        back="/admin",
        shown=_shown_password,
        summary="Make a user",
        roles=ADMINS,
        body=NewUser,
        before=passwords.hashed_one_time,
        perform=_add_user,
    ),
    Action(
        page=_ONE + "/passwords",
        back=_ONE,
        shown=_shown_secret,
        summary="New one-time password",
        roles=ADMINS,
        before=passwords.hashed_one_time,
        perform=_reset_password,
    ),
    Action(
        page=_ONE + "/tokens",
        back=_ONE,
        shown=_shown_secret,
        summary="Make a token",
        roles=ADMINS,
        body=NewToken,
        perform=_add_token,
    ),
    Action(page=_ONE + "/tokens/{token}/end", back=_ONE, summary="End a token", roles=ADMINS, perform=_end_token),
    Action(page=_ONE + "/leave", back=_ONE, summary="A user leaves", roles=ADMINS, perform=_leave),
    Action(page=_ONE + "/return", back=_ONE, summary="A user comes back", roles=ADMINS, perform=_come_back),
)
ROUTES = (
    Route(method="GET", path="/admin", handler=show_users, summary="Users", roles=ADMINS),
    Route(method="GET", path=_ONE, handler=show_user, summary="One user", roles=ADMINS),
    *action_routes(ACTIONS),
)
