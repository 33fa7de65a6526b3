"""An office's day as data: what citizens and liaisons write, who calls, which tables are given, and what is meant to come of it.

`messages.csv` (200 SMS, and what the desk does between them), `calls.csv` (60), `tables.csv` (20; their content in `tables/`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
DAY = "2027-03-10"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One thing that happens: `at` (HH:MM), `who`, `what`, what is `meant` to come of it, and `why`. `more`: fields of the carrier."""

    table: str
    line: int
    at: str
    who: str
    what: str
    meant: str
    why: str
    more: str = ""

    def __str__(self) -> str:
        return f"{self.table}:{self.line} {self.at} {self.who} {self.what!r} ({self.why})"


def rows(table: str) -> list[DayRow]:
    """The rows of `messages` or `calls`."""
    with (HERE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [
            DayRow(
                table,
                reader.line_num,
                row["time"],
                row["who"],
                row["what"].replace("\\u200b", "\u200b"),
                row["meant"],
                row["why"],
                row.get("more", ""),
            )
            for row in reader
        ]


def waves() -> list[tuple[str, list[DayRow]]]:
    """What happens at the same minute, in the order of the day."""
    every = sorted(rows("messages") + rows("calls"), key=lambda row: row.at)
    return [(at, list(found)) for at, found in groupby(every, lambda row: row.at)]


def moment(at: str) -> datetime:
    """HH:MM of the day."""
    return datetime.fromisoformat(f"{DAY}T{at}:00").replace(tzinfo=ZONE)
