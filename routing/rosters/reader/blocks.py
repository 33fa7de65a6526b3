"""A sheet cut into tables: titles, header rows (of one or two lines), body rows and notes, as often as headers come again. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from routing.rosters.reader.block import Block, is_note, said_day
from routing.rosters.reader.cells import TableRow
from routing.rosters.reader.headrows import head_of, second
from routing.rosters.reader.words import TableWords

_DEEP = 20


def blocks_of(rows: Sequence[TableRow], words: TableWords) -> list[Block]:
    """The tables of a sheet, each with the titles above it."""
    found: list[Block] = []
    above: list[TableRow] = []
    n = 0
    while n < len(rows):
        row = rows[n]
        block = head_of(row, words, first=not found) if found or n < _DEEP else None
        if found and block is None and (long := _titles(rows, n, words)):
            above = list(rows[n : n + long])
            n += long
            continue
        if block is not None and not (found and not above and _repeats(found[-1], row)):
            n += 1 + second(block, rows[n + 1 : n + 3], words)
            block.titles = [t for r in above for t in {r.texts[i]: 0 for i in r.filled()}]
            above = []
            found.append(block)
            continue
        if found:
            (found[-1].notes if is_note(row) and not _dated(found[-1], row) else found[-1].rows).append(row)
            above = []
        else:
            above.append(row)
        n += 1
    return found


def _titles(rows: Sequence[TableRow], start: int, words: TableWords) -> int:
    """The number of title lines from `start` on: at most two lines of single cells that a header row follows; 0 where
    none does.
    """
    for n in range(start, min(start + 3, len(rows))):
        if n > start and head_of(rows[n], words, first=False) is not None:
            return n - start
        if len(rows[n].filled()) != 1:
            return 0
    return 0


def _dated(block: Block, row: TableRow) -> bool:
    """Whether a row has a day in the column of days, and so belongs to the table."""
    column = next(iter(block.columns("date", "when")), None)
    return column is not None and said_day(row, column) is not None


def _repeats(block: Block, row: TableRow) -> bool:
    """Whether a row repeats the table's own header, as it stands again on each printed page."""
    return (
        not block.days and not block.weekdays and [h.text for h in block.heads if h.text] == [t for t in row.texts if t]
    )
