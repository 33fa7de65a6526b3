"""Tables with days as columns: people with shifts in the cells, posts with names in the cells, a calendar of weeks. Pure."""

from __future__ import annotations

from datetime import date

from hotline.base.http.problem import BadField
from routing.rosters.reader.block import Block
from routing.rosters.reader.cells import TableRow
from routing.rosters.reader.columns import aside, no_hours
from routing.rosters.reader.daycolumns import day_columns
from routing.rosters.reader.headers import ColumnHead, Kind, read_head
from routing.rosters.reader.hours import Hours
from routing.rosters.reader.legend import legend_of
from routing.rosters.reader.pieces import NamePiece
from routing.rosters.reader.plan import Reading, no_shift
from routing.rosters.reader.row_words import said_by
from routing.rosters.reader.weekdays import weekday_of
from routing.rosters.reader.words import ON, is_off, key_of


def read_grid(block: Block, reading: Reading) -> None:
    """Read a table whose columns are days, into `reading`; each cell that is not understood is refused by its name."""
    columns = day_columns(block, reading)
    if columns:
        Grid(block, reading, columns).read()


_BESIDE = frozenset({"department", "section", "phone", "aside"})


class Grid:
    """The rows of a table under its columns of days: people with shifts in the cells, or posts with names in the cells."""

    def __init__(self, block: Block, reading: Reading, columns: dict[int, list[date]]) -> None:
        self.block, self.reading, self.columns, self.roster = block, reading, columns, reading.roster
        width = max([len(block.heads), *(len(r.texts) for r in block.rows)])
        self.heads = {
            i: block.heads[i] if i < len(block.heads) else ColumnHead("") for i in range(width) if i not in columns
        }
        self.at: dict[Kind, int] = {h.kind: i for i, h in reversed(self.heads.items()) if h.kind}
        self.first = min(columns)
        self.people = "name" in self.at or self._holds_shifts()

    def _holds_shifts(self) -> bool:
        """Whether most cells under the days are shifts rather than names."""
        cells = [t for r in self.block.rows for i in self.columns if (t := r.text(i)) and not is_off(t)]
        labels = any(r.text(i) for r in self.block.rows for i in self.heads)
        return labels and sum(self.reading.words.knows(c) for c in cells) * 2 > len(cells)

    def read(self) -> None:
        """All rows, each with the department and the name above it where its own are blank."""
        department, name, named = self.reading.titled, "", set()
        for i, head in self.heads.items():
            if i > self.first and head.kind == "unknown" and not legend_of([head.text]):
                self.roster.refuse(
                    self.block.line,
                    i,
                    BadField(
                        "%(text)s stands among the days and is none: write a day, or call it 备注.",
                        field="date",
                        text=" ".join(head.text.split()),
                    ),
                )
        for row in self.block.rows:
            if not row.filled() and not any(row.text(i) for i in self.columns):
                continue
            department = self.roster.department(row, self.at.get("department"), department)
            for i, days in self.columns.items():
                if not days and row.text(i) and not is_off(row.text(i)):
                    self.roster.refuse(
                        row.line,
                        i,
                        BadField(
                            "%(text)s stands under a day that the month does not have.", field="date", text=row.text(i)
                        ),
                    )
            try:
                used = self._person(row, department, name) if self.people else self._post(row, department)
            except BadField as error:
                self.roster.refuse(row.line, None, error)
                continue
            name = used or name
            if used is not None and department not in named:
                named.add(department)
                self.roster.days |= {(department, d) for days in self.columns.values() for d in days}

    def _text(self, row: TableRow, kind: str) -> str:
        """The text of a row in the column of a kind; empty where the table has no such column."""
        return row.text(self.at[kind]) if kind in self.at else ""

    def _filled(self, row: TableRow) -> list[int]:
        """The columns of days in which somebody of the row is on duty."""
        return [i for i in self.columns if row.text(i) and not is_off(row.text(i))]

    def _person(self, row: TableRow, department: str, above: str) -> str | None:
        """Read a row of somebody's shifts. Returns the name, which holds for rows below it that have none; None where
        the row is no part of the plan.
        """
        column = self.at.get("name", next((i for i in self.heads if row.text(i) and not row.text(i).isdigit()), None))
        name = row.text(column) if column is not None else ""
        self._asides(row, column)
        if not name and "shift" in self.at and self._text(row, "shift"):
            name = above
        if not name:
            filled = self._filled(row)
            alone = not filled and bool(row.filled())
            if alone or not all(weekday_of(row.text(i)) for i in filled):
                raise BadField("The name is missing.", field="name")
            return None
        rank, hours = said_by(row, self.at, self.reading, shift="may be")
        pieces = (
            self.reading.pieces(TableRow(row.line, [name], [name]), 0)
            if column is None
            else self._pieces(row, column, name)
        )
        for i, days in self.columns.items():
            meaning = self._meaning(row, i, hours) if row.text(i) and days else None
            for day in days if meaning else []:
                self.reading.put(
                    row,
                    i,
                    department,
                    day,
                    pieces,
                    rank or "member",
                    meaning or (),
                    self._text(row, "section"),
                )
        return name

    def _pieces(self, row: TableRow, column: int, name: str) -> list[NamePiece]:
        """The person of a row; of the row above, where that name holds here."""
        own = row.text(column) == name
        return self.reading.pieces(row if own else TableRow(row.line, [name], [name]), column if own else 0)

    def _meaning(self, row: TableRow, column: int, own: Hours | None) -> Hours | None:
        """The hours of a cell; a sign without hours of its own takes those of the row. None: off duty, or refused."""
        text = row.text(column)
        try:
            found = self.reading.words.meaning(text)
            if found is None:
                raise no_shift(text)
        except BadField as error:
            self.roster.refuse(row.line, column, error)
            return None
        return own if found and own and key_of(text) in ON and key_of(text) not in self.reading.words.legend else found

    def _asides(self, row: TableRow, name: int | None) -> None:
        """Deal with the row's cells that are not read."""
        for i, head in self.heads.items():
            if i != name and head.kind in {"aside", "phone", "", "unknown", "post", "weekday"}:
                aside(row, i, ColumnHead("") if head.kind == "unknown" else head, self.reading)

    def _post(self, row: TableRow, department: str) -> str | None:
        """Read a row of a post with names under the days. Returns the post; None where the row is no part of the plan."""
        labels = [i for i, h in self.heads.items() if i < self.first and h.kind not in _BESIDE and row.text(i)]
        for i, head in self.heads.items():
            if i not in labels and head.kind not in {"department", "section"}:
                aside(row, i, ColumnHead("") if head.kind not in _BESIDE else head, self.reading)
        label = " ".join(dict.fromkeys(row.text(i) for i in labels))
        head = read_head(label, self.reading.words) if label else ColumnHead("post", "", "member")
        filled = self._filled(row)
        if head.kind in {"phone", "aside", "weekday"}:
            for i in filled:
                aside(row, i, ColumnHead("phone" if head.kind == "phone" else "aside"), self.reading)
            return None
        if not filled:
            if label and head.kind not in {"post", "name"}:
                self.roster.notes.append((row.line, label))
            return ""
        for i in labels:
            part = read_head(row.text(i), self.reading.words)
            if part.kind not in {"post", "name", "aside"} or (part.asks and head.asks):
                raise no_hours(" ".join(row.text(i).split()))
        for i in filled:
            pieces = self.reading.pieces(row, i)
            for day in self.columns[i]:
                self.reading.put(
                    row,
                    i,
                    department,
                    day,
                    pieces,
                    head.rank or "member",
                    head.hours or self.reading.words.usual,
                )
        return label
