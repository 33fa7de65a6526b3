"""Which days the rows of a roster are: by the title, by their weekdays, by their order; what is open is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hotline.base.http.fields import is_out_of_range
from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import TableRow
from routing.rosters.reader.days import candidates, expand
from routing.rosters.reader.headers import Kind
from routing.rosters.reader.marks import DayMarks, days_in
from routing.rosters.reader.order import in_order
from routing.rosters.reader.plan import Reading, no_day, open_day
from routing.rosters.reader.weekdays import weekday_of


def row_days(rows: Sequence[TableRow], at: Mapping[Kind, int], reading: Reading) -> dict[int, list[date] | None]:
    """The days of each row that names some, by line; None for a row whose days were refused."""
    column = at.get("date")
    if column is None:
        return {}
    read: list[tuple[TableRow, DayMarks, list[date]]] = []
    found: dict[int, list[date] | None] = {}
    for row in rows:
        if not row.text(column):
            continue
        found[row.line] = None
        try:
            said = days_in(row.value(column))
            if said is None or not (days := _possible(row, said, at, reading)):
                raise no_day(row.text(column)) if said is None else open_day(row.text(column))
            read.append((row, said, days))
        except BadField as error:
            reading.roster.refuse(row.line, column, error)
    chosen = in_order([days for _, _, days in read], reading.frame if _framed(reading, read) else None)
    for (row, said, _), first in zip(read, chosen, strict=True):
        whole = expand(said, first) if first is not None else None
        if whole is None or any(is_out_of_range(d) for d in whole):
            reading.roster.refuse(row.line, column, open_day(row.text(column)))
        else:
            found[row.line] = whole
    return found


def _framed(reading: Reading, read: Sequence[tuple[TableRow, DayMarks, list[date]]]) -> bool:
    """Whether the title's frame binds the days: not where all are whole dates and the title names none."""
    frame = reading.frame
    return frame is not None and (frame.named or any(said.marks[0].year is None for _, said, _ in read))


def _possible(row: TableRow, said: DayMarks, at: Mapping[Kind, int], reading: Reading) -> list[date]:
    """The days that a row may mean, less those that contradict its weekday; where none is left, that is refused."""
    days = candidates(said.marks[0], reading.frame)
    weekday = weekday_of(row.text(at["weekday"])) if "weekday" in at else None
    fits = [d for d in days if weekday in {None, d.isoweekday()}]
    if days and not fits:
        raise BadField(
            "%(text)s is no %(weekday)s: one of both is wrong.",
            field="date",
            text=row.text(at["date"]),
            weekday=row.text(at["weekday"]),
        )
    return fits
