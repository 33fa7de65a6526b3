"""A sheet's life: drafted, published, changed by versions that stay readable, refused, taken out; who may what."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import orjson
import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.live import CHANNEL
from hotline.base.http.problem import BadField, Forbidden, Illegal, Missing, Problem
from hotline.base.services import Services
from routing.knowledge import actions, sheets_sql
from routing.knowledge.actions import SheetPublicationBody, SheetRefusalBody, SheetWithdrawalBody
from routing.knowledge.tasks import daily_round
from tests.routing.knowledge.shelf import Shelf


@pytest.fixture
async def shelf(conn: Conn, services: Services) -> Shelf:
    return await Shelf(conn, services).fill()


async def test_a_departments_draft_is_published_by_the_centre(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移", "落户", who=shelf.liaison, department="")
    assert await shelf.found("落户") == []
    await shelf.does(shelf.operator, actions.publish, SheetPublicationBody(version=1), sheet)
    assert await shelf.found("落户") == ["户口迁移"]


async def test_a_draft_of_a_sheet_that_is_there_is_news_to_the_centre(pool: Pool, services: Services) -> None:
    heard = asyncio.Queue[str]()

    def hear(*news: object) -> None:
        heard.put_nowait(str(news[-1]))

    async with pool.acquire() as conn:
        shelf = await Shelf(conn, services).fill()
        sheet = await shelf.sheet("户口迁移")
        await conn.add_listener(CHANNEL, hear)
        await shelf.anew(sheet, "户口迁移", cost="无", who=shelf.liaison)
        told = orjson.loads(await asyncio.wait_for(heard.get(), 5))
        await conn.remove_listener(CHANNEL, hear)
    assert told == {"topics": ["centre", f"department:{shelf.police}"], "kind": "sheet", "data": {}}


async def test_who_drafted_it_does_not_publish_it(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移", who=shelf.operator)
    with pytest.raises(Illegal):
        await shelf.does(shelf.operator, actions.publish, SheetPublicationBody(version=1), sheet)
    await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=1), sheet)


async def test_each_change_is_a_version_and_the_old_one_stays(conn: Conn, shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移", "落户", cost="5元")
    assert await shelf.anew(sheet, "户口迁移", aliases="迁户", cost="无", who=shelf.liaison) == 2
    assert await shelf.found("落户") == ["户口迁移"]  # the first is in force until the second is published
    await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=2), sheet)
    assert (await shelf.found("迁户"), await shelf.found("落户")) == (["户口迁移"], [])
    rows = await sheets_sql.versions(conn, sheet)
    assert [(r.version, r.cost, r.made_name, r.published_name) for r in rows] == [
        (2, "不收费", shelf.liaison.name, shelf.manager.name),
        (1, "5元", shelf.manager.name, shelf.manager.name),
    ]


async def test_a_newer_draft_takes_the_place_of_one_that_waits(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移")
    await shelf.anew(sheet, "户口迁移", who=shelf.liaison)
    assert await shelf.anew(sheet, "户口迁移", who=shelf.liaison, cost="3元") == 3
    with pytest.raises(Illegal):
        await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=2), sheet)
    await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=3), sheet)
    with pytest.raises(Illegal):
        await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=3), sheet)


async def test_a_refused_draft_says_why(conn: Conn, shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移", who=shelf.liaison)
    await shelf.does(shelf.manager, actions.refuse, SheetRefusalBody(version=1, reason="缺地点"), sheet)
    (row,) = await sheets_sql.versions(conn, sheet)
    assert (row.drop_reason, row.dropped_name) == ("缺地点", shelf.manager.name)
    with pytest.raises(Illegal):
        await shelf.does(shelf.manager, actions.refuse, SheetRefusalBody(version=1, reason="缺地点"), sheet)


async def test_a_version_begins_on_its_day(shelf: Shelf, conn: Conn, services: Services, clock: MovingClock) -> None:
    """Published today, valid from the day after tomorrow: the day before it is not found, on its day it is."""
    sheet = await shelf.sheet("户口迁移", "落户")
    await shelf.anew(sheet, "户口迁移", aliases="新办法", valid_from=shelf.today + timedelta(days=2))
    for _ in range(2):
        await daily_round(conn, services, clock.now(), clock.now())
        assert (await shelf.found("新办法"), await shelf.found("落户")) == ([], ["户口迁移"])
        clock.move(timedelta(days=1))
    for _ in range(2):
        await daily_round(conn, services, clock.now(), clock.now())
        assert (await shelf.found("新办法"), await shelf.found("落户")) == (["户口迁移"], [])


async def test_whose_sheet_it_is(shelf: Shelf) -> None:
    """A liaison's sheets are the own department's; another's draft does not exist for them, a published one is not theirs to change."""
    draft = await shelf.sheet("户口迁移", who=shelf.liaison)
    with pytest.raises(Missing):
        await shelf.anew(draft, "户口迁移", who=shelf.stranger)
    published = await shelf.sheet("养犬登记")
    with pytest.raises(Forbidden):
        await shelf.anew(published, "养犬登记", who=shelf.stranger)
    with pytest.raises(Missing):
        await shelf.anew(999_999, "养犬登记", who=shelf.manager)
    with pytest.raises(BadField) as error:
        await shelf.sheet("无主", department="")
    assert error.value.field == "department"


