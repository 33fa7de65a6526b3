"""Import of the responsibility catalogue from a table: preview and execution, all or nothing, each refusal by line and
column.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.people.store import audit
from routing.directory import catalogue_sql
from routing.directory.catalogue_lines import CatalogueLineBody
from routing.directory.column_words import CATALOGUE
from routing.directory.names import Named, department_in, named, parted
from routing.returns.disputes import put_line
from routing.tables.bounds import PAGE
from routing.tables.by_column import ImportResult, read_day
from routing.tables.columns import ReadTable, check_filled, plain_header, read_columns
from routing.tables.plan import LineChange, TablePlan, differing
from routing.tables.reader import Sheet

NEEDED = ("matter", "lead", "basis")
_BREATH = 200


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A line as it will stand; ids and codes of departments."""

    matter: str
    lead: int
    co: tuple[str, ...]
    basis: str
    since: date


@dataclass(slots=True)
class CataloguePlan(TablePlan):
    """With the lines that would be written."""

    lines: list[CatalogueLine] = field(default_factory=list)


def catalogue_of(sheet: Sheet) -> ReadTable:
    """The table under our names. Raises Unreadable."""
    return read_columns(sheet, CATALOGUE, NEEDED, PAGE.rows)


async def import_catalogue(
    conn: Conn, services: Services, sheet: Sheet, now: datetime, *, actor: str = "system"
) -> ImportResult:
    """Columns matter, lead, basis; co_handlers, since. A matter that is known gets a new line from its date on."""
    plan = await plan_catalogue(conn, services, catalogue_of(sheet), now)
    return await take_catalogue(conn, plan, now, actor=actor)


async def plan_catalogue(conn: Conn, services: Services, table: ReadTable, now: datetime) -> CataloguePlan:
    """What the table would do. Lines that it does not name hold on."""
    plan = CataloguePlan(refused=list(table.refused), called=table.called, notes=list(table.notes))
    today = now.astimezone(services.settings.zone).date()
    departments = await named(conn)
    before = {plain_header(row.matter): row for row in await catalogue_sql.in_force(conn)}
    seen: set[str] = set()
    for place, (line, cells) in enumerate(table.lines):
        try:
            _add(plan, line, cells, departments, before, seen, today)
        except BadField as error:
            plan.refused.append((line, error))
        if place % _BREATH == 0:
            await asyncio.sleep(0)
    return plan


def _since(cells: Mapping[str, str], row: catalogue_sql.InForceRow | None, today: date) -> date:
    """From when on a line holds. Raises BadField where the one in force begins later."""
    since = read_day(cells["since"], "since") if cells.get("since") else today
    if row is not None and since < row.since:
        raise BadField(
            "since: the line in force holds since %(before)s, later than %(since)s.",
            field="since",
            before=str(row.since),
            since=str(since),
        )
    return since


def _matter(cells: Mapping[str, str], seen: set[str]) -> str:
    """The matter of a line, as it is compared. Raises BadField: something is missing, or it stands twice."""
    check_filled(cells, NEEDED)
    key = plain_header(cells["matter"])
    if key in seen:
        raise BadField("%(name)s stands twice.", field="matter", name=cells["matter"])
    seen.add(key)
    return key


def _add(
    plan: CataloguePlan,
    line: int,
    cells: Mapping[str, str],
    departments: Named,
    before: Mapping[str, catalogue_sql.InForceRow],
    seen: set[str],
    today: date,
) -> None:
    """Add one line to the plan, as it would change the catalogue. Raises BadField."""
    row = before.get(_matter(cells, seen))
    matter = row.matter if row is not None else cells["matter"]
    lead = department_in(cells["lead"], departments, "lead")
    co = tuple(
        dict.fromkeys(department_in(c, departments, "co_handlers").code for c in parted(cells.get("co_handlers", "")))
    )
    if lead.code in co:
        raise BadField("The lead does not stand beside itself.", field="co_handlers")
    checked(CatalogueLineBody, {"matter": matter, "lead": lead.code, "basis": cells["basis"], "co_handlers": list(co)})
    since = _since(cells, row, today)
    after = {"lead": lead.code, "co_handlers": list(co), "basis": cells["basis"]}
    was = {"lead": row.code, "co_handlers": list(row.co_handlers), "basis": row.basis} if row is not None else None
    details = differing(was, after) if was is not None else ()
    if row is not None and not details and cells.get("since") and since != row.since:
        plan.notes.append(
            BadField(
                "%(name)s holds so since %(before)s already; %(since)s was not taken.",
                name=matter,
                before=str(row.since),
                since=str(since),
            )
        )
    plan.changes.append(LineChange(line, "new" if was is None else "changed" if details else "same", matter, details))
    plan.lines.append(CatalogueLine(matter, lead.id, co, cells["basis"], since))


async def take_catalogue(conn: Conn, plan: CataloguePlan, now: datetime, *, actor: str) -> ImportResult:
    """Do what a plan says, in the caller's transaction."""
    if plan.refused:
        return plan.outcome()
    made = [
        await put_line(conn, line.matter, line.lead, line.co, line.basis, line.since)
        for line, change in zip(plan.lines, plan.changes, strict=True)
        if change.kind != "same"
    ]
    await audit(conn, actor, "catalogue_imported", now, lines=made)
    return plan.outcome()
