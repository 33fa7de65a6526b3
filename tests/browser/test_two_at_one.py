"""Two people at one ticket see each other; a department sees nobody of the centre. Who is away is offered at the desk."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, shot

pytestmark = pytest.mark.browser


async def test_two_people_at_one_ticket_see_each_other(site: Site, sign_in: SignIn) -> None:
    async with site.pool.acquire() as conn, conn.transaction():
        lamps = await office.department(conn, "T05", "交通运输局")
        owner = await office.user(conn, Role.OPERATOR, name="小王")
        other = await office.user(conn, Role.MANAGER, name="老李")
        liaison = await office.user(conn, Role.LIAISON, department=lamps, name="小赵")
        number = (await office.ticket(conn, site.services, operator=owner.id)).number
        await office.move(conn, site.services, owner, number, "assignments", department="T05")
    one = await sign_in(owner, f"/tickets/{number}")
    await site.streams(1)
    await expect(one.locator("#present")).to_be_empty()
    two = await sign_in(other, f"/tickets/{number}")
    await expect(two.locator("#present")).to_contain_text("小王")
    await expect(one.locator("#present")).to_contain_text("老李")
    await check(one)
    await shot(one, "present")
    three = await sign_in(liaison, f"/tickets/{number}")
    await expect(three.locator("h1")).to_be_visible()
    assert await three.locator("#present").count() == 0
    answer = await three.request.post(f"/tickets/{number}/presences", data={})
    assert answer.status == 403
    await two.close()
    await expect(one.locator("#present")).to_be_empty()


async def test_who_goes_on_leave_offers_their_tickets(site: Site, sign_in: SignIn) -> None:
    who, colleague = [await site.user(Role.OPERATOR, name=name) for name in ("小王", "小孙")]
    async with site.pool.acquire() as conn, conn.transaction():
        for one in (who, colleague):
            await office.on_shift(conn, one, site.clock.now())
        number = (await office.ticket(conn, site.services, operator=who.id)).number
    desk = await sign_in(who, "/operator")
    await desk.locator("summary", has_text="休假").click()
    await desk.get_by_label("休假最后一天").fill("2026-03-20")
    await desk.get_by_role("button", name="休假").click()
    await desk.get_by_role("button", name="是", exact=True).click()
    await site.until("SELECT count(*) FROM absence", want=1)
    other = await sign_in(colleague, "/operator")
    await expect(other.get_by_role("heading", name="同事离岗、可接手的工单（1）")).to_be_visible()
    await check(other)
    await shot(other, "offered")
    await other.get_by_role("row", name=number).get_by_role("button", name="接手").click()
    await expect(other.get_by_role("heading", name="我的工单（1）")).to_be_visible()
    await desk.goto("/operator")
    await expect(desk.get_by_role("region", name="您离岗期间被接手的工单")).to_contain_text("小孙")
    await check(desk)
