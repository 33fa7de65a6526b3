"""Authentication and authorization: a browser's server-side session or a program's token, and the roles of the route
(architecture.md, rule 8).
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from aiohttp import web
from aiohttp_session import AbstractStorage, Session, new_session
from aiohttp_session import get_session as session_of

from hotline.base.db.connection import AWAY
from hotline.base.http.middleware import is_api
from hotline.base.http.problem import Forbidden, Unknown
from hotline.base.http.requests import FORM, check_open_body, now_of, pool_of, see_other, services_of
from hotline.base.http.route import Handler, Route
from hotline.base.i18n import current, offices
from hotline.people import people_sql
from hotline.people.idempotency import once
from hotline.people.presses import one_effect
from hotline.people.store import as_user
from hotline.people.user import User

COOKIE = "hotline"
#: A session ends so long after it began, whatever is done in it: the longest shift.
_LASTS = timedelta(hours=12)
_TOUCH = timedelta(minutes=5)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: What one may do before a password that was given is changed.
_WITH_GIVEN = frozenset({"/me", "/me/password", "/logout", "/language/{language}", "/help", "/help/{role}", "/live"})
#: What somebody without an account may send.
_OPEN = frozenset({FORM, "application/json"})


def token_hash(token: str) -> bytes:
    """How a random token is stored; it is long enough that no salt is needed."""
    return sha256(token.encode()).digest()


class Storage(AbstractStorage):
    """Sessions as rows, revocable; the browser holds a random token, the database its hash."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__(
            cookie_name=COOKIE,
            httponly=True,
            samesite="Lax",
            secure=secure,
            max_age=int(_LASTS.total_seconds()),
        )

    async def load_session(self, request: web.Request) -> Session:
        token = self.load_cookie(request)
        if not token:
            return Session(None, data=None, new=True, max_age=self.max_age)
        now = now_of(request)
        async with pool_of(request).acquire() as conn:
            row = await people_sql.session(conn, token_hash(token), now)
            if row is None:
                return Session(None, data=None, new=True, max_age=self.max_age)
            if now - row.seen_at > _TOUCH:
                await people_sql.touch_session(conn, token_hash(token), now)
        request["session_user"] = as_user(row)
        request["password_given"] = row.password_temporary and row.password_hash is not None
        return Session(token, data={"session": {"user": row.id}}, new=False, max_age=self.max_age)

    async def save_session(self, request: web.Request, response: web.StreamResponse, session: Session) -> None:
        """Sign-in and sign-out write the rows themselves; here only the cookie follows."""
        token = str(session.identity or "")
        if session.empty or not token:
            self.save_cookie(response, "")
        else:
            self.save_cookie(response, token, max_age=self.max_age)


async def sign_in(request: web.Request, user: User) -> None:
    """Begin a session: a new token each time, so that none can be planted."""
    session = await new_session(request)
    token = secrets.token_urlsafe(32)
    now = now_of(request)
    agent = request.headers.get("User-Agent", "")[:200]
    async with pool_of(request).acquire() as conn:
        seen = {"address": request.remote or ""}
        await people_sql.insert_session(conn, token_hash(token), user.id, seen, now, now + _LASTS, agent)
    session.set_new_identity(token)
    session["user"] = user.id


async def sign_out(request: web.Request) -> None:
    """End the session in the database and in the browser."""
    session = await session_of(request)
    if session.identity:
        async with pool_of(request).acquire() as conn:
            await people_sql.end_session(conn, token_hash(str(session.identity)), now_of(request))
    session.invalidate()


def csrf_of(request: web.Request, token: str) -> str:
    """What forms of this session carry."""
    return hmac.digest(services_of(request).keys.cookie, token.encode(), "sha256").hex()[:32]


async def identify(request: web.Request) -> User | None:
    """The user by Bearer token or session, or nobody. Sets `token_id`, `csrf` and the language on the request."""
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unknown("Send the token as: Authorization: Bearer TOKEN")
        async with pool_of(request).acquire() as conn:
            row = await people_sql.token(conn, token_hash(token.strip()), now_of(request))
        if row is None:
            raise Unknown("This token is not known or was ended.")
        request["token_id"] = row.token_id
        request["reads_only"] = row.scope == "read"
        return await _known(request, as_user(row))
    session = await session_of(request)
    if session.identity and "session_user" in request:
        request["csrf"] = csrf_of(request, str(session.identity))
        return await _known(request, request["session_user"])
    return None


async def _known(request: web.Request, user: User) -> User:
    request["user"] = user
    request.setdefault("language", user.language)  # the cookie's choice goes first
    current.set(request["language"])
    if request["language"] == "en" and not is_api(request):
        async with pool_of(request).acquire() as conn:
            offices.set({row.name: row.name_en for row in await people_sql.english_offices(conn)})
    return user


async def still_signed_in(request: web.Request) -> bool:
    """Whether the session or token of a request that goes on holds still; what cannot be asked now is asked again."""
    header, now = request.headers.get("Authorization", ""), services_of(request).clock.now()
    try:
        async with pool_of(request).acquire() as conn:
            if header:
                return await people_sql.token(conn, token_hash(header.partition(" ")[2].strip()), now) is not None
            return await people_sql.session(conn, token_hash(request.cookies.get(COOKIE, "")), now) is not None
    except AWAY:
        return True


def user_of(request: web.Request) -> User:
    """The signed-in user of a route that has roles."""
    return request["user"]  # type: ignore[no-any-return]


async def _check_origin(request: web.Request) -> None:
    """A form of another site is refused: by its token where there is a session, by its origin anyhow."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site and site not in {"same-origin", "none"}:
        raise Forbidden("This form came from another site.")
    if "csrf" not in request:
        return
    given = request.headers.get("X-CSRF-Token", "")
    if not given and request.content_type != "application/json":
        request["form_read"] = True
        given = str((await request.post()).get("csrf", ""))
    if not hmac.compare_digest(given.partition(".")[0].encode(), request["csrf"].encode()):
        raise Forbidden("This form is stale: reload the page and try again.")


def guarded(route: Route) -> Handler:
    """The route's handler behind its checks.

    1. Is it a body that somebody without an account may send? 2. Who is it? 3. May the role come here? 4. Is a change
    really wanted (CSRF)? 5. Was it made before
    (Idempotency-Key; the mark of a form)?
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        if route.roles is None and request.method in _WRITES and not _by_signature(request):
            check_open_body(request, _OPEN)
        user = await identify(request) if route.roles is not None or not _by_signature(request) else None
        if route.roles is not None:
            if user is None:
                raise Unknown("Sign in first.")
            if user.role.value not in route.roles:
                raise Forbidden("This is for %(roles)s.", roles=sorted(route.roles))
            _check_given(request, route)
        if request.method in _WRITES and not _by_signature(request):
            if request.get("reads_only"):
                raise Forbidden("This token reads and changes nothing.")
            if "token_id" in request:
                return await once(request, route.handler)
            await _check_origin(request)
            if (user is not None and not is_api(request)) or request.path.startswith("/track"):
                return await one_effect(request, route.handler)
        return await route.handler(request)

    return handle


def _check_given(request: web.Request, route: Route) -> None:
    """Who signed in with a password that was given changes it before anything else. Raises Forbidden, or leads there."""
    if not request.get("password_given") or route.path in _WITH_GIVEN:
        return
    if request.method == "GET" and "HX-Request" not in request.headers:
        raise see_other("/me")
    raise Forbidden("Your password was given to you: please change it now.")


def _by_signature(request: web.Request) -> bool:
    return request.path.startswith("/twilio/")
