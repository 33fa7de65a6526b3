"""Actions on a roster: shifts, weekly patterns, leave; each audited (rulebook §6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.ids import DepartmentId
from hotline.people.actions import Action, ActionContext, Fields, NoFields
from hotline.people.departments import departments_by_id, find_department
from hotline.people.roles import ADMINS, LIAISONS, MANAGERS
from hotline.people.store import audit
from hotline.ticket import Role
from routing.rosters import shifts_sql, table_import_sql
from routing.rosters.reader.people import People, RosterPerson
from routing.rosters.shifts import answer_swap, ask_swap
from routing.tables.by_column import read_moment

_LONGEST = timedelta(days=3)
PLANNERS = LIAISONS | MANAGERS | ADMINS

WHO = "the department's leader, a manager or an administrator"
NAME = Annotated[str, StringConstraints(min_length=1, max_length=80)]
TEXT = Annotated[str, StringConstraints(max_length=40)]
Rank = Literal["member", "deputy", "leader"]


class ShiftBody(Fields):
    """Who stands from … to (local where no offset is given); `department`: for managers and administrators."""

    name: NAME
    from_at: Annotated[TEXT, Field(alias="from")]
    to_at: Annotated[TEXT, Field(alias="to")]
    rank: Rank = "member"
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class LeaveBody(Fields):
    """Away from … to; `name`: of the department, by its leader; left out: oneself."""

    from_at: Annotated[TEXT, Field(alias="from")]
    to_at: Annotated[TEXT, Field(alias="to")]
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class SwapBody(Fields):
    """Which shift, and the name of the colleague who is asked."""

    shift: Annotated[int, Field(ge=1, le=2**53)]
    to: NAME


class SwapAnswerBody(Fields):
    """Yes or no."""

    yes: bool


async def planned(context: ActionContext, named: str) -> int:
    """The department whose roster the user plans. Raises Forbidden, BadField."""
    if context.user.role is Role.LIAISON:
        assert context.user.department_id is not None
        if not context.user.leads:
            raise Forbidden("This is for %(who)s.", who=WHO)
        if named:
            found = await find_department(context.conn, named)
            if found.id != context.user.department_id:
                raise BadField("There is no department %(named)s.", field="department", named=named)
        return context.user.department_id
    return (await find_department(context.conn, named)).id


async def person_named(context: ActionContext, department: int, name: str) -> int:
    """Somebody of a department, by what a roster would call them. Raises BadField: nobody, or several."""
    rows = await table_import_sql.people_of(context.conn, department)
    names = await departments_by_id(context.conn, [department])
    people = People(names[DepartmentId(department)].name, [RosterPerson(r.id, r.name, r.shown_name) for r in rows])
    found = people.named(name)
    if len(found) > 1:
        raise BadField(
            "%(name)s can be read as different people: put a comma between the names.",
            field="name",
            name=name,
        )
    return found[0]


def _span(context: ActionContext, start: str, end: str, longest: timedelta) -> tuple[datetime, datetime]:
    zone = context.services.settings.zone
    from_at, to_at = read_moment(start, zone, "from"), read_moment(end, zone, "to")
    if to_at <= from_at:
        raise BadField("It ends before it begins.", field="to")
    if to_at - from_at > longest:
        raise BadField("It is longer than %(days)s days.", field="to", days=longest.days)
    if to_at <= context.now:
        raise BadField("It is over already.", field="to")
    return from_at, to_at


async def add_shift(context: ActionContext, body: ShiftBody) -> Mapping[str, object]:
    """Put somebody on the roster."""
    department = await planned(context, body.department)
    user = await person_named(context, department, body.name)
    from_at, to_at = _span(context, body.from_at, body.to_at, _LONGEST)
    if await shifts_sql.lock_person(context.conn, user, department) is None:
        raise Missing("There is no such person.")
    if await shifts_sql.is_busy(context.conn, department, user, from_at, to_at):
        raise Illegal("%(to)s is on duty at that time already.", to=body.name)
    made = await table_import_sql.add_shift(context.conn, department, user, body.rank, from_at, to_at)
    await audit(
        context.conn, context.user.actor, "shift_added", context.now, shift=made, department=department, user=user
    )
    return {"shift": made}


async def remove_shift(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """Take a shift that is not over off the roster."""
    row = await shifts_sql.shift(context.conn, context.item)
    own = context.user.department_id
    if row is None or (context.user.role is Role.LIAISON and row.department_id != own):
        raise Missing("There is no such shift.")
    if context.user.role is Role.LIAISON and not context.user.leads:
        raise Forbidden("This is for %(who)s.", who=WHO)
    if row.to_at <= context.now:
        raise Illegal("This shift is over.")
    await table_import_sql.remove_shift(context.conn, context.item)
    await audit(
        context.conn,
        context.user.actor,
        "shift_removed",
        context.now,
        shift=context.item,
        department=row.department_id,
        user=row.user_id,
    )
    return {"shift": context.item}


async def add_leave(context: ActionContext, body: LeaveBody) -> Mapping[str, object]:
    """Somebody is away; the gap that this makes shows at once, and is told on Thursday."""
    if context.user.role is Role.LIAISON and body.name in {"", context.user.name, context.user.shown_name}:
        user, department = int(context.user.id), context.user.department_id
    else:
        department = await planned(context, body.department)  # type: ignore[assignment]
        assert department is not None
        user = await person_named(context, department, body.name)
    from_at, to_at = _span(context, body.from_at, body.to_at, timedelta(days=366))
    made = await table_import_sql.add_leave(context.conn, user, from_at, to_at, context.user.actor, context.now)
    await audit(
        context.conn, context.user.actor, "leave_added", context.now, leave=made, user=user, department=department
    )
    return {"leave": made}


async def end_leave(context: ActionContext, body: NoFields) -> Mapping[str, object]:
    """Back earlier, or entered by mistake."""
    row = await table_import_sql.leave(context.conn, context.item)
    if row is None or (context.user.role is Role.LIAISON and row.department_id != context.user.department_id):
        raise Missing("There is no such leave.")
    if context.user.role is Role.LIAISON and row.user_id != context.user.id and not context.user.leads:
        raise Forbidden("This is for %(who)s.", who=WHO)
    await table_import_sql.end_leave(context.conn, context.item, context.now)
    await audit(context.conn, context.user.actor, "leave_ended", context.now, leave=context.item, user=row.user_id)
    return {"leave": context.item}


async def swap(context: ActionContext, body: SwapBody) -> Mapping[str, object]:
    """Ask a colleague to take a shift."""
    made = await ask_swap(context.conn, context.services, context.user, body.shift, body.to, context.now)
    return {"swap": made}


async def swap_answer(context: ActionContext, body: SwapAnswerBody) -> Mapping[str, object]:
    """The other's yes or no."""
    if context.item is None:
        raise Missing("No swap waits for you here.")
    await answer_swap(context.conn, context.services, context.user, context.item, body.yes, context.now)
    return {"yes": body.yes}


