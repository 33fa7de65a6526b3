"""The pages of /track: one thing a page, large type, without JavaScript."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.base.http.problem import BadField, Illegal, Problem, TooMany
from hotline.base.http.rendering import language_of, page, t
from hotline.base.http.requests import form_of, now_of, pool_of, read_body, see_other, services_of
from hotline.base.http.route import Route
from hotline.base.text.search_keys import folded
from hotline.contacts import tracking
from hotline.pages.track.entry import COOKIE, let_in, number_of, source_of
from hotline.pages.track.story import story_of
from hotline.ticket import Ticket
from hotline.tickets import store, tickets_sql

#: What look_up's refusals say on the page; the same for an unknown number and a wrong code.
_REFUSED = {
    "unknown_query": (404, "Nothing found. Please check the number and the 4-digit code."),
    "too_many_queries": (429, "Too many tries. Please wait an hour, or call us."),
}


class TrackForm(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class AdditionForm(TrackForm):
    """What the person adds."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Rating(TrackForm):
    """1 (very dissatisfied) to 5 (very satisfied)."""

    score: int = Field(ge=1, le=5)


def _digits(value: object) -> str:
    return "".join(c for c in folded(str(value)) if c.isalnum())[:20]


async def start(request: web.Request) -> web.StreamResponse:
    """The form; or, for a short while after number and code were given, the ticket."""
    number = number_of(request)
    if number is not None and "new" not in request.query and "number" not in request.query:
        async with pool_of(request).acquire() as conn:
            row = await tickets_sql.ticket(conn, number)
        if row is not None:
            return await _shown(request, store.as_ticket(row))
    return _form(request, _digits(request.query.get("number", "")))


def _form(request: web.Request, number: str, said: str = "", field: str = "", status: int = 200) -> web.Response:
    return page(request, "track/start.html", status=status, number=number, said=said, field=field)


async def ask(request: web.Request) -> web.StreamResponse:
    """Check number and code. A malformed one is reported as such and does not count as a try."""
    form = await form_of(request)
    number, code = _digits(form.get("number", "")), _digits(form.get("code", ""))
    if not (number.isdigit() and len(number) >= 6):
        return _form(request, number, t(request, "Enter the number of your matter, 9 digits or more."), "number", 422)
    if not (code.isdigit() and len(code) == 4):
        return _form(request, number, t(request, "Enter the 4-digit code that came with the number."), "code", 422)
    async with pool_of(request).acquire() as conn, conn.transaction():
        found = await tracking.look(conn, services_of(request), number, code, source_of(request), now_of(request))
    if isinstance(found, str):
        status, said = _REFUSED[found]
        return _form(request, number, t(request, said), "number", status)
    response = await _shown(request, found)
    let_in(request, response, found.number)
    return response


async def _shown(request: web.Request, ticket: Ticket) -> web.Response:
    services, now = services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn:
        story = await story_of(conn, services, ticket, language_of(request), now)
    return page(
        request,
        "track/ticket.html",
        story=story,
        done=request.query.get("done", ""),
        other=_digits(request.query.get("other", "")),
    )


async def _mine(request: web.Request) -> Ticket:
    """The ticket of this browser's pass. Raises a way back to the form."""
    number = number_of(request)
    if number is None:
        raise see_other("/track")
    async with pool_of(request).acquire() as conn:
        return await store.get(conn, number)


async def _again(request: web.Request, template: str, ticket: Ticket, error: Problem) -> web.Response:
    """The same page with what is wrong; what was typed stays."""
    form = await form_of(request)
    said = t(request, error.message, **error.params)
    return page(request, template, status=error.status, number=ticket.number, said=said, **_typed(form))


def _typed(form: Any) -> dict[str, str]:
    return {"text": str(form.get("text", "")), "score": str(form.get("score", ""))}


def _blank(template: str) -> Any:
    async def show(request: web.Request) -> web.StreamResponse:
        ticket = await _mine(request)
        async with pool_of(request).acquire() as conn:
            callable_ = await tracking.can_be_called(conn, services_of(request), ticket)
        return page(request, template, number=ticket.number, said="", text="", score="", can_call=callable_)

    return show


async def add(request: web.Request) -> web.StreamResponse:
    """Words to the ticket; to a closed one, a new ticket that continues it."""
    ticket, services, now = await _mine(request), services_of(request), now_of(request)
    try:
        body = await read_body(request, AdditionForm)
        async with pool_of(request).acquire() as conn, conn.transaction():
            number = await tracking.add_words(conn, services, ticket, body.text, now)
    except BadField:
        return await _again(
            request,
            "track/add.html",
            ticket,
            BadField("Write what you want to add, at most 2,000 characters."),
        )
    except TooMany as error:
        return await _again(request, "track/add.html", ticket, error)
    raise see_other("/track?done=added" if number == ticket.number else f"/track?done=opened&other={number}")


async def rate(request: web.Request) -> web.StreamResponse:
    ticket, services, now = await _mine(request), services_of(request), now_of(request)
    try:
        body = await read_body(request, Rating)
        async with pool_of(request).acquire() as conn, conn.transaction():
            await tracking.rate(conn, services, ticket, body.score, now)
    except BadField:
        return await _again(request, "track/rate.html", ticket, BadField("Choose one of the five."))
    except Illegal as error:
        return await _again(request, "track/rate.html", ticket, error)
    raise see_other("/track?done=rated")


async def call(request: web.Request) -> web.StreamResponse:
    """The person wants to be called."""
    ticket, services, now = await _mine(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        await tracking.ask_for_call(conn, services, ticket, now)
    raise see_other("/track?done=call")


async def leave(request: web.Request) -> web.StreamResponse:
    """Nobody after them sees it on this phone."""
    response = web.Response(status=303, headers={"Location": "/track?new=1"})
    response.del_cookie(COOKIE, path="/track")
    return response


_RULE = "number and code, given in this browser within half an hour"
_TABLE = [
    ("GET", "/track", start, "How one's matter stands", "everybody"),
    (
        "POST",
        "/track",
        ask,
        "Ask with number and code",
        "five wrong tries an hour a ticket, twenty a source",
    ),
    ("GET", "/track/add", _blank("track/add.html"), "Add to one's matter", _RULE),
    ("POST", "/track/add", add, "Add to one's matter", _RULE),
    ("GET", "/track/rate", _blank("track/rate.html"), "Rate how it was handled", _RULE),
    ("POST", "/track/rate", rate, "Rate how it was handled", _RULE),
    ("GET", "/track/help", _blank("track/help.html"), "Ask for help", _RULE),
    ("POST", "/track/help", call, "Ask for a call", _RULE),
    ("POST", "/track/leave", leave, "Forget the number in this browser", _RULE),
]
ROUTES = tuple(
    Route(method=method, path=path, handler=handler, summary=summary, roles=None, rule=rule)
    for method, path, handler, summary, rule in _TABLE
)
