"""Lines of an imported file: under our names, kept raw under an id of their own, so that none is taken twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from hotline.base.db import Conn, queries
from hotline.base.house import House
from hotline.base.problem import BadField, Problem
from hotline.intake.drain import Q as INTAKE
from hotline.intake.inbox import keep_now
from routing.sheets.reading import Sheet
from routing.tables import need_columns, read_moment, read_table, renamed

Q = queries("reports.imports")
T = TypeVar("T", bound=StrEnum)
Line = tuple[int, dict[str, str]]


def read(sheet: Sheet, names: Mapping[str, str], *needed: str) -> list[Line]:
    """The lines of a file under our names of the columns. Raises Unreadable: a column that is missing."""
    rows = renamed(read_table(sheet), names)
    need_columns(rows, *needed)
    return rows


def chosen(
    row: Mapping[str, str], column: str, kind: type[T], words: Mapping[str, T], otherwise: T | None = None
) -> T:
    """One of a fixed set, by our name or the office's. Raises BadField naming the column."""
    said = row.get(column, "")
    if not said and otherwise is not None:
        return otherwise
    if said in words:
        return words[said]
    try:
        return kind(said.lower())
    except ValueError as error:
        allowed = [member.value for member in kind]
        raise BadField("%(column)s: %(text)s is not one of %(allowed)s.", field=column, column=column, text=said or "—",
                       allowed=allowed) from error  # fmt: skip


def text_of(row: Mapping[str, str], column: str, most: int = 10_000) -> str:
    """What must be there. Raises BadField."""
    said = row.get(column, "")
    if not said:
        raise BadField("%(column)s is empty.", field=column, column=column)
    if len(said) > most:
        raise BadField(
            "%(column)s has more than %(most)s characters.", field=column, column=column, most=most
        )
    return said


def moment_of(row: Mapping[str, str], column: str, house: House, now: datetime) -> datetime:
    """A moment that is over. Raises BadField."""
    at = read_moment(text_of(row, column), house.settings.zone, column)
    if at > now:
        raise BadField("%(column)s: %(text)s lies ahead.", field=column, column=column, text=row[column])
    return at


def score_of(row: Mapping[str, str]) -> int | None:
    """A rating from 1 to 5, or none. Raises BadField."""
    said = row.get("rating", "")
    if not said:
        return None
    if said not in {"1", "2", "3", "4", "5"}:
        raise BadField(
            "%(column)s: %(text)s is not a number from 1 to 5.", field="rating", column="rating", text=said
        )
    return int(said)


async def known(conn: Conn, kind: str, ids: Sequence[str]) -> set[str]:
    """Which of these lines were taken before."""
    return {row["sid"] for row in await conn.fetch(Q["known"], kind, list(ids))}


async def kept(conn: Conn, house: House, kind: str, ident: str, row: Mapping[str, str], now: datetime) -> int:
    """Keep a raw line, dealt with; returns its id. Raises Problem where it came before."""
    made = await keep_now(conn, house, kind, ident, "", row, now)
    if made is None:
        raise Problem("It was imported before.")
    await conn.execute(INTAKE["inbound_done"], [made], now)
    return made
