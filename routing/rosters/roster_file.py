"""Rosters as offices keep them, whichever layout they have, read into shifts; each cell is understood or refused by row and column.

Lines (a day or a moment and a name in each row), days with posts, days with people and signs, a month of people by days, posts
by days, a calendar of weeks; titles above, headers of one or two rows, legends and notes below. Times of day are local.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, tzinfo

from hotline.base.http.problem import BadField
from routing.rosters.reader.block import Block
from routing.rosters.reader.blocks import blocks_of
from routing.rosters.reader.cells import Range, Value, rows_of, seen
from routing.rosters.reader.dayrows import read_day_rows
from routing.rosters.reader.days import frame_of
from routing.rosters.reader.grid import read_grid
from routing.rosters.reader.legend import legend_of
from routing.rosters.reader.plan import Reading, Roster, TableShift
from routing.rosters.reader.words import TableWords, key_of

__all__ = ["Roster", "TableShift", "read_roster"]
_DATES = r"(?:(?:20)?\d\d\s*年|\d{4}[./-])?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:[月./-]\s*份?)(?:\s*\d{1,2}\s*[日号]?)?|(?:20)\d\d\s*年度?|\d{1,2}[日号]|\([^)]*\)"
_LONGEST = 2000
_FEASTS = r"元旦|春节|国庆节?|中秋|端午|清明|五一|劳动节|假期|节假日|节日|期间|双节|小长假|第.{1,3}周|至|[-–—~、,。\s]"
_LEADING = re.compile(rf"^(?:附件\d*[:：]?|{_DATES}|{_FEASTS})+")
_WHEN = re.compile(
    rf"{_DATES}|{_FEASTS}|\(|值班|值守|排班|带班|工作专班|专班|安排|关于|一览|轮值|24小时|每周|应急|roster|duty"
)


def read_roster(
    rows: Sequence[tuple[int, Sequence[Value]]],
    zone: tzinfo,
    today: date | None = None,
    merged: Sequence[Range] = (),
    shown: Mapping[tuple[int, int], str] | None = None,
    *,
    sections: bool = True,
) -> Roster:
    """The shifts of a table. `today` finds the year where the table names none; `sections`: 科室 may be the department.

    Raises BadField where no header is found.
    """
    held = rows_of(rows, merged, shown)
    if long := next(((r.line, i) for r in held for i in r.filled() if len(r.texts[i]) > _LONGEST), None):
        roster = Roster()
        roster.refuse(*long, BadField("A cell of a roster has at most %(n)s characters.", field="file", n=_LONGEST))
        return roster
    roster = Roster()
    blocks = blocks_of(held, TableWords())
    try:
        words = TableWords(legend_of(_asides(blocks)), _seen(blocks))
    except BadField as error:
        line = next((r.line for b in blocks for r in b.notes), held[0].line if held else 1)
        roster.refuse(line, None, error)
        return roster
    blocks = blocks_of(held, words)
    if not blocks:
        raise BadField(
            "This is no roster: the columns department, name, from and to, a month of days, or a date with posts are needed.",
            field="name",
        )
    _read_blocks(blocks, roster, words, zone, today, sections=sections)
    return roster


def _read_blocks(
    blocks: Sequence[Block], roster: Roster, words: TableWords, zone: tzinfo, today: date | None, *, sections: bool
) -> None:
    """The shifts of all blocks, each under its titles and those above it."""
    titles: list[str] = []
    for block in blocks:
        titles = (
            block.titles if block is blocks[0] or frame_of(block.titles, None) is not None else [*titles, *block.titles]
        )
        titled = _titled(block.titles) or _titled(titles)
        roster.titled |= {titled}
        if sections and not titled and not block.columns("department"):
            block.heads = [replace(h, kind="department") if h.kind == "section" else h for h in block.heads]
        reading = Reading(roster, words, zone, frame_of(titles, today), titled)
        (read_grid if block.days or len(block.weekdays) >= 5 else read_day_rows)(block, reading)
        roster.notes += [(r.line, r.words()) for r in block.notes if r.filled()]


def _asides(blocks: Sequence[Block]) -> list[str]:
    """Where a legend may stand: in titles, in notes, in cells beside the table."""
    found = [t for b in blocks for t in b.titles] + [r.words() for b in blocks for r in b.notes]
    for block in blocks:
        wide = max(block.days) if block.days else max((i for i, h in enumerate(block.heads) if h.kind), default=0)
        found += [h.text for i, h in enumerate(block.heads) if block.days and i > wide]
        found += [t for r in block.rows for t in r.texts[wide + 1 :] if t]
        found += [h.text for h in block.heads if h.kind in {"shift", "title", "name"}]
    return found


def _seen(blocks: Sequence[Block]) -> frozenset[str]:
    return frozenset(key_of(t) for b in blocks for r in b.rows for t in r.texts if 0 < len(t) <= 4)


def _titled(titles: Sequence[str]) -> str:
    """The department that a title names: what stands before the month or 值班; or behind 单位:."""
    for title in titles:
        said = " ".join(seen(unicodedata.normalize("NFKC", title)).split())
        if match := re.search(r"(?:单位|部门)(?:名称)?(?:\(盖章\))?\s*:\s*([^\s:,;]+)", said):
            return match[1]
        if re.match(r"制表|填表|填报|日期|审核|备注|说明|注[:.]", said):
            continue
        name = _WHEN.split(_LEADING.sub("", said))[0].strip(" :、,-—·")
        if name and not name[0].isdigit() and len(name) <= 40:
            return name
    return ""
