"""What a department has to do about its notice sheets: one is said to be wrong, has run out, or was asked for and not found.

A task has a due date. It is done when a new version is published, or rejected by a manager with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.jobs.timers import daily
from hotline.base.services import Services
from hotline.base.text.blanks import filled
from hotline.base.text.search_keys import folded
from hotline.people import departments_sql
from hotline.people.actions import ActionContext, Fields
from hotline.people.departments import find_department
from hotline.people.store import audit
from hotline.retention import retention_sql
from routing.knowledge import tasks_sql
from routing.knowledge.sheets import begin, locked, news, today

Kind = Literal["fault", "expired", "miss"]
#: When a version begins, and what has run out becomes a task: once a day.
MORNINGS = daily(time(0, 5))
_BATCH = 500
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(filled)]


class SheetFaultBody(Fields):
    """What is wrong in the sheet."""

    reason: Reason


class SheetMissBody(Fields):
    """The words that were looked for and not found, and whose service it is, where that is known."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    department: Annotated[str, StringConstraints(max_length=200)] = ""


class SheetTaskRejectionBody(Fields):
    """Why nothing is to be done."""

    reason: Reason


class SheetTaskDepartmentBody(Fields):
    """Whose service it is."""

    department: Annotated[str, StringConstraints(min_length=1, max_length=200)]


async def due_of(conn: Conn, services: Services, kind: Kind, now: datetime) -> datetime:
    """By when a task that is made now is due: the close of the last of its working days."""
    days = {row.kind: row.days for row in await tasks_sql.times(conn)}[kind]
    return await services.hooks.working_days(conn, services, now, days)


async def report_fault(context: ActionContext, body: SheetFaultBody) -> Mapping[str, object]:
    """An operator says that a sheet is wrong: counted, and its department has to mend it."""
    conn, now = context.conn, context.now
    row = await locked(conn, context.item)
    if row.version is None:
        raise Missing("There is no such sheet.")
    due = await due_of(conn, context.services, "fault", now)
    task = await tasks_sql.fault_task(conn, row.id, row.version, row.department_id, now, due)
    assert task is not None, "it is there, or was just made"
    await tasks_sql.report(conn, task, context.user.id, body.reason, now)
    await news(conn, row.department_id)
    return {"task": str(task), "sheet": str(row.id)}


async def report_miss(context: ActionContext, body: SheetMissBody) -> Mapping[str, object]:
    """An operator looked for a service and found no sheet: a task of the department, or the manager says whose."""
    conn, now = context.conn, context.now
    named = (await find_department(conn, body.department)).id if body.department else None
    words = " ".join(folded(body.words).split())
    due = await due_of(conn, context.services, "miss", now)
    task = await tasks_sql.miss_task(conn, words, named, now, due)
    assert task is not None, "it is there, or was just made"
    await tasks_sql.report(conn, task, context.user.id, body.words, now)
    await news(conn, named)
    return {"task": str(task)}


async def open_task(conn: Conn, item: int | None) -> tasks_sql.TaskRow:
    """A task that waits, locked. Raises Missing for none, Illegal where it has ended."""
    row = await tasks_sql.task(conn, item)
    if row is None:
        raise Missing("There is no such task.")
    if row.ended_at is not None:
        raise Illegal("This task has ended already.")
    return row


async def reject_task(context: ActionContext, body: SheetTaskRejectionBody) -> Mapping[str, object]:
    """A manager says that nothing is to be done, and why."""
    row = await open_task(context.conn, context.item)
    await tasks_sql.reject_task(context.conn, row.id, context.user.actor, context.now, body.reason)
    await audit(context.conn, context.user.actor, "sheet_task_rejected", context.now, task=row.id)
    await news(context.conn, row.department_id)
    return {"task": str(row.id)}


async def assign_task(context: ActionContext, body: SheetTaskDepartmentBody) -> Mapping[str, object]:
    """A manager says whose service was asked for; its days count from now."""
    conn = context.conn
    row = await open_task(conn, context.item)
    if row.kind != "miss":
        raise Illegal("The task is its sheet's department's.")
    department = await find_department(conn, body.department)
    due = await due_of(conn, context.services, "miss", context.now)
    await tasks_sql.assign_task(conn, row.id, department.id, due)
    await audit(conn, context.user.actor, "sheet_task_assigned", context.now, task=row.id, department=department.id)
    await news(conn, row.department_id, department.id)
    return {"task": str(row.id), "department": department.code}


async def task_for(conn: Conn, item: int | None, department: int) -> int | None:
    """The task for which a sheet of this department is drafted. Raises BadField where it is another's, or waits no longer."""
    if item is None:
        return None
    row = await tasks_sql.task(conn, item)
    theirs = await departments_sql.department_line(conn, department)
    if row is None or row.ended_at is not None or row.department_id not in (None, *theirs):
        raise BadField("There is no such task of this department.", field="task")
    return row.id


async def daily_round(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """The job of each day: versions whose day has come are in force; what has run out is a task, once; uses are
    counted anew; old words are erased."""
    day = today(services, now)
    await begin(conn, day)
    due = await due_of(conn, services, "expired", now)
    while rows := await tasks_sql.expired_tasks(conn, day, now, due, _BATCH):
        for department in sorted({row.department for row in rows}):
            await news(conn, department)
    await tasks_sql.recount(conn)
    days = next(row.days for row in await retention_sql.periods(conn) if row.what == "words")
    await tasks_sql.erase_reports(conn, now - timedelta(days=days))
    await tasks_sql.erase_words(conn, now - timedelta(days=days))
