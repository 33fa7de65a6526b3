"""Screenshots for the README and the handbooks, from a running demo: `python docs/shots.py [http://127.0.0.1:1890]` (make shots).

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
#: The handbooks' own, in each language: the program serves them (docs/handbook, hotline/pages/handbook.py).
HANDBOOKS = Path(__file__).parents[1] / "hotline" / "static" / "handbook"
DESK, PHONE, SMALL = (1280, 800), (390, 844), (1280, 720)
#: name, user (none: a citizen), address, size
SHOTS = (
    ("operator", "operator", "/operator", DESK),
    ("centre", "manager", "/centre", DESK),
    ("simulator", "", "/simulator", DESK),
    ("leader", "leader", "/leader", DESK),
    ("findings", "manager", "/findings", DESK),
    ("department", "d25-1", "/department", PHONE),
    ("ticket", "d25-1", "/department → /department/tickets/", PHONE),
    ("track", "", "/track", PHONE),
)
#: The same for the handbooks; in place of an address: the first link of that page to an address that begins so.
PAGES = (
    ("operator", "operator", "/operator", SMALL),
    ("centre", "manager", "/centre", SMALL),
    ("rulings", "manager", "/centre/rulings → /centre/rulings/", SMALL),
    ("leader", "leader", "/leader", SMALL),
    ("notice", "leader", "/notices → /notices/", SMALL),
    ("department", "d25-1", "/department", PHONE),
    ("ticket", "d25-1", "/department → /department/tickets/", PHONE),
    ("users", "admin", "/admin", SMALL),
    ("departments", "admin", "/admin/departments", SMALL),
)


def chromium() -> str | None:
    """The browser to use; None: Playwright's own."""
    for path in (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if path and Path(path).exists():
            return path
    return None


async def opened(browser: Browser, base: str, user: str, size: tuple[int, int], language: str = "zh") -> Page:
    """A page in Chinese or English, signed in where a user is named."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=base, has_touch=size == PHONE
    )
    await context.add_cookies([{"name": "language", "value": language, "url": base}])
    page = await context.new_page()
    if user:
        await page.goto("/login")
        await page.fill("input[name=name]", user)
        await page.fill("input[name=password]", PASSWORD)
        await page.click("form[action='/login'] button")
        await page.wait_for_load_state()
    return page


async def to(page: Page, address: str) -> None:
    """An address, or `PAGE → BEGINNING`: the first link of a page to an address that begins so."""
    first, _, beginning = address.partition(" → ")
    await page.goto(first)
    if beginning:
        link = page.locator(f"main a[href^='{beginning}']").first
        await page.goto(await link.get_attribute("href") or first)


async def shoot(base: str) -> None:
    """Take every shot."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        handbooks = [(HANDBOOKS / language, language, PAGES) for language in ("zh", "en")]
        for folder, language, shots in [(IMAGES, "zh", SHOTS), *handbooks]:
            folder.mkdir(parents=True, exist_ok=True)
            for name, user, address, size in shots:
                page = await opened(browser, base, user, size, language)
                await to(page, address)
                await page.wait_for_timeout(800)
                save(await page.screenshot(), folder / f"{name}.png")
                await page.context.close()
        await browser.close()


def save(content: bytes, path: Path) -> None:
    """Keep a picture with few colours."""
    image = Image.open(io.BytesIO(content)).convert("RGB").quantize(96)
    image.save(path, optimize=True)
    sys.stdout.write(f"{path.parent.name}/{path.name} {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    asyncio.run(shoot(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:1890"))
