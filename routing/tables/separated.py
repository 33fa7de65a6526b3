"""Rows of a text file: comma, semicolon or tab between its cells, told by how many lines agree; quotes as RFC 4180 has them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from hotline.base.http.problem import BadField
from routing.tables.bounds import Bounds, Unreadable, too_wide
from routing.tables.cell import clean, letters
from routing.tables.encodings import Mixed, words_of
from routing.tables.kinds import refuse_pages
from routing.tables.lines import Lines

_SEPARATORS = (",", "\t", ";")
_SAMPLE = 200
_SAID = re.compile(r"\s*sep=(.)\s*$", re.IGNORECASE)
#: `="0436"` and `'0436`, by which a number is kept as it was typed.
_KEPT = re.compile(r'^(?:="([^"]*)"|\'(\+?[\d\s-]+))$')


def read_separated(raw: bytes, bounds: Bounds, lines: Lines) -> None:
    """Send the rows of a text file. Raises Unreadable; Mixed where a line is to blame."""
    csv.field_size_limit(1_000_000)
    text = words_of(raw).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    refuse_pages(text)
    first, _, rest = text.partition("\n")
    said = _SAID.match(first.strip('"'))
    separator = said[1] if said else separator_of(text)
    offset = 1 if said else 0
    for number, cells in records(rest if said else text, separator):
        found = [_kept(clean(cell)) for cell in cells]
        while found and not found[-1]:
            found.pop()
        if len(found) > bounds.columns:
            raise too_wide(f"{letters(len(found) - 1)}{number + offset}", bounds.columns)
        if found:
            lines.add(number + offset, [cell or None for cell in found])


def _kept(cell: str) -> str:
    match = _KEPT.match(cell)
    return clean(match[1] if match[1] is not None else match[2]) if match else cell


def separator_of(text: str) -> str:
    """What stands between the cells: that by which most of the first lines have the same number of cells."""
    best: list[tuple[tuple[int, int], str]] = []
    for separator in _SEPARATORS:
        widths: Counter[int] = Counter()
        try:
            for place, (_, cells) in enumerate(records(text, separator)):
                if place >= _SAMPLE:
                    break
                if len(cells) > 1:
                    widths[len(cells)] += 1
        except Mixed:
            widths = widths or Counter({1: 0})
        if widths:
            width, agreed = max(widths.items(), key=lambda item: (item[1], item[0]))
            if width > 1:
                best.append(((agreed, width), separator))
    best.sort(key=lambda item: item[0], reverse=True)
    if len(best) > 1 and best[0][0][0] == best[1][0][0]:
        return _by_first_line(text, best[0], best[1])
    return best[0][1] if best else ","


def _by_first_line(text: str, one: tuple[tuple[int, int], str], other: tuple[tuple[int, int], str]) -> str:
    """Of two that agree alike, the one that the first line has; with both in it the file is refused."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    inside = [separator for _, separator in (one, other) if separator in head.strip()]
    if len(inside) == 2:
        raise Unreadable(
            "It cannot be told whether a comma, a semicolon or a tab stands between the cells: save it as .xlsx.",
            field="file",
        )
    return inside[0] if inside else one[1]


def records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins. Raises Mixed at the line where a quote is not closed as it should."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Mixed(line, _quotes(line)) from error
        yield line, row


def _quotes(line: int) -> BadField:
    return BadField(
        "Line %(line)s: a quotation mark opens a cell and does not close it: double the marks within a cell, or save the file as .xlsx.",
        field="file",
        line=line,
    )
