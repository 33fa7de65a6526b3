"""Signing in by name and password, and the browsers that are known.

1. Who guesses wrong in a browser that nobody knows makes the account wait for such browsers, and is stopped by address. 2. A browser in which the
account signed in before is known by a cookie of its own: wrong passwords there are counted apart, so that no stranger shuts its user
out. 3. A password that was given works once, within a day, and opens nothing but the page where it is changed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal, TooMany
from hotline.base.http.rendering import page, t
from hotline.base.http.requests import form_of, now_of, pool_of, read_body, see_other, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.people import passwords, people_sql
from hotline.people.sessions import sign_in, token_hash
from hotline.people.store import as_user, audit
from hotline.people.user import tidy

DEVICE = "device"
_KNOWN_FOR = timedelta(days=180)


class Credentials(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=False)]


@dataclass(frozen=True, slots=True)
class _Try:
    """A sign-in under way: from where, in which browser, when."""

    address: str
    agent: str
    device: bytes
    now: datetime


async def login_page(request: web.Request) -> web.StreamResponse:
    return page(request, "people/login.html", next=request.query.get("next", "/"), said="", name="")


async def login(request: web.Request) -> web.StreamResponse:
    """Sign in. The same answer for an unknown name and a wrong password; after five failures the account waits."""
    form = await form_of(request)
    target = str(form.get("next", "/"))
    said, name = "", str(form.get("name", ""))
    token = request.cookies.get(DEVICE, "")[:100] or secrets.token_urlsafe(32)
    tried = _Try(request.remote or "", request.headers.get("User-Agent", "")[:200], token_hash(token), now_of(request))
    try:
        body = await read_body(request, Credentials)
        row = await _checked(request, body, tried)
    except (BadField, Illegal, TooMany) as error:
        said = t(request, error.message, **error.params)
        return page(request, "people/login.html", status=error.status, next=target, said=said, name=name)
    await sign_in(request, as_user(row))
    away = see_other("/me" if row.password_temporary else target)
    secure = services_of(request).settings.public_url.startswith("https:")
    away.set_cookie(
        DEVICE, token, max_age=int(_KNOWN_FOR.total_seconds()), httponly=True, samesite="Lax", secure=secure
    )
    raise away


async def _checked(request: web.Request, body: Credentials, tried: _Try) -> people_sql.UserForLoginRow:
    """The account of this name and password. Whoever waits for the hashing holds a place in the line and no connection.

    Many guesses at the same moment are no way around the lock: it is looked at again after the hashing.
    Raises BadField, Illegal, TooMany.
    """
    waiting = request.app[passwords.SIGN_INS]
    with waiting.place(tried.address):
        async with pool_of(request).acquire() as conn:
            before, known = await _account(conn, body.name, tried)
        if not known:
            waiting.check(tried.address, tried.now)
        stored = before.password_hash if before else None
        good = await passwords.matches(stored, body.password)
    async with pool_of(request).acquire() as conn, conn.transaction():
        row, known = await _account(conn, body.name, tried)
        good = good and row is not None and row.password_hash == stored
        if row is not None and good and row.disabled_at is None:
            await _succeeded(conn, row, tried)
            return row
        if not known:
            waiting.note(tried.address, tried.now)
        if row is not None:
            await _failed(conn, row, known, tried)
    raise BadField("Name or password is wrong.", field="password")


async def _account(conn: Conn, name: str, tried: _Try) -> tuple[people_sql.UserForLoginRow | None, bool]:
    """The account, if there is one, and whether it signed in with this browser before. Raises TooMany where it waits."""
    row = await people_sql.user_for_login(conn, tidy(name))
    device = await people_sql.device(conn, tried.device, row.id) if row is not None else None
    until = device.locked_until if device is not None else row.locked_until if row is not None else None
    if until is not None and until > tried.now:
        raise TooMany("Too many wrong passwords. Try again in a few minutes.")
    return row, device is not None


async def _failed(conn: Conn, row: people_sql.UserForLoginRow, known: bool, tried: _Try) -> None:
    if known:
        await people_sql.device_failed(conn, tried.device, tried.now)
    else:
        await people_sql.failed(conn, row.id, tried.now)
    await audit(conn, f"user:{row.id}", "sign_in_failed", tried.now, address=tried.address, device=tried.agent)


async def _succeeded(conn: Conn, row: people_sql.UserForLoginRow, tried: _Try) -> None:
    """The right password; one that was given is used up. Raises Illegal where that was so before."""
    if row.password_temporary and await people_sql.use_given_password(conn, row.id, tried.now) is None:
        raise Illegal("This password was used before or its time is over: ask for a new one.")
    await people_sql.succeeded(conn, row.id)
    await people_sql.know_device(conn, tried.device, row.id, tried.now)
    await audit(conn, f"user:{row.id}", "signed_in", tried.now, address=tried.address, device=tried.agent)


async def sweep_devices(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: browsers in which nobody signed in for half a year are forgotten."""
    async with pool.acquire() as conn:
        return await people_sql.forget_devices(conn, now - _KNOWN_FOR)


ROUTES = (
    Route(method="GET", path="/login", handler=login_page, summary="Sign in", roles=None),
    Route(method="POST", path="/login", handler=login, summary="Sign in", roles=None),
)
