"""Weekdays and feasts as offices write them beside days: 周二, （二）, Tue, 元旦. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from routing.rosters.reader.cells import plain_text

_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日", 1)} | {"天": 7}
_ENGLISH = {d: i for i, d in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}
_WEEK = re.compile(
    r"(?:星期|周|礼拜)([一二三四五六日天末])|(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|s|rs|nes|ur)?(?![a-z])\.?"
)
_IN = re.compile(r"\(([一二三四五六日天])\)")
_FEAST = re.compile(
    r"元旦节?|春节|除夕|(?:正月|大年|农历)?初[一二三四五六七]|清明节?|劳动节|端午节?|中秋节?|国庆节?|元宵节?|小年|腊八|冬至|立春|"
    r"法定|节假日|假期|放假|调休|补班|上班|双休日?|周末|工作日|节日|第[一二三四五六七\d]天"
)
FIXED = {
    "元旦": (1, 1),
    "元旦节": (1, 1),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "五一节": (5, 1),
    "国庆": (10, 1),
    "国庆节": (10, 1),
}


@lru_cache(maxsize=4096)
def weekday_of(text: str) -> int | None:
    """A cell of a weekday's column or row: 一, 周二, 星期日, Tue."""
    said = plain_text(text).strip("()")
    if said in _WEEKDAYS:
        return _WEEKDAYS[said]
    found = _WEEK.fullmatch(said)
    if found is None or found[1] == "末":
        return None
    return _WEEKDAYS[found[1]] if found[1] else _ENGLISH[found[2]]


def weekday_out(said: str) -> tuple[int | None, str]:
    """The weekday beside a day, if there is just one; and the rest."""
    found = [*_WEEK.finditer(said)]
    weekday = None
    if len(found) == 1 and found[0][1] != "末":
        weekday = _WEEKDAYS[found[0][1]] if found[0][1] else _ENGLISH[found[0][2]]
    said = _WEEK.sub(" ", said) if found else said
    if match := _IN.search(said):
        weekday, said = _WEEKDAYS[match[1]], _IN.sub(" ", said)
    elif match := re.search(r"(?<=[\d日号])\s+([一二三四五六日])$", said):
        weekday, said = _WEEKDAYS[match[1]], said[: match.start()]
    return weekday, re.sub(r"\(\s*[、,]?\s*\)", " ", said).strip()


def feast_out(said: str) -> tuple[str, str]:
    """The feast beside a day, and the rest."""
    if said in FIXED:
        return said, ""
    found = _FEAST.search(said)
    if found is None:
        return "", said
    return found[0], re.sub(r"\(\s*[、,]?\s*\)", " ", _FEAST.sub(" ", said)).strip(" ()、")
