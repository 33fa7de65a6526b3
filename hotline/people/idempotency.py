"""A POST under an Idempotency-Key has one effect (contract.md): per token, method and path, for 24 hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web

from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal
from hotline.base.http.requests import form_of, now_of, pool_of
from hotline.base.http.route import Handler
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.user import User

#: So long a request may be under way; then it is taken for crashed, and its key is free.
LEASE = timedelta(minutes=2)


async def once(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Run the handler, or give the answer kept under the request's key.

    1. Take the key. 2. Taken before: the same body gets the kept answer, another one 422. 3. Run; keep what was
    answered; where it failed on our side, or was refused, the key is free again. Where the program died on the way it is
    free after the lease; whatever had been committed by then has its effect, and no answer.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key or request.method != "POST":
        return await handler(request)
    if len(key) > 200:
        raise BadField("An Idempotency-Key has at most 200 characters.", field="Idempotency-Key")
    name = (request["token_id"], request.method, request.path, key)
    digest = await _digest(request)
    async with pool_of(request).acquire() as conn:
        if not await people_sql.take_key(conn, *name, digest, now_of(request), LEASE):
            return _kept(await people_sql.kept_answer(conn, *name), digest)
    kept = False
    try:
        response = await handler(request)
        if isinstance(response, web.Response) and response.status < 500 and isinstance(response.body, bytes):
            async with pool_of(request).acquire() as conn:
                await people_sql.keep_answer(conn, *name, response.status, response.body.decode())
            kept = True
        return response
    finally:
        if not kept:
            async with pool_of(request).acquire() as conn:
                await people_sql.free_key(conn, *name)


async def _digest(request: web.Request) -> bytes:
    """Of the body; of a multipart form its parts, for a program may draw another boundary when it tries again."""
    if not request.content_type.startswith("multipart/"):
        return sha256(await request.read()).digest()
    whole = sha256()
    for name, value in (await form_of(request)).items():
        parts = [name.encode()]
        if isinstance(value, web.FileField):
            parts += [value.filename.encode(), value.file.read()]
            value.file.seek(0)
        else:
            parts.append(value.encode() if isinstance(value, str) else bytes(value))
        whole.update(b"".join(len(part).to_bytes(8) + part for part in parts))
    request["form_read"] = True
    return whole.digest()


def _kept(row: people_sql.KeptAnswerRow | None, digest: bytes) -> web.Response:
    if row is not None and row.body_hash != digest:
        raise BadField("This Idempotency-Key was used with another body.", field="Idempotency-Key")
    if row is None or row.status is None:
        raise Illegal("The same request is under way.")
    headers = {"Idempotent-Replay": "true"}
    return web.Response(text=row.answer, status=row.status, content_type="application/json", headers=headers)


async def sweep_keys(pool: Pool, services: Services, now: datetime) -> int:
    """Forget keys after 24 hours."""
    async with pool.acquire() as conn:
        return await people_sql.forget_keys(conn, now)


async def taken_before(conn: Conn, user: User, mark: str, now: datetime) -> bool:
    """Whether this user's form with this mark was taken already; if not, it is taken with the caller's transaction.

    A second press at the same moment waits for the first: it is taken again only where the first failed.
    """
    return bool(mark) and await people_sql.take_form(conn, user.id, mark[:64], now) is None


async def sweep_forms(pool: Pool, services: Services, now: datetime) -> int:
    """Forget forms after 24 hours."""
    async with pool.acquire() as conn:
        return await people_sql.forget_forms(conn, now)
