"""A liaison's night on a phone: the page comes, is acknowledged, signed, the person is called, a photo, the reply."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from hotline.people.user import User
from hotline.ticket import Role, Urgency
from tests.browser.conftest import SignIn, Site, check, shot
from tests.office import department, move, on_shift, state, ticket, user

pytestmark = pytest.mark.browser


class Night:
    """A department at night: a liaison, the leader, an operator at the centre, one urgent ticket."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def fill(self) -> Night:
        site = self.site
        async with site.pool.acquire() as conn:
            self.lamps = await department(conn, "T05", "测试路灯管理所")
            self.water = await department(conn, "T06", "测试供水公司")
            self.operator = await user(conn, Role.OPERATOR, name="小王")
            await on_shift(conn, self.operator, site.clock.now())
            self.liaison = await user(
                conn,
                Role.LIAISON,
                department=self.lamps,
                name="老张",
                phone="+8613911110001",
                services=site.services,
            )
            self.leader = await user(conn, Role.LIAISON, department=self.lamps, name="所长", leads=True)
            self.co = await user(conn, Role.LIAISON, department=self.water, name="老赵")
        self.number = await self.ticket()
        return self

    async def ticket(self) -> str:
        async with self.site.pool.acquire() as conn, conn.transaction():
            opened = await ticket(
                conn,
                self.site.services,
                "人民路12号路口的路灯杆歪了，线露在外面，13900000001",
                urgency=Urgency.URGENT,
            )
        await self.do(self.operator, opened.number, "assignments", department="T05")
        return opened.number

    async def do(self, who: User, number: str, path: str, **fields: object) -> dict[str, object]:
        async with self.site.pool.acquire() as conn, conn.transaction():
            return dict(await move(conn, self.site.services, who, number, path, **fields))

    async def state(self) -> str:
        async with self.site.pool.acquire() as conn:
            return await state(conn, self.number)


@pytest.fixture
async def night(site: Site) -> Night:
    return await Night(site).fill()


def photo(tmp_path: Path) -> Path:
    path = tmp_path / "灯.jpg"
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), "orange").save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


async def test_a_liaisons_night(night: Night, sign_in: SignIn, tmp_path: Path) -> None:
    await night.site.tick()
    page = await sign_in(night.liaison, "/department", phone=True)
    await expect(page.get_by_text("待办 1 件，其中待签收 1 件")).to_be_visible()
    await shot(page, "inbox")
    await check(page)
    assert "13900000001" not in await page.content()
    await page.get_by_role("button", name="已看到").click()
    await expect(page.get_by_role("status").filter(has_text="已确认看到")).to_be_visible()
    await expect(page.get_by_role("button", name="已看到")).to_have_count(0)
    await page.get_by_role("button", name="签收").click()
    await expect(page.get_by_text("已签收。")).to_be_visible()
    assert page.url.split("?")[0].endswith(f"/department/tickets/{night.number}")
    await shot(page, "signed")
    await check(page)

    await page.get_by_label("沟通内容").first.fill("已告知来电人，电工20分钟内到")
    ways = page.locator("input[name=via]")
    assert [await way.is_checked() for way in await ways.all()] == [False] * await ways.count()
    await page.get_by_role("button", name="已联系上").click()
    await expect(page.get_by_text("联系情况已记录。")).to_have_count(0)  # the way was not said
    await page.locator("input[name=via][value=call]").check()
    await page.get_by_role("button", name="已联系上").click()
    await expect(page.get_by_text("联系情况已记录。")).to_be_visible()
    await page.get_by_label("采取的措施").first.fill("已断电围挡，杆被撞歪，明早换杆")
    await page.get_by_role("button", name="险情已控制").click()
    await expect(page.get_by_text("先行处置已上报。")).to_be_visible()
    await shot(page, "reply")
    await check(page)

    await page.get_by_label("拍照").set_input_files(photo(tmp_path))
    await page.get_by_role("button", name="上传").first.click()
    await expect(page.get_by_text("文件已上传。")).to_be_visible()
    picture = page.get_by_role("img", name="灯.jpg")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("i => i.complete && i.naturalWidth") == 320

    await page.get_by_label("套用模板").select_option(label="已处理")
    assert "拨打1890" in await page.get_by_label("答复来电人的内容").input_value()
    await page.get_by_label("已解决").check()
    await page.get_by_label("答复来电人的内容").fill("灯杆已扶正换新，线路已包好。")
    await page.get_by_role("button", name="提交反馈").click()
    await expect(page.get_by_text("反馈已提交。")).to_be_visible()
    assert await night.state() == "replied"
    await shot(page, "replied")
    await check(page)
    async with night.site.pool.acquire() as conn:
        row = await conn.fetchrow("SELECT public_text, outcome FROM reply")
    assert row is not None
    assert tuple(row) == ("灯杆已扶正换新，线路已包好。", "solved")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("dark", [False, True])
