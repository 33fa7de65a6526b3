"""What a number in a workbook means by its format: a day, a moment, a time, a span of hours, or a number as it is shown. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from routing.tables.cell import Value, text_of

_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 55, 56), "h:mm"),
    22: "yyyy-mm-dd h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    1: "0",
    2: "0.00",
    9: "0%",
    10: "0.00%",
}
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_SPACING = re.compile(r"[_*].")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_SHOWN = re.compile(r"^(?P<before>[^0#?.,%;@]*)(?P<whole>0+)(?:\.(?P<part>0+))?(?P<percent>%?)(?P<after>[^0#?.,%;@]*)$")
_LAST = 2_958_465  # the last day of the year 9999


@dataclass(frozen=True, slots=True)
class Format:
    """What a format makes of a number: `day` and `clock` (parts of a moment that it shows), `elapsed`, or a picture."""

    day: bool = False
    clock: bool = False
    elapsed: bool = False
    picture: re.Match[str] | None = None


def format_of(ident: int, codes: dict[int, str]) -> Format:
    """The format of a cell by its number; `codes` are those that the workbook brings."""
    code = codes.get(ident, _BUILT_IN.get(ident, "General")).split(";")[0]
    literal = _BRACKETS.sub("", _SPACING.sub("", code))
    bare = _QUOTED.sub("", literal).lower()
    if "general" in bare or not bare:
        return Format()
    if _ELAPSED.search(bare):
        return Format(elapsed=True)
    bare = re.sub(r"am/pm|a/p|上午/下午|e[+-]0+", lambda m: "h" if "/" in m[0] else "", bare)
    clock = bool(re.search(r"[hs]", bare))
    day = bool(re.search(r"[yd]|aaa|e", bare)) or ("m" in bare and not clock)
    if day or clock:
        return Format(day=day, clock=clock)
    return Format(picture=_SHOWN.match(_QUOTED.sub(lambda m: m[1] if m[1] is not None else m[2], literal)))


def formatted(number: float, how: Format) -> str | None:
    """A number as it is shown where that differs from the number: `007`, `12.10`, `D07`, `50%`; else None."""
    if how.picture is None or number < 0:
        return None
    before, whole, part, percent, after = (found or "" for found in how.picture.groups())
    scaled = number * 100 if percent else number
    width = len(whole) + (len(part) + 1 if part else 0)
    if abs(scaled - round(scaled, len(part))) > 1e-9 * max(1.0, abs(scaled)):
        return None  # it shows less than it holds
    said = f"{before}{scaled:0{width}.{len(part)}f}{percent}{after}"
    return said if said != text_of(number) else None


def moment_of_serial(number: float, how: Format, since_1904: bool) -> Value:
    """What a number is by a format of days or times. Raises ValueError where there is no such day."""
    seconds = round(number * 86_400)
    if how.elapsed:
        return timedelta(seconds=seconds)
    if how.clock and not how.day and 0 <= seconds <= 86_400:
        return timedelta(days=1) if seconds == 86_400 else time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if not 0 <= number < _LAST:
        raise ValueError(number)
    if since_1904:
        found = datetime(1904, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001 - a workbook knows no zone
    else:  # the program counts a 29 February 1900 that never was
        found = datetime(1899, 12, 30 + (number < 60)) + timedelta(seconds=seconds)  # noqa: DTZ001
    return found.date() if how.day and not how.clock and not seconds % 86_400 else found
