"""Hours as offices write them: `8:00-17:30`, `上午8点至下午5点半`, `20:00—次日8:00`, `0800-1730`; on a day, as spans. Pure.

What can be meant in two ways (`9:00-6:00`, `晚上8点-8点`) raises BadField that says how to write it; what is no hours is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from hotline.base.problem import BadField
from routing.roster.cells import Value, kept, tight

#: Spans in minutes from the day's midnight on: (480, 1050), or (1200, 1920) into the next morning. None of them: off duty.
Hours = tuple[tuple[int, int], ...]
DAY = 1440
_LONGEST = 2 * DAY
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


def _clock(n: int) -> str:
    return (
        rf"(?P<next{n}>{_NEXT})?(?:{_TODAY})?(?P<per{n}>{_PERIOD})?"
        rf"(?:(?P<hm{n}>[012]\d[0-5][05])(?!\d)|(?P<h{n}>\d{{1,2}})(?:(?P<unit{n}>[:.点时])(?:(?P<m{n}>\d{{2}})分?)?(?::(?P<s{n}>\d{{2}}))?)?)"
        rf"(?:点|时)?(?P<ap{n}>[ap]m|[ap]\.m\.)?(?P<after{n}>{_AFTER})?"
    )


_TO = r"(?:[-‐‑‒–—―─━−~〜∼∽→⇒>=]+|至|到|to)"
_SPAN = re.compile(rf"(?:从|自|由)?{_clock(1)}(?:起|开始)?{_TO}(?:次日(?=次日))?{_clock(2)}(?:止|结束|为止)?")
_ONE = re.compile(_clock(1))
_BETWEEN = re.compile(r"[,、;/+&和及与|。]*")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SAID = re.compile(
    r"[零〇一二两三四五六七八九十]{1,4}(?=[点时分])|(?<=[点时])[零〇一二两三四五六七八九十]{1,4}"
)


def number_said(words: str) -> int | None:
    """`十七` as 17, `二十` as 20; None for what is no number below 100."""
    if "十" not in words:
        return (
            int("".join(str(_DIGITS[c]) for c in words))
            if all(c in _DIGITS for c in words) and words
            else None
        )
    tens, _, ones = words.partition("十")
    if len(tens) > 1 or len(ones) > 1 or any(c not in _DIGITS for c in tens + ones):
        return None
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


@kept
def written(text: str) -> str:
    """Hours as they are compared: numbers said in words as digits, 半 and 刻 as minutes."""
    text = tight(text).replace("小时", "\0")
    text = _SAID.sub(lambda m: str(n).zfill(2) if (n := number_said(m[0])) is not None else m[0], text)
    for said, minutes in (("点钟", "点"), ("点整", "点"), ("时整", "时"), ("半", "30分"), ("1刻", "15分"), ("3刻", "45分"),
                          ("一刻", "15分"), ("三刻", "45分"), ("01刻", "15分"), ("03刻", "45分")):  # fmt: skip
        text = (
            text.replace(f"点{said}", f"点{minutes}") if said[-1] in "半刻" else text.replace(said, minutes)
        )
    text = re.sub(r"(?<=[\d点时分])[一ー](?=\d|次|下|晚|早|上|凌)", "-", text)
    return text.replace("\0", "小时")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was written: minutes, whether of the next day, and which part of the day was said."""

    minutes: int
    tomorrow: bool = False
    part: str = ""
    bare: bool = False


def _doubt(text: str) -> BadField:
    return BadField(
        "%(text)s can be meant in two ways: write it with 24 hours, and 次日 for the next day (20:00-次日08:00).",
        field="shift", text=text,
    )  # fmt: skip


def _part(word: str) -> str:
    for name, words in (
        ("morning", _MORNING),
        ("small", _SMALL),
        ("noon", _NOON),
        ("afternoon", _AFTERNOON),
        ("dusk", _DUSK),
    ):
        if word in words:
            return name
    return "evening" if word in _EVENING else ""


def _in_part(hour: int, part: str, english: bool) -> int | None:
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
        case _:
            return hour + 24 if hour < 5 else hour + 12 if hour <= 12 else hour if 17 <= hour <= 24 else None


def _read(found: re.Match[str], n: int) -> Clock | None:
    said = {k: found[f"{k}{n}"] for k in ("next", "per", "hm", "h", "unit", "m", "s", "ap", "after")}
    if said["per"] and said["ap"]:
        return None
    word = said["per"] or said["ap"] or ""
    hour = int(said["hm"][:2] if said["hm"] else said["h"])
    minute = int(said["hm"][2:] if said["hm"] else said["m"] or 0)
    if said["s"] not in {None, "00", "59"} or minute > 59:
        return None
    part = _part(word)
    there = _in_part(hour, part, word[:1] in {"a", "p"})
    if there is None or (there == 24 and not part and minute):
        return None
    minutes = there * 60 + minute + (1 if said["s"] == "59" else 0)
    bare = not (said["unit"] or said["hm"] or word)
    return Clock(minutes, bool(said["next"] or said["after"]), part, bare)


