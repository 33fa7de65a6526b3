"""Hearing a recording: who may, each press of play on record, ranges of bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people.user import User
from hotline.recordings import plays_sql
from hotline.recordings.audio import asked_range
from hotline.recordings.recording import SEALED_CHUNK, RecordingKind
from hotline.recordings.sealing import sweep_recordings
from hotline.recordings.store import SETTLES, add_chunk, add_whole
from hotline.ticket import Category, Role
from tests import doors
from tests.hotline.recordings.sounds import call, chunk, parts, tone, wav
from tests.office import Office, events, ticket, user


@dataclass
class Hearing:
    """An office with a recorded call of an operator, and whoever asks."""

    client: TestClient
    pool: Pool
    services: Services
    office: Office
    number: str
    call: int
    recording: int
    sound: bytes

    async def play(self, who: User, recording: int | None = None) -> tuple[int, dict[str, Any]]:
        head = await doors.token(self.pool, self.services, who)
        answer = await self.client.post(
            f"/api/v1/recordings/{recording or self.recording}/plays", json={}, headers=head
        )
        return answer.status, await answer.json()

    async def fetch(self, who: User, play: object, **headers: str) -> tuple[int, bytes, str]:
        head = await doors.token(self.pool, self.services, who) | headers
        path = f"/api/v1/recordings/{self.recording}/audio"
        answer = await self.client.get(path, params={"play": str(play)}, headers=head)
        return answer.status, await answer.read(), answer.headers.get("Content-Range", "")


@pytest.fixture
async def hearing(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> Hearing:
    async with pool.acquire() as conn, conn.transaction():
        office = await Office(conn, services).fill()
        made = await ticket(conn, services, operator=office.operator.id)
        await office.do(office.operator, made.number, "assignments", department="T05")
    ident = await call(pool, clock.now(), operator=office.operator.id, ticket=made.ticket, over=True)
    sound = wav(tone(40), tone(40, 0.05))
    recording = await add_whole(pool, services, ident, "RE1", "audio/wav", parts(sound), clock.now())
    return Hearing(client, pool, services, office, made.number, ident, recording, sound)


async def test_who_may_hear_it(hearing: Hearing, pool: Pool) -> None:
    """Its operator and managers; another operator not, a department never, whoever has the ticket; nor leaders, auditors, administrators."""
    office = hearing.office
    assert (await hearing.play(office.operator))[0] == 201
    assert (await hearing.play(office.manager))[0] == 201
    assert (await hearing.play(office.other))[0] == 403
    assert (await hearing.play(office.liaison))[0] == 403
    async with pool.acquire() as conn:
        for role in (Role.LEADER, Role.AUDITOR, Role.ADMIN):
            assert (await hearing.play(await user(conn, role)))[0] == 403
    assert (await hearing.play(office.operator, 999))[0] == 404


async def test_the_owner_hears_what_another_answered(hearing: Hearing, pool: Pool) -> None:
    office = hearing.office
    await pool.execute("UPDATE call SET operator_id = $1", office.other.id)
    assert (await hearing.play(office.operator))[0] == 201, "owner of the ticket"
    assert (await hearing.play(office.other))[0] == 201, "who spoke"
    async with pool.acquire() as conn:
        third = await user(conn, Role.OPERATOR)
        assert (await hearing.play(third))[0] == 403
        await conn.execute("UPDATE shift SET off_at = '2026-03-04 02:00Z'")
        await conn.execute("INSERT INTO shift (user_id, on_at) VALUES ($1, '2026-03-04 01:00Z')", third.id)
    assert (await hearing.play(third))[0] == 201, "who acts for an owner off shift"


async def test_a_department_is_not_told_of_recordings(hearing: Hearing) -> None:
    head = await doors.token(hearing.pool, hearing.services, hearing.office.liaison)
    shown = await (await hearing.client.get(f"/api/v1/tickets/{hearing.number}", headers=head)).json()
    assert shown["recordings"] == []
    assert (await hearing.client.get("/api/v1/recordings", headers=head)).status == 403


async def test_a_tipoff_is_heard_inside_the_centre_alone(
    hearing: Hearing, pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn, conn.transaction():
        tip = await ticket(conn, services, "举报路灯所", category=Category.TIPOFF, operator=hearing.office.operator.id)
    ident = await call(pool, clock.now(), operator=hearing.office.operator.id, ticket=tip.ticket, over=True)
    made = await add_whole(pool, services, ident, "RE2", "audio/wav", parts(wav(tone(2))), clock.now())
    assert (await hearing.play(hearing.office.manager, made))[0] == 201
    assert (await hearing.play(hearing.office.liaison, made))[0] == 403


async def test_a_message_that_is_owed_a_call_every_operator_hears(
    hearing: Hearing, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """Until somebody has called back."""
    ident = await call(pool, clock.now(), over=True)
    content = parts(wav(tone(2)))
    made = await add_whole(
        pool, services, ident, "RE2", "audio/wav", content, clock.now(), kind=RecordingKind.VOICEMAIL
    )
    assert (await hearing.play(hearing.office.other, made))[0] == 403
    await pool.execute(
        "INSERT INTO call_back (contact_id, reason, asked_at) SELECT contact_id, 'voicemail', $2 FROM call WHERE id = $1",
        ident,
        clock.now(),
    )
    assert (await hearing.play(hearing.office.other, made))[0] == 201
    await pool.execute("UPDATE call_back SET done_at = $1, done_by = $2", clock.now(), hearing.office.operator.id)
    assert (await hearing.play(hearing.office.other, made))[0] == 403


async def test_each_play_is_on_record(hearing: Hearing, pool: Pool) -> None:
    """A line, an entry in the audit, an event of the ticket; a refused one leaves nothing."""
    await hearing.play(hearing.office.operator)
    await hearing.play(hearing.office.manager)
    await hearing.play(hearing.office.other)
    async with pool.acquire() as conn:
        assert (await events(conn, hearing.number)).count("recording_played") == 2
        assert await conn.fetchval("SELECT count(*) FROM audit WHERE kind = 'recording_played'") == 2
    head = await doors.token(hearing.pool, hearing.services, hearing.office.manager)
    shown = await (await hearing.client.get(f"/api/v1/recordings/{hearing.recording}", headers=head)).json()
    assert (shown["plays"], shown["ms"]) == (2, 40_000)


async def test_no_sound_without_a_press_of_play(hearing: Hearing, clock: MovingClock) -> None:
    """One's own, of this recording, within six hours."""
    operator, manager = hearing.office.operator, hearing.office.manager
    _, made = await hearing.play(operator)
    assert (await hearing.fetch(operator, made["play"]))[:2] == (200, hearing.sound)
    assert (await hearing.fetch(manager, made["play"]))[0] == 403
    assert (await hearing.fetch(operator, 999_999))[0] == 403
    assert (await hearing.fetch(operator, "x"))[0] == 422
    clock.move(timedelta(hours=6))
    assert (await hearing.fetch(operator, made["play"]))[0] == 200
    clock.move(timedelta(seconds=1))
    assert (await hearing.fetch(operator, made["play"]))[0] == 403


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=0-", 0, None),
        ("bytes=100-", 100, None),
        (f"bytes={SEALED_CHUNK - 3}-{SEALED_CHUNK + 3}", SEALED_CHUNK - 3, SEALED_CHUNK + 4),
        (f"bytes={SEALED_CHUNK}-{SEALED_CHUNK}", SEALED_CHUNK, SEALED_CHUNK + 1),
        (f"bytes=5-{2 * SEALED_CHUNK + 5}", 5, 2 * SEALED_CHUNK + 6),
        ("bytes=-44", -44, None),
        ("bytes=10-99999999", 10, None),
    ],
)
async def test_a_part_of_the_sound(hearing: Hearing, asked: str, start: int, stop: int | None) -> None:
    _, made = await hearing.play(hearing.office.operator)
    status, body, said = await hearing.fetch(hearing.office.operator, made["play"], Range=asked)
    wanted = hearing.sound[start:stop]
    first = start % len(hearing.sound)
    assert (status, body) == (206, wanted)
    assert said == f"bytes {first}-{first + len(wanted) - 1}/{len(hearing.sound)}"


