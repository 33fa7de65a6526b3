"""Import of a roster table: it is read, its people are looked up, its changes are shown, then applied; all or nothing
(rulebook §6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.people.departments import Department, departments_by_id, find_department
from hotline.people.store import audit
from routing.directory.names import department_in
from routing.directory.names import named as directory
from routing.rosters import shifts_sql, table_import_sql
from routing.rosters.reader.change import RosterChange, RosterShift, change_of
from routing.rosters.reader.people import People, RosterPerson
from routing.rosters.reader.plan import Roster, TableShift
from routing.rosters.roster_file import read_roster
from routing.tables.reader import Sheet

Refused = tuple[tuple[int, BadField], ...]


@dataclass(frozen=True, slots=True)
class RosterTable:
    """A table understood: its shifts, the days that it is the plan of, and what in it was not read."""

    shifts: tuple[RosterShift, ...]
    days: frozenset[tuple[int, date]]
    notes: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many shifts are in the table, what they changed, what was not read; or what was refused."""

    taken: int
    refused: Refused
    change: RosterChange = field(default_factory=lambda: RosterChange({}))
    notes: tuple[tuple[int, str], ...] = ()
    done: bool = False


async def import_roster(
    conn: Conn,
    services: Services,
    sheet: Sheet,
    now: datetime,
    *,
    actor: str = "system",
    only: str = "",
    agreed: Callable[[RosterChange], bool] = lambda _: True,
) -> Imported:
    """Take the shifts of a table; see `routing.rosters.roster_file` for the layouts. Refusals: nothing is taken.

    A table is the whole plan of the days that it names, for the departments that it names: shifts to come that it no longer has
    are removed. `only`: the one department (by code) whose shifts may be in it. `agreed`: whether this change shall be done; where
    it shall not, it is only said what would be done.
    """
    plan, refused = await plan_of(conn, services, sheet, now, only)
    if plan is None:
        return Imported(0, refused)
    change = await change_by(conn, services, plan, now)
    done = agreed(change)
    if done:
        await carry_out(conn, plan, change, now, actor)
    return Imported(len(plan.shifts), (), change, plan.notes, done)


async def plan_of(
    conn: Conn, services: Services, sheet: Sheet, now: datetime, only: str
) -> tuple[RosterTable | None, Refused]:
    """What a table says, with the ids of departments and people; or what is refused in it, by line."""
    zone = services.settings.zone
    today = now.astimezone(zone).date()
    first = sheet.rows[0][0] if sheet.rows else 1
    try:
        roster = await asyncio.to_thread(
            read_roster, sheet.rows, zone, today, sheet.merged, sheet.shown, sections=not only
        )
    except BadField as error:
        return None, tuple(sheet.refused) or ((first, error),)
    roster.refused += sheet.refused
    plan, refused = await _resolved(conn, roster, only)
    if sheet.others:
        plan = replace(plan, notes=((0, "、".join(sheet.others)), *plan.notes))
    if not plan.shifts and not refused:
        refused += _nothing_in(plan, first)
    return (None, tuple(sorted(refused, key=lambda r: r[0]))) if refused else (plan, ())


def _nothing_in(plan: RosterTable, first: int) -> list[tuple[int, BadField]]:
    """Why a table without a shift is refused: by its rows that were not understood."""
    return [
        (
            line,
            BadField("There is no shift in it; this row is not understood: %(text)s", field="file", text=text),
        )
        for line, text in plan.notes
        if line
    ] or [(first, BadField("There is no shift in it.", field="file"))]


async def _resolved(conn: Conn, roster: Roster, only: str) -> tuple[RosterTable, list[tuple[int, BadField]]]:
    """The duties with the ids of departments and people; what names nobody is refused by its cell, each fault once."""
    refused: dict[tuple[int, str, str], tuple[int, BadField]] = {
        (line, str(why.params.get("cell")), str(why)): (line, why) for line, why in roster.refused
    }
    known: dict[str, tuple[int, People]] = {}
    nowhere: set[str] = set()
    for named in sorted({d.department for d in roster.duties} | {name for name, _ in roster.days}):
        try:
            known[named] = await _department(conn, named, only, titled=named in roster.titled)
        except BadField as error:
            nowhere.add(named)
            line, cell = roster.called.get(named) or (_first_line(roster, named), "")
            refused[line, cell, str(error)] = line, _at(error, cell)
    once: dict[tuple[int, int, datetime], tuple[RosterShift, TableShift]] = {}
    for duty in roster.duties:
        if duty.department in nowhere:
            continue
        try:
            department, people = known[duty.department]
            for user in people.named(duty.name):
                shift = RosterShift(department, user, duty.rank, duty.from_at, duty.to_at, name=duty.name)
                before, other = once.setdefault(shift.key, (shift, duty))
                if (before.rank, before.to_at) != (shift.rank, shift.to_at):
                    raise _twice(duty, other)
        except BadField as error:
            refused[duty.line, duty.cell, str(error)] = duty.line, _at(error, duty.cell)
    days = {(known[name][0], day) for name, day in roster.days if name in known}
    return RosterTable(tuple(s for s, _ in once.values()), frozenset(days), tuple(roster.notes)), list(refused.values())


