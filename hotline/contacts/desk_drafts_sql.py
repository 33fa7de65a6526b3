"""The queries of desk_drafts.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_value_or_none
from hotline.ids import ContactId

SQL = queries(__package__, "desk_drafts.sql")


class DraftRow(TypedRow):
    """A row of `draft`."""

    version: int
    words_enc: bytes
    before_enc: bytes | None
    at: datetime


async def draft(conn: Conn | Pool, user_id: int, place: str) -> DraftRow | None:
    """What a user typed at a place."""
    return await fetch_one_or_none(conn, DraftRow, SQL["draft"], user_id, place)


class DraftLockedRow(TypedRow):
    """A row of `draft_locked`."""

    version: int
    words_enc: bytes


async def draft_locked(conn: Conn | Pool, user_id: int, place: str) -> DraftLockedRow | None:
    """The same, held."""
    return await fetch_one_or_none(conn, DraftLockedRow, SQL["draft_locked"], user_id, place)


async def begin_draft(
    conn: Conn | Pool, user_id: int, place: str, contact_id: int | None, words_enc: bytes, now: datetime
) -> int | None:
    """The first words; nothing where another tab was first."""
    found: int | None = await fetch_value_or_none(conn, SQL["begin_draft"], user_id, place, contact_id, words_enc, now)
    return found


async def go_on(
    conn: Conn | Pool, user_id: int, place: str, words_enc: bytes, before_enc: bytes | None, now: datetime
) -> int:
    """Newer words. `before_enc`: those of another tab that they replace, if they do."""
    found: int = await fetch_value(conn, SQL["go_on"], user_id, place, words_enc, before_enc, now)
    return found


async def drop(conn: Conn | Pool, user_id: int, place: str) -> None:
    """A form is done with."""
    await execute(conn, SQL["drop"], user_id, place)


async def drop_of_contact(conn: Conn | Pool, contact_id: int) -> None:
    """A contact has its end: whatever was typed for it goes."""
    await execute(conn, SQL["drop_of_contact"], contact_id)


class UnfinishedRow(TypedRow):
    """A row of `unfinished`."""

    place: str
    contact_id: ContactId | None
    words_enc: bytes
    at: datetime


async def unfinished(conn: Conn | Pool, user_id: int) -> list[UnfinishedRow]:
    """Forms that a user began, the latest first."""
    return await fetch_many(conn, UnfinishedRow, SQL["unfinished"], user_id)


async def contact_of_call_back(conn: Conn | Pool, call_back: int) -> ContactId | None:
    """The contact that an owed call is owed for."""
    found: ContactId | None = await fetch_value_or_none(conn, SQL["contact_of_call_back"], call_back)
    return found


async def is_contact(conn: Conn | Pool, contact: int) -> bool:
    """Whether there is such a contact."""
    found: bool = await fetch_value(conn, SQL["is_contact"], contact)
    return found
