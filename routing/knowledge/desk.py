"""Notice sheets at the desk, while somebody speaks: found as one types, picked with a key, missed with another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints

from hotline.base.http.fields import checked
from hotline.base.http.rendering import fragment
from hotline.base.http.requests import form_of, now_of, pool_of, services_of
from hotline.base.http.route import Route
from hotline.base.services import Services
from hotline.people.roles import CENTRE
from routing.knowledge import search
from routing.knowledge.cited import Essentials
from routing.knowledge.search import FoundSheet
from routing.knowledge.sheets import today

#: So many are shown while somebody speaks.
_SHOWN = 8


class TypedWords(BaseModel):
    """What is typed into a box: none of it stands in an address."""

    model_config = ConfigDict(extra="ignore")
    words: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""


@dataclass(frozen=True, slots=True)
class SheetOption:
    """A sheet to be picked, and the answer that it makes."""

    found: FoundSheet
    answer: str


async def typed(request: web.Request) -> str:
    """The words of the box."""
    form = await form_of(request)
    return checked(TypedWords, {k: v for k, v in form.items() if v}).words


def options(services: Services, rows: Sequence[FoundSheet]) -> Sequence[SheetOption]:
    """What was found, with its essentials in the language of the centre: the person who asked reads them."""
    return [SheetOption(one, Essentials(services.texts, one.row).named(services.settings.language)) for one in rows]


async def found_at_desk(request: web.Request) -> web.StreamResponse:
    """The best sheets for what is typed, as a list to pick from."""
    words, services = await typed(request), services_of(request)
    async with pool_of(request).acquire() as conn:
        rows = await search.find(conn, words, today(services, now_of(request)), _SHOWN)
    return fragment(request, "knowledge/options.html", options=options(services, rows), words=words)


async def said_missing(request: web.Request, made: Mapping[str, object]) -> web.StreamResponse:
    """What the desk reads once it said that a sheet is missing."""
    return fragment(request, "knowledge/missed.html")


ROUTES = (
    Route(
        method="POST",
        path="/operator/sheets",
        handler=found_at_desk,
        summary="Notice sheets while one types",
        roles=CENTRE,
    ),
)
