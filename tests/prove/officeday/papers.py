"""The tables of the day, saved as offices save them, given to `main.py import`."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from tests.prove.officeday import HERE

_OLD = bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le") + bytes(600)


@dataclass(frozen=True, slots=True)
class Paper:
    """A table: what it is given as (`what`), its file, how it was `saved`, and what is meant to come of it."""

    line: int
    what: str
    file: str
    saved: str
    meant: str
    why: str

    def __str__(self) -> str:
        return f"tables:{self.line} {self.what} {self.file} ({self.why})"


def papers() -> list[Paper]:
    """The 20 tables of the day."""
    with (HERE / "tables.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [Paper(reader.line_num, r["what"], r["file"], r["saved"], r["meant"], r["why"]) for r in reader]


def save(paper: Paper, folder: Path) -> Path:
    """The file as the office saved it."""
    text = (HERE / "tables" / f"{paper.file}.csv").read_text("utf-8")
    kind, _, how = paper.saved.partition(" ")
    path = folder / f"{paper.file}.{kind}"
    if kind == "xlsx":
        _book(text).save(path)
    elif kind == "xls":
        path.write_bytes(_OLD)
    else:
        path.write_bytes(_encoded(text, how))
    return path


def _encoded(text: str, how: str) -> bytes:
    """CSV in an encoding, or with another separator; parts between ¦ each in the encoding of its own."""
    if how == ";":
        return "".join(";".join(row) + "\r\n" for row in csv.reader(text.splitlines())).encode("utf-8-sig")
    codecs = ["utf-8"] if how == "tab" else how.split("¦")
    return b"".join(part.encode(codec) for part, codec in zip(text.split("¦"), codecs, strict=True))


def _book(text: str) -> Workbook:
    """A workbook: `@2026-12-01 09:00` is a moment, `#139` a number; a first row of one cell is a title."""
    made = Workbook()
    sheet = made.worksheets[0]
    for row in csv.reader(text.splitlines()):
        sheet.append([_cell(cell) for cell in row])
    return made


def _cell(cell: str) -> object:
    if cell.startswith("@"):
        return datetime.fromisoformat(cell[1:])
    return int(cell[1:]) if re.fullmatch(r"#\d+", cell) else cell or None
