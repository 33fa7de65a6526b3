"""The header rows of a table: columns of days, of posts or of both; a second row of weekdays, days or posts below. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hotline.base.http.problem import BadField
from routing.rosters.reader.block import Block, said_day
from routing.rosters.reader.cells import TableRow
from routing.rosters.reader.headers import ColumnHead, read_head
from routing.rosters.reader.marks import DayMarks
from routing.rosters.reader.weekdays import weekday_of
from routing.rosters.reader.words import TableWords


def _day_cells(row: TableRow) -> dict[int, DayMarks]:
    """The cells of a row that name days, by column."""
    return {i: s for i in row.filled() if (s := said_day(row, i)) is not None and s.marks[0].days}


def _runs(days: dict[int, DayMarks]) -> bool:
    """Whether the day cells of a row count upward, as in 1 2 3 … or 29 30 31 1 …; a row of other numbers does not."""
    firsts = [s.marks[0] for s in days.values()]
    steps = sum(
        b.days[0] == a.days[0] + 1 or (b.days[0] == 1 and a.days[0] >= 28) or b.days[-1] == a.days[0] + 1
        for a, b in pairwise(firsts)
    )
    return len(firsts) >= 3 and steps >= len(firsts) - 2


def head_of(row: TableRow, words: TableWords, *, first: bool = True) -> Block | None:
    """The table that a row begins, where it is a header; None where it is not. `first` false: a header stands above
    already, so that a row that names a person is no header.
    """
    heads = [_head(row, i, words) for i in range(len(row.texts))]
    days = _day_cells(row)
    weekdays = {
        i: w
        for i in row.filled()
        if i not in days and (w := weekday_of(row.text(i))) is not None and len(row.text(i)) > 1
    }
    known = [
        h
        for i, h in enumerate(heads)
        if h.kind not in {"", "unknown", "phone"} and i not in days and row.copies.get(i, i) == i
    ]
    named = {h.kind for h in known}
    label = heads[row.filled()[0]].kind if row.filled() and row.filled()[0] not in days else ""
    if not first and label == "unknown":
        return None
    if len(days) >= 2 and (
        "name" in named or _runs(days) or (named & {"title", "shift", "date", "when", "department"})
    ):
        return Block([], [ColumnHead("", h.text) if i in days else h for i, h in enumerate(heads)], row.line, days=days)
    if len(weekdays) >= 5 and not named & {"from"}:
        return Block([], heads, row.line, weekdays=weekdays)
    wide = len(known) >= 2 or (named == {"date"} and len(row.filled()) >= 2)
    if wide and named & {"date", "when", "from", "weekday"} and not days:
        return Block([], heads, row.line)
    return None


def _head(row: TableRow, column: int, words: TableWords) -> ColumnHead:
    """What the column under a header cell holds; `unknown` where its hours have two meanings."""
    try:
        head = read_head(row.text(column), words)
    except BadField:
        return ColumnHead("unknown", row.text(column))
    if row.copies.get(column, column) != column and head.kind not in {"post", "unknown", "name"}:
        return ColumnHead("")
    return head


def second(block: Block, following: Sequence[TableRow], words: TableWords) -> int:
    """How many rows below the first belong to the header too: weekdays under days, days under weekdays, posts under
    groups of posts.
    """
    if not following:
        return 0
    row = following[0]
    days = _day_cells(row)
    if block.weekdays:
        if len(days) >= 2 and set(days) <= set(block.weekdays) | set(days):
            block.days = days
            block.heads = [ColumnHead("") if i in days else h for i, h in enumerate(block.heads)]
            return 1
        return 0
    if block.days:
        week = {i: w for i in block.days if (w := weekday_of(row.text(i))) is not None}
        others = [i for i in row.filled() if i not in block.days]
        if len(week) * 2 > len(block.days) and all(
            _head(row, i, words).kind in {"weekday", "name", ""} or i in row.copies for i in others
        ):
            block.weekdays = week
            for i in others:
                if block.heads[i].kind == "" and (head := _head(row, i, words)).kind == "name":
                    block.heads[i] = head
            return 1
        return 0
    return _deeper(block, row, words)


def _deeper(block: Block, row: TableRow, words: TableWords) -> int:
    """1 where the row holds posts under groups of posts (`白班 | 夜班` under `带班 | 值班员`), which its columns then take;
    else 0.
    """
    column = next(iter(block.columns("date", "when", "from", "weekday")))
    if said_day(row, column) is not None or not row.filled():
        return 0
    below = {i: _head(row, i, words) for i in range(len(row.texts)) if row.text(i)}
    own = {
        i: h
        for i, h in below.items()
        if i not in row.copies or row.text(i) != (block.heads[i].text if i < len(block.heads) else "")
    }
    if not own or any(h.kind in {"unknown", "date"} for h in own.values()):
        return 0
    block.heads += [ColumnHead("")] * (len(row.texts) - len(block.heads))
    last = ""
    for i, head in enumerate(block.heads):
        last = head.text or (last if i in own else "")
        if i in own and own[i].kind == "phone":
            block.heads[i] = own[i]
        elif i in own and last and own[i].text != last:
            joined = read_head(f"{last} {own[i].text}" if own[i].kind != "name" else last, words)
            block.heads[i] = joined if joined.kind in {"post", "name"} else own[i]
        elif i in own:
            block.heads[i] = own[i]
    return 1
