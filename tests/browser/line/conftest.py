"""Browsers that speak: one Chromium for each voice, whose false microphone plays a file; each test has contexts of its own there."""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable, get_driver_env
from playwright.async_api import Page, async_playwright

from hotline.people import people_sql
from hotline.people.sessions import COOKIE, token_hash
from hotline.people.user import User
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, Site, Trouble, ready
from tests.browser.line.voices import HEAR, write

#: The voices of these tests: a seed each. Each is spoken by a browser of its own, as on machines of their own.
CITIZEN, OPERATOR, THIRD = 11, 22, 33
SPEAKS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection"]
Speaker = Callable[..., Coroutine[Any, Any, Page]]


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, str]]:
    """The address of a Chromium for each voice."""
    folder, servers = tmp_path_factory.mktemp("voices"), []
    try:
        for seed in (CITIZEN, OPERATOR, THIRD):
            sound = write(seed, folder / f"{seed}.wav")
            words = [*ARGUMENTS, *SPEAKS, f"--use-file-for-fake-audio-capture={sound}"]
            servers.append((seed, _launch(folder / f"{seed}.json", words)))
        yield {seed: server.stdout.readline().strip() for seed, server in servers if server.stdout is not None}
    finally:
        for _, server in servers:
            server.terminate()
            server.wait(20)
            if server.stdout is not None:
                server.stdout.close()


def _launch(config: Path, arguments: list[str]) -> subprocess.Popen[str]:
    config.write_text(json.dumps({"executablePath": str(CHROMIUM), "args": arguments}))
    words = [*compute_driver_executable(), "launch-server", "--browser", "chromium", "--config", str(config)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=get_driver_env())


@pytest.fixture
async def speaker(voices: dict[int, str], site: Site) -> AsyncIterator[Speaker]:
    """A page that speaks with a voice: `await speaker(OPERATOR, user, "/operator")`; without a user it is a citizen's."""
    made, trouble = [], Trouble()
    async with async_playwright() as playwright:
        browsers = {}

        async def enter(
            seed: int, who: User | None = None, path: str = "/me", base: str = "", cookie: str = ""
        ) -> Page:
            if seed not in browsers:
                browsers[seed] = await playwright.chromium.connect(voices[seed])
            width, height = DESKTOP
            context = await browsers[seed].new_context(
                base_url=base or site.url, viewport={"width": width, "height": height}, locale="zh-CN"
            )
            context.set_default_timeout(20_000)
            await context.add_init_script(HEAR)
            made.append(context)
            if who is not None:
                cookie = cookie or await _session(site, who)
            if cookie:
                await context.add_cookies([{"name": COOKIE, "value": cookie, "url": base or site.url}])
            page = await context.new_page()
            page.on("pageerror", lambda error: trouble.said.append(f"{page.url}: {error}"))
            await page.goto(path)
            await ready(page)
            return page

        yield enter
        for context in made:
            await context.close()
        await asyncio.gather(*(browser.close() for browser in browsers.values()))
    assert trouble.said == []


async def _session(site: Site, who: User) -> str:
    token, now = secrets.token_urlsafe(32), site.clock.now()
    async with site.pool.acquire() as conn:
        await people_sql.insert_session(conn, token_hash(token), who.id, {}, now, now + timedelta(days=400), "test")
    return token
