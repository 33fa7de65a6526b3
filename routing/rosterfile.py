"""Rosters as offices keep them, in three layouts: lines; a month matrix (names × days); days × posts.

Lines: 单位 姓名 开始 结束 [级别], or 单位 姓名 日期 班次 [级别] (班次 a word or `08:00-20:00`), or 日期 with 开始 and 结束 as hours.
Matrix: 单位 姓名 [级别] 1 2 3 … 31, a word or letter in each cell; the month from a title (`2026年12月值班表`) or the headers.
Posts: 日期, then columns like 带班领导, 白班, 夜班 with names in the cells. A department left blank is the one above, or the title's.
A legend (`白:07:30-19:30`) anywhere in the table says what its words mean. Times of day are local, like the office's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from hotline.base.problem import BadField
from hotline.grams import folded
from routing.shiftwords import RANKS, WORDS, Shift, hours_of, is_off, legend, shift_of, span_of
from routing.tables import padded, read_day, read_moment

_COLUMNS = {
    "department": ("department", "单位", "部门", "承办单位", "单位名称", "科室", "专班"),
    "name": ("name", "姓名", "值班人员姓名", "人员", "person"),
    "from": ("from", "开始", "开始时间", "起", "起始时间", "上班时间"),
    "to": ("to", "结束", "结束时间", "止", "截止时间", "下班时间"),
    "rank": ("rank", "级别", "职务", "身份", "角色", "岗位"),
    "date": ("date", "日期", "值班日期", "day"),
    "shift": ("shift", "班次", "班别", "值班时段", "时段"),
}
_OURS = {word: ours for ours, words in _COLUMNS.items() for word in words}
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?")
_DAY = re.compile(r"^(?:(\d{1,2})[月/.-])?(\d{1,2})[日号]?(?:[(（周星].*)?$")
_NAMES = re.compile(r"[、,，;；/\s]+")
_DEEP = 12  # the header stands in one of the first rows


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift as a table gives it: department and person by what they are called there."""

    line: int
    department: str
    name: str
    rank: str
    from_at: datetime
    to_at: datetime


@dataclass(slots=True)
class Roster:
    """A table read: its shifts, what was refused (line, why); `days`: the plan of these days is whole (matrix, posts)."""

    duties: list[Duty] = field(default_factory=list)
    refused: list[tuple[int, BadField]] = field(default_factory=list)
    days: tuple[date, date] | None = None


Rows = Sequence[tuple[int, list[str]]]


def read_roster(rows: Rows, zone: tzinfo) -> Roster:
    """The shifts of a table in whichever layout it has. Raises BadField where no header row is found. Pure."""
    known: dict[str, Shift] = {}
    for _, cells in rows:
        for cell in cells:
            known |= legend(cell)
    for place, (_, cells) in enumerate(rows[:_DEEP]):
        names = [_OURS.get(folded(c).strip().replace(" ", "_"), "") for c in cells]
        title = " ".join(c for _, above in rows[:place] for c in above if c)
        body = rows[place + 1 :]
        if "name" in names and ("date" in names or "from" in names):
            return _lines(names, body, zone, known)
        if "name" in names:
            return _matrix(names, cells, title, body, zone, known)
        if "date" in names:
            return _posts(names, cells, title, body, zone, known)
    raise BadField(
        "This is no roster: the columns department, name, from and to, a month of days, or a date with posts are needed.",
        field="name",
    )


def _lines(names: Sequence[str], body: Rows, zone: tzinfo, known: Mapping[str, Shift]) -> Roster:
    found, above = Roster(), ""
    for line, cells in body:
        row = {n: cells[i] if i < len(cells) else "" for i, n in enumerate(names) if n}
        if not row.get("name") and _is_note(cells):
            continue
        above = row.get("department") or above
        try:
            start, end = _span(row, zone, known)
            found.duties.append(Duty(line, above, row["name"], _rank(row.get("rank", "")), start, end))
        except BadField as error:
            found.refused.append((line, error))
    return found


def _span(row: Mapping[str, str], zone: tzinfo, known: Mapping[str, Shift]) -> tuple[datetime, datetime]:
    if not row.get("date"):
        start, end = (read_moment(row.get(n, ""), zone, n) for n in ("from", "to"))
        if end <= start:
            raise BadField("to: the shift ends before it begins", field="to")
        return start, end
    day = read_day(row["date"], "date")
    if row.get("from") or row.get("to"):
        hours = hours_of(f"{_clock(row.get('from', ''))}-{_clock(row.get('to', ''))}")
        if hours is None:
            raise BadField(
                "%(start)s to %(end)s are no hours of a day.",
                field="from",
                start=row.get("from"),
                end=row.get("to"),
            )
        return span_of(hours, day, zone)
    shift = shift_of(row.get("shift") or "全天", known)
    if shift is None:
        raise _no_shift(row.get("shift", ""))
    return span_of(shift, day, zone)


