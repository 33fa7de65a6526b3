"""What people do with notice sheets: draft, publish, refuse, take out, say that one is wrong or missing (rulebook §1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing
from hotline.people.actions import Action, ActionContext, Fields
from hotline.people.departments import find_department, line_of
from hotline.people.roles import CENTRE, MANAGERS, WORKERS
from hotline.people.user import User
from hotline.ticket import Role
from routing.knowledge import sheets, sheets_sql
from routing.knowledge.content import SheetContent, SheetFields
from routing.knowledge.desk import said_missing
from routing.knowledge.sheets import SheetVersion, locked, today
from routing.knowledge.tasks import (
    Reason,
    SheetFaultBody,
    SheetMissBody,
    SheetTaskDepartmentBody,
    SheetTaskRejectionBody,
    assign_task,
    reject_task,
    report_fault,
    report_miss,
    task_for,
)

Item = Annotated[int, Field(ge=1, le=2**31 - 1)]


class SheetVersionBody(SheetFields):
    """What the sheet is to say. `draft`: a manager's is not published at once; `task`: what was asked for and not found, which it answers."""

    draft: bool = False
    task: Item | None = None


class SheetBody(SheetVersionBody):
    """A new sheet; the centre names its department, a liaison's is the own one."""

    department: Annotated[str, StringConstraints(max_length=200)] = ""


class SheetPublicationBody(Fields):
    """Which draft is published."""

    version: Item


class SheetRefusalBody(SheetPublicationBody):
    """Which draft is not published, and why."""

    reason: Reason


class SheetWithdrawalBody(Fields):
    """Why the service is no more."""

    reason: Reason


async def seen(conn: Conn, user: User, item: int | None) -> sheets_sql.OneSheetRow:
    """A sheet that this user may see: everybody reads what was published, the centre and those who oversee it drafts too, a
    liaison those of the own department. Raises Missing."""
    row = await sheets_sql.sheet(conn, item)
    own = await line_of(conn, user)
    if row is None or (row.version is None and own is not None and row.department_id not in own):
        raise Missing("There is no such sheet.")
    return row


def _checked(context: ActionContext, body: SheetFields) -> SheetContent:
    """What somebody wrote. Raises BadField, also where it has run out already."""
    content = body.content()
    if content.valid_until is not None and content.valid_until < today(context.services, context.now):
        raise BadField("The end has passed already.", field="valid_until")
    return content


async def add_sheet(context: ActionContext, body: SheetBody) -> Mapping[str, object]:
    """A new sheet: a manager's is published at once, another's is a draft until the centre publishes it."""
    content = _checked(context, body)
    if context.user.department_id is not None:
        department = int(context.user.department_id)
    elif body.department:
        department = (await find_department(context.conn, body.department)).id
    else:
        raise BadField("Name the department.", field="department")
    task = await task_for(context.conn, body.task, department)
    made = await sheets.new_sheet(context.conn, department, content, context.user.actor, context.now, task=task)
    return await _made(context, made, body)


async def add_version(context: ActionContext, body: SheetVersionBody) -> Mapping[str, object]:
    """What a sheet is to say from now on; what it said before stays readable."""
    content = _checked(context, body)
    row = await _own(context)
    task = await task_for(context.conn, body.task, row.department_id)
    made = await sheets.new_version(context.conn, row, content, context.user.actor, context.now, task=task)
    return await _made(context, made, body)


async def _own(context: ActionContext) -> sheets_sql.LockSheetRow:
    """The sheet of the path, locked. Raises Missing where it is not seen, Forbidden where it is another department's."""
    row = await locked(context.conn, (await seen(context.conn, context.user, context.item)).id)
    own = await line_of(context.conn, context.user)
    if own is not None and row.department_id not in own:
        raise Forbidden("The sheet is another department's.")
    return row


async def _made(context: ActionContext, made: SheetVersion, body: SheetVersionBody) -> Mapping[str, object]:
    published = context.user.role is Role.MANAGER and not body.draft
    if published:
        await sheets.publish(context.conn, context.services, made, context.user.actor, context.now)
    return {"sheet": str(made.sheet), "version": made.version, "published": published}


