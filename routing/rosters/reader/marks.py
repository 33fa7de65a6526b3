"""Days as offices write them, before it is known which year or month is meant: `12月1日`, `1\\n周二`, 12.1, `12.1-12.7`. Pure.

What can be meant in two ways (`1/3/2026`, `1-7`) raises BadField; what is no day is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import isfinite

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import Value, plain_text, text_of
from routing.rosters.reader.clock import number_said
from routing.rosters.reader.weekdays import FIXED, feast_out, weekday_out

_MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_CJK = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=[年月日号])|(?<=月)[一二三四五六七八九十]{1,3}$")
_FULL = re.compile(r"(\d{4}|\d{2}(?=年))[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_EIGHT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_MD = re.compile(r"(\d{1,2})(月|/|\.|-|、(?=\d+日))(\d{1,2})[日号]?")
_D = re.compile(r"(\d{1,2})[日号]?")
_DMY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_DAY_MONTH = re.compile(r"(\d{1,2})[- ]?([a-z]{3})[a-z]*\.?(?:[-, ]*(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?(?:[-, ]+(\d{4}))?")
_RANGE = re.compile(r"\s*(?:[–—―─━−~〜∼→]+|--+|至|到|(?<=[\d日号 ])-(?=[ \d]))\s*")
_LONGEST = 120
_FIRST, _LAST = 36526, 73050  # days of 2000 … 2099 as spreadsheets count them


@dataclass(frozen=True, slots=True)
class Mark:
    """One day as it was written: year, month and weekday where they were said; `days` has two numbers where 12.1 may
    stand for 12.10.
    """

    year: int | None = None
    month: int | None = None
    days: tuple[int, ...] = ()
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class DayMarks:
    """The days of a cell: one, a list, or the ends of a span. `rest`: the words beside them."""

    marks: tuple[Mark, ...]
    span: bool = False
    rest: str = ""


def _two(text: str) -> BadField:
    """The refusal of what can be two days."""
    return BadField("%(text)s can be two days: write it as 2026-01-03 or 1月3日.", field="date", text=text)


def days_in(value: Value, *, exact: bool = False) -> DayMarks | None:
    """The days of a cell; None where it holds none. `exact`: 12.1 was shown so, and is no 12.10."""
    if isinstance(value, datetime):
        if value.time() != time():
            raise BadField("%(text)s holds a time where a day is wanted.", field="date", text=text_of(value))
        return DayMarks((_of(value.date()),)) if value.year >= 2000 else None
    if isinstance(value, date):
        return DayMarks((_of(value),))
    if isinstance(value, (bool, time, timedelta)) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _number(value, exact)
    return _text(value, exact) if len(value) <= _LONGEST else None


def _of(day: date) -> Mark:
    """A mark of a whole date."""
    return Mark(day.year, day.month, (day.day,))


def _number(value: float, exact: bool) -> DayMarks | None:
    """The days that a number of a workbook may mean: a day of the month, month and day as 12.1, or a serial date."""
    if not isfinite(value):
        return None
    if value == int(value):
        if 1 <= value <= 31:
            return DayMarks((Mark(days=(int(value),)),))
        if _FIRST <= value <= _LAST:
            return DayMarks((_of(date(1899, 12, 30) + timedelta(days=int(value))),))
        return None
    return DayMarks((mark,)) if (mark := _dotted(f"{value:.10g}", exact)) is not None else None


def _dotted(text: str, exact: bool) -> Mark | None:
    """12.1 as a mark: 1 December, and 10 December too unless `exact`, because a workbook drops the last nought."""
    month, _, day = text.partition(".")
    if not (month.isdigit() and day.isdigit() and len(day) <= 2 and 1 <= int(month) <= 12):
        return None
    both = (int(day), int(day) * 10) if len(day) == 1 and day in "123" and not exact else (int(day),)
    return Mark(None, int(month), both) if 1 <= both[0] <= 31 else None


@lru_cache(maxsize=8192)
def _text(text: str, exact: bool) -> DayMarks | None:
    """The days that a text names."""
    said = " ".join(plain_text(text).split())
    if not said:
        return None
    if _MD.fullmatch(said) and "." in said and (mark := _dotted(said, exact)) is not None:
        return DayMarks((mark,))
    if said.isdigit() and len(said) == 5 and _FIRST <= int(said) <= _LAST:
        return _number(int(said), exact)
    said = re.sub(r"(?<=\d)\s*([年月])\s*(?=\d)|(?<=\d)\s+([日号])", r"\1\2", said)
    said = (
        re.sub(r"^第[一二三四五六七八九十\d]+周\s*", "", said).removeprefix("(").removesuffix(")")
        if said[0] == "第"
        else said
    )
    weekday, said = weekday_out(said)
    feast, said = feast_out(said)
    said = re.sub(r"[t ]0{1,2}:00(?::00)?$", "", said).strip(" ,;:、")
    if not said and feast in FIXED:
        month, day = FIXED[feast]
        return DayMarks((Mark(None, month, (day,), weekday),))
    if not said:
        if feast:
            raise BadField("%(text)s falls on another day each year: write the date.", field="date", text=text)
        return DayMarks((Mark(weekday=weekday),)) if weekday is not None else None
    found = _days(_CJK.sub(_digits, said), text)
    if found is None:
        return None
    first = replace(found.marks[0], weekday=weekday) if len(found.marks) == 1 else found.marks[0]
    return replace(found, marks=(first, *found.marks[1:]))


def _digits(match: re.Match[str]) -> str:
    """A number in Chinese words as digits."""
    number = number_said(match[0].replace("零", "〇") if "十" not in match[0] else match[0])
    return str(number) if number is not None else match[0]


def _days(said: str, text: str) -> DayMarks | None:
    """One day, a list or a span of days; `text` is the whole cell, for a refusal."""
    said = re.sub(r"\s*([-/.年月日号])\s*", r"\1", said) if re.search(r"[年月日/.-]", said) else said
    if (mark := _one(said, text)) is not None:
        return DayMarks((mark,))
    parts = _RANGE.split(said)
    if len(parts) == 2 and (marks := [_one(p.strip(), text) for p in parts])[0] and marks[1]:
        return DayMarks(tuple(m for m in marks if m), span=True)
    if len(parts) == 1 and (match := re.fullmatch(r"(\d{1,2})[日号]?-(\d{1,2})([日号]?)", said)):
        return DayMarks((Mark(days=(int(match[1]),)), Mark(days=(int(match[2]),))), span=True)
    several = [p for p in re.split(r"[、,;和及]\s*|\n", said) if p.strip()]
    marks = [_one(p.strip(), text) for p in several]
    if len(several) > 1 and all(marks):
        if several[0].strip().isdigit() and any(m.month for m in marks if m):
            raise _two(text)  # 1、12月6日: a running number, or 1 December
        return DayMarks(tuple(m for m in marks if m))
    return None


def _one(said: str, text: str) -> Mark | None:
    """One day that stands alone. Raises BadField where it can be two."""
    if match := _FULL.fullmatch(said) or _EIGHT.fullmatch(said):
        year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
        return Mark(year, int(match[2]), (int(match[3]),))
    if _DMY.fullmatch(said):
        raise _two(text)
    if match := _MD.fullmatch(said):
        first, last = int(match[1]), int(match[3])
        if match[2] == "-" and first < last and "日" not in said:
            if first > 12:
                return None
            raise _two(text)
        return Mark(None, first, (last,)) if match[2] not in "、-" or "日" not in said else None
    if match := _D.fullmatch(said):
        return Mark(days=(int(match[1]),))
    for form, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if (match := form.fullmatch(said)) and match[month] in _MONTHS:
            if form is _MONTH_DAY and "-" in said and int(match[day]) >= 20:
                raise _two(text)  # Dec-26 is how spreadsheets show December 2026
            return Mark(int(match[3]) if match[3] else None, _MONTHS[match[month]], (int(match[day]),))
    return None
