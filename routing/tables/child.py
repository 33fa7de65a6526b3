"""`python -m routing.tables.child FILE BOUNDS`: reads one table and writes it to standard output as lines of JSON.

It runs apart from the program, with less of the machine, without its settings, and dies where it takes too much of either.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO

from hotline.base.http.problem import BadField
from routing.tables.bounds import Bounds, Unreadable, too_large
from routing.tables.cells import Cells
from routing.tables.encodings import Mixed
from routing.tables.kinds import refuse_by_head
from routing.tables.lines import Lines
from routing.tables.package import Package
from routing.tables.separated import read_separated
from routing.tables.workbook import open_workbook

_NICE = 10


def main() -> None:
    """Read the file that the arguments name."""
    bounds = Bounds(**json.loads(sys.argv[2]))
    _limit(bounds)
    read_table(Path(sys.argv[1]), bounds, sys.stdout.buffer)


def read_table(path: Path, bounds: Bounds, out: BinaryIO) -> None:
    """Write the table, and `end` as the last line; or why it is refused."""
    lines = Lines(out, bounds)
    try:
        _read(path, bounds, lines)
    except Mixed as error:
        lines.flush()
        lines.refuse(error.line, error)
        lines.send({"end": True})
    except BadField as error:
        lines.send({"refused": [error.field, error.message, error.params]})
    except (MemoryError, RecursionError):
        lines.send({"refused": ["file", too_large().message, {}]})
    out.flush()


def _read(path: Path, bounds: Bounds, lines: Lines) -> None:
    if not path.is_file():
        raise Unreadable("There is no file %(path)s.", field="file", path=str(path))
    with path.open("rb") as file:
        whole = file.read(bounds.bytes + 1)
    if len(whole) > bounds.bytes:
        raise too_large()
    refuse_by_head(whole[:64], whole)
    if whole.startswith(b"PK"):
        del whole
        _read_workbook(path, bounds, lines)
    else:
        read_separated(whole, bounds, lines)
    lines.flush()
    lines.send({"end": True})


def _read_workbook(path: Path, bounds: Bounds, lines: Lines) -> None:
    package = Package(path, bounds)
    book = open_workbook(package)
    lines.send({"sheet": book.name, "others": book.others})
    cells = Cells(book, bounds, lines)
    package.parse(book.part, cells)
    lines.send({"merged": cells.merged, "hidden": cells.hidden})


def _limit(bounds: Bounds) -> None:
    """No more memory and time of the machine than allowed, and after everybody else; no core of it is kept."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
    if sys.platform == "linux":  # others do not keep to it; there the bounds of bytes and cells must do
        resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))


if __name__ == "__main__":
    main()
