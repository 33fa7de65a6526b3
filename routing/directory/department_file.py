"""Import of the directory from a table: preview and execution, all or nothing, each refusal by line and column.

A known code is brought up to date. What has no column, or an empty cell, stays as it is: nothing is erased by leaving it out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.base.text.phones import masked, written
from hotline.people import departments_sql
from hotline.people.store import audit
from hotline.tickets.tipoffs.offices import is_discipline, kept_names
from routing.directory.column_words import DEPARTMENTS, group_of, said_groups, yes_or_no
from routing.directory.departments import NewDepartmentBody
from routing.directory.names import parted
from routing.tables.bounds import PAGE
from routing.tables.by_column import ImportResult
from routing.tables.columns import ReadTable, check_filled, code_of, plain_header, read_columns
from routing.tables.plan import LineChange, TablePlan, differing
from routing.tables.reader import Sheet

_Before = departments_sql.DirectoryRow | None
NEEDED = ("code", "name", "group")
_BREATH = 200  # after so many lines others have their turn


@dataclass(frozen=True, slots=True)
class PlannedDepartment:
    """A department as it will be. `number`: its telephone where the line gives one, and `phone` as it is shown."""

    code: str
    name: str
    name_en: str
    group: str
    duties: list[str]
    territory: str
    superior: str
    aliases: list[str]
    discipline: bool
    phone: str
    number: str


@dataclass(slots=True)
class DepartmentPlan(TablePlan):
    """With the departments that would be written."""

    rows: list[PlannedDepartment] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    """The directory as it is, and what the lines so far make of it: codes and names as `plain_header` compares them."""

    rows: Mapping[str, departments_sql.DirectoryRow]
    spelled: dict[str, str]
    seen: set[str] = field(default_factory=set)


def departments_of(sheet: Sheet) -> ReadTable:
    """The table under our names. Raises Unreadable."""
    return read_columns(sheet, DEPARTMENTS, NEEDED, PAGE.rows)


async def import_departments(
    conn: Conn, services: Services, sheet: Sheet, now: datetime, *, actor: str = "system"
) -> ImportResult:
    """Columns code, name, group; name_en, duties, phone, territory, superior, aliases, discipline."""
    plan = await plan_departments(conn, services, departments_of(sheet))
    return await take_departments(conn, services, plan, now, actor=actor)


async def plan_departments(conn: Conn, services: Services, table: ReadTable) -> DepartmentPlan:
    """What the table would do."""
    plan = DepartmentPlan(refused=list(table.refused), called=table.called, notes=list(table.notes))
    rows = {r.code: r for r in await departments_sql.directory(conn)}
    known = _Known(rows, {plain_header(code): code for code in rows})
    for place, (line, cells) in enumerate(table.lines):
        try:
            row, change = _understood(line, cells, known, services)
            plan.rows.append(row)
            plan.changes.append(change)
        except BadField as error:
            plan.refused.append((line, error))
        if place % _BREATH == 0:
            await asyncio.sleep(0)
    _stand_alone(plan, known)
    return plan


def _understood(
    line: int, cells: Mapping[str, str], known: _Known, services: Services
) -> tuple[PlannedDepartment, LineChange]:
    """The department of a line, and what the line changes. Raises BadField."""
    check_filled(cells, NEEDED)
    code = code_of(cells["code"])
    spelled = known.spelled.setdefault(plain_header(code), code)
    if spelled != code:
        raise BadField(
            "%(code)s is written %(spelled)s elsewhere: write it so.",
            field="code",
            code=code,
            spelled=spelled,
        )
    if code in known.seen:
        raise BadField("%(name)s stands twice.", field="code", name=code)
    known.seen.add(code)
    before = known.rows.get(code)
    if before is not None and before.valid_to is not None:
        raise BadField(
            "%(code)s ended on %(day)s: its code is not given again.",
            field="code",
            code=code,
            day=str(before.valid_to),
        )
    row = _row(code, cells, before, services)
    was = _was(before, services) if before is not None else None
    details = differing(was, {k: getattr(row, k) for k in was}) if was is not None else ()
    return row, LineChange(line, "new" if was is None else "changed" if details else "same", code, details)


def _row(code: str, cells: Mapping[str, str], before: _Before, services: Services) -> PlannedDepartment:
    """The department as it will be. Raises BadField."""
    group, discipline = _group(cells["group"]), _discipline(cells.get("discipline", ""))

    def of(column: str, name: str) -> Any:
        return cells.get(column) or (getattr(before, name) if before is not None else "")

    given = parted(cells["duties"]) if cells.get("duties") else None
    aliases = parted(cells["aliases"]) if cells.get("aliases") else None
    name = cells["name"]
    name_en, territory = of("name_en", "name_en"), of("territory", "territory") or _territory(group, name)
    duties = given if given is not None else list(before.duties) if before is not None else []
    wanted = {
        "code": code,
        "name": name,
        "name_en": name_en,
        "group": group,
        "territory": territory,
        "duties": duties,
        "superior": cells.get("superior", ""),
        "aliases": aliases or [],
    }
    checked(NewDepartmentBody, wanted)
    number = written(cells.get("phone"), services.settings.area_code).number
    return PlannedDepartment(
        code=code,
        name=name,
        name_en=name_en,
        group=group,
        duties=duties,
        territory=territory,
        superior=code_of(cells.get("superior", "")) or (before.superior if before else None) or "",
        aliases=kept_names(name, aliases, before.name if before else "", before.aliases if before else ()),
        discipline=discipline if discipline is not None else before.discipline if before else is_discipline(name),
        phone=masked(number) if number else _phone(before, services),
        number=number,
    )


def _group(said: str) -> str:
    found = group_of(said)
    if found is None:
        raise BadField("%(group)s is no group; there are: %(groups)s.", field="group", group=said, groups=said_groups())
    return found


def _discipline(said: str) -> bool | None:
    """Whether it is a discipline body; None where nothing is said."""
    found = yes_or_no(said)
    if said and found is None:
        raise BadField("%(value)s is neither yes nor no.", field="discipline", value=said)
    return found


def _was(before: departments_sql.DirectoryRow, services: Services) -> dict[str, Any]:
    return {
        "name": before.name,
        "name_en": before.name_en,
        "group": before.kind,
        "duties": list(before.duties),
        "territory": before.territory,
        "superior": before.superior or "",
        "aliases": list(before.aliases),
        "discipline": before.discipline,
        "phone": _phone(before, services),
    }


def _phone(before: departments_sql.DirectoryRow | None, services: Services) -> str:
    box = before.phone_enc if before is not None else None
    return masked(services.keys.decrypt(box)) if box else ""


def _stand_alone(plan: DepartmentPlan, known: _Known) -> None:
    """Names are those of one department when all is done, and who stands above is there; what is not so is refused."""
    after = {c: r.name for c, r in known.rows.items() if r.valid_to is None}
    after |= {row.code: row.name for row in plan.rows}
    holders: dict[str, list[str]] = {}
    for code, name in after.items():
        holders.setdefault(plain_header(name), []).append(code)
    codes = {plain_header(code): code for code in after}
    for place, (row, change) in enumerate(zip(plan.rows, plan.changes, strict=True)):
        other = next((c for c in holders[plain_header(row.name)] if c != row.code), None)
        above = plain_header(row.superior)
        found = codes.get(above) or next(iter(holders.get(above, ())), None)
        why = None
        if other is not None:
            why = BadField("%(name)s is the name of %(other)s already.", field="name", name=row.name, other=other)
        elif above and found is None:
            why = BadField("There is no department %(named)s.", field="superior", named=row.superior)
        elif above and found == row.code:
            why = BadField("A department does not stand above itself.", field="superior")
        if why is not None:
            plan.refused.append((change.line, why))
        plan.rows[place] = replace(row, superior=found or "")


def _territory(group: str, name: str) -> str:
    """A township's territory is its name without what kind of government it is."""
    if group != "township":
        return ""
    return name.removesuffix("人民政府").removesuffix("政府").removesuffix("街道办事处")


async def take_departments(
    conn: Conn, services: Services, plan: DepartmentPlan, now: datetime, *, actor: str
) -> ImportResult:
    """Do what a plan says, in the caller's transaction."""
    if plan.refused:
        return plan.outcome()
    done = {change.name for change in plan.changes if change.kind != "same"}
    today = now.astimezone(services.settings.zone).date()
    rows = [row for row in plan.rows if row.code in done]
    await departments_sql.set_names_aside(conn, [row.code for row in rows])
    for row in rows:
        phone = services.keys.encrypt(row.number) if row.number else None
        await departments_sql.put_department(
            conn,
            row.code,
            row.name,
            row.name_en,
            row.group,
            row.duties,
            row.territory,
            phone,
            today,
            row.aliases,
            row.discipline,
        )
    for row in rows:
        if row.superior:
            await departments_sql.set_superior(conn, row.code, row.superior)
    await audit(conn, actor, "departments_imported", now, codes=[row.code for row in rows])
    return plan.outcome()
