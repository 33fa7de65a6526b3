"""Lists of tickets: paged by key, each condition on an index, only the rows that the user may see."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.db.rows import fetch_many
from hotline.base.http.problem import BadField
from hotline.base.http.requests import read_cursor
from hotline.ids import TicketId
from hotline.people.user import User
from hotline.ticket import Role
from hotline.tickets import tickets_sql
from hotline.tickets.as_left import TICKETS
from hotline.tickets.narrowing import (
    ACTS,
    LATE,
    Needs,
    Wish,
    clock_conditions,
    conditions,
    due_nearness,
    is_number_part,
)
from hotline.tickets.word_search import newest_that_hold

__all__ = ["ACTS", "LATE", "Listed", "Wish", "count", "find"]

#: A list shows no word of a confidential ticket: it would have to record that for every row; opening one is recorded.
_COLUMNS = (
    "t.*, CASE WHEN t.confidential THEN '' ELSE w.text END AS text, CASE WHEN t.confidential THEN '' ELSE w.place END AS place, "
    "d.code AS department_code, d.name AS department_name, d.name_en AS department_en, "
    "u.name AS owner_name, u.shown_name AS owner_shown"
)
_JOINS = (
    " LEFT JOIN {words} w ON w.ticket_id = t.id LEFT JOIN department d ON d.id = t.department_id"
    " JOIN app_user u ON u.id = t.owner_id"
)
_DUE_CURSOR = re.compile(r"(\d{1,17})\.(\d{1,17})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: A count is told up to here; beyond it is “many”.
MANY = 1000


class ListedTicketRow(tickets_sql.TicketRow):
    """A ticket in a list, with its words, department and owner; the clock that is due next where the list is by that."""

    id: TicketId
    text: str | None
    place: str | None
    department_code: str | None
    department_name: str | None
    department_en: str | None
    owner_name: str
    owner_shown: str
    next_due_at: datetime | None
    next_clock_id: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; `next_cursor` is None on the last."""

    rows: list[ListedTicketRow]
    next_cursor: str | None


async def find(conn: Conn, user: User, wish: Wish) -> Listed:
    """Tickets, newest first, or what is due first (`Wish.by_due`): each once, by the earliest of its clocks that count.

    Each word of `q` occurs in text, place or number. Raises BadField.
    """
    if _by_words_alone(user, wish):
        ids = await newest_that_hold(conn, wish.words, read_cursor(wish.cursor or ""), wish.limit + 1)
        found = conditions(user, replace(wish, q=""))
        found.need("t.id = ANY(?::bigint[])", ids)
    else:
        found = conditions(user, wish)
    source, order = _source(found, user, wish)
    _after(found, wish)
    found.values.append(wish.limit + 1)
    rows = await fetch_many(
        conn,
        ListedTicketRow,
        f"SELECT {_columns(wish)} FROM {source}{_joins(user)}{found.sql} ORDER BY {order} LIMIT ${len(found.values)}",  # noqa: S608 - fixed words only
        *found.values,
    )
    more = len(rows) > wish.limit
    rows = rows[: wish.limit]
    return Listed(rows, _cursor(rows[-1]) if more else None)


def _by_words_alone(user: User, wish: Wish) -> bool:
    """Whether nothing but words narrows a list of all tickets; digits may stand in a number too, and go another way."""
    narrowed = replace(wish, q="", cursor="", limit=0, clocks=None, now=None)
    plain = narrowed == Wish(limit=0) and user.role is not Role.LIAISON
    return plain and bool(wish.words) and not any(map(is_number_part, wish.words))


async def count(conn: Conn, user: User, wish: Wish) -> int:
    """How many tickets a list has, up to `MANY`. Raises BadField."""
    found = conditions(user, replace(wish, cursor=""))
    source, _ = _source(found, user, wish)
    found.values.append(MANY)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source}{found.sql} LIMIT ${len(found.values)}) few"  # noqa: S608 - fixed words only
    return int(await conn.fetchval(sql, *found.values))


def _joins(user: User) -> str:
    """What stands beside the ticket; a department reads its words as the centre redacted them."""
    return _JOINS.replace("{words}", "handler_text" if user.role is Role.LIAISON else "ticket_text")


def _columns(wish: Wish) -> str:
    due, clock = ("c.due_at", "c.id") if wish.by_due else ("NULL::timestamptz", "NULL::bigint")
    return f"{_COLUMNS}, {due} AS next_due_at, {clock} AS next_clock_id"


def _source(found: Needs, user: User, wish: Wish) -> tuple[str, str]:
    """From where the rows come, and in which order. By due: the running clock of each ticket that is due first."""
    tickets = TICKETS if user.role is Role.LIAISON else "ticket"
    if wish.clocks is None or not wish.by_due:
        return f"{tickets} t", "t.id DESC"
    due_nearness(found, wish)
    found.need(clock_conditions(found, user, wish, "c"))
    earlier = clock_conditions(found, user, wish, "e")
    found.need(
        f"NOT EXISTS (SELECT 1 FROM {wish.clocks.view} e WHERE e.ticket_id = c.ticket_id AND {earlier}"  # noqa: S608 - fixed words only
        " AND (e.due_at, e.id) < (c.due_at, c.id))"
    )
    return f"{wish.clocks.view} c JOIN {tickets} t ON t.id = c.ticket_id", "c.due_at, c.id"


def _after(found: Needs, wish: Wish) -> None:
    """Where the page begins. Raises BadField."""
    if not wish.by_due:
        if (before := read_cursor(wish.cursor or "")) is not None:
            found.need("t.id < ?", before)
    elif wish.cursor:
        match = _DUE_CURSOR.fullmatch(wish.cursor)
        if match is None:
            raise BadField("This cursor is not one of ours.", field="cursor")
        moment = _EPOCH + timedelta(microseconds=min(int(match[1]), 2**52))
        found.need("(c.due_at, c.id) > (?, ?)", moment, int(match[2]))


def _cursor(row: ListedTicketRow) -> str:
    if row.next_due_at is None:
        return str(row.id)
    return f"{(row.next_due_at - _EPOCH) // timedelta(microseconds=1)}.{row.next_clock_id}"
