"""Whole little rosters as offices make them (tests/forms/roster_tables.txt): what must be taken, and what is refused in which cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import Range, Value
from routing.rosters.roster_file import read_roster
from routing.tables.cell import column_of

ZONE = ZoneInfo("Asia/Shanghai")
TABLES = Path(__file__).parents[2] / "forms" / "roster_tables.txt"
_TYPED = re.compile(r"([#@+])(.+)")


@dataclass
class FormTable:
    """One table of the file: its name and why, its rows, merged ranges, and what is expected."""

    name: str
    rows: list[tuple[int, list[Value]]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    meant: list[str] = field(default_factory=list)


def value(cell: str) -> Value:
    """`#12.1` a number, `@2026-12-01` a day, `@08:00` a time, `+24:00` a length of time; other cells are text."""
    match = _TYPED.fullmatch(cell)
    if match is None:
        return cell.replace("\\n", "\n")
    kind, said = match.groups()
    if kind == "#":
        return float(said) if "." in said else int(said)
    if kind == "+":
        hours, minutes = said.split(":")
        return timedelta(hours=int(hours), minutes=int(minutes))
    return time.fromisoformat(said) if ":" in said and "-" not in said else datetime.fromisoformat(said)


def tables() -> list[FormTable]:
    found: list[FormTable] = []
    for line in TABLES.read_text("utf-8").splitlines():
        if line.startswith("## "):
            found.append(FormTable(line[3:]))
        elif line.startswith("=> "):
            found[-1].meant.append(line[3:])
        elif line.startswith("merge "):
            for part in line.split()[1:]:
                a, b = part.split(":")
                rows = [int(re.sub(r"\D", "", x)) for x in (a, b)]
                found[-1].merged.append((rows[0], column_of(a), rows[1], column_of(b)))
        elif line.strip() and found:
            found[-1].rows.append((len(found[-1].rows) + 1, [value(c.strip()) for c in line.split("|")]))
    return found


def read(table: FormTable) -> list[str]:
    """What a table says, a line for each shift, refusal and remark."""
    try:
        roster = read_roster(table.rows, ZONE, date(2026, 11, 28), table.merged)
    except BadField:
        return ["no roster"]
    if roster.refused:
        return [f"refused {why.params.get('cell') or line}" for line, why in roster.refused]
    shifts = [
        f"{d.department} {d.name} {d.rank} {d.from_at:%y-%m-%d %H:%M}–{d.to_at:%m-%d %H:%M}" for d in roster.duties
    ]
    return [*dict.fromkeys(shifts), *(f"remark {line}: {text}" for line, text in roster.notes)]


@pytest.mark.parametrize("table", tables(), ids=lambda t: t.name)
def test_a_whole_table_is_taken_or_refused_by_its_cells(table: FormTable) -> None:
    assert read(table) == table.meant


def test_there_are_many() -> None:
    assert len(tables()) >= 40


def _said(table: FormTable) -> str:
    """Everything that the reading of a table speaks of."""
    try:
        roster = read_roster(table.rows, ZONE, date(2026, 11, 28), table.merged)
    except BadField as error:
        return f"no roster {error}"
    if roster.refused:
        return "refused " + " ".join(f"{why.params.get('cell') or f'line {line}'}" for line, why in roster.refused)
    return " ".join([*(f"{d.department} {d.name}" for d in roster.duties), *(text for _, text in roster.notes)])


#: Titles and headers hold no plan: what stands over nothing is nothing. Who is off is nobody on duty.
_HEADERS = frozenset({"姓名", "日期", "星期一", "甲局2026年12月值班表", "乙局2026年12月值班表"})


@pytest.mark.parametrize(
    "table",
    [t for t in tables() if not t.meant[0].startswith(("refused", "no roster"))],
    ids=lambda t: t.name,
)
@pytest.mark.parametrize("word", ["某某", "△△", "〇五"])
def test_nothing_in_a_cell_is_dropped_without_a_word(table: FormTable, word: str) -> None:
    """Whatever is written into any cell is taken as a name, kept as a remark, or refused."""
    lost, first = (
        [],
        min(d.line for d in read_roster(table.rows, ZONE, date(2026, 11, 28), table.merged).duties),
    )
    width = max(len(cells) for _, cells in table.rows) + 1
    covered = {
        (r, c)
        for top, left, bottom, right in table.merged
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    }
    for n, (line, cells) in enumerate(table.rows):
        for column in range(width):
            if (line, column) in covered or line < first or cells[0] in _HEADERS or "休" in cells:
                continue
            there: list[Value] = [*cells, *[None] * (width - len(cells))]
            there[column] = word
            said = _said(FormTable(table.name, [*table.rows[:n], (line, there), *table.rows[n + 1 :]], table.merged))
            if word not in said and not said.startswith(("refused", "no roster")):
                lost.append(f"{column}/{line}")
    assert not lost
