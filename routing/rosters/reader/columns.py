"""What the columns of a block of days turn out to be, once their cells are looked at; what cannot be is refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import TableRow, tight
from routing.rosters.reader.headers import ColumnHead
from routing.rosters.reader.legend import legend_of
from routing.rosters.reader.marks import DayMarks, days_in
from routing.rosters.reader.plan import Reading
from routing.rosters.reader.weekdays import weekday_of
from routing.rosters.reader.words import is_off

_PHONE = re.compile(r"[\d\-+()转、,/; ]{3,}")


def days_or_none(row: TableRow, column: int) -> DayMarks | None:
    """The days of a cell; None where it names none, or could name two."""
    try:
        return days_in(row.value(column))
    except BadField:
        return None


def settled(column: int, head: ColumnHead, rows: Sequence[TableRow], dated: bool) -> ColumnHead:
    """The column head as its cells decide it: whether a column of moments holds times or days, whether one without a
    header holds weekdays or telephone numbers.
    """
    held = [r for r in rows if r.text(column)]
    if head.kind == "when":
        days = sum(days_or_none(r, column) is not None for r in held)
        return replace(head, kind="date" if days * 2 > len(held) and not dated else "shift")
    if head.kind == "" and held:
        if all(weekday_of(r.text(column)) for r in held):
            return ColumnHead("weekday")
        if all(_PHONE.fullmatch(tight(r.text(column))) for r in held):
            return ColumnHead("phone")
    return head


def refuse_unknown(
    heads: dict[int, ColumnHead], rows: Sequence[TableRow], line: int, reading: Reading, *, timed: bool
) -> bool:
    """Refuse columns that hold neither a post nor a person's signs, and posts without hours where no row says them.
    Returns whether all columns were understood.
    """
    good = True
    for column, head in list(heads.items()):
        cells = [r.text(column) for r in rows if r.text(column)]
        if not cells:
            continue
        name = " ".join(head.text.split())
        if head.kind == "unknown" and not all(reading.words.knows(c) for c in cells):
            good = False
            reading.roster.refuse(
                line,
                column,
                BadField(
                    "The column %(column)s is not understood. If it is a post, write its hours into the header (%(column)s(08:00-20:00));"
                    " if it is none, call it 备注.",
                    field="shift",
                    column=name,
                ),
            )
        elif head.kind == "post" and head.asks and not timed:
            good = False
            reading.roster.refuse(line, column, no_hours(name))
    return good


def no_hours(name: str) -> BadField:
    """The refusal of a post whose hours nothing says."""
    return BadField(
        "The hours of %(column)s are not known: write them behind the word (%(column)s(08:00-20:00)), or in a line below the table"
        " (%(column)s:08:00-20:00).",
        field="shift",
        column=name,
    )


def aside(row: TableRow, column: int, head: ColumnHead, reading: Reading) -> None:
    """Deal with a cell of a column that is not read: what it says becomes a note; where the column has no header, it is
    refused.
    """
    text = row.text(column)
    if row.copies.get(column, column) != column or not text or tight(text).isdigit() or is_off(text):
        return
    if head.kind == "":
        if legend_of([text]):
            return
        if not re.match(r"备注|说明|注[:：]", text):
            reading.roster.refuse(
                row.line,
                column,
                BadField(
                    "%(text)s stands in a column without a header.", field="file", text=" ".join(text.split())[:40]
                ),
            )
            return
    elif head.kind == "phone" and re.search(r"\d{3}", text):
        return
    reading.roster.notes.append((row.line, " ".join(text.split())))
