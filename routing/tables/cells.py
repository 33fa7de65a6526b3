"""The cells of one sheet of a workbook: what each holds, or why it is refused; counted against the bounds while they come."""

from __future__ import annotations

from datetime import datetime

from hotline.base.http.problem import BadField
from routing.tables.bounds import Bounds, damaged, too_large, too_wide
from routing.tables.cell import Value, clean, column_of, letters, unescaped
from routing.tables.formats import Format, formatted, moment_of_serial
from routing.tables.lines import Lines
from routing.tables.package import Attributes, Reader
from routing.tables.workbook import Workbook

_PLAIN = Format()
_MERGED = 50_000


class Cells(Reader):
    """Reads sheetData. Rows go to `lines` as they come; merged ranges (top, left, bottom, right) are kept for the end."""

    def __init__(self, book: Workbook, bounds: Bounds, lines: Lines) -> None:
        self._book, self._bounds, self._lines = book, bounds, lines
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden = 0
        self._row = self._column = -1
        self._number = 0
        self._cells: dict[int, Value] = {}
        self._shown: dict[int, str] = {}
        self._hidden = self._formula = self._has_value = self._open = self._reading = False
        self._kind = ""
        self._style = _PLAIN
        self._parts: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._open = not self._reading
            self._has_value = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self._reading = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._open = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._reading = False

    def text(self, data: str) -> None:
        if self._open:
            self._parts.append(data)

    def _begin_row(self, attributes: Attributes) -> None:
        given = attributes.get("r", "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else self._number + 1
        if number <= self._number:
            raise damaged()
        self._number, self._column = number, -1
        self._cells, self._shown = {}, {}
        self._hidden = attributes.get("hidden", "0") in {"1", "true"}

    def _begin_cell(self, attributes: Attributes) -> None:
        given = attributes.get("r", "")
        column = column_of(given) if given else self._column + 1
        if column <= self._column:
            raise damaged()
        self._column = column
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "")
        known = self._book.formats
        self._style = known[int(style)] if style.isdigit() and int(style) < len(known) else _PLAIN
        self._formula = self._has_value = False
        self._parts = []

    def _end_cell(self) -> None:
        said = "".join(self._parts)
        name = f"{letters(self._column)}{self._number}"
        if self._formula and not said and (self._kind != "str" or not self._has_value):
            self._lines.refuse(self._number, _no_result(name))
            return
        value = self._value(said, name)
        if value is None or value == "":
            return
        if self._column >= self._bounds.columns:
            raise too_wide(name, self._bounds.columns)
        self._cells[self._column] = value

    def _value(self, said: str, name: str) -> Value:
        match self._kind:
            case "s":
                if not said:
                    return None
                if not said.isdigit() or int(said) >= len(self._book.strings):
                    raise damaged()
                return self._book.strings[int(said)]
            case "str" | "inlineStr":
                return clean(unescaped(said))
            case "b":
                return said.strip() in {"1", "true"} if said else None
            case "e":
                self._lines.refuse(self._number, _error(name, clean(said)))
                return None
            case "d":
                return self._iso(said.strip(), name)
            case _:
                return self._numeric(said.strip(), name)

    def _numeric(self, said: str, name: str) -> Value:
        if not said:
            return None
        try:
            number = float(said)
            whole = int(number)
            if self._style.day or self._style.clock or self._style.elapsed:
                return moment_of_serial(number, self._style, self._book.since_1904)
        except (ValueError, OverflowError):
            self._lines.refuse(self._number, _no_number(name, clean(said)))
            return None
        value: int | float = whole if whole == number else number
        picture = formatted(number, self._style)
        if picture is not None:
            self._shown[self._column] = picture
        return value

    def _iso(self, said: str, name: str) -> Value:
        try:
            found = datetime.fromisoformat(said).replace(tzinfo=None)
        except ValueError:
            self._lines.refuse(self._number, _no_number(name, clean(said)))
            return None
        return found if "T" in said else found.date()

    def _end_row(self) -> None:
        if not self._cells:
            return
        self.hidden += self._hidden
        width = max(self._cells) + 1
        self._lines.add(self._number, [self._cells.get(i) for i in range(width)], self._shown)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        if not last:
            return
        found = [column_of(part) for part in (first, last)]
        rows = [part.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for part in (first, last)]
        if min(found) < 0 or not all(row.isdigit() and len(row) < 8 for row in rows):
            raise damaged()
        self.merged.append((int(rows[0]), found[0], int(rows[1]), found[1]))
        if len(self.merged) > _MERGED:
            raise too_large()


def _no_result(cell: str) -> BadField:
    return BadField(
        "%(cell)s holds a formula without its result: open the file in the spreadsheet program and save it again.",
        field=cell,
        cell=cell,
    )


def _error(cell: str, text: str) -> BadField:
    return BadField("%(cell)s holds the error %(text)s: mend it or delete it.", field=cell, cell=cell, text=text)


def _no_number(cell: str, text: str) -> BadField:
    return BadField("%(cell)s holds %(text)s, which is no number, day or time.", field=cell, cell=cell, text=text)
