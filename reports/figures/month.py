"""A calendar month in the office zone. Pure."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hotline.base.http.problem import BadField

_FORM = re.compile(r"(\d{4})-(\d{2})")
FIRST, LAST = 2000, 2199


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month, `2026-03`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def named(self, language: str) -> str:
        """`2026年3月`, or `March 2026`."""
        return f"{self.year}年{self.number}月" if language == "zh" else f"{month_name[self.number]} {self.year}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    def plus(self, months: int) -> Month:
        """The month so many later; before, where `months` is negative."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """Its first moment; that of the next month is the first moment after it."""
        return datetime(self.year, self.number, 1, tzinfo=zone)

    def ends_at(self, zone: ZoneInfo) -> datetime:
        """The first moment after it."""
        return self.plus(1).starts_at(zone)


def read_month(text: str, *, field: str = "month") -> Month:
    """`2026-03` as a month. Raises BadField."""
    match = _FORM.fullmatch(text.strip())
    if match is None or not 1 <= int(match[2]) <= 12 or not FIRST <= int(match[1]) <= LAST:
        raise BadField("%(text)s is not a month: write it like 2026-03.", field=field, text=repr(text[:20]))
    return Month(int(match[1]), int(match[2]))


def month_of(at: datetime, zone: ZoneInfo) -> Month:
    """The month in which a moment lies."""
    local = at.astimezone(zone)
    return Month(local.year, local.month)


def begun(month: Month, now: datetime, zone: ZoneInfo) -> Month:
    """The month itself where it has begun. Raises BadField: nothing can be said of the future."""
    if month.starts_at(zone) > now:
        raise BadField("%(month)s has not begun.", field="month", month=str(month))
    return month
