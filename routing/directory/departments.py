"""Departments kept by an administrator: new, renamed, merged, ended. Renamed and merged ones keep their tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.ids import DepartmentId
from hotline.moves import dispatches
from hotline.moves.move import MoveContext
from hotline.people import departments_sql
from hotline.people.actions import Action, ActionContext, Fields
from hotline.people.departments import Department, find_department
from hotline.people.roles import ADMINS
from hotline.people.store import audit
from hotline.tickets import store
from hotline.tickets.tipoffs.offices import is_discipline, kept_names
from hotline.tickets.tipoffs.protection import protection
from routing.directory.catalogue_lines import hand_lines_on
from routing.returns.disputes import Short, Words, several

Group = Literal["party", "government", "institution", "township", "utility", "vertical"]
Maybe = Annotated[str, StringConstraints(max_length=200)]


class DepartmentBody(Fields):
    """What the directory says of a department; `superior` by code or name; `leader_reviews`: replies pass its leader.

    `aliases`: short, former and everyday names, by which a tipoff may name it; one with `?` behind it is only asked about.
    `discipline`: it takes tipoffs about officials itself. What is left out stays, or is what such offices have everywhere.
    """

    name: Short
    name_en: Maybe = ""
    group: Group
    duties: list[Short] = Field(default_factory=list)
    territory: Maybe = ""
    superior: Maybe = ""
    leader_reviews: bool = False
    aliases: list[Short] | None = None
    discipline: bool | None = None

    _list = field_validator("duties", "aliases", mode="before")(several)


class NewDepartmentBody(DepartmentBody):
    """A department with its code."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9._-]+$")]


class EndOfDepartmentBody(Fields):
    """Why, and where it goes on; `move_open`: its open tickets and its people go there too."""

    basis: Words
    into: Maybe = ""
    move_open: bool = False


async def _superior(context: ActionContext, named: str, own: int | None) -> int | None:
    if not named:
        return None
    found = await find_department(context.conn, named, field="superior")
    if found.id == own:
        raise BadField("A department does not stand above itself.", field="superior")
    return found.id


async def add(context: ActionContext, body: NewDepartmentBody) -> Mapping[str, object]:
    """A new department, in force from today."""
    await _name_is_free(context, body.name, 0)
    today = context.now.astimezone(context.services.settings.zone).date()
    made = await departments_sql.add_department(
        context.conn,
        body.code,
        body.name,
        body.name_en,
        body.group,
        list(body.duties),
        body.territory,
        await _superior(context, body.superior, None),
        body.leader_reviews,
        kept_names(body.name, body.aliases),
        is_discipline(body.name) if body.discipline is None else body.discipline,
        today,
    )
    if made is None:
        raise BadField("The code %(code)s is taken.", field="code", code=body.code)
    await audit(context.conn, context.user.actor, "department_added", context.now, department=made, code=body.code)
    return {"department": made, "code": body.code}


async def _name_is_free(context: ActionContext, name: str, own: int) -> None:
    other = await departments_sql.name_taken(context.conn, name, own)
    if other is not None:
        raise BadField("%(name)s is the name of %(other)s already.", field="name", name=name, other=other)


async def change(context: ActionContext, body: DepartmentBody) -> Mapping[str, object]:
    """Renamed or otherwise changed; what was different before stays in the audit."""
    row = await departments_sql.department(context.conn, context.item)
    if row is None or row.valid_to is not None:
        raise Missing("There is no such department in force.")
    await _name_is_free(context, body.name, row.id)
    superior = await _superior(context, body.superior, row.id)
    new = {
        "name": body.name,
        "name_en": body.name_en,
        "kind": body.group,
        "duties": list(body.duties),
        "territory": body.territory,
        "superior_id": superior,
        "leader_reviews": body.leader_reviews,
        "aliases": kept_names(body.name, body.aliases, row.name, row.aliases),
        "discipline": row.discipline if body.discipline is None else body.discipline,
    }
    await departments_sql.change_department(context.conn, row.id, *new.values())  # type: ignore[arg-type] # in their order
    before = row.as_dict()
    changes = {k: [before[k], v] for k, v in new.items() if before[k] != v}
    await audit(
        context.conn,
        context.user.actor,
        "department_changed",
        context.now,
        department=row.id,
        code=row.code,
        changes=changes,
    )
    return {"department": row.id, "changed": sorted(changes)}


