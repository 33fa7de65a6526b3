"""The queries of tasks.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, execute_count, fetch_many, fetch_one_or_none, fetch_value_or_none
from hotline.ids import DepartmentId, TicketId

SQL = queries(__package__, "tasks.sql")


class TimesRow(TypedRow):
    """A row of `times`."""

    kind: str
    days: int


async def times(conn: Conn | Pool) -> list[TimesRow]:
    """How many working days each kind of task has."""
    return await fetch_many(conn, TimesRow, SQL["times"])


async def fault_task(
    conn: Conn | Pool, sheet: int, version: int | None, department_id: int | None, now: datetime, due_at: datetime
) -> int | None:
    """A sheet is said to be wrong: its open task, made where there is none."""
    found: int | None = await fetch_value_or_none(conn, SQL["fault_task"], sheet, version, department_id, now, due_at)
    return found


async def miss_task(
    conn: Conn | Pool, words: str, department_id: int | None, now: datetime, due_at: datetime
) -> int | None:
    """Words were asked for and not found: their open task, made where there is none; a department that is named counts where none was."""
    found: int | None = await fetch_value_or_none(conn, SQL["miss_task"], words, department_id, now, due_at)
    return found


class ExpiredTasksRow(TypedRow):
    """A row of `expired_tasks`."""

    id: int
    sheet_id: int
    department: int


async def expired_tasks(
    conn: Conn | Pool, day: date, now: datetime, due_at: datetime, limit: int
) -> list[ExpiredTasksRow]:
    """A task for each sheet that has run out; one for each version, ever."""
    return await fetch_many(conn, ExpiredTasksRow, SQL["expired_tasks"], day, now, due_at, limit)


async def report(conn: Conn | Pool, task: int, user_id: int, words: str, now: datetime) -> None:
    """Who said so, when, in which words."""
    await execute(conn, SQL["report"], task, user_id, words, now)


class TaskRow(TypedRow):
    """A row of `task`."""

    id: int
    kind: str
    sheet_id: int | None
    version: int | None
    department_id: DepartmentId | None
    words: str | None
    ended_at: datetime | None


async def task(conn: Conn | Pool, item: int | None) -> TaskRow | None:
    """A task, locked."""
    return await fetch_one_or_none(conn, TaskRow, SQL["task"], item)


async def end_tasks(
    conn: Conn | Pool, sheets: Collection[int | None], task: int | None, actor: str, now: datetime
) -> None:
    """New versions of sheets are published, or a sheet is taken out: its open tasks are done, and the one that the draft was made for."""
    await execute(conn, SQL["end_tasks"], sheets, task, actor, now)


async def reject_task(conn: Conn | Pool, task: int, actor: str, now: datetime, reason: str) -> None:
    """A manager says that nothing is to be done."""
    await execute(conn, SQL["reject_task"], task, actor, now, reason)


async def assign_task(conn: Conn | Pool, task: int, department_id: int, due_at: datetime) -> None:
    """Whose a task is."""
    await execute(conn, SQL["assign_task"], task, department_id, due_at)


class TasksRow(TypedRow):
    """A row of `tasks`."""

    id: int
    kind: str
    sheet_id: int | None
    version: int | None
    made_at: datetime
    due_at: datetime
    ended_at: datetime | None
    outcome: str | None
    reason: str
    title: str | None
    code: str | None
    name: str | None
    name_en: str | None
    words: str | None
    said: int
    draft: int | None


async def tasks(
    conn: Conn | Pool, own: Collection[int | None] | None, ended: bool, after: int, limit: int
) -> list[TasksRow]:
    """Tasks, what is due first first, or those that have ended, the latest first; of a department's line, or all. `words` are the latest
    that were said; `said`: how often."""
    return await fetch_many(conn, TasksRow, SQL["tasks"], own, ended, after, limit)


class OfSheetRow(TypedRow):
    """A row of `of_sheet`."""

    words: str
    at: datetime
    shown_name: str
    outcome: str | None
    reason: str


async def of_sheet(conn: Conn | Pool, sheet: int | None) -> list[OfSheetRow]:
    """What was said of a sheet, the latest first: by whom, when, in which words, and what became of it."""
    return await fetch_many(conn, OfSheetRow, SQL["of_sheet"], sheet)


async def count_use(conn: Conn | Pool, ticket_id: int, seq: int, sheet: int, version: int, at: datetime) -> None:
    """An answer cited a sheet: kept once by its event. The figure by which sheets are found waits for nobody who changes the sheet; `recount` mends it."""
    await execute(conn, SQL["count_use"], ticket_id, seq, sheet, version, at)


async def recount(conn: Conn | Pool) -> int:
    """The figure by which sheets are found is the number of answers that cited them."""
    return await execute_count(conn, SQL["recount"])


class CitedByRow(TypedRow):
    """A row of `cited_by`."""

    ticket_id: TicketId
    sheet_id: int
    version: int
    title: str


async def cited_by(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[CitedByRow]:
    """The sheets that the answers of tickets cited, as they stood then."""
    return await fetch_many(conn, CitedByRow, SQL["cited_by"], ticket_ids)


async def erase_reports(conn: Conn | Pool, before: datetime) -> None:
    """What was said of tasks that ended, or were made and forgotten, long ago."""
    await execute(conn, SQL["erase_reports"], before)


async def erase_words(conn: Conn | Pool, before: datetime) -> None:
    """What was asked for long ago and not found."""
    await execute(conn, SQL["erase_words"], before)