async def publish(context: ActionContext, body: SheetPublicationBody) -> Mapping[str, object]:
    """The centre publishes a draft. An operator's own is somebody else's to publish."""
    row = await locked(context.conn, context.item)
    version = await sheets_sql.version(context.conn, row.id, body.version)
    if version is None:
        raise BadField("There is no such version.", field="version")
    if context.user.role is not Role.MANAGER and version.made_by == context.user.actor:
        raise Illegal("Who drafted it does not publish it.")
    await sheets.publish(
        context.conn,
        context.services,
        SheetVersion(row.id, body.version, row.department_id),
        context.user.actor,
        context.now,
    )
    return {"sheet": str(row.id), "version": body.version}


async def refuse(context: ActionContext, body: SheetRefusalBody) -> Mapping[str, object]:
    """The centre does not publish a draft, and says why."""
    row = await locked(context.conn, context.item)
    await sheets.refuse_draft(
        context.conn,
        SheetVersion(row.id, body.version, row.department_id),
        context.user.actor,
        body.reason,
        context.now,
    )
    return {"sheet": str(row.id), "version": body.version}


async def withdraw(context: ActionContext, body: SheetWithdrawalBody) -> Mapping[str, object]:
    """A manager takes a sheet out: its service is no more."""
    row = await locked(context.conn, context.item)
    await sheets.withdraw(context.conn, row, context.user.actor, body.reason, context.now)
    return {"sheet": str(row.id)}


_OWN = "a liaison: the own department's"
ACTIONS = (
    Action(
        path="sheets",
        page="/sheets",
        back="/sheets/{sheet}?made=1",
        form_on="/sheets/new",
        body=SheetBody,
        perform=add_sheet,
        summary="A new notice sheet",
        roles=WORKERS,
        rule=_OWN,
        tag="sheets",
    ),
    Action(
        path="sheets/misses",
        page="/sheets/misses",
        back="/operator",
        body=SheetMissBody,
        perform=report_miss,
        shown=said_missing,
        summary="Asked for and not found",
        roles=CENTRE,
        digits=0,
        tag="sheets",
    ),
    Action(
        path="sheets/tasks/{task}/rejections",
        page="/sheets/tasks/{task}/rejections",
        back="/sheets/tasks",
        body=SheetTaskRejectionBody,
        perform=reject_task,
        summary="Nothing is to be done about it",
        roles=MANAGERS,
        tag="sheets",
    ),
    Action(
        path="sheets/tasks/{task}/assignments",
        page="/sheets/tasks/{task}/assignments",
        back="/sheets/tasks",
        body=SheetTaskDepartmentBody,
        perform=assign_task,
        summary="Whose service was asked for",
        roles=MANAGERS,
        tag="sheets",
    ),
    Action(
        path="sheets/{sheet}/versions",
        page="/sheets/{sheet}/versions",
        back="/sheets/{sheet}?made=1",
        form_on="/sheets/{sheet}",
        body=SheetVersionBody,
        perform=add_version,
        summary="A new version of a sheet",
        roles=WORKERS,
        rule=_OWN,
        tag="sheets",
    ),
    Action(
        path="sheets/{sheet}/publications",
        page="/sheets/{sheet}/publications",
        back="/sheets/{sheet}",
        body=SheetPublicationBody,
        perform=publish,
        summary="Publish a draft",
        roles=CENTRE,
        rule="an operator: not the own draft",
        tag="sheets",
    ),
    Action(
        path="sheets/{sheet}/refusals",
        page="/sheets/{sheet}/refusals",
        back="/sheets/{sheet}",
        body=SheetRefusalBody,
        perform=refuse,
        summary="A draft is not published",
        roles=CENTRE,
        tag="sheets",
    ),
    Action(
        path="sheets/{sheet}/withdrawals",
        page="/sheets/{sheet}/withdrawals",
        back="/sheets",
        body=SheetWithdrawalBody,
        perform=withdraw,
        summary="Take a sheet out",
        roles=MANAGERS,
        tag="sheets",
    ),
    Action(
        path="sheets/{sheet}/faults",
        page="/sheets/{sheet}/faults",
        back="/sheets/{sheet}?said=1",
        form_on="/sheets/{sheet}",
        body=SheetFaultBody,
        perform=report_fault,
        summary="A sheet is wrong",
        roles=CENTRE,
        tag="sheets",
    ),
)
