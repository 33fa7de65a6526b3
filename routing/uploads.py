"""A table sent with a form: read in a process of its own, and what was refused in it shown line by line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from hotline.base.problem import BadField
from hotline.base.requests import form_of
from routing.sheets.bounds import PAGE, Unreadable
from routing.sheets.reading import Sheet, read_sheet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table: how much was taken, or which lines were refused and why; `fault`: why it was not even read."""

    file: str
    taken: int
    refused: tuple[tuple[int, BadField], ...]
    fault: BadField | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A table that came with a form, read."""

    file: str
    sheet: Sheet


async def sent_table(request: web.Request) -> Sent | Outcome:
    """The table of a form, or why it cannot be read. Raises BadField where no file came. Call it before a connection is taken."""
    form = await form_of(request)
    found = next((v for v in form.values() if isinstance(v, web.FileField) and v.filename), None)
    if found is None:
        raise BadField("A file is needed.", field="file")
    with TemporaryDirectory(prefix="hotline-") as folder:
        path = Path(folder) / "table"
        await asyncio.to_thread(_keep, found, path)
        try:
            return Sent(found.filename, await read_sheet(path, PAGE))
        except Unreadable as error:
            return Outcome(found.filename, 0, (), error)


def _keep(file: web.FileField, path: Path) -> None:
    path.write_bytes(file.file.read())
