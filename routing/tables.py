"""Tables as offices send them: CSV (UTF-8 or GB18030) and XLSX, as rows of text cells or as lines by column name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from hotline.base.command import CommandError
from hotline.base.fields import far
from hotline.base.problem import BadField

_LOOSE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})(?=:))?(.*)$")
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: how many lines were taken, and what was refused (line, why). Refusals: nothing was taken."""

    taken: int
    refused: tuple[tuple[int, BadField], ...]


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """All rows with anything in them: line number and cells as text. Raises CommandError."""
    if not path.exists():
        raise CommandError(f"there is no file {path}")
    rows = _xlsx(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    if len(rows) > _MOST:
        raise CommandError(f"{path} has more than {_MOST} rows")
    return rows


def _csv(path: Path) -> list[tuple[int, list[str]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: neither UTF-8 nor GB18030") from error
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""))
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [cell.strip() for cell in row]))
    except csv.Error as error:
        raise CommandError(f"{path}, line {reader.line_num}: {error}") from error
    return rows


def _xlsx(path: Path) -> list[tuple[int, list[str]]]:
    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found = list(book.worksheets[0].iter_rows(values_only=True))
    except (BadZipFile, InvalidFileException, KeyError, IndexError, OSError, ValueError) as error:
        raise CommandError(f"{path} is not an XLSX file: {error}") from error
    return [
        (line, [_cell(value) for value in row])
        for line, row in enumerate(found, 1)
        if any(value not in (None, "") for value in row)
    ]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()


def read_table(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table whose first row names the columns, with their line numbers. Raises CommandError."""
    rows = read_rows(path)
    names = rows[0][1] if rows else []
    return [
        (line, {name: cells[i] if i < len(cells) else "" for i, name in enumerate(names) if name})
        for line, cells in rows[1:]
    ]


def need_columns(path: Path, rows: Sequence[tuple[int, Mapping[str, str]]], *names: str) -> None:
    """Raises CommandError where a column is missing or there is no row."""
    if not rows:
        raise CommandError(f"{path} has no rows")
    missing = [name for name in names if name not in rows[0][1]]
    if missing:
        raise CommandError(f"{path}: the column {missing[0]} is missing; it has {', '.join(rows[0][1])}")


def renamed(
    rows: Sequence[tuple[int, Mapping[str, str]]], names: Mapping[str, str]
) -> list[tuple[int, dict[str, str]]]:
    """The rows under our names of the columns: `names` maps what offices write (lower case) to ours."""
    return [
        (line, {names.get(k.lower().replace(" ", "_"), k): v for k, v in row.items()}) for line, row in rows
    ]


def padded(text: str) -> str:
    """A time as spreadsheets write it (`2026/3/4 8:00`, `2026年3月4日`) in ISO form; what is no such time stays as it is."""
    match = _LOOSE.match(text)
    if match is None:
        return text
    year, month, day, hour, rest = match.groups()
    clock = f" {int(hour):02d}{rest}" if hour else rest
    return f"{year}-{int(month):02d}-{int(day):02d}{clock}"


def read_day(text: str, name: str) -> date:
    """A day. Raises BadField naming the column."""
    try:
        found = date.fromisoformat(padded(text)[:10])
    except ValueError as error:
        raise BadField("%(column)s: %(text)s is not a day.", field=name, column=name, text=text) from error
    if far(found):
        raise BadField("%(text)s lies too far away.", field=name, text=text)
    return found


def read_moment(text: str, zone: tzinfo, name: str) -> datetime:
    """A moment; without an offset it is local. Raises BadField naming the column."""
    try:
        found = datetime.fromisoformat(padded(text))
    except ValueError as error:
        raise BadField("%(column)s: %(text)s is not a time.", field=name, column=name, text=text) from error
    if far(found):
        raise BadField("%(text)s lies too far away.", field=name, text=text)
    return found if found.tzinfo else found.replace(tzinfo=zone)
