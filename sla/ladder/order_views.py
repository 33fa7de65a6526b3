"""Supervise orders as a page and as a PDF to sign; the list of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from hotline.base.http.problem import Missing
from hotline.base.http.rendering import page, render
from hotline.base.http.requests import pool_of, read_cursor, read_query, services_of
from hotline.base.http.route import Entry, Route
from hotline.people.departments import line_of
from hotline.people.roles import AUDITORS, CENTRE, STAFF
from hotline.people.sessions import user_of
from hotline.people.user import User
from hotline.ticket import Category, Role
from hotline.tickets.partings import Parting, partings
from hotline.tickets.tipoffs.protection import is_hidden
from sla.ladder import orders_sql

_SHEET = Path(str(resources.files("hotline").joinpath("static/css/order.css")))
_PAGE = 50


class OrdersQuery(BaseModel):
    """Paging by key."""

    model_config = ConfigDict(extra="ignore")
    cursor: str = ""


def printed(html: str) -> bytes:
    """A document as PDF; it fetches nothing. Slow (a second): run it in a thread."""
    from weasyprint import CSS, HTML  # heavy, and only wanted here

    def refuse(url: str, *args: object, **more: object) -> dict[str, Any]:
        raise ValueError(f"a document fetches nothing: {url}")

    return bytes(HTML(string=html, url_fetcher=refuse).write_pdf(stylesheets=[CSS(filename=str(_SHEET))]))


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as whoever looks may read it. `left`: how its ticket was when the reader's department had no part in it any more."""

    row: orders_sql.OrderRow
    left: Parting | None

    @property
    def category(self) -> str:
        """The ticket's category, as far as the reader knows it."""
        return self.row.category if self.left is None else self.left.category

    @property
    def urgency(self) -> str:
        """The ticket's urgency, as far as the reader knows it."""
        return self.row.urgency if self.left is None else self.left.urgency

    @property
    def place(self) -> str:
        """Where it is; empty for a tipoff or a confidential ticket."""
        secret = self.row.confidential or self.category == Category.TIPOFF
        return "" if secret else (self.row.place or "" if self.left is None else self.left.place)


async def _order(request: web.Request, user: User, number: str) -> ShownOrder:
    if not (number.isascii() and number.isalnum()):
        raise Missing("There is no order %(item)s.", item=number)
    async with pool_of(request).acquire() as conn:
        row = await orders_sql.order(conn, number)
        line = await line_of(conn, user)
        hidden = row is not None and await is_hidden(conn, row.ticket_id, user.department_id)
        left = await partings(conn, user, [row.ticket_id]) if row is not None else {}
    if row is None or hidden or (line is not None and row.department_id not in line):
        raise Missing("There is no order %(item)s.", item=number)
    return ShownOrder(row, left.get(row.ticket_id))


def _shown(request: web.Request, order: ShownOrder) -> dict[str, Any]:
    return {
        "order": order.row,
        "category": order.category,
        "urgency": order.urgency,
        "place": order.place,
        "signed_by": "" if order.row.issued_by == "system" else order.row.issued_name,
        "centre": services_of(request).settings.number,
    }


async def order_page(request: web.Request) -> web.StreamResponse:
    """The order as its addressee reads it, with the receipt."""
    user = user_of(request)
    order = await _order(request, user, request.match_info["number"])
    mine = user.role is Role.LIAISON and order.row.received_at is None
    return page(request, "orders/page.html", mine=mine, **_shown(request, order))


async def order_pdf(request: web.Request) -> web.StreamResponse:
    """The order to print, sign and keep."""
    order = await _order(request, user_of(request), request.match_info["number"])
    html = render(request, "orders/print.html", **_shown(request, order))
    body = await asyncio.to_thread(printed, html)
    name = f'inline; filename="{order.row.number}.pdf"'
    return web.Response(body=body, content_type="application/pdf", headers={"Content-Disposition": name})


async def list_page(request: web.Request) -> web.StreamResponse:
    """The orders that one may read, newest first."""
    user, query = user_of(request), read_query(request, OrdersQuery)
    before = read_cursor(query.cursor)
    async with pool_of(request).acquire() as conn:
        rows = await orders_sql.orders(conn, user.department_id, before, _PAGE + 1)
        left = await partings(conn, user, [row.ticket_id for row in rows])
    shown = [
        {**row.as_dict(), **({"state": left[row.ticket_id].state} if row.ticket_id in left else {})} for row in rows
    ]
    more = str(rows[_PAGE - 1].id) if len(rows) > _PAGE else None
    return page(request, "orders/list.html", rows=shown[:_PAGE], next_cursor=more)


_RULE = "a liaison: orders to the own department"
ROUTES = (
    Route(method="GET", path="/orders", handler=list_page, summary="Supervise orders", roles=STAFF, rule=_RULE),
    Route(
        method="GET",
        path="/orders/{number}.pdf",
        handler=order_pdf,
        summary="A supervise order as PDF",
        roles=STAFF,
        rule=_RULE,
    ),
    Route(
        method="GET",
        path="/orders/{number}",
        handler=order_page,
        summary="A supervise order",
        roles=STAFF,
        rule=_RULE,
    ),
)
MENU = (
    Entry(
        path="/orders",
        title="Supervise orders",
        roles=STAFF - AUDITORS,
        rare=CENTRE,
    ),
)
