"""Bulk actions on a list of tickets: filing by the centre, export as a file by a manager (audited)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from hotline.api import ticket_view
from hotline.base.http.problem import Problem
from hotline.base.http.rendering import CATALOGUE, t
from hotline.base.http.requests import fields, form_of, now_of, pool_of, read_body, see_other, services_of
from hotline.base.http.route import Route
from hotline.base.i18n import current
from hotline.moves import follow_ups
from hotline.moves.move import perform
from hotline.pages.search import SearchQuery, address_of, show
from hotline.people.idempotency import taken_before
from hotline.people.roles import CENTRE, MANAGERS
from hotline.people.sessions import user_of
from hotline.people.store import audit
from hotline.tickets import listing
from hotline.tickets.filters import NarrowingQuery, every, wish_of
from hotline.tickets.sheet import MEDIA, Format, export_file

_FILE = next(move for move in follow_ups.MOVES if move.noun == "filings")
#: Rows of one file; a longer list is narrowed first.
MOST = 10_000
_HEAD = (
    "Ticket",
    "State",
    "Category",
    "Urgency",
    "Channel",
    "Received at",
    "Next due",
    "Words",
    "Where it is",
    "Department",
    "Owner",
)


def _several(value: object) -> object:
    """One checked box comes as a text, several as a list."""
    return [value] if isinstance(value, str) else value


class Together(BaseModel):
    """The tickets that were ticked."""

    model_config = ConfigDict(extra="ignore")
    numbers: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=20)]], BeforeValidator(_several)
    ] = Field(min_length=1, max_length=100)


class Export(NarrowingQuery):
    """The list that is taken out, and as what."""

    q: str = Field("", max_length=200)
    format: Format = "xlsx"


async def post_filings(request: web.Request) -> web.StreamResponse:
    """File each ticket that may be; the page says which were filed, and of each other one why not."""
    body, asked = await read_body(request, Together), SearchQuery(**_known(await fields(request)))
    user, services, now = user_of(request), services_of(request), now_of(request)
    mark = str((await form_of(request)).get("once", ""))
    async with pool_of(request).acquire() as conn, conn.transaction():
        if await taken_before(conn, user, mark, now):
            raise see_other(address_of(request, asked))
    filed, refused = list[str](), list[tuple[str, str]]()
    for number in dict.fromkeys(body.numbers):
        try:
            await perform(pool_of(request), services, _FILE, user, number, {}, now)
            filed.append(number)
        except Problem as error:
            refused.append((number, t(request, error.message, **error.params)))
    return await show(request, asked, filed=filed, refused=refused)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Of a form's fields those that narrow the list. Pure."""
    return {k: v for k, v in values.items() if k in SearchQuery.model_fields and isinstance(v, str)}


async def post_export(request: web.Request) -> web.StreamResponse:
    """The list as a file; who took how many by which filters stands in the audit. Words of confidential tickets are left out."""
    asked = await read_body(request, Export)
    user, services, now = user_of(request), services_of(request), now_of(request)
    async with pool_of(request).acquire() as conn, conn.transaction():
        wish = every(wish_of(asked, services, user, now, q=asked.q), MOST)
        found = await listing.find(conn, user, wish)
        codes = asked.model_dump(mode="json", exclude={"cursor", "q", "format"}, exclude_defaults=True)
        await audit(
            conn,
            user.actor,
            "tickets_exported",
            now,
            format=asked.format,
            tickets=len(found.rows),
            cut=found.next_cursor is not None,
            words=bool(asked.q),
            **codes,
        )
        shown = await ticket_view.brief_views(conn, user, found.rows)
    rows = [_row(request, one, row) for one, row in zip(shown, found.rows, strict=True)]
    head = [t(request, name) for name in _HEAD]
    if found.next_cursor is not None:
        rows.append([t(request, "Cut after %(n)s tickets: narrow the list.", n=MOST)])
    content = await asyncio.to_thread(export_file, asked.format, head, rows)
    name = f"tickets-{now.astimezone(services.settings.zone):%Y%m%d-%H%M}.{asked.format}"
    return web.Response(
        body=content,
        content_type=MEDIA[asked.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _row(request: web.Request, one: dict[str, Any], row: listing.ListedTicketRow) -> list[str]:
    word, language, zone = request.app[CATALOGUE].word, current.get(), services_of(request).settings.zone
    due = row.next_due_at
    return [
        one["number"],
        word(one["state"], language, "state"),
        word(one["category"], language, "category"),
        word(one["urgency"], language, "urgency"),
        word(one["channel"], language, "channel"),
        f"{one['received_at'].astimezone(zone):%Y-%m-%d %H:%M}",
        f"{due.astimezone(zone):%Y-%m-%d %H:%M}" if due else "",
        one["text"],
        one["place"],
        one["department_name"] or "",
        one["owner_name"],
    ]


ROUTES = (
    Route(
        method="POST",
        path="/tickets/filings",
        handler=post_filings,
        summary="File tickets together",
        roles=CENTRE,
        rule=_FILE.who.value,
    ),
    Route(
        method="POST",
        path="/tickets/exports",
        handler=post_export,
        summary="A list of tickets as a file",
        roles=MANAGERS,
        rule="all",
    ),
)