async def test_a_part_behind_the_end(hearing: Hearing) -> None:
    _, made = await hearing.play(hearing.office.operator)
    size = len(hearing.sound)
    status, _, said = await hearing.fetch(hearing.office.operator, made["play"], Range=f"bytes={size}-")
    assert (status, said) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    "header", ["", "bytes", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-1,4-5", "bytes=9-3", "bytes=1-2x"]
)
def test_what_is_no_range_asks_for_the_whole(header: str) -> None:
    assert asked_range(header, 100) is None


async def test_it_is_heard_while_people_still_talk_and_after(
    hearing: Hearing, pool: Pool, services: Services, clock: MovingClock
) -> None:
    ident = await call(pool, clock.now(), operator=hearing.office.operator.id)
    hearing.recording = await add_chunk(pool, services, ident, chunk(0, b"one"), clock.now())
    await add_chunk(pool, services, ident, chunk(1, b"two"), clock.now())
    _, made = await hearing.play(hearing.office.operator)
    assert (await hearing.fetch(hearing.office.operator, made["play"]))[1] == b"onetwo"
    await pool.execute(
        "UPDATE call SET state = 'over', ended_at = $2, ended_why = 'caller' WHERE id = $1", ident, clock.now()
    )
    clock.move(SETTLES)
    await sweep_recordings(pool, services, clock.now())
    assert (await hearing.fetch(hearing.office.operator, made["play"]))[1] == b"onetwo"


