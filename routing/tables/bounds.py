"""Size limits of a table, checked while it is read, because a file's own statements about its size are not trusted.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotline.base.http.problem import BadField


class Unreadable(BadField):
    """A file that is no table, or too large a one; says what to do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`rows` that hold something (titles and header apart), `columns`, `cells` with the empty ones between them, unpacked
    `bytes`, `seconds` of time and `memory` in bytes of the process that reads."""

    rows: int
    columns: int
    cells: int
    bytes: int
    seconds: int
    memory: int


MB = 1024**2
#: Titles, a header of some lines, notes below the table: they do not count as rows.
AROUND = 50
#: A table sent with a form.
PAGE = Bounds(rows=20_000, columns=512, cells=2_000_000, bytes=64 * MB, seconds=20, memory=512 * MB)
#: A table given to a command: a county's years.
COMMAND = Bounds(rows=200_000, columns=512, cells=8_000_000, bytes=512 * MB, seconds=180, memory=2048 * MB)


def too_many_rows(most: int) -> Unreadable:
    return Unreadable("The table has more than %(most)s rows that hold something: divide it.", field="file", most=most)


def too_wide(cell: str, most: int) -> Unreadable:
    return Unreadable(
        "%(cell)s holds something to the right of column %(most)s: move or delete it.",
        field="file",
        cell=cell,
        most=most,
    )


def too_large() -> Unreadable:
    return Unreadable(
        "The table is too large when it is unpacked: copy the cells that matter into a new workbook and save it as .xlsx.",
        field="file",
    )


def damaged() -> Unreadable:
    return Unreadable(
        "The file is damaged: open it in the spreadsheet program and save it again as .xlsx.", field="file"
    )
