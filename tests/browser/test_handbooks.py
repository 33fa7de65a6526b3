"""The handbooks in the program: one key away from every page, in the reader's language, with pictures that are shown."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press

pytestmark = pytest.mark.browser


async def pictures_are_shown(page: Page) -> None:
    """Each picture of the page has come; they are loaded when they are looked at."""
    for picture in await page.locator("article img").all():
        await picture.scroll_into_view_if_needed()
        await expect(picture).to_have_js_property("complete", True)
        assert await picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") > 300


@pytest.mark.parametrize(("language", "phone"), [("zh", False), ("en", True), ("zh", True), ("en", False)])
async def test_each_handbook_can_be_read(sign_in: SignIn, language: str, phone: bool) -> None:
    page = await sign_in(Role.OPERATOR, "/help", language=language, phone=phone)
    first = await page.locator("h1").inner_text()
    assert first == ("话务员手册" if language == "zh" else "The operator's handbook")
    titles = {first}
    for role in Role:
        await page.goto(f"/help/{role}")
        titles.add(await page.locator("h1").inner_text())
        await check(page)
        await pictures_are_shown(page)
    assert len(titles) == len(Role)


async def test_the_key_opens_the_handbook_of_ones_role_beside_what_is_being_typed(site: Site, sign_in: SignIn) -> None:
    async with site.pool.acquire() as conn:
        bureau = await office.department(conn, "D20", "交通运输局")
    desk = await sign_in(Role.OPERATOR, "/operator")
    await desk.locator("#new-text").fill("路灯不亮")
    async with desk.context.expect_page() as opened:
        await press(desk, "F1")
    book = await opened.value
    await expect(book.get_by_role("heading", level=1)).to_have_text("话务员手册")
    await book.get_by_role("navigation", name="目录").get_by_role("link", name="出了问题").click()
    await expect(book.get_by_role("heading", name="出了问题")).to_be_in_viewport()
    await expect(desk.locator("#new-text")).to_have_value("路灯不亮")

    phone = await sign_in(Role.LIAISON, "/department", phone=True, department=bureau)
    async with phone.context.expect_page() as opened:
        await phone.get_by_role("link", name="帮助", exact=True).click()
    await expect((await opened.value).get_by_role("heading", level=1)).to_have_text("联络员手册")


async def test_there_is_no_handbook_of_a_role_that_is_none(sign_in: SignIn) -> None:
    page = await sign_in(Role.LEADER, "/help/mayor")
    await expect(page.get_by_role("alert")).to_have_text("没有这个页面。")


async def test_who_calls_has_no_handbook_of_the_staff(visitor: SignIn) -> None:
    page = await visitor("/track")
    await expect(page.locator("a[href='/help']")).to_have_count(0)
