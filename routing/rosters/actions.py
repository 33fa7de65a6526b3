"""What is done to a roster by hand: a shift, a weekly pattern, leave; each by who may, each audited (rulebook §6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.ids import DepartmentId
from hotline.people.roles import ADMINS, LIAISONS, MANAGERS
from hotline.people.store import audit
from hotline.ticket import Role
from hotline.tickets import store
from routing.actions import Deed, Doing, Form, NoFields
from routing.rosters.reader.people import People, RosterPerson
from routing.rosters.shifts import R, answer_swap, ask_swap
from routing.rosters.table_import import S
from routing.tables.by_column import read_moment

_LONGEST = timedelta(days=3)
PLANNERS = LIAISONS | MANAGERS | ADMINS

WHO = "the department's leader, a manager or an administrator"
NAME = Annotated[str, StringConstraints(min_length=1, max_length=80)]
TEXT = Annotated[str, StringConstraints(max_length=40)]
Rank = Literal["member", "deputy", "leader"]


class ShiftBody(Form):
    """Who stands from … to (local where no offset is given); `department`: for managers and administrators."""

    name: NAME
    from_at: Annotated[TEXT, Field(alias="from")]
    to_at: Annotated[TEXT, Field(alias="to")]
    rank: Rank = "member"
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class LeaveBody(Form):
    """Away from … to; `name`: of the department, by its leader; left out: oneself."""

    from_at: Annotated[TEXT, Field(alias="from")]
    to_at: Annotated[TEXT, Field(alias="to")]
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class SwapBody(Form):
    """Which shift, and the name of the colleague who is asked."""

    shift: Annotated[int, Field(ge=1, le=2**53)]
    to: NAME


class SwapAnswerBody(Form):
    """Yes or no."""

    yes: bool


async def planned(doing: Doing, named: str) -> int:
    """The department whose roster the user plans. Raises Forbidden, BadField."""
    if doing.user.role is Role.LIAISON:
        assert doing.user.department_id is not None
        if not doing.user.leads:
            raise Forbidden("This is for %(who)s.", who=WHO)
        if named:
            found = await store.find_department(doing.conn, named)
            if found.id != doing.user.department_id:
                raise BadField("There is no department %(named)s.", field="department", named=named)
        return doing.user.department_id
    return (await store.find_department(doing.conn, named)).id


async def person_named(doing: Doing, department: int, name: str) -> int:
    """Somebody of a department, by what a roster would call them. Raises BadField: nobody, or several."""
    rows = await doing.conn.fetch(S["people_of"], department)
    names = await store.departments(doing.conn, [department])
    people = People(
        names[DepartmentId(department)].name, [RosterPerson(r["id"], r["name"], r["shown_name"]) for r in rows]
    )
    found = people.named(name)
    if len(found) > 1:
        raise BadField(
            "%(name)s can be read as different people: put a comma between the names.",
            field="name",
            name=name,
        )
    return found[0]


def _span(doing: Doing, start: str, end: str, longest: timedelta) -> tuple[datetime, datetime]:
    zone = doing.services.settings.zone
    from_at, to_at = read_moment(start, zone, "from"), read_moment(end, zone, "to")
    if to_at <= from_at:
        raise BadField("It ends before it begins.", field="to")
    if to_at - from_at > longest:
        raise BadField("It is longer than %(days)s days.", field="to", days=longest.days)
    if to_at <= doing.now:
        raise BadField("It is over already.", field="to")
    return from_at, to_at


async def add_shift(doing: Doing, body: ShiftBody) -> Mapping[str, object]:
    """Put somebody on the roster."""
    department = await planned(doing, body.department)
    user = await person_named(doing, department, body.name)
    from_at, to_at = _span(doing, body.from_at, body.to_at, _LONGEST)
    if await doing.conn.fetchrow(R["lock_person"], user, department) is None:
        raise Missing("There is no such person.")
    if await doing.conn.fetchval(R["is_busy"], department, user, from_at, to_at):
        raise Illegal("%(to)s is on duty at that time already.", to=body.name)
    made = await doing.conn.fetchval(S["add_shift"], department, user, body.rank, from_at, to_at)
    await audit(doing.conn, doing.user.actor, "shift_added", doing.now, shift=made, department=department, user=user)
    return {"shift": made}


async def remove_shift(doing: Doing, body: NoFields) -> Mapping[str, object]:
    """Take a shift that is not over off the roster."""
    row = await doing.conn.fetchrow(R["shift"], doing.item)
    own = doing.user.department_id
    if row is None or (doing.user.role is Role.LIAISON and row["department_id"] != own):
        raise Missing("There is no such shift.")
    if doing.user.role is Role.LIAISON and not doing.user.leads:
        raise Forbidden("This is for %(who)s.", who=WHO)
    if row["to_at"] <= doing.now:
        raise Illegal("This shift is over.")
    await doing.conn.execute(S["remove_shift"], doing.item)
    await audit(
        doing.conn,
        doing.user.actor,
        "shift_removed",
        doing.now,
        shift=doing.item,
        department=row["department_id"],
        user=row["user_id"],
    )
    return {"shift": doing.item}


async def add_leave(doing: Doing, body: LeaveBody) -> Mapping[str, object]:
    """Somebody is away; the gap that this makes shows at once, and is told on Thursday."""
    if doing.user.role is Role.LIAISON and body.name in {"", doing.user.name, doing.user.shown_name}:
        user, department = int(doing.user.id), doing.user.department_id
    else:
        department = await planned(doing, body.department)  # type: ignore[assignment]
        assert department is not None
        user = await person_named(doing, department, body.name)
    from_at, to_at = _span(doing, body.from_at, body.to_at, timedelta(days=366))
    made = await doing.conn.fetchval(S["add_leave"], user, from_at, to_at, doing.user.actor, doing.now)
    await audit(doing.conn, doing.user.actor, "leave_added", doing.now, leave=made, user=user, department=department)
    return {"leave": made}


async def end_leave(doing: Doing, body: NoFields) -> Mapping[str, object]:
    """Back earlier, or entered by mistake."""
    row = await doing.conn.fetchrow(S["leave"], doing.item)
    if row is None or (doing.user.role is Role.LIAISON and row["department_id"] != doing.user.department_id):
        raise Missing("There is no such leave.")
    if doing.user.role is Role.LIAISON and row["user_id"] != doing.user.id and not doing.user.leads:
        raise Forbidden("This is for %(who)s.", who=WHO)
    await doing.conn.execute(S["end_leave"], doing.item, doing.now)
    await audit(doing.conn, doing.user.actor, "leave_ended", doing.now, leave=doing.item, user=row["user_id"])
    return {"leave": doing.item}


async def swap(doing: Doing, body: SwapBody) -> Mapping[str, object]:
    """Ask a colleague to take a shift."""
    made = await ask_swap(doing.conn, doing.services, doing.user, body.shift, body.to, doing.now)
    return {"swap": made}


async def swap_answer(doing: Doing, body: SwapAnswerBody) -> Mapping[str, object]:
    """The other's yes or no."""
    if doing.item is None:
        raise Missing("No swap waits for you here.")
    await answer_swap(doing.conn, doing.services, doing.user, doing.item, body.yes, doing.now)
    return {"yes": body.yes}


def deed(
    path: str,
    body: type[Form],
    perform: Callable[[Doing, Any], Awaitable[Mapping[str, object]]],
    summary: str,
    roles: frozenset[str],
    rule: str,
) -> Deed:
    return Deed(
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


DEEDS = (
    deed(
        "rosters/swaps",
        SwapBody,
        swap,
        "Ask for a swap",
        LIAISONS,
        "who stands on the shift, or the department's leader",
    ),
    deed("rosters/swaps/{swap}/answers", SwapAnswerBody, swap_answer, "Answer a swap", LIAISONS, "who is asked"),
    deed("rosters/shifts", ShiftBody, add_shift, "Put somebody on the roster", PLANNERS, WHO),
    deed(
        "rosters/shifts/{shift}/removals",
        NoFields,
        remove_shift,
        "Take a shift off the roster",
        PLANNERS,
        WHO,
    ),
    deed("rosters/leaves", LeaveBody, add_leave, "Leave", PLANNERS, "oneself; others: " + WHO),
    deed(
        "rosters/leaves/{leave}/ends",
        NoFields,
        end_leave,
        "End a leave",
        PLANNERS,
        "oneself; others: " + WHO,
    ),
)
