"""Double presses: a form that is sent twice has one effect, on every page; the second press leads to the result of the
first.

Every form carries, behind the token of its session, a mark of the page on which it was drawn. Pressed again with the same fields
(twice in a hurry, after "back", by a phone that sends again what it lost sight of) it does nothing; what was refused may be tried again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from hotline.base.db.connection import Pool
from hotline.base.http.problem import Illegal
from hotline.base.http.requests import form_of, now_of, pool_of, read_mark, see_other
from hotline.base.http.route import Handler
from hotline.base.services import Services
from hotline.people import people_sql

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
#: So long a press may be under way; then it is taken for crashed.
LEASE = timedelta(minutes=2)
#: So often a second press looks whether the first has ended, and the pause (seconds) between.
_TRIES, _PAUSE = 200, 0.1


async def one_effect(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Run the handler, or lead where the same press led before.

    1. Take the mark. 2. Taken: wait for the first press; where it led, this one leads. 3. Run; a redirect is kept as the effect.
    What answers with a page has done nothing yet, or was refused: its mark is free again.
    """
    mark = await _mark(request)
    if mark is None:
        return await handler(request)
    if (before := await _before(request, mark)) is not None:
        raise see_other(before)
    led = None
    try:
        return await handler(request)
    except web.HTTPRedirection as redirect:
        led = None if redirect.cookies else redirect.headers["Location"]
        raise
    finally:
        async with pool_of(request).acquire() as conn:
            if led:
                await people_sql.keep_press(conn, mark, led)
            else:
                await people_sql.free_press(conn, mark)


async def _mark(request: web.Request) -> bytes | None:
    """What is the same when a form is pressed again: who, where, the mark of its page, its fields; None where it has no mark."""
    if request.content_type not in _FORMS:
        return None
    form = await form_of(request)
    mark = read_mark(str(form.get("csrf", "")))
    if not mark:
        return None
    user = request.get("user")
    whole = sha256()
    for part in (str(user.id if user is not None else 0), request.method, request.path, mark):
        whole.update(_sized(part.encode()))
    for name, value in form.items():
        if name != "csrf":
            whole.update(_sized(name.encode()) + _sized(_content(value)))
    return whole.digest()


def _content(value: Any) -> bytes:
    if isinstance(value, web.FileField):
        content = value.file.read()
        value.file.seek(0)
        return value.filename.encode() + content
    return value.encode() if isinstance(value, str) else bytes(value)


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(8) + part


async def _before(request: web.Request, mark: bytes) -> str | None:
    """Where the same press led before; None where this one is the first. Raises Illegal where the first does not end."""
    pool, now = pool_of(request), now_of(request)
    for _ in range(_TRIES):
        async with pool.acquire() as conn:
            if await people_sql.take_press(conn, mark, now, LEASE):
                return None
            led = await people_sql.pressed(conn, mark)
        if led is not None:
            return str(led)
        await asyncio.sleep(_PAUSE)
    raise Illegal("The same request is under way.")


async def sweep_presses(pool: Pool, services: Services, now: datetime) -> int:
    """Forget presses after 24 hours."""
    async with pool.acquire() as conn:
        return await people_sql.forget_presses(conn, now)
