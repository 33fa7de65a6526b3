"""The README's path by hand, walked as it stands there: who signs in, what is sent and answered are taken from its words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp.test_utils import TestClient

from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.jobs.scheduler import run_sweep
from hotline.base.jobs.timers import Sweep
from hotline.base.services import Services
from hotline.telephony.simulator import LISTENS
from main import PROGRAM
from reports.demo.load import demo
from tests.e2e.documents import pages, quoted, read, steps
from tests.line import until

PATH = steps("README.md", "The path by hand")


@dataclass(slots=True)
class Window:
    """A browser window: its cookies, and the page that it shows."""

    session: aiohttp.ClientSession
    page: str = ""
    at: str = ""

    async def go(self, path: str) -> str:
        async with self.session.get(path) as answer:
            return await self._shown(answer)

    async def press(self, path: str, **fields: str) -> str:
        """Send a form of the page that is shown."""
        mark = re.search(r'<meta name="csrf" content="([^"]*)"', self.page)
        data = fields | ({"csrf": mark[1]} if mark and mark[1] else {})
        async with self.session.post(path, data=data) as answer:
            return await self._shown(answer)

    async def sign_in(self, name: str) -> str:
        await self.go(pages(PATH[1])[0])
        password = re.search(r"their password\s+is `([^`]+)`", read("README.md"))
        assert password
        return await self.press("/login", name=name, password=password[1])

    async def _shown(self, answer: aiohttp.ClientResponse) -> str:
        self.page, self.at = await answer.text(), answer.url.path
        assert answer.status == 200, f"{answer.method} {answer.url}: {answer.status}\n{self.page[-1500:]}"
        return self.page


Open = Callable[[], Awaitable[Window]]


@pytest.fixture
async def window(client: TestClient) -> AsyncIterator[Open]:
    """Open a window of its own."""
    async with AsyncExitStack() as stack:

        async def made() -> Window:
            jar = aiohttp.CookieJar(unsafe=True)
            session = aiohttp.ClientSession(client.make_url("/"), cookie_jar=jar, headers={"Cookie": "language=zh"})
            return Window(await stack.enter_async_context(session))

        yield made


@dataclass(slots=True)
class County:
    """The demo, small, with its sweeps run when the test waits for something."""

    pool: Pool
    services: Services

    async def phone(self, window: Window, wanted: str, side: int) -> str:
        """What came to a phone of the simulator: the newest message with these words (0: the citizen's, 1: the liaison's)."""
        for _ in range(100):
            for job in PROGRAM.jobs:
                if isinstance(job, Sweep) and job.name in {"outbox", "paging", "receipts", "rating requests"}:
                    await run_sweep(job, self.pool, self.services)
            await window.go(pages(PATH[0])[0])
            bubbles = window.page.split('<section class="phone"')[side + 1]
            came = [said for said in re.findall(r'<li class="">([^<]*)<', bubbles) if wanted in said]
            if came:
                return came[-1]
            await asyncio.sleep(0.1)
        raise AssertionError(f"{wanted} did not come:\n{bubbles[:3000]}")


@pytest.fixture
async def county(dsn: str, pool: Pool, services: Services, settings: Settings, client: TestClient) -> County:
    assert client.app[LISTENS]
    assert await demo(Runtime(dsn, pool, services), settings, PROGRAM, 12)
    return County(pool, services)


async def say(window: Window, side: str, text: str) -> None:
    """Send an SMS from one of the simulator's phones."""
    number = re.search(rf'name="{side}" value="(\+?\d+)"', window.page)
    assert number
    await window.press("/simulator/sms", phone=number[1], text=text)


async def test_the_path_by_hand(county: County, window: Open) -> None:
    assert len(PATH) == 8
    phones, centre, bureau = await window(), await window(), await window()

    # 1. Citizen
    await phones.go(pages(PATH[0])[0])
    await say(phones, "citizen", quoted(PATH[0])[0])
    came = await county.phone(phones, "已受理", 0)
    number, code = re.search(r"编号(\d+)，查询码(\d{4})。(.+)查进度", came).groups()[:2]  # type: ignore[union-attr]

    # 2. Operator
    await centre.sign_in(quoted(PATH[1])[0])
    assert centre.at == "/operator"
    assert f"/tickets/{number}" in centre.page
    await centre.go(f"/tickets/{number}")
    name, department = re.search(r"\((\S+), (D\d+)\)", PATH[1]).groups()  # type: ignore[union-attr]
    ticket = centre.page
    suggested = await centre.press("/routing/suggested", ticket=number)
    assert re.search(r"<button[^>]*>\s*([^<]+?)\s*<", suggested.split('<ol class="rows suggested">')[1])[1] == name  # type: ignore[index]
    centre.page = ticket
    await centre.press(f"/tickets/{number}/assignments", department=department)
    assert "已派单" in centre.page

    # 3. Liaison, by SMS
    page = await county.phone(phones, number, 1)
    example, answer = quoted(PATH[2])
    shown = re.search(r"收到请回([A-Z]{2}\d)；", page)
    assert shown
    assert re.fullmatch(r"[A-Z]{2}\d", example)
    await say(phones, "liaison", answer.replace(example, shown[1]))
    await until(county.pool, "SELECT state FROM ticket WHERE number = $1", number, want="signed")

    # 4. Liaison, on the web
    await bureau.sign_in(quoted(PATH[3])[0])
    assert f"/department/tickets/{number}" in bureau.page
    await bureau.go(f"/department/tickets/{number}")
    await bureau.press(f"/tickets/{number}/first-contacts", note="已联系", via="call", reached="true")
    await bureau.go(f"/department/tickets/{number}")
    await bureau.press(f"/tickets/{number}/replies", outcome="solved", public="阀门已修好，已恢复供水。", internal="")

    # 5. Operator
    await centre.go(f"/tickets/{number}")
    await centre.press(f"/tickets/{number}/report-backs", via="sms", text="阀门已修好，已恢复供水。")
    assert "已恢复供水" in await county.phone(phones, "办理结果", 0)
    await county.phone(phones, "满意吗", 0)
    await say(phones, "citizen", quoted(PATH[4])[0])
    assert "5分" in await county.phone(phones, "谢谢您的评价", 0)

    # 6. Citizen
    await say(phones, "citizen", quoted(PATH[5])[0])
    await county.phone(phones, "已答复", 0)
    await phones.go(pages(PATH[5])[0])
    await phones.press("/track", number=number, code=code)
    assert "已恢复供水" in phones.page

    # 7. Operator
    await centre.go(f"/tickets/{number}")
    await centre.press(f"/tickets/{number}/follow-ups", reached="true", solved="true", rating="5")
    await centre.press(f"/tickets/{number}/corrections", category="help", urgency="urgent", place="阳光小区3号楼")
    await centre.press(f"/tickets/{number}/filings")
    assert "已归档" in centre.page
    assert len(re.findall(r'<li class="done"', centre.page)) == 5

    # 8. Leader
    await bureau.press("/logout")
    await bureau.sign_in(quoted(PATH[7])[0])
    assert bureau.at == "/leader"
    figure = re.search(r'href="(/leader/figures/[^"]+)"', bureau.page)
    assert figure
    assert "/tickets/" in await bureau.go(figure[1].replace("&amp;", "&"))


def test_both_languages_tell_the_same_path() -> None:
    chinese = steps("README.zh.md", "亲手走一遍")
    assert [quoted(step) for step in chinese] == [quoted(step) for step in PATH]
    assert [pages(step) for step in chinese] == [pages(step) for step in PATH]
