"""The queries of judging.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    execute_count,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import UserId

SQL = queries(__package__, "judging.sql")


async def insert_inspection(
    conn: Conn | Pool, item_id: int, inspector_id: int, marks: object, remark: str, score: int, now: datetime
) -> int:
    """What an inspector found, once each."""
    return await execute_count(conn, SQL["insert_inspection"], item_id, inspector_id, marks, remark, score, now)


class InspectionsOfRow(TypedRow):
    """A row of `inspections_of`."""

    item_id: int
    inspector_id: int
    marks: Any
    remark: str
    score: int
    at: datetime
    inspector_name: str


async def inspections_of(conn: Conn | Pool, item_ids: Collection[int | None]) -> list[InspectionsOfRow]:
    """What inspectors found of items, in order."""
    return await fetch_many(conn, InspectionsOfRow, SQL["inspections_of"], item_ids)


async def settle_item(conn: Conn | Pool, item_id: int, now: datetime, object_until: datetime, score: int) -> None:
    """All inspectors have seen it: who is inspected is told, and may object until a moment."""
    await execute(conn, SQL["settle_item"], item_id, now, object_until, score)


async def set_score(conn: Conn | Pool, item_id: int, score: int) -> None:
    """The score after an objection that was upheld."""
    await execute(conn, SQL["set_score"], item_id, score)


async def insert_objection(conn: Conn | Pool, item_id: int, by_id: int, reason: str, now: datetime) -> int:
    """Who was inspected objects, once."""
    return await execute_count(conn, SQL["insert_objection"], item_id, by_id, reason, now)


class ObjectionRow(TypedRow):
    """A row of `objection`."""

    item_id: int
    by_id: int
    reason: str
    at: datetime
    upheld: bool | None
    words: str
    decided_by: int | None
    decided_at: datetime | None
    by_name: str
    decided_name: str | None


async def objection(conn: Conn | Pool, item_id: int) -> ObjectionRow | None:
    """The objection to an item."""
    return await fetch_one_or_none(conn, ObjectionRow, SQL["objection"], item_id)


async def decide_objection(
    conn: Conn | Pool, item_id: int, upheld: bool, words: str, decided_by: int, now: datetime
) -> int:
    """The decision on an objection, once."""
    return await execute_count(conn, SQL["decide_objection"], item_id, upheld, words, decided_by, now)


async def open_objections(conn: Conn | Pool, limit: int) -> list[int]:
    """Items whose objection waits for a decision, the oldest first."""
    return await fetch_values(conn, SQL["open_objections"], limit)


async def is_inspector(conn: Conn | Pool, user_id: int) -> bool:
    """Whether an operator was let inspect."""
    found: bool = await fetch_value(conn, SQL["is_inspector"], user_id)
    return found


class InspectorsRow(TypedRow):
    """A row of `inspectors`."""

    user_id: UserId
    name: str
    shown_name: str
    at: datetime


async def inspectors(conn: Conn | Pool) -> list[InspectorsRow]:
    """Operators who were let inspect."""
    return await fetch_many(conn, InspectorsRow, SQL["inspectors"])


class PossibleInspectorsRow(TypedRow):
    """A row of `possible_inspectors`."""

    user_id: UserId
    name: str
    shown_name: str


async def possible_inspectors(conn: Conn | Pool) -> list[PossibleInspectorsRow]:
    """Operators, for the choice of inspectors."""
    return await fetch_many(conn, PossibleInspectorsRow, SQL["possible_inspectors"])


async def operator_named(conn: Conn | Pool, name: str) -> int | None:
    """An operator by name."""
    found: int | None = await fetch_value_or_none(conn, SQL["operator_named"], name)
    return found


async def insert_inspector(conn: Conn | Pool, user_id: int, by_id: int, now: datetime) -> int:
    """An operator is let inspect."""
    return await execute_count(conn, SQL["insert_inspector"], user_id, by_id, now)


async def remove_inspector(conn: Conn | Pool, user_id: int) -> int:
    """An operator inspects no more."""
    return await execute_count(conn, SQL["remove_inspector"], user_id)


class ReplyWordsRow(TypedRow):
    """A row of `reply_words`."""

    public_text: str
    internal_text: str
    outcome: str
    submitted_at: datetime
    number: str


async def reply_words(conn: Conn | Pool, reply_id: int) -> ReplyWordsRow | None:
    """The reply that is inspected, with its ticket's number."""
    return await fetch_one_or_none(conn, ReplyWordsRow, SQL["reply_words"], reply_id)
