"""Cells of a shift's beginning and end: a time of day, or a day with a time. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from hotline.base.http.fields import is_out_of_range
from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import TableRow, letters, plain_text, text_of
from routing.rosters.reader.clock import WrittenTime, clock_of
from routing.rosters.reader.days import Frame, candidates
from routing.rosters.reader.headers import Kind
from routing.rosters.reader.hours import between
from routing.rosters.reader.marks import days_in
from routing.rosters.reader.plan import Reading

_PARTS = re.compile(
    r"^(.*?[日号](?:\s*\([^)]*\))?|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?)[\st]*((?!\d?日).+)$", re.DOTALL
)
_SPACED = re.compile(r"^(.*\d)\s+(\d{1,2}:?\d\d(?::\d\d)?(?:\s*[ap]m)?)$", re.IGNORECASE)
_FIRST, _LAST = 36526, 73050  # days of 2000 … 2099 as spreadsheets count them
_ROUNDED = 0.02  # of a minute
_OFFSET = re.compile(r"(?:z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A cell under 开始 or 结束: a day, a time of day, or both. `exact`: a moment that was written with its own offset."""

    day: date | None
    clock: WrittenTime | None
    exact: datetime | None = None


def moment_of(row: TableRow, column: int, frame: Frame | None, zone: tzinfo) -> Moment:
    """A cell as a moment. Raises BadField: neither a time nor a day."""
    value, text = row.value(column), row.text(column)
    if (clock := clock_of(value)) is not None:
        return Moment(None, clock)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
        seen = value.time() if value.time() != time() else None
        return _checked(Moment(value.date(), WrittenTime(value.hour * 60 + value.minute) if seen else None), text)
    if isinstance(value, str) and _OFFSET.search(plain_text(value)) and len(value) > 16:
        return _with_offset(value, zone)
    if (found := _parts(value, frame)) is not None:
        return _checked(found, text)
    if (known := _of_program(value)) is not None:
        return _checked(known, text)
    if value is None or value == "":
        raise BadField("The time is missing.", field="from")
    raise BadField("%(text)s is no time: write 08:00, or 2026-12-01 08:00.", field="from", text=text_of(value))


def moment_in(row: TableRow, at: Mapping[Kind, int], kind: Literal["from", "to"], reading: Reading) -> Moment:
    """The moment in the column of beginnings or ends. Raises BadField that names the cell."""
    try:
        return moment_of(row, at[kind], reading.frame, reading.zone)
    except BadField as error:
        cell = f"{letters(at[kind])}{row.line}"
        raise BadField(error.message, field=kind, **{"cell": cell, **error.params}) from error


def _parts(value: object, frame: Frame | None) -> Moment | None:
    """A day with a time behind it, a day alone, or a time alone."""
    if isinstance(value, str) and (match := _PARTS.match(plain_text(value))) is not None:
        clock, day = clock_of(match[2].strip()), _day(match[1], frame)
        if clock is not None and day is not None:
            return Moment(day, clock)
    day = _day(value, frame) if isinstance(value, (str, date)) else None
    return Moment(day, None) if day is not None else None


def _of_program(value: object) -> Moment | None:
    """A moment as programs write it (`20261205 08:00`, `5 Dec 2026 08:00`), or as the number of days by which a
    workbook keeps it.
    """
    if isinstance(value, float) and _FIRST <= value <= _LAST:
        minutes = round(value * 1440)
        day, clock = date(1899, 12, 30) + timedelta(days=minutes // 1440), WrittenTime(minutes % 1440)
        return Moment(day, clock) if abs(value * 1440 - minutes) < _ROUNDED else None
    if isinstance(value, str) and (match := _SPACED.match(plain_text(value))) is not None:
        said, hour = days_in(match[1]), clock_of(match[2])
        if said is not None and len(said.marks) == 1 and said.marks[0].year is not None and hour is not None:
            found = candidates(said.marks[0], None)
            return Moment(found[0], hour) if len(found) == 1 else None
    return None


def _day(value: object, frame: Frame | None) -> date | None:
    """The day of a value, where it is just one."""
    said = days_in(value)  # type: ignore[arg-type]
    if said is None or len(said.marks) != 1:
        return None
    found = candidates(said.marks[0], frame)
    home = [d for d in found if frame is None or said.marks[0].year is not None or frame.holds(d)]
    return home[0] if len(home) == 1 else None


def _with_offset(value: str, zone: tzinfo) -> Moment:
    """A moment that was written with an offset. Raises BadField."""
    try:
        found = datetime.fromisoformat(plain_text(value).upper().replace(" ", "T", 1))
    except ValueError as error:
        raise BadField("%(text)s is no time: write 08:00, or 2026-12-01 08:00.", field="from", text=value) from error
    local = found.astimezone(zone)
    return _checked(Moment(local.date(), WrittenTime(local.hour * 60 + local.minute), found), value)


def _checked(found: Moment, text: str) -> Moment:
    """The moment, unless its day lies too far away: BadField."""
    if found.day is not None and is_out_of_range(found.day):
        raise BadField("%(text)s lies too far away.", field="from", text=text)
    return found


def span_between(start: Moment, end: Moment, day: date | None, zone: tzinfo, text: str) -> tuple[datetime, datetime]:
    """From one moment to another. Raises BadField: it ends before it begins, lasts too long, or hours are missing."""
    if start.clock is None or end.clock is None:
        raise BadField("%(text)s: the hours are missing, write 2026-12-01 08:00.", field="from", text=text)
    first = start.day or day
    if first is None:
        raise BadField("%(text)s: the day is missing.", field="date", text=text)
    midnight = datetime.combine(first, time(), zone)
    if end.day is None:
        a, b = between(start.clock, end.clock, text)
        return midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)
    from_at = start.exact or midnight + _minutes(start.clock)
    to_at = end.exact or datetime.combine(end.day, time(), zone) + _minutes(end.clock)
    if to_at <= from_at:
        raise BadField("to: the shift ends before it begins", field="to")
    if to_at - from_at > timedelta(days=31):
        raise BadField("%(text)s: a shift lasts at most 31 days.", field="to", text=text)
    return from_at, to_at


def _minutes(clock: WrittenTime) -> timedelta:
    """The time from the day's midnight; of the next day where the time says so."""
    return timedelta(minutes=clock.minutes, days=clock.tomorrow)