async def test_one_sheet_of_a_title_for_a_department(shelf: Shelf) -> None:
    await shelf.sheet("户口迁移")
    with pytest.raises(BadField):
        await shelf.sheet("户口 迁移")
    await shelf.sheet("户口迁移", department="S02")
    other = await shelf.sheet("迁移户口")
    with pytest.raises(BadField):
        await shelf.anew(other, "户口迁移")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"papers": ""}, "papers"),
        ({"papers": "—"}, "papers"),
        ({"papers": "身份证____"}, "papers"),
        ({"valid_from": "2026-05-01", "valid_until": "2026-04-30"}, "valid_until"),
        ({"valid_until": "2026-03-03"}, "valid_until"),
        ({"task": 4711}, "task"),
    ],
)
async def test_what_no_sheet_may_say(shelf: Shelf, fields: dict[str, object], wrong: str) -> None:
    with pytest.raises((Problem, ValueError)) as error:
        await shelf.sheet("户口迁移", **fields)
    assert wrong in (getattr(error.value, "field", "") or str(error.value))


async def test_what_was_taken_out_is_changed_no_more(shelf: Shelf) -> None:
    sheet = await shelf.sheet("户口迁移")
    await shelf.does(shelf.manager, actions.withdraw, SheetWithdrawalBody(reason="取消"), sheet)
    with pytest.raises(Missing):
        await shelf.anew(sheet, "户口迁移")
    assert await shelf.sheet("户口迁移") != sheet  # its title is free again


async def test_a_refused_draft_is_before_its_department_until_it_is_written_anew(shelf: Shelf, conn: Conn) -> None:
    sheet = await shelf.sheet("户口迁移")
    await shelf.anew(sheet, "户口迁移", who=shelf.liaison)
    await shelf.does(shelf.manager, actions.refuse, SheetRefusalBody(version=2, reason="缺地点"), sheet)
    assert [(r.id, r.reason) for r in await sheets_sql.refused(conn, [shelf.police], 5)] == [(sheet, "缺地点")]
    assert await sheets_sql.refused(conn, [shelf.land], 5) == []
    await shelf.anew(sheet, "户口迁移", who=shelf.liaison)
    assert await sheets_sql.refused(conn, [shelf.police], 5) == []


async def test_what_was_a_merged_departments_is_its_heirs(shelf: Shelf, conn: Conn) -> None:
    """The sheets of a department that was merged are shown as the heir's, which may change them."""
    sheet = await shelf.sheet("户口迁移", "落户")
    await conn.execute(
        "UPDATE department SET into_id = $2, valid_to = '2026-03-01' WHERE id = $1", shelf.police, shelf.land
    )
    assert await shelf.anew(sheet, "户口迁移", aliases="迁户", who=shelf.stranger) == 2
    await shelf.does(shelf.manager, actions.publish, SheetPublicationBody(version=2), sheet)
    row = await sheets_sql.sheet(conn, sheet)
    assert row is not None
    assert row.name == "测试不动产中心"
    assert [(r.id, r.department_id) for r in await sheets_sql.known(conn)] == [(sheet, shelf.land)]
