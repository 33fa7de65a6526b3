"""Reading a request and answering it: fields checked by pydantic, the clock read once."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web
from multidict import MultiDict, MultiDictProxy
from pydantic import BaseModel
from yarl import URL

from hotline.base.db.connection import Pool
from hotline.base.http.fields import Model, checked, is_out_of_range, without_nul
from hotline.base.http.problem import BadField, TooLarge, WrongType
from hotline.base.http.route import POOL, SERVICES
from hotline.base.services import Services
from hotline.base.text import department_masking
from hotline.base.text.characters import clean
from hotline.base.text.nested import each_text

_NOW = "now"
#: Fields that a page adds to its forms: the session's token, where to go then, the mark that makes a press count once.
OF_THE_PAGE = frozenset({"csrf", "next", "once"})
#: A longer address, quoted twice, would not fit into a header.
_LONGEST = 500
MAX_BODY = 12 * 1024**2
#: The longest body from somebody without an account, in bytes: 1,600 Chinese characters and ten pictures' addresses are 20,000.
MAX_OPEN_BODY = 64 * 1024
FORM = "application/x-www-form-urlencoded"


def form_marks(token: str) -> str:
    """What the forms of one page carry: the session's token (none: empty), and the mark of this page."""
    return f"{token}.{secrets.token_hex(8)}"


def read_mark(field: str) -> str:
    """The mark of the page in such a field, or an empty text."""
    return field.partition(".")[2][:64]


def services_of(request: web.Request) -> Services:
    return request.app[SERVICES]


def pool_of(request: web.Request) -> Pool:
    return request.app[POOL]


def now_of(request: web.Request) -> datetime:
    """The moment of this request, UTC; the clock is read once."""
    if _NOW not in request:
        request[_NOW] = services_of(request).clock.now()
    return request[_NOW]  # type: ignore[no-any-return]


def check_open_body(request: web.Request, kinds: frozenset[str]) -> None:
    """Refuse by the head alone what somebody without an account may not send; nothing of the body is read.

    Raises WrongType, or TooLarge where it is longer than MAX_OPEN_BODY or does not say how long it is.
    """
    if not request.can_read_body:
        return
    if request.content_type not in kinds:
        raise WrongType("The body is not a form.", field="body")
    if request.content_length is None or request.content_length > MAX_OPEN_BODY:
        raise TooLarge("The body is too long.", field="body")


async def form_of(request: web.Request) -> MultiDictProxy[str | bytes | bytearray | web.FileField]:
    """The form of the request, read once. Raises BadField where the body is no form, or a field holds a NUL."""
    request["form_read"] = True
    try:
        form = await request.post()
    except ValueError as error:  # as multipart without its boundary
        raise BadField("The body is not a form.", field="body") from error
    without_nul(form)
    return MultiDictProxy(MultiDict((k, clean(v) if isinstance(v, str) else v) for k, v in form.items()))


async def fields(request: web.Request) -> dict[str, Any]:
    """The fields of a JSON object or a form, as they came; what is the page's own is left out."""
    if request.content_type == "application/json":
        raw = await request.read()
        try:
            found = orjson.loads(raw or b"{}")
        except orjson.JSONDecodeError as error:
            raise BadField("The body is not JSON.", field="body") from error
        if not isinstance(found, dict):
            raise BadField("The body is not a JSON object.", field="body")
        without_nul(found)
        return dict(each_text(found, clean))
    form = await form_of(request)
    found = {}
    for key in form:
        values = form.getall(key)
        found[key] = values if len(values) > 1 else values[0]
    return {k: v for k, v in found.items() if k not in OF_THE_PAGE and v != ""}


async def read_body(request: web.Request, model: type[Model]) -> Model:
    """The body (JSON or form) as a model. Raises BadField naming the field."""
    return checked(model, await fields(request))


def read_query(request: web.Request, model: type[Model]) -> Model:
    """The query string as a model; blank values count as left out. Raises BadField naming the field."""
    without_nul(request.query)
    return checked(model, {k: clean(v) for k, v in request.query.items() if v != ""})


def read_int(text: str, digits: int = 17) -> int | None:
    """The number that a path or a query names, of at most so many digits (9 for an int, 17 for a bigint column); or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def read_cursor(text: str, digits: int = 17) -> int | None:
    """Where the next page begins; None for the first one. Raises BadField."""
    found = read_int(text, digits)
    if text and found is None:
        raise BadField("This cursor is not one of ours.", field="cursor")
    return found


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


def answer(request: web.Request, value: object, status: int = 200, *, public: bool = False) -> web.Response:
    """JSON; times in the office zone with their offset. `public`: it tells of no person, and departments read it as it is."""
    zone = services_of(request).settings.zone

    def local(item: object) -> object:
        if isinstance(item, datetime):
            return item.astimezone(zone).isoformat()
        if isinstance(item, date):
            return item.isoformat()
        if isinstance(item, BaseModel):
            return local(item.model_dump())
        if isinstance(item, dict):
            return {str(k): local(v) for k, v in item.items()}
        if isinstance(item, (list, tuple)):
            return [local(v) for v in item]
        return item

    plain = local(value)
    if not public and department_masking.of_department(request.get("user")):
        plain = department_masking.for_department(plain)
    body = orjson.dumps(plain, default=_plain)
    return web.Response(body=body, status=status, content_type="application/json")


def read_moment(zone: ZoneInfo, text: str, *, field: str) -> datetime:
    """An ISO 8601 time between the years 2000 and 2200; without an offset it is local. Raises BadField."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text and " " in text else text)
    except ValueError as error:
        raise BadField("%(text)s is not a time (ISO 8601).", field=field, text=text) from error
    return within_calendars(found, zone, field=field)


def within_calendars(found: datetime, zone: ZoneInfo, *, field: str) -> datetime:
    """The time, local where it has no offset. Raises BadField where no calendar reaches."""
    if is_out_of_range(found):
        raise BadField("%(text)s lies too far away.", field=field, text=found.isoformat())
    return found if found.tzinfo else found.replace(tzinfo=zone)


def is_part(request: web.Request) -> bool:
    """Whether a page asks for a part of itself, or for its news."""
    return "HX-Request" in request.headers or "text/event-stream" in request.headers.get("Accept", "")


def page_path(request: web.Request) -> str:
    """The page where one is: the one asked for; with a form or a part of a page, the one that it stands on; or the first."""
    found = request.path_qs if request.method == "GET" and not is_part(request) else _stood_on(request)
    return found if len(found) <= _LONGEST else "/"


def _stood_on(request: web.Request) -> str:
    try:
        found = URL(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    return found.raw_path_qs if found.raw_authority == request.host else "/"


def see_other(path: str) -> web.HTTPSeeOther:
    """A redirect to raise after the transaction; only to paths of our own."""
    return web.HTTPSeeOther(path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/")
