"""What people do on the telephone in these tests: come to the desk, call, answer; and what was recorded of it."""

from __future__ import annotations

import asyncio
import base64
from typing import Any
from urllib.parse import urljoin

import numpy as np
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, expect

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.recordings import recordings_sql
from hotline.recordings.recording import Track
from hotline.recordings.sound_box import key_of
from hotline.recordings.store import pieces_of, read_piece
from hotline.ticket import Role
from tests.browser.conftest import Site
from tests.browser.line.conftest import CITIZEN, OPERATOR, THIRD, Speaker
from tests.browser.line.voices import Samples, likeness, listen

#: Of a voice that is there, after a codec; of one that is not.
CLEAR, NOTHING = 0.8, 0.25
#: As loud as nothing (of 1).
QUIET = 0.002
#: So often one listens, a second each; and so long (ms) a page has, on a busy machine.
_TRIES, _PATIENCE = 5, 20_000
#: So many seconds the last pieces of a recording have to arrive.
_ARRIVING = 15
VOICES = (CITIZEN, OPERATOR, THIRD)
CALLS = "/call?phone=%2B8613900000001"

_DECODED = """async (sound) => {
  const context = new OfflineAudioContext(2, 48000, 48000);
  const bytes = Uint8Array.from(atob(sound), (one) => one.charCodeAt(0));
  const found = await context.decodeAudioData(bytes.buffer);
  return [...Array(found.numberOfChannels).keys()].map((side) => {
    const part = new Uint8Array(found.getChannelData(side).slice().buffer);
    let text = "";
    for (let at = 0; at < part.length; at += 32768) text += String.fromCharCode(...part.subarray(at, at + 32768));
    return btoa(text);
  });
}"""


async def posts(page: Page, path: str, **fields: object) -> Any:
    """What a page of the desk asks of the API; asked beside the page, which may go to the caller's form before the answer is there."""
    csrf = await page.locator('meta[name="csrf"]').get_attribute("content") or ""
    url = f"{urljoin(page.url, '/api/v1/')}{path}"
    answer = await page.request.post(url, data=fields, headers={"X-CSRF-Token": csrf})
    assert answer.ok, await answer.text()
    return await answer.json()


async def is_line(page: Page, state: str) -> None:
    """The softphone of a page is in this state."""
    await expect(page.locator(f"html[data-line-state={state}]")).to_be_attached(timeout=_PATIENCE)


async def shows(page: Page, phase: str) -> None:
    """A caller's page is there."""
    await expect(page.locator(f"[data-phase={phase}]")).to_be_attached(timeout=_PATIENCE)


async def at_the_desk(site: Site, speaker: Speaker, voice: int = OPERATOR, who: User | None = None) -> Page:
    """The page of an operator who comes on shift, ready for calls."""
    page = await speaker(voice, who or await site.user(Role.OPERATOR), "/operator")
    await is_line(page, "off")
    await posts(page, "shift", on=True, ready=True)
    await expect(page.locator("html:is([data-line-state=idle], [data-line-state=ringing])")).to_be_attached(
        timeout=_PATIENCE
    )
    return page


async def hangs_up(page: Page) -> None:
    """Somebody of ours leaves the call; it is over where it is theirs."""
    await page.evaluate("document.dispatchEvent(new CustomEvent('line:do', {detail: {act: 'hang-up'}}))")


async def caller(speaker: Speaker, voice: int = CITIZEN, path: str = CALLS) -> Page:
    """The page of a citizen who calls."""
    page = await speaker(voice, None, path)
    await page.get_by_role("button", name="立即拨打").click()
    return page


async def takes(desk: Page) -> None:
    """The operator takes the call, for which the desk has opened the form by itself."""
    await desk.wait_for_url("**/operator?contact=*")
    await is_line(desk, "ringing")
    await desk.locator("[data-key=f2]:visible").first.click()


async def answered(desk: Page, citizen: Page) -> None:
    """The operator takes the call, and both are connected."""
    await takes(desk)
    await shows(citizen, "talking")
    await is_line(desk, "talking")


async def talk(site: Site, speaker: Speaker) -> tuple[Page, Page]:
    """An operator and a citizen who talk."""
    desk = await at_the_desk(site, speaker)
    citizen = await caller(speaker)
    await answered(desk, citizen)
    return desk, citizen


async def hears(page: Page, voice: int, which: int = 0) -> None:
    """This voice comes to a page, and no other voice of these tests. What is on its way has some seconds to come."""
    like: dict[int, float] = {}
    for _ in range(_TRIES):
        heard = (await listen(page, which=which)).samples
        like = {seed: likeness(heard, seed)[0] for seed in VOICES}
        if like[voice] > CLEAR and max(more for seed, more in like.items() if seed != voice) < NOTHING:
            return
    raise AssertionError(f"{voice} is not heard alone: {like}")


async def hears_among(page: Page, voices: set[int]) -> None:
    """These voices come to a page, each by a connection of its own, and no other one."""
    await page.wait_for_function(
        "n => links.filter((link) => link.connectionState === 'connected').length === n", arg=len(voices)
    )
    found: set[int] = set()
    for _ in range(_TRIES):
        found = set()
        for which in range(len(voices)):
            heard = (await listen(page, which=which)).samples
            found |= {seed for seed in VOICES if likeness(heard, seed)[0] > CLEAR}
        if found == voices:
            return
    raise AssertionError(f"{found} are heard, not {voices}")


async def hears_nobody(page: Page, which: int = 0) -> None:
    """Nothing comes to a page from there, once what was on its way has come."""
    loud = 0.0
    for _ in range(_TRIES):
        loud = (await listen(page, which=which)).loudness
        if loud < QUIET:
            return
    raise AssertionError(f"something is heard: {loud}")


async def recorded(pool: Pool, services: Services, page: Page, least: int = 1) -> list[tuple[Samples, Samples]]:
    """What was recorded of talks, a take each: the left side and the right one. `page`: any, which decodes it."""
    for _ in range(_ARRIVING):
        try:
            found = [tuple(sides) for sides in await _takes(pool, services, page, "talk", Track.BOTH)]
        except PlaywrightError:  # a piece is still on its way, and without the first nothing is decoded
            await asyncio.sleep(1)
        else:
            assert len(found) >= least
            return [(left, right) for left, right in found]
    raise AssertionError("what was recorded cannot be decoded")


async def voicemail(pool: Pool, services: Services, page: Page) -> Samples:
    """The message that was left."""
    ((only, *_),) = await _takes(pool, services, page, "voicemail", Track.CITIZEN)
    return only


async def _takes(pool: Pool, services: Services, page: Page, kind: str, track: Track) -> list[list[Samples]]:
    found = []
    async with pool.acquire() as conn:
        idents = [row["id"] for row in await conn.fetch("SELECT id FROM recording WHERE kind = $1 ORDER BY id", kind)]
        rows = [await recordings_sql.recording(conn, ident) for ident in idents]
        takes = [(row, await pieces_of(conn, row)) for row in rows if row is not None]
    for row, pieces in takes:
        assert row.key_enc is not None
        key = key_of(services.keys, row.id, row.key_enc)
        whole = b"".join([await read_piece(services, key, row.edition, p) for p in pieces if p.track is track])
        sides = await page.evaluate(_DECODED, base64.b64encode(whole).decode())
        found.append([np.frombuffer(base64.b64decode(side), np.float32) for side in sides])
    return found
