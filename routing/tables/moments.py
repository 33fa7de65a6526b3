"""Days and moments as people and programs write them; what could be two, or lacks its year, is none. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone

_DAY = r"(?P<y>\d{4})(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?|(?P<m3>\d{2})(?P<d3>\d{2}))"
_WEEKDAY = r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_HALF = r"(?P<half>上午|下午|中午|晚上|晚|早上|早|凌晨|傍晚|am|pm|a\.m\.|p\.m\.)?"
_CLOCK = r"(?P<h>\d{1,2})(?:(?::(?P<min>\d{1,2})(?::(?P<sec>\d{1,2})(?:[.,]\d{1,6})?)?)|(?:[时点](?:(?P<min2>\d{1,2})分?(?:(?P<sec2>\d{1,2})秒)?|(?P<hb>半)|整)?)|(?P<min3>\d{2})(?P<sec3>\d{2})?)"
_ZONE = r"(?P<zone>z|[+-]\d{2}:?\d{2})?"
_WHOLE = re.compile(rf"{_DAY}\s*{_WEEKDAY}(?:[t\s]*{_HALF}\s*{_CLOCK}\s*(?P<after>am|pm)?\s*{_ZONE})?")
_LATE = frozenset({"下午", "晚上", "晚", "傍晚", "pm", "p.m."})
_EARLY = frozenset({"凌晨", "am", "a.m."})
_NIGHT = frozenset({5, 6, 7, 8, 9, 10, 11, *range(17, 24)})
#: Which hours may follow a word; 晚上12点 could be either midnight, so it is none.
_HOURS = {
    "上午": range(13),
    "早上": range(3, 13),
    "早": range(3, 13),
    "凌晨": (*range(7), 12),
    "中午": (11, 12, 13, 14, 1, 2),
    "下午": (*range(1, 13), *range(13, 24)),
    "晚上": _NIGHT,
    "晚": _NIGHT,
    "傍晚": (4, 5, 6, 7, 8, 16, 17, 18, 19, 20),
    **dict.fromkeys(("am", "pm", "a.m.", "p.m."), range(1, 13)),
}


def moment_in(text: str) -> tuple[datetime, bool] | None:
    """The moment that a text is (without a zone: as it was written), and whether it names a time of day; or None.

    `2026-03-04 08:05`, `2026/3/4 8:05:30`, `2026.3.4`, `2026年3月4日（周三）下午3点半`, `20260304 0805`, `2026-03-04T00:05:00Z`;
    `24:00` is the midnight that ends the day. Neither `3/4/2026` nor `26-3-4` nor `3月4日`.
    """
    match = _WHOLE.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if match is None:
        return None
    year, month, day = (int(_said(match, *names)) for names in (("y",), ("m", "m2", "m3"), ("d", "d2", "d3")))
    try:
        date = datetime(year, month, day)  # noqa: DTZ001 - the zone is the caller's
    except ValueError:
        return None
    if not _said(match, "h"):
        return date, False
    clock = _clock(match)
    if clock is None:
        return None
    return _zoned(date + clock, _said(match, "zone")), True


def _said(match: re.Match[str], *names: str) -> str:
    """The first of these groups that took part; empty where none did."""
    return next((found for found in map(match.group, names) if found), "")


def _clock(match: re.Match[str]) -> timedelta | None:
    hours_said, half, after = _said(match, "h"), _said(match, "half"), _said(match, "after")
    hour = int(hours_said)
    minute = 30 if _said(match, "hb") else int(_said(match, "min", "min2", "min3") or 0)
    second = int(_said(match, "sec", "sec2", "sec3") or 0)
    if (half and after) or (_said(match, "min3") and len(hours_said) != 2):
        return None
    half = half or after
    hours = _HOURS.get(half)
    if hours is not None and hour not in hours:
        return None
    if (half in _LATE and hour < 12) or (half == "中午" and hour < 11):
        hour += 12
    elif half in _EARLY and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _zoned(at: datetime, zone: str) -> datetime:
    if not zone:
        return at
    if zone == "z":
        return at.replace(tzinfo=timezone.utc)  # noqa: UP017
    sign, hours, minutes = zone[0], int(zone[1:3]), int(zone[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return at.replace(tzinfo=timezone(-ahead if sign == "-" else ahead))