def _first_line(roster: Roster, department: str) -> int:
    return min((d.line for d in roster.duties if d.department == department), default=1)


def _at(error: BadField, cell: str) -> BadField:
    return BadField(error.message, field=error.field, **{**error.params, **({"cell": cell} if cell else {})})


def _twice(duty: TableShift, other: TableShift) -> BadField:
    return BadField(
        "%(name)s stands in row %(line)s from the same hour on, with another end or rank: leave one of both.",
        field="name",
        name=duty.name,
        line=other.line,
    )


async def _department(conn: Conn, named: str, only: str, *, titled: bool) -> tuple[int, People]:
    """A department by what a table calls it, with its people. Raises BadField: unknown, or not the one that may be in it."""
    if not named and not only:
        raise BadField("The department is missing: write it into a column 单位, or into the title.", field="department")
    try:
        found = await find_department(conn, named or only)
    except BadField:
        if only and titled:  # a title may call the own department by any name; its people are found all the same
            found = await find_department(conn, only)
        else:
            found = department_in(named, await directory(conn), "department")
    if only and found.code != only:
        raise BadField("%(department)s is not your department.", field="department", department=found.name)
    rows = await table_import_sql.people_of(conn, found.id)
    return found.id, People(found.name, [RosterPerson(r.id, r.name, r.shown_name) for r in rows])


async def change_by(conn: Conn, services: Services, plan: RosterTable, now: datetime) -> RosterChange:
    """What a plan changes on the rosters as they stand; their departments are locked, so that it stays true until it is done."""
    zone = services.settings.zone
    departments = sorted({d for d, _ in plan.days} | {s.department for s in plan.shifts})
    days = sorted(d for _, d in plan.days) or [now.astimezone(zone).date()]
    first = min([datetime.combine(days[0], time(), zone), *(s.from_at for s in plan.shifts)])
    last = max([datetime.combine(days[-1] + timedelta(days=1), time(), zone), *(s.to_at for s in plan.shifts)])
    await table_import_sql.lock_departments(conn, departments)
    rows = await table_import_sql.standing(conn, departments, first, last)
    standing = [
        RosterShift(
            r.department_id,
            r.user_id,
            r.rank,
            r.from_at,
            r.to_at,
            r.id,
            r.shown_name,
            r.swapped,
            r.from_user or 0,
        )
        for r in rows
    ]
    names = {r.id: r.shown_name for r in await table_import_sql.names_of(conn, sorted({s.user for s in plan.shifts}))}
    wanted = [replace(s, name=names.get(s.user, s.name)) for s in plan.shifts if s.user in names]
    return change_of(standing, wanted, plan.days, now, zone)


async def carry_out(conn: Conn, plan: RosterTable, change: RosterChange, now: datetime, actor: str) -> None:
    """Do what `change_by` said: shifts go, end now, change and come; recurring shifts do not fill these days again."""
    await table_import_sql.drop_swaps(conn, [s.ident for s in change.all("removed")])
    await table_import_sql.drop_shifts(conn, [s.ident for s in change.all("removed")])
    await table_import_sql.end_shifts(conn, [s.ident for s in change.all("ended")], now)
    coming = [*change.all("changed"), *change.all("new")]
    if coming:
        rows = [(s.department, s.user, s.rank, s.from_at, s.to_at) for s in coming]
        await shifts_sql.insert_shifts(conn, *[list(column) for column in zip(*rows, strict=True)])
    days = sorted(plan.days)
    await table_import_sql.mark_planned(conn, [d for d, _ in days], [d for _, d in days], now)
    departments = sorted({d for d, _ in plan.days})
    await audit(
        conn,
        actor,
        "roster_imported",
        now,
        departments=departments,
        shifts=len(plan.shifts),
        **change.counts(),
    )


async def names_of(conn: Conn, change: RosterChange) -> Mapping[int, Department]:
    """The departments of a change, by id."""
    return {int(k): v for k, v in (await departments_by_id(conn, sorted({d for d, _ in change.days}))).items()}


def lines_of(change: RosterChange, names: Mapping[int, Department], zone: tzinfo) -> Sequence[str]:
    """A change as a command prints it: a line for each day, with the names of those who are removed."""
    found = []
    for (department, day), what in sorted(change.days.items(), key=lambda i: (names[i[0][0]].code, i[0][1])):
        gone = [*what.removed, *what.ended]
        counts = (
            ("new", what.new),
            ("changed", what.changed),
            ("unchanged", what.same),
            ("removed", gone),
            ("kept", what.stays),
            ("over already and left as it was", what.past),
        )
        said = ", ".join(f"{len(v)} {k}" for k, v in counts if v)
        found.append(f"{day} {names[department].code} {names[department].name}: {said or 'nobody'}")
        found += [
            f"  removed: {s.name} {s.from_at.astimezone(zone):%m-%d %H:%M}–{s.to_at.astimezone(zone):%m-%d %H:%M}"
            for s in gone
        ]
    return found
