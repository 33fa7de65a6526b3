"""Upload of a table with a form: it is read in a process of its own, its effect is previewed, and a second press
applies it.

The first press brings `file`. Its page holds the table in the field `held` and, in `plan`, a digest of what it would do. The second
press brings both back. Where the plan has become another meanwhile, the new one is shown and nothing is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from hotline.base.http.problem import BadField
from hotline.base.http.requests import form_of, now_of, services_of
from hotline.people.sessions import user_of
from routing.tables.bounds import PAGE, Unreadable
from routing.tables.reader import Sheet, read_sheet
from routing.tables.sealed_upload import sealed_table, unsealed


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What became of a table: how much was taken, or which lines were refused and why; `fault`: why it was not even read.

    `columns`: how the file calls a field (`B 受理时间`).
    """

    file: str
    taken: int
    refused: tuple[tuple[int, BadField], ...]
    fault: BadField | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadedTable:
    """A table that came with a form, read. `plan`: at the second press, the digest of what was shown; else empty."""

    file: str
    sheet: Sheet
    plan: str = ""


async def sent_table(request: web.Request) -> UploadedTable | UploadOutcome:
    """The table of a form, or why it cannot be read. Raises BadField where no file came. Call it before a connection is taken."""
    form = await form_of(request)
    if held := form.get("held"):
        keys, who, now = services_of(request).keys, user_of(request).id, now_of(request)
        file, sheet = await asyncio.to_thread(unsealed, keys, who, str(held), now)
        return UploadedTable(file, sheet, str(form.get("plan", "")))
    found = next((v for v in form.values() if isinstance(v, web.FileField) and v.filename), None)
    if found is None:
        raise BadField("A file is needed.", field="file")
    with TemporaryDirectory(prefix="hotline-") as folder:
        path = Path(folder) / "table"
        await asyncio.to_thread(_keep, found, path)
        try:
            return UploadedTable(found.filename, await read_sheet(path, PAGE))
        except Unreadable as error:
            return UploadOutcome(found.filename, 0, (), error)


def _keep(file: web.FileField, path: Path) -> None:
    path.write_bytes(file.file.read())


async def held_for(request: web.Request, sent: UploadedTable) -> str:
    """The table as the field `held` of the page's second form. Raises BadField where it is too large for that."""
    keys, who, now = services_of(request).keys, user_of(request).id, now_of(request)
    return await asyncio.to_thread(sealed_table, keys, who, sent.file, sent.sheet, now)