async def end(context: ActionContext, body: EndOfDepartmentBody) -> Mapping[str, object]:
    """Ended, or merged into another: past tickets stay with it by name; open ones move where that is chosen.

    A ticket that moves is recalled and dispatched anew, so that its clocks and its ladder are the other's from then on.
    Tipoffs go back to the centre: those that name one of the two may be seen by nobody there any more, the others are asked about.
    """
    row = await departments_sql.department(context.conn, context.item)
    if row is None or row.valid_to is not None:
        raise Missing("There is no such department in force.")
    into = await find_department(context.conn, body.into, field="into") if body.into else None
    if into is not None and into.id == row.id:
        raise BadField("A department is not merged into itself.", field="into")
    if body.move_open and into is None:
        raise BadField("Name the department that takes the open tickets.", field="into")
    numbers = await departments_sql.led_tickets(context.conn, row.id)
    if numbers and not body.move_open and into is None:
        raise Illegal("%(n)s open tickets are with it: name the department that takes them.", n=len(numbers))
    today = context.now.astimezone(context.services.settings.zone).date()
    await departments_sql.end_department(context.conn, row.id, today, into.id if into else None)
    lines = moved = recalled = 0
    if into is not None:
        basis = f"{row.name}并入{into.name}：{body.basis}"
        lines = await hand_lines_on(context.conn, context, row.id, row.code, into.id, into.code, basis)
        recalled = await _take_back(context, into.id, basis)
        if body.move_open:
            led = await departments_sql.led_tickets(context.conn, row.id)
            moved = await _move(context, led, into, basis)
            recalled += len(led) - moved
            await departments_sql.move_people(context.conn, row.id, into.id)
    await audit(
        context.conn,
        context.user.actor,
        "department_merged" if into else "department_ended",
        context.now,
        department=row.id,
        code=row.code,
        into=into.code if into else None,
        moved=moved,
        recalled=recalled,
        lines=lines,
        basis=body.basis,
    )
    return {
        "department": row.id,
        "into": into.code if into else None,
        "moved": moved,
        "recalled": recalled,
        "catalogue": lines,
    }


async def _take_back(context: ActionContext, into: DepartmentId, basis: str) -> int:
    numbers = await departments_sql.hidden_led(context.conn, into)
    for number in numbers:
        await _recall(context, number, basis)
    return len(numbers)


async def _recall(context: ActionContext, number: str, basis: str) -> None:
    ticket = await store.get(context.conn, number, lock=True)
    move_context = MoveContext(context.conn, context.services, ticket, context.user, context.now)
    await dispatches.recall(move_context, dispatches.RecallBody(reason=basis))


async def _move(context: ActionContext, numbers: list[str], into: Department, basis: str) -> int:
    moved = 0
    for number in numbers:
        await _recall(context, number, basis)
        ticket = await store.get(context.conn, number, lock=True)
        if await protection(context.conn, ticket.id) is not None:
            continue  # somebody is asked first whether it names the other
        move_context = MoveContext(context.conn, context.services, ticket, context.user, context.now)
        await dispatches.dispatch(move_context, dispatches.DispatchBody(department=into.code))
        moved += 1
    return moved


ACTIONS = (
    Action(
        path="departments",
        page="/admin/departments",
        back="/admin/departments",
        body=NewDepartmentBody,
        perform=add,
        summary="A new department",
        roles=ADMINS,
        rule="an administrator",
        tag="directory",
    ),
    Action(
        path="departments/{department}/changes",
        page="/admin/departments/{department}/changes",
        back="/admin/departments",
        body=DepartmentBody,
        perform=change,
        summary="Change a department",
        roles=ADMINS,
        rule="an administrator",
        tag="directory",
    ),
    Action(
        path="departments/{department}/endings",
        page="/admin/departments/{department}/endings",
        back="/admin/departments",
        body=EndOfDepartmentBody,
        perform=end,
        summary="End a department, or merge it into another",
        roles=ADMINS,
        rule="an administrator",
        tag="directory",
    ),
)
