"""What a department has to do about its sheets: said to be wrong, run out, asked for and not found; each ends once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.services import Services
from routing.knowledge import actions, tasks, tasks_sql
from routing.knowledge.actions import SheetPublicationBody, SheetWithdrawalBody
from routing.knowledge.tasks import (
    SheetFaultBody,
    SheetMissBody,
    SheetTaskDepartmentBody,
    SheetTaskRejectionBody,
    daily_round,
)
from tests.routing.knowledge.shelf import Shelf


@pytest.fixture
async def shelf(conn: Conn, services: Services) -> Shelf:
    return await Shelf(conn, services).fill()


async def opened(shelf: Shelf, own: list[int] | None = None) -> list[tuple[str, str | None, int]]:
    """The tasks that wait: kind, words, how often it was said."""
    return [(r.kind, r.words, r.said) for r in await tasks_sql.tasks(shelf.conn, own, False, 0, 50)]


async def test_a_fault_is_counted_and_is_one_task(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移")
    for reason in ("地点搬了", "电话是空号"):
        await shelf.does(shelf.operator, tasks.report_fault, SheetFaultBody(reason=reason), sheet)
    assert await opened(shelf) == [("fault", "电话是空号", 2)]
    assert await opened(shelf, [shelf.land]) == []
    await shelf.anew(sheet, "户口迁移", who=shelf.liaison)
    assert await opened(shelf) != []  # a draft mends nothing
    await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=2), sheet)
    assert await opened(shelf) == []
    await shelf.does(shelf.operator, tasks.report_fault, SheetFaultBody(reason="还是不对"), sheet)
    assert await opened(shelf) == [("fault", "还是不对", 1)]


async def test_a_draft_cannot_be_wrong_yet(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移", who=shelf.liaison)
    with pytest.raises(Missing):
        await shelf.does(shelf.operator, tasks.report_fault, SheetFaultBody(reason="不对"), sheet)


async def test_what_has_run_out_is_a_task_once_a_version(
    shelf: Shelf, conn: Conn, services: Services, clock: MovingClock
) -> None:
    """On its last day it is none, the day after it is; a rejected one does not come again for this version."""
    sheet = await shelf.sheet("户口迁移", valid_until=shelf.today)
    await daily_round(conn, services, clock.now(), clock.now())
    assert await opened(shelf) == []
    clock.move(timedelta(days=1))
    for _ in range(2):
        await daily_round(conn, services, clock.now(), clock.now())
        assert await opened(shelf) == [("expired", None, 0)]
    (row,) = await tasks_sql.tasks(conn, [shelf.police], False, 0, 50)
    assert row.due_at > clock.now() + timedelta(days=5)
    body = SheetTaskRejectionBody(reason="等上级新文件")
    await shelf.does(shelf.manager, tasks.reject_task, body, row.id)
    await daily_round(conn, services, clock.now(), clock.now())
    assert await opened(shelf) == []
    with pytest.raises(Illegal):
        await shelf.does(shelf.manager, tasks.reject_task, body, row.id)
    await shelf.anew(sheet, "户口迁移", valid_until=shelf.today)
    clock.move(timedelta(days=1))
    await daily_round(conn, services, clock.now(), clock.now())
    assert await opened(shelf) == [("expired", None, 0)]


async def test_what_was_asked_for_and_not_found_becomes_a_sheet(shelf: Shelf) -> None:
    """The same words again join the task; the manager says whose it is; the sheet that is drafted for it ends it."""
    for words in ("狗证", " 狗证 "):
        await shelf.does(shelf.operator, tasks.report_miss, SheetMissBody(words=words))
    ((_, words, said),) = await opened(shelf)
    assert (words.strip() if words else words, said) == ("狗证", 2)
    (row,) = await tasks_sql.tasks(shelf.conn, None, False, 0, 50)
    assert await opened(shelf, [shelf.police]) == []
    await shelf.does(shelf.manager, tasks.assign_task, SheetTaskDepartmentBody(department="S01"), row.id)
    assert len(await opened(shelf, [shelf.police])) == 1
    with pytest.raises(BadField):  # another department does not answer it
        await shelf.sheet("养犬登记", who=shelf.stranger, department="", task=row.id)
    sheet = await shelf.sheet("养犬登记", "狗证", who=shelf.liaison, department="", task=row.id)
    await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=1), sheet)
    assert await opened(shelf) == []
    with pytest.raises(BadField):  # it has ended
        await shelf.sheet("养犬年检", who=shelf.liaison, department="", task=row.id)


async def test_a_miss_with_its_department_is_theirs_at_once(shelf: Shelf) -> None:
    await shelf.does(shelf.operator, tasks.report_miss, SheetMissBody(words="狗证", department="S01"))
    assert await opened(shelf, [shelf.police]) == [("miss", "狗证", 1)]
    with pytest.raises(BadField):
        await shelf.does(shelf.operator, tasks.report_miss, SheetMissBody(words="猫证", department="没有"))


async def test_what_is_taken_out_has_nothing_to_be_done(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移")
    await shelf.does(shelf.operator, tasks.report_fault, SheetFaultBody(reason="不对"), sheet)
    await shelf.does(shelf.manager, actions.withdraw, SheetWithdrawalBody(reason="取消"), sheet)
    assert await opened(shelf) == []


async def test_what_was_said_is_erased_when_its_time_is_up(
    shelf: Shelf, conn: Conn, services: Services, clock: MovingClock
) -> None:
    """Words of operators may name people: they go with the words of tickets, two years after the end."""
    await shelf.does(shelf.operator, tasks.report_miss, SheetMissBody(words="张三的低保", department="S01"))
    (row,) = await tasks_sql.tasks(conn, None, False, 0, 50)
    await shelf.does(shelf.manager, tasks.reject_task, SheetTaskRejectionBody(reason="个案"), row.id)
    kept = "SELECT count(*) FROM sheet_task t JOIN sheet_report r ON r.task_id = t.id WHERE t.words <> '' AND r.words <> ''"
    for step, left in ((timedelta(days=730), 1), (timedelta(seconds=1), 0)):
        clock.move(step)
        await daily_round(conn, services, clock.now(), clock.now())
        assert await conn.fetchval(kept) == left
    assert await conn.fetchval("SELECT count(*) FROM sheet_report") == 1