def action(
    path: str,
    body: type[Fields],
    perform: Callable[[ActionContext, Any], Awaitable[Mapping[str, object]]],
    summary: str,
    roles: frozenset[str],
    rule: str,
) -> Action:
    return Action(
        path=path,
        page=f"/{path}",
        back="/rosters",
        body=body,
        perform=perform,
        summary=summary,
        roles=roles,
        rule=rule,
        tag="rosters",
    )


ACTIONS = (
    action(
        "rosters/swaps",
        SwapBody,
        swap,
        "Ask for a swap",
        LIAISONS,
        "who stands on the shift, or the department's leader",
    ),
    action("rosters/swaps/{swap}/answers", SwapAnswerBody, swap_answer, "Answer a swap", LIAISONS, "who is asked"),
    action("rosters/shifts", ShiftBody, add_shift, "Put somebody on the roster", PLANNERS, WHO),
    action(
        "rosters/shifts/{shift}/removals",
        NoFields,
        remove_shift,
        "Take a shift off the roster",
        PLANNERS,
        WHO,
    ),
    action("rosters/leaves", LeaveBody, add_leave, "Leave", PLANNERS, "oneself; others: " + WHO),
    action(
        "rosters/leaves/{leave}/ends",
        NoFields,
        end_leave,
        "End a leave",
        PLANNERS,
        "oneself; others: " + WHO,
    ),
)
