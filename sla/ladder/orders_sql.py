"""The queries of orders.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "orders.sql")


class InsertOrderRow(TypedRow):
    """A row of `insert_order`."""

    id: int
    number: str


async def insert_order(
    conn: Conn | Pool,
    year: int,
    ticket: int,
    clock: int | None,
    department: int,
    reason: str,
    due_at: datetime,
    by: str,
    now: datetime,
) -> InsertOrderRow | None:
    """A supervise order, numbered within all; the year goes before."""
    return await fetch_one_or_none(
        conn, InsertOrderRow, SQL["insert_order"], year, ticket, clock, department, reason, due_at, by, now
    )


class OrdersOfRow(TypedRow):
    """A row of `orders_of`."""

    id: int
    number: str
    ticket_id: TicketId
    clock_id: int | None
    department_id: DepartmentId
    reason: str
    due_at: datetime
    issued_by: str
    issued_at: datetime
    received_by: int | None
    received_at: datetime | None
    code: str
    department_name: str


async def orders_of(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[OrdersOfRow]:
    """The supervise orders of some tickets."""
    return await fetch_many(conn, OrdersOfRow, SQL["orders_of"], ticket_ids)


class OrderOfTicketRow(TypedRow):
    """A row of `order_of_ticket`."""

    id: int
    number: str
    ticket_id: TicketId
    clock_id: int | None
    department_id: DepartmentId
    reason: str
    due_at: datetime
    issued_by: str
    issued_at: datetime
    received_by: int | None
    received_at: datetime | None


async def order_of_ticket(conn: Conn | Pool, item: int | None, ticket_id: int) -> OrderOfTicketRow | None:
    """One order of a ticket, locked."""
    return await fetch_one_or_none(conn, OrderOfTicketRow, SQL["order_of_ticket"], item, ticket_id)


async def receive_order(conn: Conn | Pool, ident: int, received_by: int, now: datetime) -> None:
    """The department's receipt."""
    await execute(conn, SQL["receive_order"], ident, received_by, now)


class OrderRow(TypedRow):
    """A row of `order`."""

    id: int
    number: str
    ticket_id: TicketId
    clock_id: int | None
    department_id: DepartmentId
    reason: str
    due_at: datetime
    issued_by: str
    issued_at: datetime
    received_by: int | None
    received_at: datetime | None
    code: str
    department_name: str
    ticket_number: str
    category: str
    urgency: str
    confidential: bool
    ticket_received_at: datetime
    place: str | None
    clock: str | None
    clock_due_at: datetime | None
    clock_started_at: datetime | None
    received_name: str | None
    issued_name: str | None
    leader_name: str | None


async def order(conn: Conn | Pool, number: str) -> OrderRow | None:
    """One order with all that its document says."""
    return await fetch_one_or_none(conn, OrderRow, SQL["order"], number)


class OrdersOrdersRow(TypedRow):
    """A row of `orders`."""

    id: int
    ticket_id: TicketId
    number: str
    due_at: datetime
    issued_at: datetime
    received_at: datetime | None
    department_name: str
    ticket_number: str
    state: str


async def orders(conn: Conn | Pool, department_id: int | None, before: int | None, limit: int) -> list[OrdersOrdersRow]:
    """Orders, newest first; of one department, or all; from before an id on."""
    return await fetch_many(conn, OrdersOrdersRow, SQL["orders"], department_id, before, limit)
