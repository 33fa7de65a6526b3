"""A time of day as offices write it: `8:00`, `8:00:00`, `上午8点半`, `次日8时`, 24:00, a fraction of a day. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from routing.rosters.reader.cells import Value, kept_text, tight

DAY = 1440
_LONG = 200  # characters
_MORNING = ("上午", "早上", "早晨", "清晨", "早", "晨", "am", "a.m.")
_SMALL = ("凌晨",)
_NOON = ("中午", "正午", "午间")
_AFTERNOON = ("下午", "午后", "pm", "p.m.")
_DUSK = ("傍晚",)
_EVENING = ("晚上", "夜间", "夜里", "夜晚", "深夜", "晚间", "当晚", "晚", "夜")
_PERIODS = (*_MORNING, *_SMALL, *_NOON, *_AFTERNOON, *_DUSK, *_EVENING)
_PERIOD = "|".join(re.escape(p) for p in sorted(_PERIODS, key=len, reverse=True))
_NEXT = r"次日的?|翌日|第二[天日]的?|隔[天日]|明[天日]|次(?=[早晨上凌])|nextday"
_TODAY = r"当[天日](?!晚)|本日|同日"
_AFTER = r"\(?\+1[d天]?\)?|\((?:次日|翌日|第二[天日]|nextday)\)"


def pattern(n: int) -> str:
    """The regular expression of a time of day. The names of its groups end with `n`, so that one expression may hold
    two times.
    """
    return (
        rf"(?P<next{n}>{_NEXT})?(?:{_TODAY})?(?P<per{n}>{_PERIOD})?"
        rf"(?:(?P<hm{n}>[012]\d[0-5][05])(?!\d)|(?P<h{n}>\d{{1,2}})(?:(?P<unit{n}>[:.点时])(?:(?P<m{n}>\d{{2}})分?)?(?::(?P<s{n}>\d{{2}}))?)?)"
        rf"(?:点|时)?(?P<ap{n}>[ap]m|[ap]\.m\.)?(?P<after{n}>{_AFTER})?"
    )


_ONE = re.compile(pattern(1))
#: A space between two times of four digits, which are glued together without it.
_APART = re.compile(r"(?<=[^\d]\d{4})\s+(?=\d{4}(?!\d))")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SAID = re.compile(r"[零〇一二两三四五六七八九十]{1,4}(?=[点时分])|(?<=[点时])[零〇一二两三四五六七八九十]{1,4}")


def number_said(words: str) -> int | None:
    """`十七` as 17, `二十` as 20; None for what is no number below 100."""
    if "十" not in words:
        return int("".join(str(_DIGITS[c]) for c in words)) if all(c in _DIGITS for c in words) and words else None
    tens, _, ones = words.partition("十")
    if len(tens) > 1 or len(ones) > 1 or any(c not in _DIGITS for c in tens + ones):
        return None
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


@kept_text
def written(text: str) -> str:
    """The text in which hours are looked for: numbers in words as digits, 半 and 刻 as minutes."""
    text = tight(_APART.sub(",", text)).replace("小时", "\0")
    text = _SAID.sub(lambda m: str(n).zfill(2) if (n := number_said(m[0])) is not None else m[0], text)
    for said, minutes in (
        ("点钟", "点"),
        ("点整", "点"),
        ("时整", "时"),
        ("半", "30分"),
        ("1刻", "15分"),
        ("3刻", "45分"),
        ("一刻", "15分"),
        ("三刻", "45分"),
        ("01刻", "15分"),
        ("03刻", "45分"),
    ):
        text = text.replace(f"点{said}", f"点{minutes}") if said[-1] in "半刻" else text.replace(said, minutes)
    text = re.sub(r"(?<=[\d点时分])[一ー](?=\d|次|下|晚|早|上|凌)", "-", text)
    return text.replace("\0", "小时")


#: The parts of the day that a time may be said with; none was said: empty.
Part = Literal["", "morning", "small", "noon", "afternoon", "dusk", "evening"]


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time of day as it was written: minutes, whether of the next day, and which part of the day was said."""

    minutes: int
    tomorrow: bool = False
    part: Part = ""
    bare: bool = False


