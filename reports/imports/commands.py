"""`import history`, `import boxes`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from hotline.base.command import Command, Runtime
from reports.imports.boxes import import_boxes
from reports.imports.history import import_history
from routing.commands import importing, say
from routing.tables.bounds import COMMAND
from routing.tables.reader import read_sheet


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV or XLSX (docs/imports.md)")


async def past_tickets(args: Namespace, runtime: Runtime) -> int:
    """Take past tickets, batch by batch, each in a transaction of its own."""
    sheet = await read_sheet(args.file, COMMAND)
    async with runtime.pool.acquire() as conn:
        return say(await import_history(conn, runtime.services, sheet, runtime.services.clock.now()), runtime)


COMMANDS = (
    Command("import history", "take past tickets of another system from a table", _file, past_tickets),
    Command("import boxes", "take slips of the opinion boxes from a table", _file, importing(import_boxes)),
)
