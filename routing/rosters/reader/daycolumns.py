"""Which days the columns of a roster are; what is open, stands twice or fits no weekday is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hotline.base.http.fields import is_out_of_range
from hotline.base.http.problem import BadField
from routing.rosters.reader.block import Block
from routing.rosters.reader.days import candidates, expand
from routing.rosters.reader.marks import DayMarks, Mark
from routing.rosters.reader.order import in_order
from routing.rosters.reader.plan import Reading, open_day


def _possible(block: Block, reading: Reading, said: Mapping[int, DayMarks]) -> dict[int, list[date]] | None:
    """The days that each column may be. None where a column contradicts its own weekday; that is refused."""
    possible: dict[int, list[date]] = {}
    for i, cell in said.items():
        days = candidates(cell.marks[0], reading.frame)
        weekday = block.weekdays.get(i) if block.days else None
        possible[i] = [d for d in days if weekday in {None, d.isoweekday()}]
        if days and not possible[i]:
            wrong = BadField(
                "%(text)s is no %(weekday)s: one of both is wrong.",
                field="date",
                text=_said(cell),
                weekday="周" + "一二三四五六日"[(weekday or 1) - 1],
            )
            reading.roster.refuse(block.line, i, wrong)
            return None
    return possible


def day_columns(block: Block, reading: Reading) -> dict[int, list[date]]:
    """The day or days of each column; a column has none where the month does not have its number. Columns whose day
    stays open, or stands twice, are refused.
    """
    frame, roster = reading.frame, reading.roster
    said = block.days or {i: DayMarks((Mark(weekday=w),)) for i, w in block.weekdays.items()}
    possible = _possible(block, reading, said)
    if possible is None:
        return {}
    live = [i for i in said if possible[i]]
    free = frame is not None and not frame.named and all(said[i].marks[0].year for i in live)
    chosen = dict(zip(live, in_order([possible[i] for i in live], None if free else frame), strict=True))
    found: dict[int, list[date]] = {}
    for i, cell in said.items():
        first = chosen.get(i)
        days_of = expand(cell, first) if first is not None and not is_out_of_range(first) else None
        mark = cell.marks[0]
        if days_of is None and mark.month is None and mark.days and 28 < mark.days[0] <= 31 and found:
            found[i] = []
        elif days_of is None:
            roster.refuse(block.line, i, _open(cell, block, frame is None or frame.open))
            return {}
        elif any(d in other for other in found.values() for d in days_of):
            roster.refuse(
                block.line,
                i,
                BadField("%(day)s stands in the header twice.", field="date", day=days_of[0].isoformat()),
            )
            return {}
        else:
            found[i] = days_of
    return found


def _said(cell: DayMarks) -> str:
    """A day as the header wrote it, for a refusal."""
    mark = cell.marks[0]
    return "-".join(str(n) for n in (mark.year, mark.month, mark.days[0] if mark.days else None) if n)


def _open(cell: DayMarks, block: Block, no_month: bool) -> BadField:
    """The refusal of a column whose day stays open, by what would settle it."""
    if not block.days:
        return BadField(
            "The weekdays have no dates: write them below (12月7日), or the week into the title (2026年12月7日至13日).",
            field="date",
        )
    if no_month and cell.marks[0].month is None:
        return BadField("The month is missing: write it above the table (2026-12).", field="date")
    return open_day(_said(cell))
