"""What a roster table says: who is on duty when, which days of which departments it names, what was refused, what was not read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import TableRow, letters
from routing.rosters.reader.days import Frame
from routing.rosters.reader.hours import Hours, spans_on
from routing.rosters.reader.pieces import NamePiece, pieces_of
from routing.rosters.reader.words import TableWords


@dataclass(frozen=True, slots=True)
class TableShift:
    """One shift as a table gives it: department and person as the table calls them, and the cell that says it."""

    line: int
    department: str
    name: str
    rank: str
    from_at: datetime
    to_at: datetime
    cell: str = ""
    section: str = ""


@dataclass(slots=True)
class Roster:
    """What was read of a table. `days`: which days of which department it plans; `notes`: rows and cells that were not
    read; `titled`: departments that only a title names; `called`: the first cell that names each department.
    """

    duties: list[TableShift] = field(default_factory=list)
    refused: list[tuple[int, BadField]] = field(default_factory=list)
    days: set[tuple[str, date]] = field(default_factory=set)
    notes: list[tuple[int, str]] = field(default_factory=list)
    titled: set[str] = field(default_factory=set)
    called: dict[str, tuple[int, str]] = field(default_factory=dict)

    def refuse(self, line: int, column: int | None, why: BadField) -> None:
        """Record that a cell, or with no column a row, is not understood."""
        cell = f"{letters(column)}{line}" if column is not None else ""
        params = {**why.params, **({"cell": cell} if cell and "cell" not in why.params else {})}
        self.refused.append((line, BadField(why.message, field=why.field, **params)))

    def department(self, row: TableRow, column: int | None, above: str) -> str:
        """The department of a row: that of its own cell, else the one above it."""
        named = row.text(column) if column is not None else ""
        if column is not None and named:
            self.called.setdefault(named, (row.line, f"{letters(column)}{row.line}"))
        return named or above


@dataclass(frozen=True, slots=True)
class Reading:
    """One table of a sheet while it is read: its words, frame and department, and the roster that takes what is found."""

    roster: Roster
    words: TableWords
    zone: tzinfo
    frame: Frame | None
    titled: str = ""

    def put(
        self,
        row: TableRow,
        column: int,
        department: str,
        day: date,
        pieces: Iterable[NamePiece],
        rank: str,
        hours: Hours,
        section: str = "",
    ) -> None:
        """Everybody of a cell on duty on a day; hours and rank that stand beside a name go before the column's."""
        for piece in pieces:
            for start, end in spans_on(piece.hours or hours, day, self.zone):
                self.roster.duties.append(
                    TableShift(
                        row.line,
                        department,
                        piece.text,
                        piece.rank or rank,
                        start,
                        end,
                        f"{letters(column)}{row.line}",
                        section,
                    )
                )

    def pieces(self, row: TableRow, column: int) -> list[NamePiece]:
        """The names of a cell; what is not understood is refused there."""
        try:
            return pieces_of(row.text(column), self.words)
        except BadField as error:
            self.roster.refuse(row.line, column, error)
            return []


def no_shift(word: str) -> BadField:
    """The refusal of a word that names no known shift."""
    return BadField(
        "%(word)s is no shift that is known: write the hours (08:00-20:00), or explain it in a line below the table (%(word)s:08:00-20:00).",
        field="shift",
        word=" ".join(word.split()),
    )


def no_day(text: str) -> BadField:
    """The refusal of a text that is no day."""
    return BadField(
        "%(text)s is no day here: write it as 2026-12-01 or 12月1日.",
        field="date",
        text=" ".join(text.split()),
    )


def open_day(text: str) -> BadField:
    """The refusal of a day that stays open."""
    return BadField(
        "%(text)s: the day is open, or the title names other days: write year, month and day (2026-12-01).",
        field="date",
        text=" ".join(text.split()),
    )
