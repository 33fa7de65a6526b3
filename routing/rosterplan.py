"""Rosters written: from a table (all or nothing), by a weekly pattern, by hand; and leave, which takes people off them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import asyncpg

from hotline.base.db import Conn, queries
from hotline.base.house import House
from hotline.base.problem import BadField
from hotline.people.store import audit
from hotline.tickets import store
from routing.rosterfile import Duty, Roster, read_roster
from routing.rosters import R
from routing.sheets.reading import Sheet
from routing.tables import Taken

S = queries("routing", "rosterplan.sql")


async def import_roster(
    conn: Conn, house: House, sheet: Sheet, now: datetime, *, actor: str = "system", only: str = ""
) -> Taken:
    """Take the shifts of a table; see `routing.rosterfile` for the layouts. Refusals: nothing is taken.

    A month's table is the whole plan of its departments for its days: shifts to come that it no longer has are removed.
    `only`: the one department (by code) whose shifts may be in it.
    """
    rows = sheet.texts()
    if sheet.refused:
        return Taken(0, tuple(sheet.refused))
    try:
        roster = read_roster(rows, house.settings.zone)
    except BadField as error:
        return Taken(0, ((rows[0][0] if rows else 1, error),))
    ready, refused = await _resolved(conn, roster, only)
    if not ready and not refused:
        refused.append((rows[-1][0], BadField("There is no shift in it.", field="file")))
    if refused:
        return Taken(0, tuple(sorted(refused, key=lambda r: r[0])))
    departments = sorted({d for d, *_ in ready})
    if roster.days is not None:
        zone = house.settings.zone
        first, last = (datetime.combine(d, time(), zone) for d in roster.days)
        kept = [list(c) for c in zip(*((d, u, f) for d, u, _, f, _ in ready), strict=True)]
        await conn.execute(S["clear_plan"], departments, max(first, now), last + timedelta(days=1), *kept)
    # The same line twice is one; of two lines for one person and start the later counts.
    once = {(d, u, f): (d, u, rank, f, t) for d, u, rank, f, t in ready}
    columns: list[list[object]] = [list(c) for c in zip(*once.values(), strict=True)]
    await conn.execute(R["insert_shifts"], *columns)
    await audit(conn, actor, "roster_imported", now, departments=departments, shifts=len(once))
    return Taken(len(ready), ())


Ready = tuple[int, int, str, datetime, datetime]


async def _resolved(conn: Conn, roster: Roster, only: str) -> tuple[list[Ready], list[tuple[int, BadField]]]:
    """The duties with the ids of departments and people; what names nobody is refused by its line, each fault once."""
    refused: dict[tuple[int, str], BadField] = {(line, str(why)): why for line, why in roster.refused}
    people: dict[str, tuple[store.Department, Mapping[str, list[int]]]] = {}
    ready: list[Ready] = []
    for duty in roster.duties:
        named = duty.department or only
        try:
            if named not in people:
                found = await _department(conn, named, only)
                people[named] = found, _by_name(await conn.fetch(S["people_of"], found.id))
            department, known = people[named]
            user = _person(duty, department.name, known)
        except BadField as error:
            refused[duty.line, str(error)] = error
        else:
            ready.append((department.id, user, duty.rank, duty.from_at, duty.to_at))
    return ready, [(line, why) for (line, _), why in refused.items()]


async def _department(conn: Conn, named: str, only: str) -> store.Department:
    if not named:
        raise BadField("%(column)s is empty.", field="department", column="department")
    found = await store.find_department(conn, named)
    if only and found.code != only:
        raise BadField("%(department)s is not your department.", field="department", department=found.name)
    return found


def _by_name(rows: Sequence[asyncpg.Record]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        for name in {row["name"], row["shown_name"]}:
            found.setdefault(name, []).append(row["id"])
    return found


def _person(duty: Duty, department: str, people: Mapping[str, list[int]]) -> int:
    found = people.get(duty.name, [])
    if not found:
        raise BadField(
            "%(department)s has nobody called %(name)s.", field="name", department=department, name=duty.name
        )
    if len(found) > 1:
        raise BadField("Several are called %(name)s: write the sign-in name.", field="name", name=duty.name)
    return found[0]
