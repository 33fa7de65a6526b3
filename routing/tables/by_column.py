"""Tables as offices send them, as lines by column name; their days and moments read. `routing.tables` reads the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from hotline.base.http.fields import is_out_of_range
from hotline.base.http.problem import BadField
from routing.tables.bounds import too_many_rows
from routing.tables.moments import moment_in
from routing.tables.reader import Sheet

MOST = 200_000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: how many lines were taken, and what was refused (line, why). Refusals: nothing was taken.

    `called`: how the file calls a field (`B 受理时间`). `notes`: what is to be said beside it. `counts`: of what kind they were.
    """

    taken: int
    refused: tuple[tuple[int, BadField], ...]
    called: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[BadField, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


def read_table(sheet: Sheet) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table whose first row names the columns, with their line numbers. Raises Unreadable."""
    rows = sheet.texts()
    names = rows[0][1] if rows else []
    if len(rows) > MOST + 1:
        raise too_many_rows(MOST)
    return [
        (line, {name: cells[i] if i < len(cells) else "" for i, name in enumerate(names) if name})
        for line, cells in rows[1:]
    ]


def renamed(
    rows: Sequence[tuple[int, Mapping[str, str]]], names: Mapping[str, str]
) -> list[tuple[int, dict[str, str]]]:
    """The rows under our names of the columns: `names` maps what offices write (lower case) to ours."""
    return [(line, {names.get(k.lower().replace(" ", "_"), k): v for k, v in row.items()}) for line, row in rows]


def read_day(text: str, name: str) -> date:
    """A day. Raises BadField naming the column."""
    read = moment_in(text)
    if read is None:
        raise BadField("%(column)s: %(text)s is not a day: write it as 2026-03-04.", field=name, column=name, text=text)
    found = read[0].date()
    if is_out_of_range(found):
        raise BadField("%(text)s lies too far away.", field=name, text=text)
    return found


def read_moment(text: str, zone: tzinfo, name: str) -> datetime:
    """A moment; without an offset it is local. Raises BadField naming the column."""
    read = moment_in(text)
    if read is None:
        raise BadField(
            "%(column)s: %(text)s is not a time: write it as 2026-03-04 08:00.",
            field=name,
            column=name,
            text=text,
        )
    found = read[0]
    if is_out_of_range(found):
        raise BadField("%(text)s lies too far away.", field=name, text=text)
    return found if found.tzinfo else found.replace(tzinfo=zone)
