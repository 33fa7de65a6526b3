"""The document model: parts with sentences and tables, the same for every format, and the language they are written in.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.figures.figure import NONE, percent
from reports.figures.measures import LINES

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in a table: `66.7% (2/3)`, or three numbers where a sheet has room."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{percent(self.part, self.whole)} ({self.part}/{self.whole})" if self.whole else NONE


Cell = str | int | float | Rate | None


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """Column heads and rows. Which columns are rates is told by `rates` (their places)."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A part of the document; `sheet` is its short name."""

    title: str
    sheet: str
    words: tuple[str, ...] = ()
    table: DocumentTable | None = None


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """How a document speaks: language, msgids, words of the domain in their context (`event`, `clock`, `state`), the office's zone."""

    say: Say
    word: Callable[[str, str], str]
    language: str
    zone: ZoneInfo

    def at(self, text: str | None) -> str:
        """A stored moment in the office's zone."""
        return datetime.fromisoformat(text).astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if text else NONE

    def name(self, name: str, name_en: str) -> str:
        """A department's name in the language; the Chinese one where there is no other."""
        return (self.language == "en" and name_en) or name


def cell(name: str, pair: Sequence[int | None] | None) -> Cell:
    """A stored figure as a cell: a rate, a count, or hours."""
    if pair is None:
        return None
    part, whole = pair
    assert part is not None
    if LINES[name].how == "seconds":
        return round(part / 3600, 1)
    return Rate(part, whole) if whole is not None else part


def table(
    head: Iterable[str], rows: Iterable[Sequence[Cell]], words: DocumentWords, rates: Iterable[int] = ()
) -> DocumentTable:
    """A table with translated heads."""
    return DocumentTable(tuple(words.say(h) for h in head), tuple(tuple(r) for r in rows), frozenset(rates))
