"""Hours as offices write them: `8:00-17:30`, `上午8点至下午5点半`, `20:00—次日8:00`, `0800-1730`; on a day, as spans. Pure.

What can be meant in two ways (`9:00-6:00`, `晚上8点-8点`) raises BadField that says how to write it; what is no hours is None.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from hotline.base.http.problem import BadField
from routing.rosters.reader.clock import DAY, WrittenTime, pattern, read_clock, written

#: Spans in minutes from the day's midnight on: (480, 1050), or (1200, 1920) into the next morning. None of them: off duty.
Hours = tuple[tuple[int, int], ...]
_LONGEST = 2 * DAY

_TO = r"(?:[-‐‑‒–—―─━−~〜∼∽→⇒>=]+|至|到|to)"
_SPAN = re.compile(rf"(?:从|自|由)?{pattern(1)}(?:起|开始)?{_TO}(?:次日(?=次日))?{pattern(2)}(?:止|结束|为止)?")
_BRACKETS = frozenset({"()", "[]", "【】", "〔〕", "{}"})
_BETWEEN = re.compile(r"[,、;/+&和及与|。]*")


def _doubt(text: str) -> BadField:
    """The refusal of hours that can be meant in two ways."""
    return BadField(
        "%(text)s can be meant in two ways: write it with 24 hours, and 次日 for the next day (20:00-次日08:00).",
        field="shift",
        text=text,
    )


def between(a: WrittenTime, b: WrittenTime, text: str) -> tuple[int, int]:
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


def _carried(a: WrittenTime, start: int, end: int, text: str) -> int:
    """The end of hours such as `下午2点-5点`, in which only the first time says the part of the day."""
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
    if said[:1] + said[-1:] in _BRACKETS:
        said = said[1:-1]
    found: list[tuple[int, int]] = []
    while at < len(said):
        match = _SPAN.match(said, at)
        if match is None:
            return None
        a, b = read_clock(match, 1), read_clock(match, 2)
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
    """Whether hours written as `8.30-12.30` could as well be days."""
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
    """Whether the n-th time is a number alone, without a sign or a word."""
    return not (match[f"unit{n}"] or match[f"hm{n}"] or match[f"per{n}"] or match[f"ap{n}"])


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
