"""The directory, the catalogue and rosters from the spreadsheets that offices use: all or nothing, each refusal by its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from hotline.base.command import CommandError
from hotline.base.db import Conn
from hotline.base.house import House
from hotline.base.phones import read_phone
from hotline.base.problem import BadField
from hotline.grams import grams
from hotline.tickets import store
from routing.returns import Q
from routing.rosters import R

GROUPS = frozenset({"party", "government", "institution", "township", "utility", "vertical"})
RANKS = {"member": "member", "deputy": "deputy", "leader": "leader", "成员": "member", "副组长": "deputy", "组长": "leader",
         "值班员": "member", "带班领导": "leader"}  # fmt: skip

_LOOSE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2})(?=:))?(.*)$")


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: how many lines were taken, and what was refused (line, why). Refusals: nothing was taken."""

    taken: int
    refused: tuple[tuple[int, str], ...]


def read_table(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV (UTF-8 or GB18030) or XLSX file with their line numbers. Raises CommandError."""
    if not path.exists():
        raise CommandError(f"there is no file {path}")
    if path.suffix.lower() == ".xlsx":
        return _read_xlsx(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: neither UTF-8 nor GB18030") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        return [
            (
                reader.line_num,
                {(k or "").strip(): (v or "").strip() for k, v in row.items() if isinstance(v, str | None)},
            )
            for row in reader
        ]
    except csv.Error as error:
        raise CommandError(f"{path}, line {reader.line_num}: {error}") from error


def _read_xlsx(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise CommandError(f"{path} is not an XLSX file: {error}") from error
    rows = list(sheet.iter_rows(values_only=True))
    names = [str(cell or "").strip() for cell in rows[0]] if rows else []
    return [
        (line, {name: _cell(value) for name, value in zip(names, row, strict=False)})
        for line, row in enumerate(rows[1:], 2)
        if any(value is not None for value in row)
    ]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return str(value if value is not None else "").strip()


def need_columns(path: Path, rows: Sequence[tuple[int, Mapping[str, str]]], *names: str) -> None:
    """Raises CommandError where a column is missing or there is no row."""
    if not rows:
        raise CommandError(f"{path} has no rows")
    missing = [name for name in names if name not in rows[0][1]]
    if missing:
        raise CommandError(f"{path}: the column {missing[0]} is missing; it has {', '.join(rows[0][1])}")


async def import_departments(conn: Conn, house: House, path: Path, now: datetime) -> Taken:
    """Columns code, name, group; name_en, duties (by ;), phone, territory, superior. A known code is brought up to date."""
    rows = read_table(path)
    need_columns(path, rows, "code", "name", "group")
    refused: list[tuple[int, str]] = []
    seen: set[str] = set()
    for line, row in rows:
        why = _department_fault(row, seen)
        seen |= {row["code"], row["name"]}
        if why is None and row.get("superior") and row["superior"] not in {r["code"] for _, r in rows}:
            known = await conn.fetchval(Q["is_department"], row["superior"])
            why = None if known else f"superior: there is no department {row['superior']}"
        if why is None:
            other = await conn.fetchval(Q["other_with_name"], row["name"], row["code"])
            why = f"name: {row['name']} is the name of {other}" if other else None
        if why:
            refused.append((line, why))
    if refused:
        return Taken(0, tuple(refused))
    for _, row in rows:
        phone = house.keys.encrypt(read_phone(row["phone"]).number) if row.get("phone") else None
        duties = [d.strip() for d in row.get("duties", "").replace("；", ";").split(";") if d.strip()]
        await conn.execute(
            store.Q["put_department"], row["code"], row["name"], row.get("name_en", ""), row["group"], duties,
            row.get("territory", "") or _territory(row), phone, now.astimezone(house.settings.zone).date(),
        )  # fmt: skip
    for _, row in rows:
        if row.get("superior"):
            await conn.execute(store.Q["set_superior"], row["code"], row["superior"])
    return Taken(len(rows), ())


def _department_fault(row: Mapping[str, str], seen: set[str]) -> str | None:
    for name in ("code", "name", "group"):
        if not row.get(name):
            return f"{name} is empty"
    if row["code"] in seen or row["name"] in seen:
        return f"{row['code']} {row['name']} stands twice"
    if row["group"] not in GROUPS:
        return f"group: {row['group']} is not one of {', '.join(sorted(GROUPS))}"
    return None


def _territory(row: Mapping[str, str]) -> str:
    """A township's territory is its name without what kind of government it is."""
    if row["group"] != "township":
        return ""
    return row["name"].removesuffix("人民政府").removesuffix("政府").removesuffix("街道办事处")


async def import_catalogue(conn: Conn, house: House, path: Path, now: datetime) -> Taken:
    """Columns matter, lead, basis; co_handlers (by ;), since. A matter that is known gets a new line from its date on."""
    rows = read_table(path)
    need_columns(path, rows, "matter", "lead", "basis")
    today = now.astimezone(house.settings.zone).date()
    ready, refused, seen = [], [], set()
    for line, row in rows:
        try:
            if not row["matter"] or not row["basis"]:
                raise BadField("matter and basis are needed", field="matter")
            if row["matter"] in seen:
                raise BadField(f"matter: {row['matter']} stands twice", field="matter")
            seen.add(row["matter"])
            lead = await store.find_department(conn, row["lead"], field="lead")
            co = [c.strip() for c in row.get("co_handlers", "").replace("；", ";").split(";") if c.strip()]
            codes = [(await store.find_department(conn, c, field="co_handlers")).code for c in co]
            since = date.fromisoformat(_padded(row["since"])[:10]) if row.get("since") else today
            before = await conn.fetchval(Q["catalogue_since"], row["matter"])
            if before is not None and since < before:
                raise BadField(
                    f"since: the line in force holds since {before}, later than {since}", field="since"
                )
            ready.append(
                (
                    row["matter"],
                    lead.id,
                    codes,
                    row["basis"],
                    since,
                )
            )
        except (BadField, ValueError) as error:
            refused.append((line, str(error)))
    if refused:
        return Taken(0, tuple(refused))
    for matter, lead_id, codes, basis, since in ready:
        await conn.execute(Q["end_catalogue"], matter, since)
        await conn.execute(Q["insert_catalogue"], matter, grams(matter), lead_id, codes, basis, since)
    return Taken(len(ready), ())


async def import_roster(conn: Conn, house: House, path: Path, now: datetime) -> Taken:
    """Columns department, name, from, to; rank. Times without a zone are local; the person is one of the department's."""
    rows = read_table(path)
    need_columns(path, rows, "department", "name", "from", "to")
    zone, ready, refused = house.settings.zone, [], []
    for line, row in rows:
        try:
            found = await store.find_department(conn, row["department"])
            user = await conn.fetchval(R["person_of_department"], found.id, row["name"])
            if user is None:
                raise BadField(f"name: {found.name} has nobody called {row['name']}", field="name")
            rank = RANKS.get(row.get("rank") or "member")
            if rank is None:
                raise BadField(f"rank: {row['rank']} is not member, deputy or leader", field="rank")
            start, end = (_local(row[name], zone, name) for name in ("from", "to"))
            if end <= start:
                raise BadField("to: the shift ends before it begins", field="to")
            ready.append((found.id, user, rank, start, end))
        except BadField as error:
            refused.append((line, str(error)))
    if refused:
        return Taken(0, tuple(refused))
    # The same line twice is one; of two lines for one person and start the later counts.
    once = {
        (department, user, start): (department, user, rank, start, end)
        for department, user, rank, start, end in ready
    }
    columns: list[list[object]] = [list(c) for c in zip(*once.values(), strict=True)]
    await conn.execute(R["insert_shifts"], *columns)
    return Taken(len(ready), ())


def _padded(text: str) -> str:
    """A time as spreadsheets write it (`2026/3/4 8:00`) in ISO form; what is no such time stays as it is."""
    match = _LOOSE.match(text)
    if match is None:
        return text
    year, month, day, hour, rest = match.groups()
    clock = f" {int(hour):02d}{rest}" if hour else rest
    return f"{year}-{int(month):02d}-{int(day):02d}{clock}"


def _local(text: str, zone: object, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_padded(text))
    except ValueError as error:
        raise BadField(f"{name}: {text!r} is not a time", field=name) from error
    return found if found.tzinfo else found.replace(tzinfo=zone)  # type: ignore[arg-type]
