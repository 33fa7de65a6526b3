"""Common acts need few keys beside the words: each story counts what is pressed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from hotline.people.user import User
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press
from tests.browser.test_desk_form import operator_with_call

pytestmark = pytest.mark.browser


@dataclass(slots=True)
class Keys:
    """Who works by keys alone; words are typed and not counted."""

    page: Page
    pressed: int = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            await press(self.page, key)
            self.pressed += 1

    async def write(self, words: str) -> None:
        await self.page.keyboard.insert_text(words)


async def worked_on(site: Site, *steps: tuple[str, dict[str, object]]) -> tuple[User, str]:
    """A ticket of an operator that went so far; the owner and its number."""
    async with site.pool.acquire() as conn, conn.transaction():
        lamps = await office.department(conn, "T05", "交通运输局", duties=["路灯"])
        owner = await office.user(conn, Role.OPERATOR, name="小王")
        liaison = await office.user(conn, Role.LIAISON, department=lamps)
        number = (await office.ticket(conn, site.services, operator=owner.id)).number
        for noun, fields in steps:
            who = owner if noun in {"assignments", "report-backs"} else liaison
            await office.move(conn, site.services, who, number, noun, **fields)
    return owner, number


REPLIED: tuple[tuple[str, dict[str, object]], ...] = (
    ("assignments", {"department": "T05"}),
    ("signatures", {}),
    ("replies", {"outcome": "solved", "public": "路灯已修好"}),
)


async def test_answering_on_the_spot_takes_four_keys_at_most(site: Site, sign_in: SignIn) -> None:
    who, contact = await operator_with_call(site)
    keys = Keys(await sign_in(who, f"/operator?contact={contact}"))
    await expect(keys.page.locator("#new-text")).to_be_focused()
    await keys.write("想问冬季供暖收费标准")
    await keys.press("Alt+a")
    await keys.write("每平方米26元。")
    await keys.press("Control+Enter")
    await expect(keys.page.locator("#opened")).to_contain_text("当场答复")
    assert keys.pressed <= 4


async def test_dispatching_takes_two_keys_at_most(site: Site, sign_in: SignIn) -> None:
    who, contact = await operator_with_call(site)
    async with site.pool.acquire() as conn:
        await conn.execute("UPDATE department SET duties = '{路灯,道路}' WHERE code = 'T05'")
    keys = Keys(await sign_in(who, f"/operator?contact={contact}"))
    await expect(keys.page.locator("#new-text")).to_be_focused()
    await keys.page.keyboard.type("人民路路灯不亮")
    await expect(keys.page.locator("#suggested").get_by_role("button", name="交通运输局")).to_be_visible()
    await keys.press("Alt+1", "Control+Enter")
    await expect(keys.page.locator("#opened")).to_contain_text("已派单")
    assert keys.pressed <= 2


async def test_a_reply_is_accepted_and_told_with_three_keys_at_most(site: Site, sign_in: SignIn) -> None:
    owner, number = await worked_on(site, *REPLIED)
    desk = await sign_in(owner, "/operator")
    await expect(desk.get_by_role("heading", name="待您审核的反馈（1）")).to_be_visible()
    await check(desk)
    await desk.goto(f"/tickets/{number}")
    keys = Keys(desk)
    await keys.press("r", "Control+Enter")
    await site.until("SELECT count(*) FROM report_back", want=1)
    assert keys.pressed <= 3


async def test_following_up_and_filing_takes_three_keys_at_most(site: Site, sign_in: SignIn) -> None:
    told = ("report-backs", {"via": "call", "text": "路灯已修好"})
    owner, number = await worked_on(site, *REPLIED, told)
    keys = Keys(await sign_in(owner, f"/tickets/{number}"))
    await check(keys.page)
    await keys.press("1")
    await expect(keys.page.get_by_role("dialog", name="确定吗？")).to_contain_text("确定归档")
    await keys.press("Enter")
    await expect(keys.page.locator("h1")).to_contain_text("已归档")
    assert keys.pressed <= 3
    assert await site.one("SELECT reached AND solved FROM follow_up")