async def test_each_page_in_both_languages_and_in_the_dark(
    night: Night, sign_in: SignIn, language: str, dark: bool
) -> None:
    await night.do(night.operator, night.number, "co-handlers", department="T06")
    await night.do(night.liaison, night.number, "signatures")
    done = await night.ticket()
    await night.do(night.liaison, done, "signatures")
    await night.do(night.liaison, done, "replies", outcome="explained", public="已解释")
    await night.do(night.operator, done, "report-backs", via="call", text="已解释")
    await night.do(night.operator, done, "follow-ups", reached=True, solved=True, rating=4)
    pages = {
        "/department": night.liaison,
        f"/department/tickets/{night.number}": night.liaison,
        "/department/outcomes": night.liaison,
        "/department/templates": night.leader,
        f"/department/tickets/{night.number}?co": night.co,
        f"/department/tickets/{done}": night.liaison,
    }
    for path, who in pages.items():
        page = await sign_in(who, "/me", phone=True, language=language)
        await page.emulate_media(color_scheme="dark" if dark else "light")
        await page.goto(path)
        for fold in await page.locator("details > summary").all():
            await fold.click()
        await check(page)
        small = await page.evaluate(
            "[...document.querySelectorAll('main button, main a, main summary, main select, main .picks label')]"
            ".filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))"
        )
        assert small == [], path
        await shot(
            page,
            f"{path.strip('/').replace('/', '-').replace('?', '-')}-{language}-{'dark' if dark else 'light'}",
        )
        await page.close()


async def test_a_co_handler_sees_only_its_own_acts(night: Night, sign_in: SignIn) -> None:
    await night.do(night.operator, night.number, "co-handlers", department="T06")
    page = await sign_in(night.co, f"/department/tickets/{night.number}", phone=True)
    await page.get_by_role("button", name="签收").click()
    await expect(page.get_by_role("heading", name="协办部分")).to_be_visible()
    for name in ("退单", "申请延期", "申请协办", "申请暂停（等待来电人）", "阶段反馈"):
        await expect(page.get_by_text(name, exact=True)).to_have_count(0)
    await page.get_by_label("已解决").check()
    await page.get_by_label("答复来电人的内容").fill("水管已关阀")
    await page.get_by_role("button", name="提交反馈").click()
    await expect(page.get_by_text("反馈已提交。")).to_be_visible()
    assert await night.state() == "dispatched"


async def test_what_is_refused_is_said_and_nothing_typed_is_lost(night: Night, sign_in: SignIn, tmp_path: Path) -> None:
    await night.do(night.liaison, night.number, "signatures")
    page = await sign_in(night.liaison, f"/department/tickets/{night.number}", phone=True)
    await page.get_by_text("办结反馈").first.click()
    await page.get_by_label("答复来电人的内容").fill("写了很久的答复")
    wrong, large = tmp_path / "x.jpg", tmp_path / "y.jpg"
    wrong.write_bytes(b"not a picture")
    large.write_bytes(b"\xff\xd8" + bytes(10_500_000))
    for file, said in ((wrong, "照片（JPEG"), (large, "超过")):
        await page.get_by_label("拍照").set_input_files(file)
        await page.get_by_role("button", name="上传").first.click()
        await expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
        await expect(page.get_by_label("答复来电人的内容")).to_have_value("写了很久的答复")
    await page.get_by_text("退单").first.click()
    assert await page.locator("#return-reason").input_value() == ""  # nothing is claimed before it is said
    await page.locator("#return-reason").select_option("not_ours")
    await page.get_by_label("法律或职责依据").fill("三定方案")
    await page.get_by_role("button", name="退单").click()
    await expect(page.get_by_role("alert").filter(has_text="应由哪个单位承办")).to_be_visible()
    await expect(page.get_by_label("法律或职责依据")).to_have_value("三定方案")
    await expect(page.get_by_label("答复来电人的内容")).to_have_value("写了很久的答复")


async def test_the_leader_reads_a_reply_before_it_goes(night: Night, sign_in: SignIn) -> None:
    page = await sign_in(night.leader, "/department/templates", phone=True)
    await page.get_by_role("button", name="改为由我审签").click()
    await expect(page.get_by_text("反馈须经本单位负责人同意后才报服务中心。")).to_be_visible()
    await page.get_by_label("模板名称").last.fill("换灯")
    await page.get_by_label("内容").last.fill("路灯已换新。")
    await page.get_by_role("button", name="保存").last.click()
    await expect(page.get_by_role("heading", name="换灯")).to_be_visible()
    await night.do(night.liaison, night.number, "signatures")
    await night.do(night.liaison, night.number, "replies", outcome="solved", public="路灯已换新。")
    await page.goto("/department")
    await expect(page.get_by_text("有反馈待您审签")).to_be_visible()
    await page.get_by_text("人民路12号").first.click()
    await shot(page, "approve")
    await check(page)
    await page.get_by_text("退给经办人").first.click()
    await page.get_by_label("缺什么").fill("补照片")
    await page.get_by_role("button", name="退给经办人").click()
    await expect(page.get_by_text("已退给经办人。")).to_be_visible()
    again = await sign_in(night.liaison, f"/department/tickets/{night.number}", phone=True)
    await expect(again.get_by_text("本单位负责人退回了反馈：补照片")).to_be_visible()
    await night.do(night.liaison, night.number, "replies", outcome="solved", public="路灯已换新。")
    await page.goto(f"/department/tickets/{night.number}")
    await page.get_by_role("button", name="同意，报服务中心").click()
    await expect(page.get_by_text("反馈已报服务中心。")).to_be_visible()
    assert await night.state() == "replied"


async def test_a_new_ticket_appears_by_itself(night: Night, sign_in: SignIn) -> None:
    page = await sign_in(night.liaison, "/department", phone=True)
    await expect(page.locator(".card")).to_have_count(1)
    await night.ticket()
    await expect(page.locator(".card")).to_have_count(2)
