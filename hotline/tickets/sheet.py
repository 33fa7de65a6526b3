"""Export of a list of tickets as CSV or XLSX, in which no cell is a formula. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Format = Literal["csv", "xlsx"]
MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What a spreadsheet takes for a formula when it stands first (also after spaces, and full-width).
_FORMULA = "=+-@＝＋－＠\t\r\n"
_LONGEST = 32_000


def without_formula(value: str) -> str:
    """A cell that is never a formula: one that would begin like one has an apostrophe before it. Pure."""
    kept = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    return f"'{kept}" if kept.lstrip(" \u3000\u00a0").startswith(tuple(_FORMULA)) or kept[:1] in set(_FORMULA) else kept


def export_file(kind: Format, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file; a CSV has the mark by which spreadsheets know UTF-8."""
    return _csv(head, rows) if kind == "csv" else _xlsx(head, rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([without_formula(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.freeze_panes = "A2"
    for row in (head, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(page, value=without_formula(value))
            cell.data_type = "s"
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
