"""Middleware of every request: an id and a log line, the language, errors as a page or as problem+json, security
headers.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import orjson
from aiohttp import web
from prometheus_client import Histogram

from hotline.base.db.connection import AWAY
from hotline.base.http.problem import Problem, Unknown
from hotline.base.http.refusals import keep_unread
from hotline.base.http.rendering import page, t
from hotline.base.http.requests import is_part, page_path, services_of
from hotline.base.i18n import LANGUAGES, current
from hotline.base.log import request_id

log = logging.getLogger("hotline.http")
REQUESTS = Histogram(
    "hotline_request_seconds",
    "Requests by route",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'"
)
#: Where Twilio's Voice SDK connects, on pages that carry it.
_TWILIO = "connect-src 'self' wss://*.twilio.com https://*.twilio.com"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
}


#: So long (seconds) a delivery of the carrier waits for the database, looking again after each pause.
_PATIENCE, _PAUSE = 9.0, 0.5
_SAID = {
    401: "Sign in first.",
    404: "There is no such page.",
    405: "This cannot be done here.",
}


def is_api(request: web.Request) -> bool:
    """Whether a program asks, or a script of a caller's page (below /call/): it wants JSON."""
    return request.path.startswith(("/api/", "/metrics", "/twilio/", "/call/"))


@web.middleware
async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Request id, log line and metrics; errors become problem+json or a page; security headers."""
    ident = secrets.token_hex(8)
    mark = request_id.set(ident)
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        request["language"] = chosen
    current.set(request.get("language") or "zh")
    if not is_api(request):
        keep_unread(request)
    began = time.perf_counter()
    status = 500
    try:
        response = await _caught(request, handler)
        status = response.status
        if not response.prepared:
            response.headers["X-Request-Id"] = ident
            if services_of(request).settings.rings_by_twilio:
                policy = CSP.replace("connect-src 'self'", _TWILIO)
                response.headers.setdefault("Content-Security-Policy", policy)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", _kept(request))
        return response
    finally:
        took = time.perf_counter() - began
        resource = request.match_info.route.resource
        where = resource.canonical if resource is not None else "unknown"
        REQUESTS.labels(request.method, where, str(status)).observe(took)
        log.info(
            "request",
            extra={"method": request.method, "path": where, "status": status, "ms": round(took * 1000)},
        )
        request_id.reset(mark)


def _kept(request: web.Request) -> str:
    """How long a browser keeps what it was answered: a page never; a static file whose address has its digest for good.

    Another static file (a script that a script imports) is asked for again each time, and not sent where it is the same.
    """
    if not request.path.startswith("/static/"):
        return "no-store"
    return "max-age=31536000, immutable" if "v" in request.query else "no-cache"


async def _caught(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The answer of a handler; what it raises becomes a problem for programs, or a page for people."""
    try:
        if "\x00" in request.path:  # no name of ours holds it, and no database takes it
            raise web.HTTPNotFound
        return await (_patiently if request.path.startswith("/twilio/") else _at_once)(request, handler)
    except web.HTTPRedirection as redirect:
        return _as_response(redirect)
    except web.HTTPException as error:
        if error.status >= 500:
            raise
        if error.status == 413:
            return problem(request, 413, t(request, "The file is larger than 10 MB."), "file")
        return problem(request, error.status, t(request, _SAID.get(error.status, error.reason)))
    except Unknown as error:
        if is_api(request) or is_part(request):
            return problem(request, 401, t(request, error.message, **error.params))
        return _as_response(web.HTTPSeeOther(f"/login?next={quote(page_path(request), safe='')}"))
    except Problem as error:
        return problem(request, error.status, t(request, error.message, **error.params), error.field)
    except AWAY:
        log.exception("the database or a service is out of reach")
        return problem(
            request,
            503,
            t(request, "The service is briefly out of reach. Nothing was lost; please try again."),
        )
    except Exception:
        log.exception("unexpected")
        return problem(request, 500, t(request, "Something went wrong on our side. It was recorded; please try again."))


async def _at_once(request: web.Request, handler: Handler) -> web.StreamResponse:
    return await handler(request)


async def _patiently(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Retry a carrier's webhook while the database is briefly out of reach, within the 15 s that the carrier waits. A
    retry has no second effect, because each delivery has its id (architecture.md, rule 6).
    """
    until, waits = time.monotonic() + _PATIENCE, False
    while True:
        try:
            return await handler(request)
        except AWAY as error:
            if time.monotonic() > until:
                raise
            if not waits:
                log.warning("the database is out of reach, a delivery waits: %s", error)
            waits = True
        await asyncio.sleep(_PAUSE)


def _as_response(redirect: web.HTTPException) -> web.Response:
    response = web.Response(status=redirect.status, headers={"Location": redirect.headers["Location"]})
    response.cookies.update(redirect.cookies)
    return response


def problem(request: web.Request, status: int, said: str, field: str | None = None) -> web.Response:
    """An error: problem+json for programs, a readable page (or a part of one, for htmx) for people."""
    if is_api(request):
        body: dict[str, object] = {"type": "about:blank", "title": said, "status": status, "detail": said}
        if field is not None:
            body["field"] = field
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return web.Response(
            body=orjson.dumps(body), status=status, content_type="application/problem+json", headers=headers
        )
    template = "part/problem.html" if request.headers.get("HX-Request") else "problem.html"
    return page(request, template, status=status, said=said, code=status, field=field)
