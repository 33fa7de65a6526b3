"""Lists of tickets: paged by key, each condition on an index, only the rows that the user may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from hotline.base.db import Conn
from hotline.base.problem import BadField
from hotline.base.requests import read_cursor
from hotline.grams import folded, wanted
from hotline.people.user import User
from hotline.ticket import Role, State

#: A list shows no word of a confidential ticket: it would have to record that for every row; opening one is recorded.
_FROM = (
    "SELECT t.*, CASE WHEN t.confidential THEN '' ELSE w.text END AS text, CASE WHEN t.confidential THEN '' ELSE w.place END AS place, "
    "d.code AS department_code, d.name AS department_name, d.name_en AS department_en, "
    "u.name AS owner_name, u.shown_name AS owner_shown FROM ticket t LEFT JOIN {words} w ON w.ticket_id = t.id "
    "LEFT JOIN department d ON d.id = t.department_id JOIN app_user u ON u.id = t.owner_id"
)
_ESCAPES = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is narrowed to; empty values narrow nothing. `cursor`: the last number of the page before."""

    state: str = ""
    department: str = ""
    owner: str = ""
    q: str = ""
    person: int | None = None
    open_only: bool = False
    cursor: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One page; `next_cursor` is None on the last."""

    rows: list[asyncpg.Record]
    next_cursor: str | None


async def find(conn: Conn, user: User, wish: Wish) -> Listed:
    """Tickets, newest first. Each word of `q` occurs in text, place or number. Raises BadField."""
    where: list[str] = []
    values: list[object] = []

    def need(condition: str, *given: object) -> None:
        for value in given:
            values.append(value)
            condition = condition.replace("?", f"${len(values)}", 1)
        where.append(condition)

    if wish.state:
        if wish.state not in set(State):
            raise BadField("There is no state %(state)s.", field="state", state=wish.state)
        need("t.state = ?", wish.state)
    if wish.department:
        need(
            "t.department_id IN (SELECT id FROM department WHERE code = ? OR name = ?)",
            *[wish.department] * 2,
        )
    if wish.owner:
        need(
            "t.owner_id IN (SELECT id FROM app_user WHERE lower(name) = lower(?) OR shown_name = ?)",
            *[wish.owner] * 2,
        )
    if wish.person is not None:
        need("t.person_id = ?", wish.person)
    if wish.open_only:
        need("t.filed_at IS NULL")
    theirs = user.role is Role.LIAISON
    for word in wish.q.split()[:10]:
        _need_word(need, word, redacted=theirs)
    if theirs:
        need(
            "EXISTS (SELECT 1 FROM assignment a WHERE a.ticket_id = t.id AND a.department_id = ANY((SELECT department_line(?))::int[]))"
            " AND NOT EXISTS (SELECT 1 FROM hidden_from h WHERE h.ticket_id = t.id AND h.department_id = ANY((SELECT department_line(?))::int[]))",
            *[user.department_id] * 2,
        )
    if (before := read_cursor(wish.cursor or "")) is not None:
        need("t.id < ?", before)
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    values.append(wish.limit + 1)
    source = _FROM.replace("{words}", "handler_text" if theirs else "ticket_text")
    rows = await conn.fetch(f"{source}{condition} ORDER BY t.id DESC LIMIT ${len(values)}", *values)
    more = len(rows) > wish.limit
    rows = rows[: wish.limit]
    return Listed(rows, str(rows[-1]["id"]) if more else None)


def _need_word(need: Callable[..., None], word: str, *, redacted: bool) -> None:
    """The word's bigrams by index, then a recheck of the order; digits also as a part of the number.

    `redacted`: as departments read it; what the centre left out of the words finds nothing there.
    """
    like = f"%{folded(word).translate(_ESCAPES)}%"
    keys = wanted(word)
    inside = "SELECT ticket_id FROM ticket_text WHERE grams @> ?::text[] AND lower(normalize(text || chr(10) || place, NFKC)) LIKE ?"
    if redacted:
        inside += " AND ticket_id IN (SELECT ticket_id FROM handler_text WHERE lower(normalize(text || chr(10) || place, NFKC)) LIKE ?)"
        other = inside.replace("FROM ticket_text WHERE", "FROM redaction WHERE seq = 0 AND")
        either = f"t.id IN ({inside}) OR t.id IN ({other})"
        number = " OR t.number LIKE ?" if _DIGITS.fullmatch(word) else ""
        given = (keys, like, like, keys, like, like, *([like] if number else ()))
        need(f"({either}{number})", *given)
    elif _DIGITS.fullmatch(word):
        need(f"t.id IN ({inside} UNION SELECT id FROM ticket WHERE number LIKE ?)", keys, like, like)  # noqa: S608 - fixed words only
    else:
        need(f"t.id IN ({inside})", keys, like)
