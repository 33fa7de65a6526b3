"""Screenshots for the README, from a running demo: `python docs/shots.py [http://127.0.0.1:1890]` (make shots).

Small on purpose: one size each, 96 colours. Needs the test dependencies and a Chromium (CHROMIUM, /usr/bin/chromium, or
the one that `playwright install chromium` brings).
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from reports.demo.people import PASSWORD

IMAGES = Path(__file__).parent / "img"
DESK, PHONE = (1280, 800), (390, 844)
#: name, user (none: a citizen), address, size
SHOTS = (
    ("operator", "operator", "/operator", DESK),
    ("centre", "manager", "/centre", DESK),
    ("simulator", "", "/simulator", DESK),
    ("leader", "leader", "/leader", DESK),
    ("findings", "manager", "/findings", DESK),
    ("department", "d25-1", "/department", PHONE),
    ("ticket", "d25-1", "", PHONE),
    ("track", "", "/track", PHONE),
)


def chromium() -> str | None:
    """The browser to use; None: Playwright's own."""
    for path in (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if path and Path(path).exists():
            return path
    return None


async def opened(browser: Browser, base: str, user: str, size: tuple[int, int]) -> Page:
    """A page in Chinese, signed in where a user is named."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=base, has_touch=size == PHONE
    )
    page = await context.new_page()
    if user:
        await page.goto("/login")
        await page.fill("input[name=name]", user)
        await page.fill("input[name=password]", PASSWORD)
        await page.click("form[action='/login'] button")
        await page.wait_for_load_state()
    return page


async def to_ticket(page: Page) -> None:
    """The first ticket of the list that one sees."""
    await page.goto("/department")
    address = await page.locator("a[href*='/department/tickets/']").first.get_attribute("href")
    await page.goto(address or "/department")


async def shoot(base: str) -> None:
    """Take every shot."""
    IMAGES.mkdir(exist_ok=True)
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, user, address, size in SHOTS:
            page = await opened(browser, base, user, size)
            if address:
                await page.goto(address)
            else:
                await to_ticket(page)
            await page.wait_for_timeout(800)
            save(await page.screenshot(), IMAGES / f"{name}.png")
            await page.context.close()
        await browser.close()


def save(content: bytes, path: Path) -> None:
    """Keep a picture with few colours."""
    image = Image.open(io.BytesIO(content)).convert("RGB").quantize(96)
    image.save(path, optimize=True)
    sys.stdout.write(f"{path.name} {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    asyncio.run(shoot(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:1890"))
