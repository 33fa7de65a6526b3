"""Actions: what people do, each with one route for programs and one for pages, performed in one transaction.

A program sends the fields as JSON and gets JSON. A person sends them as a form and is led on; a form pressed twice has one effect, and a
form that was refused comes back filled, with the fault at its field. A ticket's moves are actions too (`hotline.moves.move`).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.http.problem import Missing, Problem, Unknown
from hotline.base.http.refusals import shown_again
from hotline.base.http.requests import answer, form_of, now_of, pool_of, read_int, see_other, services_of
from hotline.base.http.route import Handler, Route
from hotline.base.http.uploads import fields_for
from hotline.base.services import Services
from hotline.people.idempotency import taken_before
from hotline.people.sessions import user_of
from hotline.people.user import User

_PLACE = re.compile(r"\{(\w+)\}")


class Fields(BaseModel):
    """An action's fields: unknown ones are refused, texts are trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class NoFields(Fields):
    """An action without fields."""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What the code of an action gets, inside its transaction; `item`: the id in its path, `places`: everything that
    the path names, as text; `prepared`: what the action's `before` gave.
    """

    conn: Conn
    services: Services
    user: User
    now: datetime
    item: int | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    prepared: Any = None

    def named(self) -> int:
        """The id that the path names. Raises Missing where it names none."""
        if self.item is None:
            raise Missing("There is no %(item)s here.", item="")
        return self.item


#: What was done, as JSON; a Problem that is given back instead is raised after the transaction, whose rows stay.
Result = Mapping[str, object] | Problem
#: Where a person goes on, by who it is and what was done.
Back = Callable[[User, Mapping[str, object]], str]
#: A page that answers at once instead of leading on, as where a secret is shown this once.
Shown = Callable[[web.Request, Mapping[str, object]], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A declared action: who may perform it, its fields, the code that performs it, and the page that follows.

    `path`: for programs, below /api/v1/; `page`: for forms. Where one of them is empty there is no such route. `back`: where a person goes
    on, filled from the path and from what was done; a form's field `next` goes before it. `form_on`: the page that carries the form
    (absent: `back`), filled from the path and from what was typed. `digits`: of the id that the path names, as `item` or first; 0: it names none.
    `checks`: the fields are checked before the transaction; else the use case gets them as they came. `before`: slow work of the action
    (hashing), awaited while no connection is held. `answer`, `status`, `tag` and
    `limited` are the API's (`Route`).
    """

    summary: str
    roles: frozenset[str]
    perform: Callable[[ActionContext, Any], Awaitable[Result]]
    path: str = ""
    page: str = ""
    body: type[BaseModel] = NoFields
    rule: str = ""
    back: str | Back = "/"
    form_on: str = ""
    shown: Shown | None = None
    digits: int = 9
    checks: bool = True
    before: Callable[[], Awaitable[Any]] | None = None
    answer: type[BaseModel] | None = None
    status: int = 201
    tag: str = ""
    limited: bool = False


def action_routes(actions: Iterable[Action]) -> tuple[Route, ...]:
    """The routes of each action: for programs, then for pages."""
    return tuple(route for action in actions for route in (*_for_programs(action), *_for_pages(action)))


def _for_programs(action: Action) -> Iterable[Route]:
    if action.path:
        yield Route(
            method="POST",
            path=f"/api/v1/{action.path}",
            handler=_api(action),
            summary=action.summary,
            roles=action.roles,
            rule=action.rule,
            body=action.body,
            answer=action.answer,
            status=action.status,
            limited=action.limited,
            tag=action.tag,
        )


def _for_pages(action: Action) -> Iterable[Route]:
    if action.page:
        yield Route(
            method="POST",
            path=action.page,
            handler=_page(action),
            summary=action.summary,
            roles=action.roles,
            rule=action.rule,
        )


def _api(action: Action) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        made = await _made(request, action, await fields_for(request, action.body))
        return answer(request, made, action.status)

    return handle


def _page(action: Action) -> Handler:
    """The handler of the action's form: one effect for each press; a refused form comes back filled where it stood."""

    async def handle(request: web.Request) -> web.StreamResponse:
        values: dict[str, Any] = {}
        try:
            values = await fields_for(request, action.body)
            form = await form_of(request)
            made = await _made(request, action, values, mark=str(form.get("once", "")))
        except Unknown:
            raise
        except Problem as error:
            if request.headers.get("HX-Request"):  # a page that keeps its own form wants the words alone
                raise
            return await shown_again(request, error, values, _filled(_form_on(action), request.match_info, values))
        if action.shown is not None and made is not None:
            return await action.shown(request, made)
        raise see_other(str(form.get("next") or _after(request, action, made)))

    return handle


async def _made(
    request: web.Request, action: Action, values: Mapping[str, Any], *, mark: str = ""
) -> Mapping[str, object] | None:
    """Do it in one transaction; None where this very form was taken before (`mark`: of the form)."""
    body = checked(action.body, dict(values)) if action.checks else values
    user, now = user_of(request), now_of(request)
    item = _item(request, action.digits)
    prepared = await action.before() if action.before is not None else None
    async with pool_of(request).acquire() as conn, conn.transaction():
        if await taken_before(conn, user, mark, now):
            return None
        context = ActionContext(conn, services_of(request), user, now, item, dict(request.match_info), prepared)
        result = await action.perform(context, body)
    if isinstance(result, Problem):
        raise result
    return result


def _item(request: web.Request, digits: int) -> int | None:
    """The id in the path, if there is one. Raises Missing for what is no id."""
    places = request.match_info
    given = places.get("item", next(iter(places.values()), None)) if digits else None
    if given is None:
        return None
    if (found := read_int(given, digits)) is None:
        raise Missing("There is no %(item)s here.", item=given[:40])
    return found


def _after(request: web.Request, action: Action, made: Mapping[str, object] | None) -> str:
    """Where one goes on; where the form was taken before, to the page that carries it."""
    if made is None:
        return _filled(_form_on(action).partition("?")[0], request.match_info, {})
    if callable(action.back):
        return action.back(user_of(request), made)
    return _filled(action.back, request.match_info, made)


def _form_on(action: Action) -> str:
    return action.form_on or (action.back if isinstance(action.back, str) else "/")


def _filled(path: str, places: Mapping[str, str], values: Mapping[str, object]) -> str:
    """The path with its places filled; what is not known leaves its place empty."""
    known = {**values, **places}
    return _PLACE.sub(lambda found: quote(str(known.get(found[1], "")), safe=""), path)
