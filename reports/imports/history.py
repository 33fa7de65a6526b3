"""`import history`: past tickets of another system, each with its record whole, as if it had been lived through here.

1. The whole file is read and checked; one wrong line, and nothing is taken. 2. What an earlier run took is passed by. 3. The others
are taken in batches, each in a transaction of its own; killed at any moment, the same file goes on where it was.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Problem
from hotline.base.services import Services
from hotline.ticket import Category
from reports.imports import imports_sql
from reports.imports.execution import KIND, live, live_many, moves, quiet, spans
from reports.imports.lines import lines_taken_before
from reports.imports.past_ticket import Past, understood
from reports.imports.words import HISTORY
from routing.directory.names import named
from routing.tables.bounds import COMMAND
from routing.tables.by_column import ImportResult
from routing.tables.columns import ReadTable, read_columns
from routing.tables.reader import Sheet

log = logging.getLogger(__name__)
NEEDED = ("number", "opened", "channel", "category", "text", "closed", "outcome", "result")
_BATCH = 500
#: After so many batches the database counts its tables again: plans made on empty ones are of no use.
_COUNTED = frozenset({1, 4, 16, 64, 256})


class _Undone(Exception):
    """What was tried is rolled back."""


async def import_history(conn: Conn, services: Services, sheet: Sheet, now: datetime) -> ImportResult:
    """Columns as docs/imports.md has them. `conn` is in no transaction, so that each batch stands by itself."""
    table = read_columns(sheet, HISTORY, NEEDED, COMMAND.rows)
    past, refused = await _read(conn, services, table, now)
    services = quiet(services)
    fresh, before = await _fresh(conn, services, past, refused)
    if not refused:
        refused += await _tried(conn, services, [p for p in fresh if p.category is Category.TIPOFF])
    if refused:
        return ImportResult(0, tuple(sorted(refused, key=lambda item: item[0])), table.called, tuple(table.notes))
    await _take(conn, services, fresh, before)
    return ImportResult(len(fresh), (), table.called, tuple(table.notes), (("taken before", before),))


async def _take(conn: Conn, services: Services, fresh: Sequence[Past], before: int) -> None:
    known, done = moves(), 0
    for place, batch in enumerate(spans(fresh, lambda p: p.opened, _BATCH), 1):
        async with conn.transaction():
            plain = [p for p in batch if p.category is not Category.TIPOFF]
            if plain:
                await live_many(conn, services, plain)
            for p in batch:
                if p.category is Category.TIPOFF:
                    await live(conn, services, known, p)
        if place in _COUNTED:
            await imports_sql.count_again(conn)
        done += len(batch)
        _progress(done, len(fresh), before)


def _progress(done: int, whole: int, before: int) -> None:
    log.info("history imported", extra={"done": done, "of": whole, "before": before})
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{whole}" + ("\n" if done == whole else ""))


async def _read(
    conn: Conn, services: Services, table: ReadTable, now: datetime
) -> tuple[list[Past], list[tuple[int, BadField]]]:
    """The lines of the table as past tickets, and those that are refused."""
    past: list[Past] = []
    refused = list(table.refused)
    seen: set[str] = set()
    departments = await named(conn)
    for line, row in table.lines:
        try:
            one = understood(line, row, services, departments, now)
            if one.number in seen:
                raise BadField("number: %(number)s stands twice.", field="number", number=one.number)
            seen.add(one.number)
            past.append(one)
        except BadField as error:
            refused.append((line, error))
    return past, refused


async def _fresh(
    conn: Conn, services: Services, past: Sequence[Past], refused: list[tuple[int, BadField]]
) -> tuple[list[Past], int]:
    """What was not taken yet, and how many were; a line that says other things than then is refused."""
    before = await lines_taken_before(conn, services, KIND, [p.number for p in past])
    for p in past:
        said = before.get(p.number)
        if said is not None and _filled(said) != _filled(p.row):
            refused.append(
                (
                    p.line,
                    BadField(
                        "number: %(number)s was imported before, and said something else then.",
                        field="number",
                        number=p.number,
                    ),
                )
            )
    fresh = [p for p in past if p.number not in before]
    return fresh, len(past) - len(fresh)


def _filled(row: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if text}


async def _tried(conn: Conn, services: Services, tipoffs: Sequence[Past]) -> list[tuple[int, BadField]]:
    """Which tipoffs the moves themselves refuse, as those about officials; nothing stays of the try."""
    known, refused = moves(), []
    for p in tipoffs:
        try:
            async with conn.transaction():
                await live(conn, services, known, p)
                raise _Undone
        except _Undone:
            continue
        except Problem as error:
            refused.append((p.line, BadField(error.message, field=error.field, **error.params)))
    return refused
