"""The cells of a roster as text that can be compared: half width, lower case, without what nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache, wraps

from routing.tables.cell import Value, letters
from routing.tables.cell import text_of as cell_text

__all__ = ["Range", "TableRow", "Value", "letters", "plain_text", "rows_of", "seen", "text_of", "tight"]

#: A merged range: top row, left column, bottom row, right column; rows as the spreadsheet numbers them, columns from 0.
Range = tuple[int, int, int, int]

_SHORT, _REMEMBERED = 60, 8192
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ALIKE = str.maketrans(
    {"∶": ":", "ː": ":", "︰": ":", "﹕": ":", "꞉": ":", "＂": '"', "“": '"', "”": '"', "〝": '"', "〞": '"'}
)
#: Letters that show as nothing, beside those of category Cf: fillers, the blank of braille, selectors of variants.
_BLANK = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x180B, 0x180C, 0x180D, *range(0xFE00, 0xFE10)}


Read = Callable[[str], str]


def kept_text(read: Read) -> Read:
    """Decorator: the reader remembers what it made of short texts, because the cells of a table repeat each other."""
    short = lru_cache(maxsize=_REMEMBERED)(read)

    @wraps(read)
    def reading(text: str) -> str:
        return short(text) if len(text) <= _SHORT else read(text)

    return reading


@kept_text
def seen(text: str) -> str:
    """The text without invisible characters. Line ends stay, as line feeds; every kind of space becomes a plain one."""
    text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text
    found = []
    for c in text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\u2028", "\n"):
        kind = unicodedata.category(c)
        if c in "\n\t" or kind == "Zs":
            found.append("\n" if c == "\n" else " ")
        elif kind[0] != "C" and ord(c) not in _BLANK:
            found.append(c)
    return "".join(found).strip()


@kept_text
def plain_text(text: str) -> str:
    """The text in the form in which texts are compared: half width, lower case, without invisible characters."""
    return unicodedata.normalize("NFKC", seen(text).translate(_ALIKE)).translate(_ALIKE).lower().strip()


@kept_text
def tight(text: str) -> str:
    """`plain_text` without any space or line end."""
    return "".join(plain_text(text).split())


def text_of(value: Value) -> str:
    """A cell's value as people read it; midnight is left out of a date."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return seen(value) if isinstance(value, str) else cell_text(value)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line number, its texts and its values. `copies`: the columns that were filled from a merged range,
    each with the column in which that range begins.
    """

    line: int
    values: list[Value]
    texts: list[str]
    copies: Mapping[int, int] = field(default_factory=dict)

    def text(self, column: int) -> str:
        """The text of a cell; empty beyond the last column."""
        return self.texts[column] if column < len(self.texts) else ""

    def value(self, column: int) -> Value:
        """The value of a cell; a text is without invisible characters."""
        return self.values[column] if column < len(self.values) else None

    def filled(self) -> list[int]:
        """The columns whose cells hold something themselves, and not by a merged range."""
        return [i for i, t in enumerate(self.texts) if t and self.copies.get(i, i) == i]

    def words(self) -> str:
        """The whole row as one text, for patterns that look at it."""
        return " ".join(self.texts[i] for i in self.filled())


def rows_of(
    rows: Sequence[tuple[int, Sequence[Value]]],
    merged: Sequence[Range] = (),
    shown: Mapping[tuple[int, int], str] | None = None,
) -> list[TableRow]:
    """The rows with merged ranges filled from their first cell. `shown`: numbers that look otherwise than they are (`12.10`)."""
    shown = shown or {}
    held: dict[int, tuple[list[Value], dict[int, int]]] = {
        line: ([shown.get((line, i), v) for i, v in enumerate(cells)], {}) for line, cells in rows
    }
    for top, left, bottom, right in merged:
        cells = held.get(top, ([], {}))[0]
        value = cells[left] if left < len(cells) else None
        if value in (None, ""):
            continue
        for line in range(top, min(bottom, top + 2000) + 1):
            if line not in held:
                continue
            mine, copies = held[line]
            mine.extend([None] * (right + 1 - len(mine)))
            for column in range(left, min(right, left + 500) + 1):
                if (line, column) != (top, left):
                    mine[column], copies[column] = value, left if line == top else column
    return [
        TableRow(line, [seen(v) if isinstance(v, str) else v for v in cells], [text_of(v) for v in cells], copies)
        for line, (cells, copies) in held.items()
    ]
