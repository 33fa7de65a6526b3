"""Tables of forms: what people, offices and their programs really send, what is meant by it, and why.

A table is `KIND.csv` with the columns `input,meant,why`. `forms("KIND")` reads it for a parametrised test.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_ESCAPE = re.compile(r"\\(?:n|t|r|\\|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_PLAIN = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\"}


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: the input as it arrives, what it means, and why (or whose form it is). `line`: its line in the file."""

    kind: str
    input: str
    meant: str
    why: str
    line: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.line}"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _PLAIN.get(found[0]) or chr(int(found[0][2:], 16)), text)


def forms(kind: str) -> list[FormRow]:
    """The rows of a table; `\\n`, `\\t`, `\\x0b`, `\\u200b` in the input stand for the character."""
    with (HERE / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [FormRow(kind, _unescaped(row["input"]), row["meant"], row["why"], reader.line_num) for row in reader]


def kinds() -> list[str]:
    """The names of all tables."""
    return sorted(path.stem for path in HERE.glob("*.csv"))
