"""Routes: who may call one, what it takes and what it answers (architecture.md, rule 8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel

from hotline.base.db.connection import Pool
from hotline.base.services import Services

SERVICES = web.AppKey("services", Services)
POOL: web.AppKey[Pool] = web.AppKey("pool")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table role × route × rule: it drives the checks, the documents and the tests.

    `roles`: who may come at all; None: no account is needed (citizens, provider, health). `rule` says which rows, in one
    sentence. `body`, `query`, `answer` are the shapes; `answer` and `status` describe the success; `media`: what is
    answered where that is not JSON; `limited`: too many tries are refused (429); `ranges`: a part may be asked for (206). `tag` groups the route in the documents;
    only paths below /api/v1 are documented there.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    roles: frozenset[str] | None
    rule: str = ""
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    media: tuple[str, ...] = ()
    limited: bool = False
    ranges: bool = False
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the page menu: English msgid, shown to these roles; to the `rare` ones of them under “More”."""

    path: str
    title: str
    roles: frozenset[str]
    rare: frozenset[str] = frozenset()
