"""Tables with a day, or a moment, in each row: lines with names, days with posts, days with people and signs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from hotline.base.http.problem import BadField
from routing.rosters.reader.block import Block
from routing.rosters.reader.cells import TableRow, letters, tight
from routing.rosters.reader.columns import aside, refuse_unknown, settled
from routing.rosters.reader.headers import ColumnHead, Kind
from routing.rosters.reader.hours import Hours, said_of
from routing.rosters.reader.moments import moment_in, span_between
from routing.rosters.reader.pieces import beside
from routing.rosters.reader.plan import Reading, TableShift, no_shift
from routing.rosters.reader.row_words import said_by
from routing.rosters.reader.rowdays import row_days
from routing.rosters.reader.weekdays import weekday_of

_DITTO = frozenset({"〃", "″", "同上", "''", '"', "同前"})
_ENDS: tuple[Literal["from"], Literal["to"]] = ("from", "to")


def read_day_rows(block: Block, reading: Reading) -> None:
    """Read a table whose rows are days, into `reading`; each cell that is not understood is refused by its name."""
    width = max([len(block.heads), *(len(r.texts) for r in block.rows)])
    heads = {i: block.heads[i] if i < len(block.heads) else ColumnHead("") for i in range(width)}
    dates = [i for i, h in heads.items() if h.kind == "date"]
    for i in dates[1:]:
        if all(weekday_of(r.text(i)) for r in block.rows if r.text(i)):
            heads[i] = ColumnHead("weekday", heads[i].text)
    dates = [i for i in dates if heads[i].kind == "date"]
    if len(dates) < 2:
        DayRows(block, reading, heads).read()
        return
    for n, first in enumerate(dates):  # two halves of a month side by side
        last = dates[n + 1] if n + 1 < len(dates) else width
        mine = [i for i in range(dates[0]) if heads[i].kind in {"department", "aside"} or n == 0] + [
            *range(first, last)
        ]
        DayRows(block, reading, {i: heads[i] for i in mine}).read()


class DayRows:
    """The rows of a table under its columns, or under one group of them where a sheet has two lists side by side."""

    def __init__(self, block: Block, reading: Reading, heads: dict[int, ColumnHead]) -> None:
        self.line, self.reading, self.roster = block.line, reading, reading.roster
        self.rows = [r for r in block.rows if any(r.text(i) for i in heads)]
        dated = any(h.kind == "date" for h in heads.values())
        self.heads = {i: settled(i, h, self.rows, dated) for i, h in heads.items()}
        self.at: dict[Kind, int] = {kind: i for i, h in reversed(self.heads.items()) if (kind := h.kind)}
        if "date" not in self.at and "from" not in self.at and "weekday" in self.at:
            self.at["date"] = self.at.pop("weekday")
        self.timed = bool({"shift", "from", "to"} & set(self.at))
        self.last: dict[int, str] = {}
        self.given: dict[tuple[str, date, int], tuple[int, int]] = {}

    def read(self) -> None:
        """Read all rows; where a row's own department or day is blank, that of the row above holds."""
        if not refuse_unknown(self.heads, self.rows, self.line, self.reading, timed=self.timed):
            return
        days = row_days(self.rows, self.at, self.reading)
        above, before, own = self.reading.titled, None, 0
        for row in self.rows:
            above = self.roster.department(row, self.at.get("department"), above)
            if row.line in days:
                before, column = days[row.line], self.at["date"]
                own = own if row.copies.get(column) == column else row.line  # a day merged down is one
            if before is None and "date" in self.at and row.line in days:
                continue
            try:
                self._row(row, above, before, own)
            except BadField as error:
                self.roster.refuse(row.line, None, error)

    def _text(self, row: TableRow, kind: str) -> str:
        """The text of a row in the column of a kind; empty where the table has no such column."""
        return row.text(self.at[kind]) if kind in self.at else ""

    def _row(self, row: TableRow, department: str, days: list[date] | None, own: int) -> None:
        """Read one row: its posts, its names, its signs, or its beginning and end."""
        for column, head in self.heads.items():
            if head.kind in {"aside", "phone", ""}:
                aside(row, column, head, self.reading)
            elif head.kind == "weekday" and column != self.at.get("date") and weekday_of(row.text(column)) is None:
                aside(row, column, ColumnHead("aside"), self.reading)
        if "from" in self.at and "to" in self.at and (self._text(row, "from") or self._text(row, "to")):
            self._timed(row, department, days)
            return
        if days is None:
            raise BadField("The day is missing.", field="date")
        rank, hours = said_by(row, self.at, self.reading, shift="needed")
        self._named(row)
        row = self._repeated(row)
        for day in days:
            self.roster.days.add((department, day))
            self._posts(row, department, day, own, rank, hours)

    def _repeated(self, row: TableRow) -> TableRow:
        """The row with what stands above in place of 同上 and its like."""
        texts = list(row.texts)
        for column, head in self.heads.items():
            if head.kind in {"post", "name"} and tight(row.text(column)) in _DITTO and column in self.last:
                texts[column] = self.last[column]
            if head.kind in {"post", "name"} and row.text(column):
                self.last[column] = texts[column]
        return replace(row, texts=texts)

    def _named(self, row: TableRow) -> None:
        """See that a row of a list has a name. Raises BadField."""
        if "name" in self.at and "post" not in self.at and not self._text(row, "name"):
            raise BadField(
                "The name is missing.",
                field="name",
                cell=f"{letters(self.at['name'])}{row.line}",
            )

    def _posts(self, row: TableRow, department: str, day: date, own: int, rank: str, hours: Hours | None) -> None:
        """Put each name of the row on duty in its post, with the hours of the post, else of the row, else the
        usual ones.
        """
        usual = self.reading.words.usual
        for column, head in self.heads.items():
            if not row.text(column):
                continue
            if head.kind in {"post", "name"}:
                pieces = self.reading.pieces(row, column)
                mine = head.hours or (hours if hours is not None else usual)
                self._once(
                    row,
                    department,
                    day,
                    column,
                    own,
                    bool(pieces) and "name" not in self.at and not self.timed,
                )
                self.reading.put(
                    row,
                    column,
                    department,
                    day,
                    pieces,
                    head.rank or rank or "member",
                    mine,
                    self._text(row, "section"),
                )
            elif head.kind == "unknown":
                self._sign(row, column, head, department, day)

    def _once(self, row: TableRow, department: str, day: date, column: int, own: int, held: bool) -> None:
        """Refuse a post that a second row fills for the same day."""
        line, whose = self.given.setdefault((department, day, column), (row.line, own)) if held else (row.line, own)
        if line != row.line and whose != own:
            self.roster.refuse(
                row.line,
                column,
                BadField(
                    "%(day)s stands in row %(line)s already: one of both is wrong.",
                    field="date",
                    day=day.isoformat(),
                    line=line,
                ),
            )

    def _sign(self, row: TableRow, column: int, head: ColumnHead, department: str, day: date) -> None:
        """Put the person of a column on duty where the cell below holds a shift or a sign."""
        try:
            hours = self.reading.words.meaning(row.text(column))
            if hours is None:
                raise no_shift(row.text(column))
        except BadField as error:
            self.roster.refuse(row.line, column, error)
            return
        person = TableRow(row.line, [head.text], [head.text])
        self.reading.put(row, column, department, day, self.reading.pieces(person, 0), "member", hours)

    def _timed(self, row: TableRow, department: str, days: list[date] | None) -> None:
        """Read a row of a list with 开始 and 结束: two moments, or two times of the row's day."""
        start, end = (moment_in(row, self.at, n, self.reading) for n in _ENDS)
        rank, _ = said_by(row, self.at, self.reading, shift="not read")
        text = f"{self._text(row, 'from')}-{self._text(row, 'to')}"
        self._named(row)
        each: Sequence[date | None] = days if days is not None and start.day is None else [None]
        for day in each:
            span = span_between(start, end, day, self.reading.zone, text)
            self._put_span(row, department, span, rank)

    def _put_span(self, row: TableRow, department: str, span: tuple[datetime, datetime], rank: str) -> None:
        """Put each name of the row on duty from one moment to another, and name the days between as planned."""
        first = span[0].astimezone(self.reading.zone).date()
        for n in range(max(1, -((span[0] - span[1]) // timedelta(days=1)))):
            self.roster.days.add((department, first + timedelta(days=n)))
        for column, head in self.heads.items():
            for piece in self.reading.pieces(row, column) if head.kind in {"post", "name"} else []:
                if piece.hours:
                    self.roster.refuse(row.line, column, beside(said_of(piece.hours), row.text(column)))
                self.roster.duties.append(
                    TableShift(
                        row.line,
                        department,
                        piece.text,
                        piece.rank or head.rank or rank or "member",
                        *span,
                        f"{letters(column)}{row.line}",
                        self._text(row, "section"),
                    )
                )
