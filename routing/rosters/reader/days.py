"""Which days the rows or columns of a roster name: by the title's month or span, by their weekdays, by their order. Pure.

Where two readings are possible, or the title names another month than the rows, the day is refused; it is never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.base.http.fields import is_out_of_range
from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import plain_text
from routing.rosters.reader.marks import DayMarks, Mark, days_in

_YEAR_MONTH = re.compile(r"(2[01]\d\d|(?<!\d)\d{2}(?=年))\s*(?:年|[-./])\s*(1[0-2]|0?[1-9])\s*(?:月份?|(?![\d./月-]))")
_MONTHS = re.compile(r"(2[01]\d\d)\s*年\s*(\d{1,2})月?\s*[-–—~至、,和]\s*(\d{1,2})\s*月")
_YEAR_ONLY = re.compile(r"(20\d\d)\s*年")
_MONTH_ONLY = re.compile(r"(?<![\d.])(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份|(?!\s*\d))")
_DATE = r"(?:(?:\d{4}|\d{2}(?=\s*年))\s*[年./-]\s*)?(?:\d{1,2}\s*[月./-]\s*)?\d{1,2}\s*[日号]?(?:\s*\([^)]{1,6}\))?"
_SPAN = re.compile(rf"(?<![\d.])({_DATE})\s*(?:[–—―─━−~〜∼→-]+|至|到)\s*({_DATE})(?![\d:.点时])")
_ASIDE = re.compile(r"制表|填表|填报|上报|印发|更新|打印|编制|发布|审核|签发|电话")
_SAID_MONTH = {
    w: i for i, w in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
}
_LONG = 62
_BEHIND, _AHEAD = timedelta(days=31), timedelta(days=183)
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """The days that a table's title names. `strict`: no day of the table may lie outside; otherwise a week may overlap
    the month. `open`: no month was named, so that each day must name its own.
    """

    first: date
    last: date
    strict: bool = False
    open: bool = False
    named: bool = True

    def holds(self, day: date) -> bool:
        """Whether a day lies within the frame."""
        return self.first <= day <= self.last


def month(year: int, number: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def frame_of(titles: Iterable[str], today: date | None) -> Frame | None:
    """The frame of a table by the titles above it; `today` gives the year that none of them says. None where nothing is
    known.
    """
    said = [" ".join(plain_text(t).split()) for t in titles]
    said = [re.sub(r"\((?:[^()]*(?:印发|制表|发布|更新)[^()]*)\)", "", t) for t in said]
    said = [t for t in said if t and not _ASIDE.search(t)]
    for text in said:
        if (found := _span_frame(text, said, today)) is not None:
            return found
    said = [_MONTHS.sub(r"\1年\2月至\1年\3月", t) for t in said]
    months = sorted({(_year(m[1]), int(m[2])) for t in said for m in _YEAR_MONTH.finditer(t)})
    if months:
        first, last = month(*months[0])[0], month(*months[-1])[1]
        return Frame(first, last, strict=False, open=(last - first).days > _LONG)
    alone = [m[1] for t in said for m in _MONTH_ONLY.finditer(t)]
    number = (
        (_SAID_MONTH.get(alone[0]) or int(alone[0]))
        if len(set(alone)) == 1 and (alone[0] in _SAID_MONTH or alone[0].isdigit())
        else 0
    )
    years = {int(m[1]) for t in said for m in _YEAR_ONLY.finditer(t)}
    if number and today is not None and not years:
        near = [month(y, number) for y in (today.year - 1, today.year, today.year + 1)]
        near = [m for m in near if m[1] >= today - _BEHIND and m[0] <= today + _AHEAD]
        if len(near) == 1:
            return Frame(*near[0])
    if len(years) == 1:
        year = years.pop()
        if number:
            return Frame(*month(year, number))
        if any("元旦" in t for t in said):
            return Frame(date(year - 1, 12, 25), date(year, 1, 10), open=True)
        return Frame(date(year, 1, 1), date(year, 12, 31), open=True)
    return Frame(today - _BEHIND, today + _AHEAD, open=True, named=False) if today is not None else None


def _year(text: str) -> int:
    """A year of two or four digits."""
    return int(text) + (2000 if len(text) == 2 else 0)


def _span_frame(text: str, titles: Sequence[str], today: date | None) -> Frame | None:
    """The frame of a title that names a span, such as `2026年12月31日至2027年1月3日`."""
    for found in _SPAN.finditer(text):
        marks = []
        for part in (found[1], found[2]):
            try:
                said = days_in(re.sub(r"\([^)]*\)", "", part).strip(), exact=True)
            except BadField:
                said = None
            marks.append(said.marks[0] if said is not None else Mark())
        a, b = marks
        if not (a.days and b.days) or (
            a.month is None and not _MONTH_ONLY.search(text) and not _YEAR_MONTH.search(text)
        ):
            continue
        outer = frame_of([t.replace(found[0], found[1] if a.month and a.year else " ") for t in titles], today)
        if a.year is None and b.year is not None and a.month is not None:
            a = Mark(b.year - (1 if (a.month, a.days) > (b.month or a.month, b.days) else 0), a.month, a.days)
        start = (
            [d for d in candidates(a, outer) if outer is None or outer.holds(d)]
            if a.year is None
            else candidates(a, None)
        )
        if (
            len(start) == 1
            and (last := after(start[0], b)) is not None
            and not is_out_of_range(last)
            and (last - start[0]).days <= 366
        ):
            return Frame(start[0], last, strict=True, open=(last - start[0]).days > _LONG)
    return None


def _date(year: int, number: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, number, day)
    except ValueError:
        return None


def after(start: date, mark: Mark) -> date | None:
    """The day of a mark that ends a span, or continues a list, which began on `start`; None where there is none."""
    day = mark.days[0] if mark.days else 0
    if mark.year is not None:
        found = _date(mark.year, mark.month or 1, day)
    elif mark.month is None:
        found = _date(start.year, start.month, day)
    else:
        found = _date(start.year + (mark.month < start.month), mark.month, day)
    return found if found is not None and found >= start else None


def candidates(mark: Mark, frame: Frame | None) -> list[date]:
    """The days that a mark may mean, by what it says and by the title's frame."""
    if mark.year is not None and mark.month is not None:
        days = [d for n in mark.days if (d := _date(mark.year, mark.month, n))]
    elif frame is None:
        return []
    else:
        first, last = (frame.first, frame.last) if frame.strict else (frame.first - _BEHIND, frame.last + _BEHIND)
        first = frame.first if frame.open else first  # a year's table begins in it
        if mark.month is not None:
            days = [d for y in range(first.year, last.year + 1) for n in mark.days if (d := _date(y, mark.month, n))]
        elif frame.open or (mark.weekday is not None and not mark.days):
            wanted = frame.strict and (frame.last - frame.first).days < 7 and not mark.days
            days = [frame.first + n * _ONE for n in range((frame.last - frame.first).days + 1)] if wanted else []
        else:
            span = [first + n * _ONE for n in range((last - first).days + 1)]
            days = [d for d in span if d.day in mark.days]
        days = [d for d in days if first <= d <= last]
    return sorted({d for d in days if not is_out_of_range(d) and mark.weekday in {None, d.isoweekday()}})


def expand(said: DayMarks, start: date) -> list[date] | None:
    """All days of a cell whose first is known; None where the others do not follow from it."""
    found = [start]
    for mark in said.marks[1:]:
        day = after(found[-1], mark)
        if day is None:
            return None
        found.append(day)
    if said.span:
        long = (found[1] - start).days
        return [start + n * _ONE for n in range(long + 1)] if long <= 31 else None
    return found
