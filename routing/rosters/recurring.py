"""Recurring shifts in the database: entered, ended, and made some weeks ahead by a nightly job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Missing
from hotline.base.jobs.timers import daily
from hotline.base.services import Services
from hotline.people.actions import ActionContext, Fields, NoFields
from hotline.people.store import audit
from hotline.ticket import Role
from routing.rosters import table_import_sql
from routing.rosters.actions import NAME, PLANNERS, TEXT, WHO, Rank, action, person_named, planned
from routing.rosters.patterns import Pattern, shifts_of
from routing.rosters.reader.clock import DAY, clock_of
from routing.tables.by_column import read_day

#: Shifts of patterns are made so far ahead.
AHEAD = timedelta(days=40)
NIGHTS = daily(time(2, 30))


class RecurringShiftBody(Fields):
    """Who stands on which weekdays (1 Monday … 7 Sunday), from what hour for how long, every how many weeks."""

    name: NAME
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7)
    starts: TEXT
    hours: Annotated[float, Field(ge=0.5, le=48)]
    from_on: TEXT
    until_on: TEXT = ""
    every_weeks: Annotated[int, Field(ge=1, le=8)] = 1
    rank: Rank = "member"
    department: Annotated[str, StringConstraints(max_length=200)] = ""

    @field_validator("weekdays", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return value if isinstance(value, list) else [value]


async def add_pattern(context: ActionContext, body: RecurringShiftBody) -> Mapping[str, object]:
    """A shift that recurs; its shifts stand on the roster at once, 40 days ahead."""
    department = await planned(context, body.department)
    user = await person_named(context, department, body.name)
    from_on = read_day(body.from_on, "from_on")
    until_on = read_day(body.until_on, "until_on") if body.until_on else None
    if until_on is not None and until_on < from_on:
        raise BadField("It ends before it begins.", field="until_on")
    clock = clock_of(body.starts)
    if clock is None or clock.tomorrow or clock.minutes >= DAY:
        raise BadField("%(text)s is not a time of day (08:00).", field="starts", text=body.starts)
    starts = time(*divmod(clock.minutes, 60))
    made = await table_import_sql.add_pattern(
        context.conn,
        department,
        user,
        body.rank,
        sorted(set(body.weekdays)),
        body.every_weeks,
        starts,
        round(body.hours * 60),
        from_on,
        until_on,
        context.user.actor,
        context.now,
    )
    shifts = await _extend(context.conn, context.services, [made], context.now)
    await audit(
        context.conn,
        context.user.actor,
        "pattern_added",
        context.now,
        pattern=made,
        department=department,
        user=user,
    )
    return {"pattern": made, "shifts": shifts}


async def end_pattern(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """A recurring shift ends; its shifts to come go, but for those under a swap."""
    row = await table_import_sql.pattern(context.conn, context.item)
    if row is None or (context.user.role is Role.LIAISON and row.department_id != context.user.department_id):
        raise Missing("There is no such recurring shift.")
    if context.user.role is Role.LIAISON and not context.user.leads:
        raise Forbidden("This is for %(who)s.", who=WHO)
    await table_import_sql.end_pattern(context.conn, context.item, context.now)
    await table_import_sql.clear_pattern(context.conn, context.item, context.now)
    await audit(context.conn, context.user.actor, "pattern_ended", context.now, pattern=context.item)
    return {"pattern": context.item}


async def _extend(conn: Conn, services: Services, patterns: Sequence[int] | None, now: datetime) -> int:
    """Make the shifts of patterns that stand within the time ahead; those that stand already are left as they are."""
    zone = services.settings.zone
    today = now.astimezone(zone).date()
    rows = await table_import_sql.open_patterns(conn, list(patterns) if patterns is not None else None)
    ready = []
    for row in rows:
        pattern = Pattern(
            frozenset(row.weekdays),
            row.every_weeks,
            row.starts,
            row.minutes,
            row.from_on,
            row.until_on,
        )
        for start, end in shifts_of(pattern, today, today + AHEAD, zone):
            if end > now:
                ready.append((row.department_id, row.user_id, row.rank, start, end, row.id))
    if ready:
        departments, persons, ranks, starts, ends, patterns = map(list, zip(*ready, strict=True))
        await table_import_sql.pattern_shifts(conn, departments, persons, ranks, starts, ends, patterns, zone.key)
    return len(ready)


async def extend_patterns(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """The calendar job: recurring shifts stand on the roster 40 days ahead. One run makes up for all that were missed."""
    await _extend(conn, services, None, now)


ACTIONS = (
    action("rosters/patterns", RecurringShiftBody, add_pattern, "A recurring shift", PLANNERS, WHO),
    action("rosters/patterns/{pattern}/ends", NoFields, end_pattern, "End a recurring shift", PLANNERS, WHO),
)
