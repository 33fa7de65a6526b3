"""A recording in real browsers: sound that Chromium records and sends is heard in the ticket, at any place and speed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from hotline.ids import UserId
from hotline.recordings.sealing import sweep_recordings
from hotline.recordings.store import SETTLES
from hotline.ticket import Role
from tests import office
from tests.browser.conftest import SignIn, Site, check, press, shot
from tests.hotline.recordings.sounds import call, hung_up

pytestmark = pytest.mark.browser

#: Records seven seconds of two tones, the left louder in the first half, and sends them in pieces of a second, as the softphone does.
RECORD = """async (call) => {
  const context = new AudioContext({ sampleRate: 48000 }), out = context.createMediaStreamDestination();
  const merge = context.createChannelMerger(2);
  for (const [side, pitch] of [[0, 330], [1, 550]]) {
    const tone = context.createOscillator(), gain = context.createGain();
    tone.frequency.value = pitch; gain.gain.value = side ? 0.02 : 0.5;
    tone.connect(gain).connect(merge, 0, side); tone.start();
  }
  merge.connect(out);
  await context.resume();
  const recorder = new MediaRecorder(out.stream, { mimeType: "audio/webm;codecs=opus" });
  const take = crypto.randomUUID(), sent = [];
  const level = (loud) => btoa(String.fromCharCode(...Array(10).fill(loud)));
  let seq = 0, begun = performance.now();
  recorder.ondataavailable = ({ data }) => {
    if (!data.size) return;
    const now = performance.now(), number = seq++, ms = Math.round(now - begun);
    begun = now;
    sent.push((async () => {
      const bytes = await data.arrayBuffer(), hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const digest = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const about = new URLSearchParams({ take, track: "both", seq: number, ms, digest, media_type: recorder.mimeType,
        citizen_levels: level(number < 4 ? 200 : 20), operator_levels: level(number < 3 ? 20 : 150) });
      const form = new FormData();
      form.append("file", new Blob([bytes]), "piece.webm");
      const answer = await fetch(`/calls/${call}/recording/chunks?${about}`, {
        method: "POST", body: form, headers: { "X-CSRF-Token": document.querySelector('meta[name="csrf"]').content } });
      return answer.status;
    })());
  };
  recorder.start(1000);
  await new Promise((done) => setTimeout(done, 7000));
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  await context.close();
  return await Promise.all(sent);
}"""
#: Waits until what is heard is at a place between two, in seconds; gives the place.
REACHES = """([low, high]) => new Promise((done) => {
  const track = document.querySelector("sound-player").tracks[0];
  const look = () => { if (track.currentTime >= low && track.currentTime < high) done(track.currentTime); };
  for (const name of ["timeupdate", "seeked", "ended"]) track.addEventListener(name, look);
  look();
})"""
SPEED = "document.querySelector('sound-player').tracks[0].playbackRate"


async def recorded(site: Site, page: Page, operator: UserId, number: str) -> int:
    """A call of the ticket, recorded by the page, over and sealed."""
    ident = await site.pool.fetchval("SELECT id FROM ticket WHERE number = $1", number)
    made = await call(site.pool, site.clock.now(), operator=operator, ticket=ident)
    answers = await page.evaluate(RECORD, made)
    assert len(answers) >= 6
    assert set(answers) == {201}
    await hung_up(site.pool, made, site.clock.now() + timedelta(minutes=1))
    site.clock.move(timedelta(minutes=1) + SETTLES)
    await sweep_recordings(site.pool, site.services, site.clock.now())
    assert await site.pool.fetchval("SELECT count(*) FROM recording WHERE closed_at IS NOT NULL") == 1
    return made


async def test_what_a_browser_recorded_is_heard_in_the_ticket(site: Site, sign_in: SignIn) -> None:
    """One key plays; the place moves; a jump back and ahead, and the speed, without another hearing on record."""
    operator = await site.user(Role.OPERATOR, name="wang")
    async with site.pool.acquire() as conn, conn.transaction():
        await office.on_shift(conn, operator, site.clock.now())
        number = (await office.ticket(conn, site.services, operator=operator.id)).number
    page = await sign_in(operator, f"/tickets/{number}")
    await recorded(site, page, operator.id, number)
    await page.reload()
    player = page.locator("sound-player")
    await expect(player.get_by_role("button", name="播放")).to_be_visible()
    await check(page)
    await press(page, "F7")
    await expect(player.get_by_role("button", name="停")).to_be_visible()
    await page.evaluate(REACHES, [0.2, 8])
    await player.locator("select").select_option("2")
    await player.locator("input[type=range]").fill("5000")
    await page.evaluate(REACHES, [5.1, 7])
    await player.locator("input[type=range]").fill("1000")
    assert 1 <= await page.evaluate(REACHES, [0.9, 5]) < 4
    assert await page.evaluate(SPEED) == 2
    await shot(page, "recording-ticket")
    await expect(player.get_by_role("button", name="播放")).to_be_visible()
    assert await site.pool.fetchval("SELECT count(*) FROM recording_play") == 1
    await page.goto(f"/recordings/{await site.pool.fetchval('SELECT id FROM recording')}")
    await expect(page.get_by_role("heading", name="收听记录")).to_be_visible()
    await check(page)
    await shot(page, "recording-page")


async def test_the_player_on_a_phone_and_for_who_may_not(site: Site, sign_in: SignIn) -> None:
    manager = await site.user(Role.MANAGER, name="zhao")
    stranger = await site.user(Role.OPERATOR, name="li")
    async with site.pool.acquire() as conn, conn.transaction():
        number = (await office.ticket(conn, site.services)).number
        ident = await conn.fetchval("SELECT id FROM ticket WHERE number = $1", number)
    page = await sign_in(manager, f"/tickets/{number}", phone=True)
    made = await call(site.pool, site.clock.now(), operator=manager.id, ticket=ident, over=True)
    assert set(await page.evaluate(RECORD, made)) == {201}
    await page.reload()
    await expect(page.locator("sound-player")).to_be_visible()
    await check(page)
    await shot(page, "recording-phone")
    other = await sign_in(stranger, f"/tickets/{number}")
    await expect(other.get_by_role("heading", name="录音")).to_be_visible()
    await expect(other.locator("sound-player")).to_have_count(0)
