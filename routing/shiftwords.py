"""What offices write in a roster for a shift: 白班, 夜, 全, `08:00-20:00`; on a day, as a span of time. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from hotline.grams import folded

RANKS = {"member": "member", "deputy": "deputy", "leader": "leader", "成员": "member", "组员": "member", "副组长": "deputy",
         "副班": "deputy", "副职": "deputy", "组长": "leader", "值班员": "member", "值班人员": "member", "值班人": "member", "工作人员": "member",
         "带班领导": "leader", "值班领导": "leader", "带班": "leader", "领导": "leader", "专班负责人": "leader", "负责人": "leader",
         "主班": "member"}  # fmt: skip

#: When a shift begins, and how many minutes it lasts.
Shift = tuple[time, int]
#: Offices with other hours write them into a legend (`白:07:30-19:30`).
_DAY, _NIGHT, _WHOLE = (time(8), 720), (time(20), 720), (time(8), 1440)
WORDS: Mapping[str, Shift] = {
    **dict.fromkeys(("白", "白班", "日", "日班", "昼", "昼班", "d", "day"), _DAY),
    **dict.fromkeys(("夜", "夜班", "晚", "晚班", "n", "night"), _NIGHT),
    **dict.fromkeys(
        (
            "全",
            "全天",
            "全日",
            "24小时",
            "24h",
            "24",
            "值",
            "值班",
            "班",
            "√",
            "✓",
            "✔",
            "●",
            "○",
            "a",
            "1",
            "x",
        ),
        _WHOLE,
    ),
    **dict.fromkeys(("早", "早班"), (time(8), 480)),
    **dict.fromkeys(("中", "中班"), (time(16), 480)),
    **dict.fromkeys(("后夜", "后夜班", "大夜", "大夜班"), (time(0), 480)),
    **dict.fromkeys(("前夜", "前夜班", "小夜", "小夜班"), (time(16), 480)),
}
#: Not on duty.
OFF = frozenset(
    {"", "休", "休息", "假", "休假", "年假", "病假", "轮休", "补休", "-", "—", "–", "/", "0", "off", "无"}
)
_HOURS = re.compile(
    r"^(\d{1,2})[:.时点](\d{2})?分?[-–—~至到]+(次日|翌日|第二天)?(\d{1,2})[:.时点](\d{2})?分?(?:\(\+1\))?$"
)
_LEGEND = re.compile(
    r"([^\s:=,,;；、()（）]{1,6})[:=]\s*(\d{1,2}:\d{2}\s*[-–—~至到]+\s*(?:次日|翌日)?\d{1,2}:\d{2})"
)


def hours_of(text: str) -> Shift | None:
    """`08:00-20:00`, `8:30至次日8:30` as a shift; the same hour twice is a whole day. None for other words."""
    match = _HOURS.match("".join(folded(text).split()))
    if match is None:
        return None
    start = int(match[1]) * 60 + int(match[2] or 0)
    end = int(match[4]) * 60 + int(match[5] or 0)
    if start >= 1440 or end > 1440:
        return None
    long = (end - start) % 1440 or 1440
    return time(start // 60, start % 60), long


def legend(text: str) -> dict[str, Shift]:
    """The shifts that a legend explains: `白:08:00-18:00 夜:18:00-次日08:00`."""
    found = {}
    for word, hours in _LEGEND.findall(folded(text)):
        span = hours_of(hours)
        if span is not None:
            found[word] = span
    return found


def shift_of(text: str, known: Mapping[str, Shift]) -> Shift | None:
    """What a cell or a column of shifts means; None: nothing that is known. `known`: the table's own legend, first."""
    word = folded(text).strip()
    return known.get(word) or WORDS.get(word) or hours_of(word)


def is_off(text: str) -> bool:
    """Whether a cell says that nobody is on duty."""
    return folded(text).strip() in OFF


def span_of(shift: Shift, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From … to of a shift that begins on a day, local time."""
    start = datetime.combine(day, shift[0], zone)
    return start, start + timedelta(minutes=shift[1])
