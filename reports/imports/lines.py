"""Lines of an imported file: under our names, kept raw under an id of their own, so that none is taken twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import orjson

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Problem
from hotline.base.services import Services
from hotline.contacts import contacts_sql
from hotline.contacts.inbox import keep_many
from reports.imports import imports_sql
from reports.imports.words import member_of, score_in
from routing.tables.by_column import read_moment

T = TypeVar("T", bound=StrEnum)
Line = tuple[int, dict[str, str]]


def chosen(row: Mapping[str, str], column: str, kind: type[T], words: Mapping[str, T], otherwise: T | None = None) -> T:
    """One of a fixed set, by our name or the office's. Raises BadField naming the column."""
    said = row.get(column, "")
    if not said and otherwise is not None:
        return otherwise
    found = member_of(said, kind, words) if said else None
    if found is None:
        allowed = [member.value for member in kind]
        raise BadField(
            "%(column)s: %(text)s is not one of %(allowed)s.",
            field=column,
            column=column,
            text=said or "—",
            allowed=allowed,
        )
    return found


def text_of(row: Mapping[str, str], column: str, most: int = 10_000) -> str:
    """What must be there. Raises BadField."""
    said = row.get(column, "")
    if not said:
        raise BadField("%(column)s is empty.", field=column, column=column)
    if len(said) > most:
        raise BadField("%(column)s has more than %(most)s characters.", field=column, column=column, most=most)
    return said


def moment_of(row: Mapping[str, str], column: str, services: Services, now: datetime) -> datetime:
    """A moment that is over. Raises BadField."""
    at = read_moment(text_of(row, column), services.settings.zone, column)
    if at > now:
        raise BadField("%(column)s: %(text)s lies ahead.", field=column, column=column, text=row[column])
    return at


def score_of(row: Mapping[str, str]) -> int | None:
    """A rating from 1 to 5, or none. Raises BadField."""
    said = row.get("rating", "")
    found = score_in(said)
    if found is None:
        raise BadField("%(column)s: %(text)s is not a number from 1 to 5.", field="rating", column="rating", text=said)
    return found or None


def optional(row: Mapping[str, str], column: str, most: int) -> str:
    """What may be there. Raises BadField where it is too long: nothing is cut off."""
    return text_of(row, column, most) if row.get(column) else ""


def no_more(row: Mapping[str, str], columns: Sequence[str], outcome: str) -> None:
    """Raises BadField where a cell holds something that a line with this outcome does not take."""
    for column in columns:
        if row.get(column):
            raise BadField(
                "%(column)s holds %(text)s, which the outcome %(outcome)s does not take: empty it.",
                field=column,
                column=column,
                text=row[column][:40],
                outcome=outcome,
            )


async def lines_taken_before(
    conn: Conn, services: Services, kind: str, ids: Sequence[str]
) -> Mapping[str, Mapping[str, str] | None]:
    """Which of these lines were taken before, and what they said; None where that was erased since."""
    rows = await imports_sql.known(conn, kind, list(ids))
    return {row.sid: orjson.loads(services.keys.decrypt(row.payload_enc)) if row.payload_enc else None for row in rows}


async def keep_lines(
    conn: Conn, services: Services, kind: str, rows: Mapping[str, Mapping[str, str]], now: datetime
) -> dict[str, int]:
    """Keep raw lines, dealt with; returns their ids. Raises Problem where one came before."""
    made = await keep_many(conn, services, kind, rows, now)
    if len(made) < len(rows):
        raise Problem("It was imported before.")
    await contacts_sql.inbound_done(conn, list(made.values()), now)
    return made