async def test_a_store_that_is_away_says_so(hearing: Hearing, services: Services) -> None:
    _, made = await hearing.play(hearing.office.operator)
    folder = services.settings.data / "recordings"
    folder.rename(folder.with_name("elsewhere"))
    assert (await hearing.fetch(hearing.office.operator, made["play"]))[0] == 503


async def test_lists(hearing: Hearing) -> None:
    """Of a ticket; of a call; a manager all, an operator their own."""

    async def listed(who: User, **query: str) -> list[int]:
        head = await doors.token(hearing.pool, hearing.services, who)
        answer = await hearing.client.get("/api/v1/recordings", params=query, headers=head)
        return [row["id"] for row in (await answer.json())["items"]]

    assert await listed(hearing.office.manager) == [hearing.recording]
    assert await listed(hearing.office.operator) == [hearing.recording]
    assert await listed(hearing.office.other) == []
    assert await listed(hearing.office.other, ticket=hearing.number) == [hearing.recording]
    assert await listed(hearing.office.other, call=str(hearing.call)) == [hearing.recording]
    assert await listed(hearing.office.manager, cursor=str(hearing.recording)) == []


async def test_its_page_and_the_tickets(hearing: Hearing) -> None:
    """The ticket's page has the player; the press of play without scripts leads to the browser's own."""
    page = await doors.browser(hearing.client, hearing.pool, hearing.services, hearing.office.operator)
    text = await (await page.get(f"/tickets/{hearing.number}")).text()
    assert f'data-recording="{hearing.recording}"' in text
    pressed = await page.post(f"/recordings/{hearing.recording}/plays")
    assert pressed.status == 303
    text = await (await page.get(pressed.headers["Location"])).text()
    assert f'<audio controls src="/recordings/{hearing.recording}/audio?play=' in text
    stranger = await doors.browser(hearing.client, hearing.pool, hearing.services, hearing.office.other)
    assert "<sound-player" not in await (await stranger.get(f"/recordings/{hearing.recording}")).text()


async def test_another_matter_of_the_call_and_the_owed_calls_ticket_have_it_too(
    hearing: Hearing, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """What was said in a call stands with each of its matters; so does a call by which an owed one was made."""
    async with pool.acquire() as conn, conn.transaction():
        further = await ticket(conn, services, "还有一件事", "+8613900000005")
        owed = await ticket(conn, services, "留言说的事", "+8613900000006")
        contact = await conn.fetchval("SELECT contact_id FROM call WHERE id = $1", hearing.call)
        await plays_sql.insert_further(conn, further.ticket, contact)
        back = await conn.fetchval(
            "INSERT INTO call_back (contact_id, reason, asked_at) VALUES ($1, 'voicemail', $2) RETURNING id",
            owed.contact,
            clock.now(),
        )
    out = await call(pool, clock.now(), operator=hearing.office.operator.id, over=True)
    await pool.execute("UPDATE call SET call_back_id = $2 WHERE id = $1", out, back)
    made = await add_whole(pool, services, out, "RE9", "audio/wav", parts(wav(tone(2))), clock.now())
    clock.move(timedelta(days=1))
    await sweep_recordings(pool, services, clock.now())
    head = await doors.token(pool, services, hearing.office.manager)
    for number, recording in ((further.number, hearing.recording), (owed.number, made)):
        shown = await (await hearing.client.get("/api/v1/recordings", params={"ticket": number}, headers=head)).json()
        assert [row["id"] for row in shown["items"]] == [recording]
        async with pool.acquire() as conn:
            assert "recorded" in await events(conn, number)