def _no_shift(word: str, day: date | None = None) -> BadField:
    said = f"{day:%m-%d} {word}" if day is not None else word
    return BadField(
        "%(word)s is no shift that is known; write the hours (08:00-20:00).", field="shift", word=said
    )


def _no_day(text: str) -> BadField:
    return BadField("%(text)s is no day of the month.", field="date", text=text)


def _clock(text: str) -> str:
    return padded(text)[-5:] if len(text) > 5 else text


def _rank(text: str) -> str:
    rank = RANKS.get(folded(text).strip() or "member")
    if rank is None:
        raise BadField("%(text)s is not member, deputy or leader.", field="rank", text=text)
    return rank


def _is_note(cells: Sequence[str]) -> bool:
    """A row of remarks or a legend below the table, rather than a line with its name left out."""
    text = " ".join(c for c in cells if c)
    return bool(legend(text)) or text.startswith(("备注", "说明", "注", "制表", "审核", "填表"))


def _matrix(
    names: Sequence[str],
    header: Sequence[str],
    title: str,
    body: Rows,
    zone: tzinfo,
    known: Mapping[str, Shift],
) -> Roster:
    days = _days(header, names, title)
    found = Roster(days=(min(days.values()), max(days.values())))
    above = _titled(title)
    for line, cells in body:
        row = {n: cells[i] if i < len(cells) else "" for i, n in enumerate(names) if n}
        if not row.get("name"):
            if not _is_note(cells) and any(not is_off(cells[i]) for i in days if i < len(cells)):
                found.refused.append((line, BadField("%(column)s is empty.", field="name", column="name")))
            continue
        above = row.get("department") or above
        try:
            rank = _rank(row.get("rank", ""))
        except BadField as error:
            found.refused.append((line, error))
            continue
        for i, day in days.items():
            word = cells[i] if i < len(cells) else ""
            if is_off(word):
                continue
            shift = shift_of(word, known)
            if shift is None:
                found.refused.append((line, _no_shift(word, day)))
                continue
            found.duties.append(Duty(line, above, row["name"], rank, *span_of(shift, day, zone)))
    return found


def _days(header: Sequence[str], names: Sequence[str], title: str) -> dict[int, date]:
    """Which column is which day. Raises BadField."""
    month = _MONTH.search(title)
    found: dict[int, date] = {}
    for i, cell in enumerate(header):
        if i < len(names) and names[i]:
            continue
        text = folded(cell).strip()
        try:
            if _MONTH.match(text):
                found[i] = read_day(text, "date")
            elif (match := _DAY.match(text)) is not None:
                if month is None:
                    raise BadField("The month is missing: write it above the table (2026-12).", field="date")
                found[i] = date(int(month[1]), int(match[1] or month[2]), int(match[2]))
        except ValueError as error:
            if not match or int(match[2]) <= 31:  # columns 29 to 31 of a shorter month stay empty
                continue
            raise _no_day(cell) from error
    if not found:
        raise BadField("No column is a day: 1 to 31, or dates.", field="date")
    return found


def _titled(title: str) -> str:
    """The department that a title names: what stands before the month or 值班."""
    return _MONTH.split(title.split("值班")[0])[0].strip(" ：:　") if title else ""


def _posts(
    names: Sequence[str],
    header: Sequence[str],
    title: str,
    body: Rows,
    zone: tzinfo,
    known: Mapping[str, Shift],
) -> Roster:
    posts: dict[int, tuple[str, Shift]] = {}
    for i, cell in enumerate(header):
        text = folded(cell).strip()
        if text in RANKS:
            posts[i] = (RANKS[text], known.get("全天", WORDS["全天"]))
        elif (shift := shift_of(text, known)) is not None:
            posts[i] = ("member", shift)
    if not posts:
        raise BadField(
            "No column is a post: a leader, a member, a day or night shift, or hours.", field="shift"
        )
    found, above, days = Roster(), _titled(title), []
    month = _MONTH.search(title)
    for line, cells in body:
        row = {n: cells[i] if i < len(cells) else "" for i, n in enumerate(names) if n}
        if not row.get("date") and _is_note(cells):
            continue
        above = row.get("department") or above
        try:
            day = _day(row.get("date", ""), month)
        except BadField as error:
            found.refused.append((line, error))
            continue
        days.append(day)
        for i, (rank, shift) in posts.items():
            text = cells[i] if i < len(cells) else ""
            for name in (n for n in _NAMES.split(text) if n and not is_off(n)):
                found.duties.append(Duty(line, above, name, rank, *span_of(shift, day, zone)))
    found.days = (min(days), max(days)) if days else None
    return found


def _day(text: str, month: re.Match[str] | None) -> date:
    match = _DAY.match(folded(text).strip())
    if match is not None and month is not None:
        try:
            return date(int(month[1]), int(match[1] or month[2]), int(match[2]))
        except ValueError as error:
            raise _no_day(text) from error
    return read_day(text, "date")
