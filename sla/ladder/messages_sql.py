"""The queries of messages.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, fetch_many, fetch_value
from hotline.ids import DepartmentId

SQL = queries(__package__, "messages.sql")


class MessagesLiaisonPhonesRow(TypedRow):
    """A row of `liaison_phones`."""

    department_id: DepartmentId
    id: int
    phone_enc: bytes
    language: str


async def liaison_phones(
    conn: Conn | Pool, department_ids: Collection[int | None], leads: bool
) -> list[MessagesLiaisonPhonesRow]:
    """One liaison or leader with a number for each department."""
    return await fetch_many(conn, MessagesLiaisonPhonesRow, SQL["liaison_phones"], department_ids, leads)


class CentrePhonesRow(TypedRow):
    """A row of `centre_phones`."""

    id: int
    role: str
    phone_enc: bytes
    language: str


async def centre_phones(conn: Conn | Pool, idents: Collection[int | None]) -> list[CentrePhonesRow]:
    """The numbers of some owners who are on shift, and of the managers."""
    return await fetch_many(conn, CentrePhonesRow, SQL["centre_phones"], idents)


async def has_to_act(conn: Conn | Pool, assignment: int) -> bool:
    """Whether a department still has to act on its assignment."""
    found: bool = await fetch_value(conn, SQL["has_to_act"], assignment)
    return found
