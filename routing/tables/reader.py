"""A table read: in a process of its own, two at a time, killed where it takes too long; never on the event loop.

1. Wait for a place; who waits too long is told to come again. 2. Start the process, without our settings, in its own bounds.
3. Take its lines as they come; what it refuses is refused. 4. Whatever happens, the process is over when we leave.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from hotline.base.http.problem import BadField, TooMany
from routing.tables.bounds import PAGE, Bounds, Unreadable, damaged, too_large
from routing.tables.cell import Value, from_wire, text_of

_AT_ONCE = 2
_WAIT = 30
_LINE = 64 * 1024**2
_ROOT = Path(__file__).resolve().parents[2]
#: One for each event loop: tests and commands have their own.
_PLACES: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
Row = tuple[int, list[Value]]


@dataclass(slots=True)
class Sheet:
    """The first visible sheet of a file. Row numbers are those that the spreadsheet shows (of a CSV: the line).

    `rows`: those that hold something, cells up to the last that does. `shown`: numbers that look otherwise than they are
    (`12.10`, `007`), by row and column. `merged`: ranges (top row, left column, bottom row, right column).
    `refused`: cells that cannot be understood. `others`: visible sheets with cells that were not read. `hidden`: how many
    of the rows are hidden.
    """

    rows: list[Row] = field(default_factory=list)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    refused: list[tuple[int, BadField]] = field(default_factory=list)
    name: str = ""
    others: tuple[str, ...] = ()
    hidden: int = 0

    def text(self, line: int, column: int, value: Value) -> str:
        """A cell as it is shown."""
        return self.shown.get((line, column)) or text_of(value)

    def texts(self) -> list[tuple[int, list[str]]]:
        """All rows as text."""
        return [(line, [self.text(line, i, value) for i, value in enumerate(cells)]) for line, cells in self.rows]


async def read_sheet(path: Path, bounds: Bounds = PAGE) -> Sheet:
    """The table in a file. Raises Unreadable (no such file, no table, too large) and TooMany (all places are taken)."""
    async with _place(), _running(path, bounds) as process:
        try:
            async with asyncio.timeout(bounds.seconds):
                return await _taken(process)
        except TimeoutError as error:
            raise too_large() from error


async def _taken(process: asyncio.subprocess.Process) -> Sheet:
    found, ended = Sheet(), False
    assert process.stdout is not None
    async for line in process.stdout:
        message = orjson.loads(line)
        ended = ended or "end" in message
        _take(found, message)
    if not ended:  # it died: of its bounds, or of a file that nobody thought of
        code = await process.wait()
        raise too_large() if code < 0 else damaged()
    return found


def _take(found: Sheet, message: dict[str, Any]) -> None:
    """Take one message of the reading process into the sheet. Raises Unreadable where it refuses the file."""
    if "refused" in message:
        name, why, params = message["refused"]
        raise Unreadable(why, field=name, **params)
    for line, cells, shown in message.get("rows", ()):
        found.rows.append((line, [from_wire(cell) for cell in cells]))
        found.shown.update({(line, column): text for column, text in shown})
    if "fault" in message:
        line, name, why, params = message["fault"]
        found.refused.append((line, BadField(why, field=name, **params)))
    if "sheet" in message:
        found.name, found.others = message["sheet"], tuple(message["others"])
    if "merged" in message:
        found.merged, found.hidden = [tuple(m) for m in message["merged"]], message["hidden"]


@asynccontextmanager
async def _place() -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    places = _PLACES.setdefault(loop, asyncio.Semaphore(_AT_ONCE))
    try:
        async with asyncio.timeout(_WAIT):
            await places.acquire()
    except TimeoutError as error:
        raise TooMany("Too many tables are being read: send it again in a minute.") from error
    try:
        yield
    finally:
        places.release()


@asynccontextmanager
async def _running(path: Path, bounds: Bounds) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "routing.tables.child",
        str(path),
        orjson.dumps(asdict(bounds)).decode(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LINE,
        env={"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
