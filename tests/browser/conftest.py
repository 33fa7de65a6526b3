"""The browser of a test: real Chromium on a real server with a fresh clone of the database.

`sign_in(Role.OPERATOR)` gives a page of somebody with that role; `check(page)` runs axe-core on it; `press(page, "n")` is a
key of it. At its end each test fails on script errors and on what the page's own policy (CSP) blocked. A missing Chromium is
a failure, never a skip.

Nothing is done on a page before its scripts have run: they mark it then (`html[data-ready]`, app.js). What waits by itself
(clicks, `expect`) waits for the mark as well; the keyboard of Playwright waits for nothing, so keys go through `press`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import secrets
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from playwright._impl._driver import compute_driver_executable, get_driver_env
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.http.live import LIVE
from hotline.base.services import Services
from hotline.ids import DepartmentId
from hotline.people import people_sql
from hotline.people.sessions import COOKIE, token_hash
from hotline.people.user import User
from hotline.ticket import Role
from tests.story import Story

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("SHOTS", "")
DESKTOP, PHONE = (1280, 800), (390, 844)
_names = itertools.count(1)


@dataclass(slots=True)
class Site(Story):
    """The running program of a story, as browsers see it."""

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self.client.make_url("")).rstrip("/")

    async def streams(self, want: int) -> None:
        """Wait until so many pages listen to the news of the server."""
        for _ in range(200):
            if len(self.client.app[LIVE].listeners) == want:  # type: ignore[union-attr]
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{len(self.client.app[LIVE].listeners)} streams, not {want}")  # type: ignore[union-attr]


#: A page of ours whose scripts have not run to their end.
UNREADY = 'html:has(script[src*="/js/app"]):not([data-ready])'


async def ready(page: Page) -> None:
    """Wait until the scripts of the page have run: its keys work, its drafts are back in their forms."""
    await page.wait_for_load_state("domcontentloaded")
    await page.locator(UNREADY).wait_for(state="detached")


async def press(page: Page, key: str) -> None:
    """Press a key as soon as the page listens to it."""
    await ready(page)
    await page.keyboard.press(key)


async def shot(page: Page, name: str) -> None:
    """Keep a picture in the folder that SHOTS names; looked at by people."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def _wait(unready: Locator) -> None:
    await unready.wait_for(state="detached")


@dataclass(slots=True)
class Trouble:
    """What went wrong in the pages of a test."""

    said: list[str] = field(default_factory=list)

    async def watch(self, page: Page) -> None:
        """Remember script errors, and what the policy of the page blocked; act only on a page that is ready."""
        await page.add_locator_handler(page.locator(UNREADY), _wait)
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("console", lambda m: self._heard(page, m.type, m.text))

    def _heard(self, page: Page, kind: str, text: str) -> None:
        """A refused form answers 4xx on purpose; that line of the console is no trouble."""
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.said.append(f"{page.url}: {text}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, HOTLINE_DATA=tmp_path, HOTLINE_PUBLIC_URL="http://127.0.0.1:1890")  # type: ignore[call-arg]


@pytest.fixture
async def site(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> Site:
    """The whole program on a fresh clone, on a moving clock."""
    return Site(client, pool, services, clock)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one Chromium for all tests; each has contexts of its own there."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: browser tests need Chromium", pytrace=False)
    config = tmp_path_factory.mktemp("chromium") / "launch.json"
    config.write_text(json.dumps({"executablePath": str(CHROMIUM), "args": ARGUMENTS}))
    words = [*compute_driver_executable(), "launch-server", "--browser", "chromium", "--config", str(config)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=get_driver_env()) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()  # and Chromium with it


@pytest.fixture
async def browser(chromium: str, site: Site) -> AsyncIterator[Browser]:
    """Chromium; its pages go before the server does, so that they let go of it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect(chromium)
        yield browser
        await browser.close()


@pytest.fixture
async def trouble(browser: Browser) -> AsyncIterator[Trouble]:
    """Collects script errors of all pages of the test, and fails it for them."""
    trouble = Trouble()
    yield trouble
    assert trouble.said == []


Context = Callable[..., Coroutine[Any, Any, BrowserContext]]
SignIn = Callable[..., Coroutine[Any, Any, Page]]


@pytest.fixture
async def context(browser: Browser, site: Site) -> AsyncIterator[Context]:
    """Make a browser context: `await context(phone=True, language="en")`; nobody is signed in there."""
    made: list[BrowserContext] = []

    async def make(*, phone: bool = False, language: str = "zh") -> BrowserContext:
        width, height = PHONE if phone else DESKTOP
        found = await browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            has_touch=phone,
            is_mobile=phone,
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        found.set_default_timeout(20_000)
        await found.add_cookies([{"name": "language", "value": language, "url": site.url}])
        made.append(found)
        return found

    yield make
    for one in made:
        await one.close()


@pytest.fixture
async def visitor(context: Context, trouble: Trouble) -> SignIn:
    """A page of somebody without an account: `await visitor("/track", phone=True)`."""

    async def visit(path: str, *, phone: bool = False, language: str = "zh") -> Page:
        page = await (await context(phone=phone, language=language)).new_page()
        await trouble.watch(page)
        await page.goto(path)
        return page

    return visit


@pytest.fixture
async def sign_in(site: Site, context: Context, trouble: Trouble) -> SignIn:
    """A page of a signed-in user: a `User`, or a `Role` for which one is made. Begins at `path`."""

    async def enter(
        who: User | Role,
        path: str = "/me",
        *,
        phone: bool = False,
        language: str = "zh",
        department: DepartmentId | None = None,
    ) -> Page:
        user = who if isinstance(who, User) else await site.user(who, department=department)
        made = await context(phone=phone, language=language)
        token, now = secrets.token_urlsafe(32), site.clock.now()
        async with site.pool.acquire() as conn:
            await people_sql.insert_session(
                conn, token_hash(token), user.id, {}, now, now + timedelta(days=400), "test"
            )
        await made.add_cookies([{"name": COOKIE, "value": token, "url": site.url}])
        page = await made.new_page()
        await trouble.watch(page)
        await page.goto(path)
        return page

    return enter


#: What reaches beyond the window, if the page as a whole does.
WIDE = """() => {
  const root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const beyond = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
  return [`${root.scrollWidth} of ${width}`, ...beyond.slice(-5).map((e) => e.outerHTML.slice(0, 160))];
}"""


async def check(page: Page) -> None:
    """axe-core finds nothing serious or critical on the page, and nothing is wider than the window."""
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    bad = [
        f"{v['id']} ({v['impact']}): {v['help']}: {[n['target'] for n in v['nodes']][:5]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]
    assert bad == [], f"{page.url}: {bad}"
    wide = await page.evaluate(WIDE)
    assert wide == [], f"{page.url} is wider than the window: {wide}"