def between(a: Clock, b: Clock, text: str) -> tuple[int, int]:
    """From one time of day to another, in minutes from the first day's midnight. Raises BadField: two meanings, or too long."""
    start, end = a.minutes + DAY * a.tomorrow, b.minutes + (1 if b.minutes % DAY == DAY - 1 else 0)
    if start >= DAY and not a.tomorrow:
        raise _doubt(text)
    if b.tomorrow:
        end += DAY if end < DAY or b.part != "evening" else 0
    elif a.tomorrow:
        end += DAY
    elif a.part and not b.part and end <= 12 * 60:
        end = _carried(a, start, end, text)
    elif end <= start:
        if not b.part and start < 13 * 60 and end not in {0, start}:
            raise _doubt(text)
        end += DAY
    elif b.part in {"afternoon", "dusk", "evening"} and not a.part and start < 6 * 60:
        raise _doubt(text)
    if not 0 < end - start <= _LONGEST:
        raise BadField(
            "%(text)s: the shift ends before it begins, or lasts more than two days.",
            field="shift",
            text=text,
        )
    return start, end


def _carried(a: Clock, start: int, end: int, text: str) -> int:
    """The end of `下午2点-5点`, whose part of the day was said only once."""
    later = end + 12 * 60
    if a.part in {"morning", "small"} and end > start:
        return end
    if a.part == "noon" and end > start:
        return end
    if a.part in {"noon", "afternoon"} and start < later <= 18 * 60 + 30:
        return later
    raise _doubt(text)


def hours_of(text: str, *, bare: bool = False) -> Hours | None:
    """One span or several as hours; None for other words. `bare`: `8-20` is hours here (behind a shift's name), and no date."""
    said, at = written(text), 0
    found: list[tuple[int, int]] = []
    while at < len(said):
        match = _SPAN.match(said, at)
        if match is None:
            return None
        a, b = _read(match, 1), _read(match, 2)
        if a is None or b is None or (not bare and ((a.bare and b.bare) or _like_days(match))):
            return None
        span = between(a, b, text)
        if found and span[0] < found[-1][1]:
            raise _doubt(text)
        found.append(span)
        rest = _BETWEEN.match(said, match.end())
        at = rest.end() if rest and match.end() < len(said) else match.end()
    return tuple(found) or None


def _like_days(match: re.Match[str]) -> bool:
    """Whether `8.30-12.30` could as well be days."""
    return all(
        match[f"unit{n}"] == "."
        and match[f"m{n}"]
        and int(match[f"h{n}"]) in range(1, 13)
        and int(match[f"m{n}"]) in range(1, 32)
        for n in (1, 2)
    )


def spans_in(text: str) -> list[tuple[int, int]]:
    """Where hours stand in a text that `written` made: from, to."""
    return [(m.start(), m.end()) for m in _SPAN.finditer(text) if not (_bare(m, 1) and _bare(m, 2))]


def _bare(match: re.Match[str], n: int) -> bool:
    return not (match[f"unit{n}"] or match[f"hm{n}"] or match[f"per{n}"] or match[f"ap{n}"])


def clock_of(value: Value) -> Clock | None:
    """A cell of a column of times as a time of day; None for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):  # 24:00 and more, as spreadsheets count days
        days = (value.date() - date(1899, 12, 31)).days
        return (
            _typed(max(days, 0) * DAY + value.hour * 60 + value.minute, value.second)
            if value.year < 1901
            else None
        )
    if isinstance(value, time):
        return _typed(value.hour * 60 + value.minute, value.second)
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return _typed(seconds // 60, seconds % 60)
    if isinstance(value, str) and len(value) > _LONG:
        return None
    if isinstance(value, str) and not re.fullmatch(r"0?\.\d{4,}", value):
        match = _ONE.fullmatch(written(value).removesuffix("起").removesuffix("止"))
        return _read(match, 1) if match is not None else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Clock(value * 60) if value != 1 and 0 <= value <= 24 else None
    if isinstance(value, (float, str)) and 0 < float(value) < 1:
        seconds = round(float(value) * DAY * 60)
        return _typed(seconds // 60, seconds % 60)
    return (
        Clock(int(value) * 60)
        if isinstance(value, float) and value.is_integer() and value != 1 and 0 <= value <= 24
        else None
    )


def _typed(minutes: int, seconds: int) -> Clock | None:
    if seconds not in {0, 59} or minutes > 2 * DAY:
        return None
    minutes += seconds == 59
    return Clock(minutes - DAY, True) if minutes > DAY else Clock(minutes)


def spans_on(hours: Hours, day: date, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """From … to of hours that begin on a day, local time."""
    midnight = datetime.combine(day, time(), zone)
    return [(midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)) for a, b in hours]


def said_of(hours: Hours) -> str:
    """Hours as a program says them: `08:00-17:30`, `20:00-次日08:00`."""

    def clock(minutes: int, past: bool) -> str:
        next_day = minutes > DAY or (minutes == DAY and past)
        minutes -= DAY if next_day else 0
        return f"{'次日' if next_day else ''}{minutes // 60:02d}:{minutes % 60:02d}"

    return ",".join(f"{clock(a, True)}-{clock(b, False)}" for a, b in hours)