def _part(word: str) -> Part:
    """The part of the day that a word names."""
    parts: tuple[tuple[Part, Collection[str]], ...] = (
        ("morning", _MORNING),
        ("small", _SMALL),
        ("noon", _NOON),
        ("afternoon", _AFTERNOON),
        ("dusk", _DUSK),
    )
    for name, words in parts:
        if word in words:
            return name
    return "evening" if word in _EVENING else ""


def _in_part(hour: int, part: Part, english: bool) -> int | None:
    """The hour on the 24-hour clock (24 and more: after midnight); None where the words contradict each other."""
    match part:
        case "":
            return hour if hour <= 24 else None
        case "morning":
            return 0 if english and hour == 12 else hour if hour <= 12 else None
        case "small":
            return 0 if hour == 12 else hour if hour <= 6 else None
        case "noon":
            return hour if 11 <= hour <= 14 else hour + 12 if 1 <= hour <= 2 else None
        case "afternoon":
            return hour if 12 <= hour <= 23 else hour + 12 if 1 <= hour <= 11 else None
        case "dusk":
            return hour if 16 <= hour <= 20 else hour + 12 if 4 <= hour <= 8 else None
        case "evening":
            return hour + 24 if hour < 5 else hour + 12 if hour <= 12 else hour if 17 <= hour <= 24 else None


def read_clock(found: re.Match[str], n: int) -> WrittenTime | None:
    """The n-th time of day of a match; None where its words contradict each other."""
    names = ("per", "ap", "hm", "h", "m", "s", "unit", "next", "after")
    period, half, four, hours, minutes, seconds, unit, before, after = (found[f"{name}{n}"] for name in names)
    if period and half:
        return None
    word = period or half or ""
    hour = int(four[:2] if four else hours)
    minute = int(four[2:] if four else minutes or 0)
    if seconds not in {None, "00", "59"} or minute > 59:
        return None
    part = _part(word)
    there = _in_part(hour, part, word[:1] in {"a", "p"})
    if there is None or (there == 24 and not part and minute):
        return None
    in_all = there * 60 + minute + (1 if seconds == "59" else 0)
    return WrittenTime(in_all, bool(before or after), part, bare=not (unit or four or word))


def clock_of(value: Value) -> WrittenTime | None:
    """A cell of a column of times as a time of day, or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):  # 24:00 and more, as spreadsheets count days
        days = (value.date() - date(1899, 12, 31)).days
        return _typed(max(days, 0) * DAY + value.hour * 60 + value.minute, value.second) if value.year < 1901 else None
    if isinstance(value, time):
        return _typed(value.hour * 60 + value.minute, value.second)
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return _typed(seconds // 60, seconds % 60)
    if isinstance(value, str) and len(value) > _LONG:
        return None
    if isinstance(value, str) and not re.fullmatch(r"0?\.\d{4,}", value):
        match = _ONE.fullmatch(written(value).removesuffix("起").removesuffix("止"))
        return read_clock(match, 1) if match is not None else None
    if isinstance(value, int) and not isinstance(value, bool):
        return WrittenTime(value * 60) if value != 1 and 0 <= value <= 24 else None
    if isinstance(value, (float, str)) and 0 < float(value) < 1:
        seconds = round(float(value) * DAY * 60)
        return _typed(seconds // 60, seconds % 60)
    return (
        WrittenTime(int(value) * 60)
        if isinstance(value, float) and value.is_integer() and value != 1 and 0 <= value <= 24
        else None
    )


def _typed(minutes: int, seconds: int) -> WrittenTime | None:
    """A time that a workbook keeps as a number; a last second of 59 counts as the full minute."""
    if seconds not in {0, 59} or minutes > 2 * DAY:
        return None
    minutes += seconds == 59
    return WrittenTime(minutes - DAY, True) if minutes > DAY else WrittenTime(minutes)
