"""Reconciliation over HTTP and at the command line: which days were compared with the carrier, what differed, and what was made of it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page
from hotline.base.http.requests import answer, now_of, pool_of, read_int, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.base.provider import Refused, Uncertain, Unreachable
from hotline.people.actions import Action, ActionContext, Fields, action_routes
from hotline.people.roles import MANAGERS
from hotline.telephony import reconciliation_sql
from hotline.telephony.reconciliation import ask, compare


class ReconciliationBody(Fields):
    """The day that is compared with the carrier's lists."""

    day: date


class ReconciliationsQuery(BaseModel):
    """Paging by id, the newest first."""

    model_config = ConfigDict(extra="ignore")
    cursor: int | None = Field(None, ge=1, le=2**53)
    limit: int = Field(50, ge=1, le=500)


class ReconciliationItem(BaseModel):
    """A day's comparison. `asked_by`: null for the daily one; `calls`, `messages`: how many the carrier has; null while it waits. Times UTC."""

    id: int
    day: date
    asked_at: datetime
    asked_by: str | None
    done_at: datetime | None
    calls: int | None
    messages: int | None
    differences: int
    failed: str | None


class ReconciliationList(BaseModel):
    """Comparisons; `next_cursor` asks for the next page and is None on the last."""

    items: list[ReconciliationItem]
    next_cursor: str | None


class DifferenceItem(BaseModel):
    """What differed. `what`: `unknown_here` (we never saw it), `unknown_there`, `receipt` (what became of it was never said); what was made of it."""

    kind: str
    direction: str
    sid: str
    what: str
    at: datetime | None
    contact: int | None
    call_back: int | None
    called_at: datetime | None
    ticket: str | None


class ReconciliationAnswer(ReconciliationItem):
    """A comparison with its differences (a thousand at most)."""

    items: list[DifferenceItem]


class ReconciliationAsked(BaseModel):
    """The comparison that was asked for; it is done within seconds."""

    reconciliation: int
    day: date


async def _listed(conn: Conn, asked: ReconciliationsQuery) -> dict[str, Any]:
    rows = await reconciliation_sql.reconciliations(conn, asked.cursor, asked.limit + 1)
    more = str(rows[asked.limit - 1].id) if len(rows) > asked.limit else None
    return {"items": [_item(row) for row in rows[: asked.limit]], "next_cursor": more}


def _item(row: reconciliation_sql.ReconciliationsRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ReconciliationItem.model_fields}


async def _detail(conn: Conn, request: web.Request) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The comparison that the address names, and its differences. Raises Missing."""
    ident = read_int(request.match_info.get("item", ""))
    row = await reconciliation_sql.reconciliation(conn, ident) if ident is not None else None
    if row is None:
        raise Missing("There is no comparison %(item)s.", item=ident or "")
    found = await reconciliation_sql.differences(conn, row.id)
    return _item(row), [_difference(one) for one in found]


def _difference(row: reconciliation_sql.DifferencesRow) -> dict[str, Any]:
    names = {"contact": "contact_id"}
    return {name: getattr(row, names.get(name, name)) for name in DifferenceItem.model_fields}


async def get_reconciliations(request: web.Request) -> web.StreamResponse:
    """The comparisons, for programs."""
    asked = read_query(request, ReconciliationsQuery)
    async with pool_of(request).acquire() as conn:
        found = await _listed(conn, asked)
    return answer(request, found)


async def get_reconciliation(request: web.Request) -> web.StreamResponse:
    """One comparison, for programs."""
    async with pool_of(request).acquire() as conn:
        made, differences = await _detail(conn, request)
    return answer(request, made | {"items": differences})


async def show_reconciliations(request: web.Request) -> web.StreamResponse:
    """The comparisons, and the form that asks for a day."""
    asked = read_query(request, ReconciliationsQuery)
    today = now_of(request).astimezone(services_of(request).settings.zone).date()
    async with pool_of(request).acquire() as conn:
        found = await _listed(conn, asked)
    return page(request, "telephony/reconciliations.html", yesterday=today - timedelta(days=1), today=today, **found)


async def show_reconciliation(request: web.Request) -> web.StreamResponse:
    """One comparison with its differences."""
    async with pool_of(request).acquire() as conn:
        made, differences = await _detail(conn, request)
    return page(request, "telephony/reconciliation.html", r=made, differences=differences)


async def _ask(context: ActionContext, body: ReconciliationBody) -> Mapping[str, object]:
    made = await ask(context.conn, context.services, body.day, int(context.user.id), context.now)
    return {"reconciliation": made, "day": body.day}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", type=_day, help="YYYY-MM-DD; yesterday where it is left out")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"not a day like 2026-03-04: {text!r}") from error


async def reconcile(args: Namespace, runtime: Runtime) -> int:
    """Compare a day now and say what differed."""
    services, now = runtime.services, runtime.services.clock.now()
    day = args.day or now.astimezone(services.settings.zone).date() - timedelta(days=1)
    async with runtime.pool.acquire() as conn, conn.transaction():
        made = await ask(conn, services, day, None, now)
    try:
        await compare(runtime.pool, services, made, day, now)
    except (Refused, Unreachable, Uncertain) as error:
        raise CommandError(f"the carrier did not give its lists: {error}") from error
    async with runtime.pool.acquire() as conn:
        row = await reconciliation_sql.reconciliation(conn, made)
        found = await reconciliation_sql.differences(conn, made)
    assert row is not None
    sys.stdout.write(f"{day}: {row.calls} calls, {row.messages} messages at the carrier; {len(found)} differences\n")
    for one in found:
        sys.stdout.write(f"{one.kind} {one.direction} {one.what} {one.sid}\n")
    return 0


COMMANDS = (Command("reconcile", "compare the carrier's calls and messages of a day with ours", _arguments, reconcile),)
ACTIONS = (
    Action(
        path="reconciliations",
        page="/centre/reconciliations",
        back="/centre/reconciliations",
        summary="Compare a day with the carrier's lists",
        roles=MANAGERS,
        rule="all",
        body=ReconciliationBody,
        perform=_ask,
        answer=ReconciliationAsked,
        tag="calls",
    ),
)
_API = {"roles": MANAGERS, "rule": "all", "tag": "calls"}
ROUTES = (
    Route(
        method="GET",
        path="/api/v1/reconciliations",
        handler=get_reconciliations,
        summary="Days that were compared with the carrier",
        query=ReconciliationsQuery,
        answer=ReconciliationList,
        **_API,  # type: ignore[arg-type]
    ),
    Route(
        method="GET",
        path="/api/v1/reconciliations/{item}",
        handler=get_reconciliation,
        summary="What differed on a day",
        answer=ReconciliationAnswer,
        **_API,  # type: ignore[arg-type]
    ),
    Route(
        method="GET",
        path="/centre/reconciliations",
        handler=show_reconciliations,
        summary="Reconciliation",
        roles=MANAGERS,
        rule="all",
    ),
    Route(
        method="GET",
        path="/centre/reconciliations/{item}",
        handler=show_reconciliation,
        summary="Differences of a day",
        roles=MANAGERS,
        rule="all",
    ),
    *action_routes(ACTIONS),
)
MENU = (Entry(path="/centre/reconciliations", title="Reconciliation", roles=MANAGERS, rare=MANAGERS),)
