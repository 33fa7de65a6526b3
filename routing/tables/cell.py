"""One cell: what it may hold, how it is written as text, how it is named in a message, and how it travels. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

#: What a cell holds. A time of day past 24 hours, or one written as `[h]:mm`, is a timedelta.
Value = str | int | float | bool | date | datetime | time | timedelta | None
#: As it travels between the two processes: plain JSON, and a pair [kind, text] for what JSON does not know.
Wire = str | int | float | bool | list[str] | None
#: What XML and the database forbid; tab and line feed stay.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: What nobody sees at the ends of a cell.
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f "
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number


def letters(column: int) -> str:
    """The name of a column as spreadsheets show it: 0 is A, 26 is AA."""
    found, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        found = chr(65 + digit) + found
    return found


def column_of(reference: str) -> int:
    """The column of a cell's name (`AB12`), from 0; -1 where it is no name."""
    found = 0
    for letter in reference:
        if not ("A" <= letter <= "Z"):
            break
        found = found * 26 + ord(letter) - 64
    return found - 1


def clean(text: str) -> str:
    """Words of a cell: line ends are line feeds, control characters are gone, nothing stands around them."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip().strip(_UNSEEN).strip()


def unescaped(text: str) -> str:
    """The words of a workbook with `_x000D_` and its kin as the characters that they stand for."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def text_of(value: Value) -> str:
    """A value as text: `2026-03-04`, `2026-03-04 08:00`, `08:00`, `24:00`, `12.1`, `7`, `TRUE`; nothing is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < _EXACT else f"{value:.15G}"
        case int():
            return str(value) if abs(value) < _EXACT else f"{value:.15G}"
        case str():
            return value


def to_wire(value: Value) -> Wire:
    """A value as JSON carries it."""
    match value:
        case datetime():
            return ["at", value.isoformat()]
        case date():
            return ["on", value.isoformat()]
        case time():
            return ["clock", value.isoformat()]
        case timedelta():
            return ["for", str(value.total_seconds())]
        case None | str() | int() | float():
            return value


def from_wire(value: Wire) -> Value:
    """What `to_wire` sent."""
    if not isinstance(value, list):
        return value
    kind, text = value
    if kind == "at":
        return datetime.fromisoformat(text)
    if kind == "on":
        return date.fromisoformat(text)
    if kind == "clock":
        return time.fromisoformat(text)
    return timedelta(seconds=float(text))
