"""`import sheets`: notice sheets from a table, all or nothing; what the table does not name stays as it is (docs/imports.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.people.store import audit
from routing.directory.names import Named, department_in, named
from routing.knowledge import sheets, sheets_sql
from routing.knowledge.content import SheetContent, SheetFields, words_of
from routing.knowledge.sheet_words import SHEETS
from routing.knowledge.validity import span_of
from routing.tables.bounds import PAGE
from routing.tables.by_column import ImportResult
from routing.tables.columns import ReadTable, check_filled, plain_header, read_columns
from routing.tables.plan import LineChange, TablePlan, differing
from routing.tables.reader import Sheet

NEEDED = ("title", "papers", "department")
_BREATH, _BATCH = 100, 50
_WORDS = frozenset({"title", "aliases", "papers", "where", "takes", "cost", "basis"})
#: Where 无 says something.
_OWN_WORDS = frozenset({"title", "aliases", "papers", "cost"})


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line understood: what it says, whose it is, and which sheet it changes; None: a new one."""

    content: SheetContent
    department: int
    sheet: int | None


@dataclass(slots=True)
class SheetPlan(TablePlan):
    """With the lines that would be written."""

    lines: list[SheetLine] = field(default_factory=list)


@dataclass(slots=True)
class _Ground:
    """What each line is held against: the departments by their names, the sheets that are there, what stood in the lines above."""

    departments: Named
    before: Mapping[tuple[int, str], sheets_sql.KnownSheetRow]
    seen: set[tuple[int, str]] = field(default_factory=set)


def sheets_of(sheet: Sheet) -> ReadTable:
    """The table under our names. Raises Unreadable."""
    return read_columns(sheet, SHEETS, NEEDED, PAGE.rows)


async def import_sheets(
    conn: Conn, services: Services, sheet: Sheet, now: datetime, *, actor: str = "system"
) -> ImportResult:
    """Columns title, papers, department; aliases, where, takes, cost, basis, valid_from, valid_until. Each line that says something else
    than the sheet in force is published as a new version."""
    plan = await plan_sheets(conn, services, await asyncio.to_thread(sheets_of, sheet), now)
    return await take_sheets(conn, services, plan, now, actor)


async def plan_sheets(conn: Conn, services: Services, table: ReadTable, now: datetime) -> SheetPlan:
    """What the table would do."""
    plan = SheetPlan(refused=list(table.refused), called=table.called, notes=list(table.notes))
    before = {(int(row.department_id), row.plain): row for row in await sheets_sql.known(conn)}
    ground = _Ground(await named(conn), before)
    for place, (line, cells) in enumerate(table.lines):
        try:
            _add(plan, line, cells, ground)
        except BadField as error:
            plan.refused.append((line, error))
        if place % _BREATH == 0:
            await asyncio.sleep(0)
    return plan


def _add(plan: SheetPlan, line: int, cells: Mapping[str, str], ground: _Ground) -> None:
    """One line into the plan. Raises BadField naming its column."""
    check_filled(cells, NEEDED)
    title, of = cells.get("title", ""), cells.get("department", "")
    department = department_in(of, ground.departments, "department")
    key = (int(department.id), plain_header(title))
    if key in ground.seen:
        raise BadField("%(name)s stands twice.", field="title", name=title)
    ground.seen.add(key)
    row = ground.before.get(key)
    was = sheets.content_of(row) if row is not None else None
    content = _content(cells, was)
    details = differing(_shown(was), _shown(content)) if was is not None else ()
    drafted = row is not None and row.in_force is None
    kind: Literal["new", "changed", "same"] = "new" if row is None else "changed" if details or drafted else "same"
    plan.changes.append(LineChange(line, kind, f"{content.title}（{department.name}）", details))
    plan.lines.append(SheetLine(content, int(department.id), row.id if row is not None else None))


def _content(cells: Mapping[str, str], was: SheetContent | None) -> SheetContent:
    """What the line says; a column that the table does not have, or an empty cell, leaves what the sheet said."""
    before = _shown(was) if was is not None else {}
    said = {name: cell if name in _OWN_WORDS else words_of(cell) for name, cell in cells.items() if cell}
    first, final = span_of(cells.get("valid_from", ""), cells.get("valid_until", ""))
    values = {
        **before,
        **{name: cell for name, cell in said.items() if name in _WORDS},
        "valid_from": first if cells.get("valid_from") or first is not None or was is None else was.valid_from,
        "valid_until": final if cells.get("valid_until") or final is not None or was is None else was.valid_until,
    }
    return checked(SheetFields, values).content()


def _shown(content: SheetContent) -> dict[str, object]:
    """The fields as the plan names them."""
    return {
        "title": content.title,
        "aliases": list(content.aliases),
        "papers": content.papers,
        "where": content.where,
        "takes": content.takes,
        "cost": content.cost,
        "basis": content.basis,
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
    }


async def take_sheets(conn: Conn, services: Services, plan: SheetPlan, now: datetime, actor: str) -> ImportResult:
    """Do what a plan says, in the caller's transaction."""
    if plan.refused:
        return plan.outcome()
    several = [
        (one.sheet, one.department, one.content)
        for one, change in zip(plan.lines, plan.changes, strict=True)
        if change.kind != "same"
    ]
    for start in range(0, len(several), _BATCH):
        await sheets.put_in_force(conn, services, several[start : start + _BATCH], actor, now)
    await audit(conn, actor, "sheets_imported", now, sheets=len(several))
    return plan.outcome()
