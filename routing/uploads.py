"""A table sent with a form: kept for as long as it is read, and what was refused in it shown line by line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from hotline.base.problem import BadField
from hotline.base.requests import form_of

_TYPES = frozenset({".csv", ".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a table: how much was taken, or which lines were refused and why."""

    file: str
    taken: int
    refused: tuple[tuple[int, BadField], ...]
    fault: str = ""


async def sent_file(request: web.Request) -> web.FileField:
    """The file of a form. Raises BadField where there is none, or one that is no table."""
    form = await form_of(request)
    found = next((v for v in form.values() if isinstance(v, web.FileField) and v.filename), None)
    if found is None:
        raise BadField("A file is needed.", field="file")
    if Path(found.filename).suffix.lower() not in _TYPES:
        raise BadField("Only tables are taken: CSV or XLSX.", field="file")
    return found


@contextmanager
def on_disk(file: web.FileField) -> Iterator[Path]:
    """The path of a file that was sent, for as long as we are inside."""
    with TemporaryDirectory(prefix="hotline-") as folder:
        path = Path(folder) / f"table{Path(file.filename).suffix.lower()}"
        path.write_bytes(file.file.read())
        yield path
