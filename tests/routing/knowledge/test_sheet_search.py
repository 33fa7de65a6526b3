"""Search of notice sheets: by title, alias, a name in a sentence, all words; what has run out stands last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from routing.knowledge import actions
from tests.routing.knowledge.shelf import Shelf


@pytest.fixture
async def shelf(conn: Conn, services: Services) -> Shelf:
    shelf = await Shelf(conn, services).fill()
    await shelf.sheet("户口迁移", "落户；迁户口；户籍迁移", papers="户口本\n身份证\n迁移证")
    await shelf.sheet("居民户口簿补领", "户口本丢了；补户口本", papers="身份证")
    await shelf.sheet("新生儿出生登记", "上户口；报户口", papers="出生医学证明")
    await shelf.sheet("不动产转移登记", "房产过户；二手房过户；房照更名", department="S02", papers="不动产权证书")
    await shelf.sheet("机动车驾驶证换证", "换驾照；驾照到期", papers="体检证明；户口迁移证明不需要")
    return shelf


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("户口", ["户口迁移", "居民户口簿补领", "新生儿出生登记"]),
        ("户口迁移", ["户口迁移"]),
        ("落户", ["户口迁移"]),
        ("不动产", ["不动产转移登记"]),
        ("房产过户", ["不动产转移登记"]),
        ("过户", ["不动产转移登记"]),
        ("驾", ["机动车驾驶证换证"]),
        ("户口 补", ["居民户口簿补领"]),
        ("补 户口", ["居民户口簿补领"]),
        ("  户口　迁移 ", ["户口迁移"]),
        ("驾照", ["机动车驾驶证换证"]),
        ("上户口要带什么", ["新生儿出生登记"]),
        ("你好我想问一下二手房过户怎么办", ["不动产转移登记"]),
        ("户口本丢了怎么办", ["居民户口簿补领"]),
        ("迁移证", ["户口迁移", "机动车驾驶证换证"]),
        ("出生医学证明", ["新生儿出生登记"]),
    ],
)
async def test_what_people_say_finds_the_sheet(shelf: Shelf, words: str, first: list[str]) -> None:
    assert (await shelf.found(words))[: len(first)] == first


@pytest.mark.parametrize("words", ["护照", "", "  ", "？", "%", "_", "\\", "口户", "狗证 户口"])
async def test_what_is_not_there_is_not_found(shelf: Shelf, words: str) -> None:
    assert await shelf.found(words) == []


async def test_what_is_cited_oftener_stands_first_among_equals(conn: Conn, shelf: Shelf) -> None:
    await shelf.sheet("补领不动产证明", department="S02")
    await shelf.sheet("补领不动产证书", department="S02")
    assert await shelf.found("补领不动产") == ["补领不动产证明", "补领不动产证书"]
    await conn.execute("UPDATE sheet SET uses = 3 WHERE title = '补领不动产证书'")
    assert await shelf.found("补领不动产") == ["补领不动产证书", "补领不动产证明"]


async def test_it_runs_out_after_its_last_day(shelf: Shelf, clock: MovingClock) -> None:
    """Valid until a day: on the day before, and on that day, it is in force; on the next it stands last, marked."""
    await shelf.sheet("户口", "户口迁移的旧办法", valid_until=shelf.today + timedelta(days=1))
    assert (await shelf.found("户口"))[0] == "户口"
    clock.move(timedelta(days=1))
    assert (await shelf.found("户口"))[0] == "户口"
    clock.move(timedelta(days=1))
    assert (await shelf.found("户口"))[-1] == "×户口"
    assert len(await shelf.found("户口")) == 4


async def test_drafts_and_what_was_taken_out_are_not_found(shelf: Shelf) -> None:
    draft = await shelf.sheet("养犬登记", "狗证", who=shelf.liaison)
    assert await shelf.found("狗证") == []
    await shelf.does(shelf.manager, actions.publish, actions.SheetPublicationBody(version=1), draft)
    assert await shelf.found("狗证") == ["养犬登记"]
    await shelf.does(shelf.manager, actions.withdraw, actions.SheetWithdrawalBody(reason="不再办理"), draft)
    assert await shelf.found("狗证") == []
    assert await shelf.found("我家狗证丢了") == []
