"""`import departments|catalogue|places|sheets|roster`, `routing train`, `routing evaluate`."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from routing.directory.catalogue_file import import_catalogue
from routing.directory.department_file import import_departments
from routing.knowledge.sheet_file import import_sheets
from routing.places.place_file import import_places
from routing.rosters.table_import import import_roster, lines_of, names_of
from routing.suggestions.model.keep import evaluate_rows, load, save
from routing.suggestions.training import ENOUGH, retrain
from routing.tables.bounds import COMMAND
from routing.tables.by_column import ImportResult, read_table
from routing.tables.reader import Sheet, read_sheet

#: Columns that a file calls nothing.
NOTHING: Mapping[str, str] = MappingProxyType({})
Import = Callable[[Conn, Services, Sheet, datetime], Awaitable[ImportResult]]


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV or XLSX")


def _maybe_file(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="CSV with the columns text,department; absent: the centre's own dispatches as they ended",
    )


def importing(work: Import) -> Callable[[Namespace, Runtime], Awaitable[int]]:
    async def run(args: Namespace, runtime: Runtime) -> int:
        sheet = await read_sheet(args.file, COMMAND)
        async with runtime.pool.acquire() as conn, conn.transaction():
            done = await work(conn, runtime.services, sheet, runtime.services.clock.now())
        return say(done, runtime)

    return run


def say(done: ImportResult, runtime: Runtime) -> int:
    """Print what an import did, and what it refused by line and column. Raises CommandError where it took nothing."""
    for note in done.notes:
        sys.stderr.write(f"{runtime.said(note)}\n")
    refuse(done.refused, runtime, done.called)
    counts = ", ".join(f"{n} {what}" for what, n in done.counts)
    sys.stdout.write(f"{done.taken} taken, 0 refused{f' ({counts})' if counts else ''}\n")
    return 0


def refuse(refused: Sequence[tuple[int, BadField]], runtime: Runtime, called: Mapping[str, str] = NOTHING) -> None:
    """Print what was refused, in the centre's language. Raises CommandError where something was."""
    for line, why in refused:
        column, cell = called.get(why.field or ""), str(why.params.get("cell", ""))
        where = ""
        if column:
            where = runtime.words("column %(column)s", column=column)
        elif cell and "%(cell)s" not in why.message:
            where = runtime.words("cell %(cell)s", cell=cell)
        sys.stderr.write(runtime.placed(runtime.words("line %(n)s", n=line), where, why=why) + "\n")
    if refused:
        raise CommandError(runtime.words("%(n)s lines were refused, so nothing was taken.", n=len(refused)))


async def labelled(path: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of a CSV or XLSX. Raises CommandError naming the lines that are wrong."""
    rows = read_table(await read_sheet(path, COMMAND))
    if not rows:
        raise CommandError(f"{path}: there are no rows")
    if not {"text", "department"} <= set(rows[0][1]):
        raise CommandError(f"{path}: the columns text and department are needed")
    wrong = [f"line {n}: {name} is empty" for n, row in rows for name in ("text", "department") if not row[name]]
    if wrong:
        more = f" and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise CommandError(f"{path}: {'; '.join(wrong[:20])}{more}")
    return [row["text"] for _, row in rows], [row["department"] for _, row in rows]


async def train_model(args: Namespace, runtime: Runtime) -> int:
    """Train on a file, or on the centre's own dispatches where that makes the model no worse, and keep the model."""
    if args.file is None:
        return await _train_on_own(runtime)
    from routing.suggestions.model.train import train  # heavy, and only wanted here

    texts, labels = await labelled(args.file)
    if len(set(labels)) < 2:
        raise CommandError("there is nothing to learn from: at least two departments with a text each are needed")
    model = await asyncio.to_thread(train, texts, labels)
    path = await asyncio.to_thread(save, model, runtime.services.settings.data)
    sys.stdout.write(f"trained on {len(texts)} texts of {len(set(labels))} departments: {path}\n")
    return 0


async def _train_on_own(runtime: Runtime) -> int:
    async with runtime.pool.acquire() as conn, conn.transaction():
        made = await retrain(conn, runtime.services, runtime.services.clock.now())
    if made is None:
        raise CommandError(
            f"there is nothing to learn from: at least {ENOUGH} dispatches to two departments are needed"
        )
    judged = (
        f"{made.accuracy:.3f} right of {made.held_back} held back" if made.accuracy is not None else "none held back"
    )
    if made.before is not None:
        judged += f", the model before {made.before:.3f}"
    sys.stdout.write(f"trained on {made.tickets} dispatches ({judged}): {made.path or 'the model before stays'}\n")
    return 0


async def evaluate(args: Namespace, settings: Settings) -> int:
    """Measure the kept model on a file: three lines."""
    texts, labels = await labelled(args.file)
    model = await asyncio.to_thread(load, settings.data)
    if model is None:
        raise CommandError("there is no model yet: run `routing train FILE` first")
    accuracy, macro, top = await asyncio.to_thread(evaluate_rows, model, texts, labels)
    sys.stdout.write(f"accuracy {accuracy:.3f}\nmacro-F1 {macro:.3f}\ntop-3 {top:.3f}\n")
    return 0


def _roster(parser: ArgumentParser) -> None:
    _file(parser)
    parser.add_argument("--look", action="store_true", help="say what would be taken and removed, and change nothing")


async def take_roster(args: Namespace, runtime: Runtime) -> int:
    """Take a roster, or look at it: what is new, changed and removed day by day, as the page shows it."""
    sheet = await read_sheet(args.file, COMMAND)
    services = runtime.services
    async with runtime.pool.acquire() as conn, conn.transaction():
        done = await import_roster(conn, services, sheet, services.clock.now(), agreed=lambda _: not args.look)
        names = await names_of(conn, done.change)
    refuse(done.refused, runtime)
    for said in lines_of(done.change, names, services.settings.zone):
        sys.stdout.write(f"{said}\n")
    for line, text in done.notes:
        sys.stdout.write(f"{f'remark, line {line}' if line else 'other sheets, not read'}: {text}\n")
    counts = ", ".join(f"{n} {what}" for what, n in done.change.counts().items() if n or what == "removed")
    sys.stdout.write(f"{done.taken} {'taken' if done.done else 'would be taken'}, 0 refused ({counts})\n")
    return 0


COMMANDS = (
    Command("import departments", "take departments from a table", _file, importing(import_departments)),
    Command(
        "import catalogue",
        "take the responsibility catalogue from a table",
        _file,
        importing(import_catalogue),
    ),
    Command("import places", "take the gazetteer from a table", _file, importing(import_places)),
    Command("import sheets", "take notice sheets of services from a table", _file, importing(import_sheets)),
    Command("import roster", "take shifts from a table", _roster, take_roster),
    Command("routing train", "learn from dispatches", _maybe_file, train_model),
    Command("routing evaluate", "measure the model on a file", _file, alone=evaluate),
)
