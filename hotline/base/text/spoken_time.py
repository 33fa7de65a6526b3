"""Dates and times as people say them in Chinese or English, in the office zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

_DAYS = "一二三四五六日"
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A moment in a sentence whose language is not known yet, put into words in the reader's language. `dated`: always
    with its date.
    """

    moment: datetime
    now: datetime
    zone: ZoneInfo
    dated: bool = False

    def named(self, language: str) -> str:
        """The moment in `language`, as `spoken_time` or `dated_time`."""
        if self.dated:
            return dated_time(self.moment, self.zone, language)
        return spoken_time(self.moment, self.now, self.zone, language)

    def __str__(self) -> str:
        return self.named("en")


def spoken_time(moment: datetime, now: datetime, zone: ZoneInfo, language: str = "zh") -> str:
    """A moment as a promise is spoken: `今天下午3:20`, `周五下午5点`, `12月8日周二下午5点`; a day in the next six by its name."""
    at, today = moment.astimezone(zone), now.astimezone(zone).date()
    ahead = (at.date() - today).days
    if language == "en":
        hour = at.strftime("%H:%M")
        if ahead == 0:
            return f"{hour} today"
        day = _DAYS_EN[at.weekday()]
        return f"{hour} on {day}" if 0 < ahead < 7 else f"{hour} on {day}, {at.day} {_MONTHS_EN[at.month - 1]}"
    clock = _clock(at)
    if ahead == 0:
        return f"今天{clock}"
    day = f"周{_DAYS[at.weekday()]}"
    return f"{day}{clock}" if 0 < ahead < 7 else f"{at.month}月{at.day}日{day}{clock}"


def dated_time(moment: datetime, zone: ZoneInfo, language: str = "zh") -> str:
    """A moment with its date, so that the sentence is right on whatever day it is read again: `12月8日周二下午5点`."""
    at = moment.astimezone(zone)
    if language == "en":
        return f"{at:%H:%M} on {_DAYS_EN[at.weekday()]}, {at.day} {_MONTHS_EN[at.month - 1]}"
    return f"{at.month}月{at.day}日周{_DAYS[at.weekday()]}{_clock(at)}"


def _clock(at: datetime) -> str:
    parts = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
    part = next(name for until, name in parts if at.hour < until)
    hour12 = at.hour if at.hour <= 12 else at.hour - 12
    return f"{part}{hour12}点" if at.minute == 0 else f"{part}{hour12}:{at.minute:02d}"
