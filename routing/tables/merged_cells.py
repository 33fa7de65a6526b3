"""Merged cells: what stands in the first one holds for those below it; across columns nobody can say what it means. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from hotline.base.http.problem import BadField
from routing.tables.bounds import too_large
from routing.tables.cell import Value, letters
from routing.tables.reader import Sheet

_MOST = 2_000_000


def filled_down(sheet: Sheet) -> list[tuple[int, list[Value]]]:
    """The rows with the value of cells that were merged downwards in each row that they cover. Raises Unreadable: too many."""
    rows = [(line, list(cells)) for line, cells in sheet.rows]
    lines, done = [line for line, _ in rows], 0
    for top, left, bottom, right in sheet.merged:
        first = bisect_left(lines, top)
        if left != right or first == len(rows) or lines[first] != top or left >= len(rows[first][1]):
            continue
        value = rows[first][1][left]
        for place in range(first + 1, bisect_right(lines, bottom)):
            done += 1
            if done > _MOST:
                raise too_large()
            cells = rows[place][1]
            cells.extend([None] * (left + 1 - len(cells)))
            cells[left] = value
    return rows


def merged_across(sheet: Sheet, below: int) -> Iterator[tuple[int, BadField]]:
    """Cells merged across columns that hold something, below a line; each with why it is refused."""
    at = dict(sheet.rows)
    for top, left, bottom, right in sheet.merged:
        cells = at.get(top, [])
        if top > below and left < right and left < len(cells) and cells[left] is not None:
            where = f"{letters(left)}{top}:{letters(right)}{bottom}"
            yield (
                top,
                BadField(
                    "%(cell)s are merged across columns: undo that and write in each cell what holds there.",
                    field="file",
                    cell=where,
                ),
            )
