"""Recordings go with the words of their tickets, with the person, or by themselves; nobody hears them from that moment on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpServer

from hotline.base.clock import MovingClock
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.people.user import User
from hotline.recordings.hearing import press_play
from hotline.recordings.s3_blobs import S3Blobs
from hotline.recordings.s3_signature import S3Credentials
from hotline.recordings.sealing import sweep_recordings
from hotline.recordings.store import SETTLES, add_chunk, add_whole
from hotline.retention.erasure import erase
from hotline.ticket import Role
from sla.verify.command import verified
from tests import office
from tests.hotline.recordings.s3_double import BUCKET, KEY, REGION, SECRET, S3Double
from tests.hotline.recordings.sounds import call, chunk, parts, tone, wav
from tests.office import move

DAY = timedelta(days=1)
KEPT = "SELECT count(*) FROM recording WHERE key_enc IS NOT NULL"
LEVELS = (
    "SELECT (SELECT count(*) FROM recording WHERE citizen_levels IS NOT NULL)"
    " + (SELECT count(*) FROM recording_chunk WHERE citizen_levels IS NOT NULL)"
)


async def filed(pool: Pool, services: Services, phone: str = "+8613900000001") -> tuple[TicketId, User]:
    """A ticket that was answered on the spot and filed."""
    async with pool.acquire() as conn, conn.transaction():
        operator = await office.user(conn, Role.OPERATOR)
        made = await office.ticket(conn, services, operator=operator.id, phone=phone)
        await move(conn, services, operator, made.number, "answers", text="已答复")
        await move(conn, services, operator, made.number, "filings")
        return made.ticket, operator


async def recorded(pool: Pool, services: Services, ticket: TicketId | None = None, ref: str = "RE1") -> int:
    ident = await call(pool, services.clock.now(), ticket=ticket, over=True)
    made = await add_whole(pool, services, ident, ref, "audio/wav", parts(wav(tone(3), tone(3))), services.clock.now())
    await sweep_recordings(pool, services, services.clock.now())
    return made


async def night(pool: Pool, services: Services) -> None:
    while await erase(pool, services, services.clock.now()):
        pass
    while await sweep_recordings(pool, services, services.clock.now()):
        pass


def midnight_after(services: Services, at: datetime, days: int) -> datetime:
    """The first midnight at which something of this moment is older than so many days."""
    return at.astimezone(services.settings.zone).replace(hour=0, minute=0) + (days + 1) * DAY


async def test_with_the_words_of_its_ticket(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings, dsn: str
) -> None:
    """Not a second earlier; its key goes at once, its sound with the next sweep, and the record verifies afterwards."""
    ticket, operator = await filed(pool, services)
    recording = await recorded(pool, services, ticket)
    due = midnight_after(services, clock.now(), 730)
    clock.at = due - timedelta(seconds=1)
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 1
    clock.at = due
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 0
    assert await pool.fetchval(LEVELS) == 0
    assert [p for p in (settings.data / "recordings").rglob("*") if p.is_file()] == []
    async with pool.acquire() as conn:
        with pytest.raises(Illegal):
            await press_play(conn, services, operator, recording, clock.now())
    async with pool.acquire() as conn:
        assert (await verified(conn, dsn, services))[0] == []


async def test_another_digest_than_that_of_the_record_is_found(pool: Pool, services: Services, dsn: str) -> None:
    ticket, _ = await filed(pool, services)
    await recorded(pool, services, ticket)
    async with pool.acquire() as conn:
        assert (await verified(conn, dsn, services))[0] == []
        await conn.execute("UPDATE recording SET digest = sha256('another')")
        lines, _ = await verified(conn, dsn, services)
    assert len(lines) == 1
    assert "recording" in lines[0]
    assert "digest" in lines[0]


async def test_a_ticket_that_is_held_keeps_its_recordings(pool: Pool, services: Services, clock: MovingClock) -> None:
    ticket, _ = await filed(pool, services)
    await recorded(pool, services, ticket)
    async with pool.acquire() as conn, conn.transaction():
        manager = await office.user(conn, Role.MANAGER)
        number = await conn.fetchval("SELECT number FROM ticket WHERE id = $1", ticket)
        held = await move(conn, services, manager, number, "holds", reason="行政复议")
    clock.move(800 * DAY)
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 1
    async with pool.acquire() as conn, conn.transaction():
        await move(conn, services, manager, number, "holds/{item}/ends", item=int(str(held["hold"])))
    clock.move(DAY)
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 0


async def test_what_two_tickets_have_stays_until_the_later_one_goes(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    first, _ = await filed(pool, services)
    recording = await recorded(pool, services, first)
    clock.move(400 * DAY)
    second, _ = await filed(pool, services, "+8613900000002")
    await pool.execute(
        "UPDATE contact c SET ticket_id = $1 FROM call k, recording r WHERE r.id = $2 AND k.id = r.call_id AND c.id = k.contact_id",
        second,
        recording,
    )
    clock.move(400 * DAY)
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 1
    clock.move(400 * DAY)
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 0


async def test_a_call_without_a_ticket_is_kept_as_long_as_a_person(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    await recorded(pool, services)
    due = midnight_after(services, clock.now(), 730)
    clock.at = due - timedelta(seconds=1)
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 1
    clock.at = due
    await night(pool, services)
    assert await pool.fetchval(KEPT) == 0
    assert await pool.fetchval("SELECT detail->>'count' FROM audit WHERE detail->>'what' = 'recording'") == "1"


async def test_what_was_erased_before_it_was_sealed_is_not_sealed(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings
) -> None:
    ident = await call(pool, clock.now(), over=True)
    recording = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    await pool.execute("UPDATE recording SET key_enc = NULL, erased_at = $1, look_at = $1", clock.now())
    with pytest.raises(Illegal):
        await add_chunk(pool, services, ident, chunk(1, b"b" * 50), clock.now())
    clock.move(SETTLES)
    await sweep_recordings(pool, services, clock.now())
    assert not (settings.data / f"recordings/000000/{recording}").exists()
    assert await pool.fetchval("SELECT closed_at FROM recording") is None


async def test_in_an_s3_store_too(
    pool: Pool, services: Services, clock: MovingClock, aiohttp_server: AiohttpServer
) -> None:
    """Sealed, heard and erased where HOTLINE_S3_URL is set; a store that is down at that moment is asked again."""
    double = S3Double(clock.now())
    server = await aiohttp_server(double.app())
    store = S3Blobs(str(server.make_url("/")), BUCKET, S3Credentials(KEY, SECRET, REGION), MovingClock(clock.now()))
    services = replace(services, blobs=store)
    ident = await call(pool, clock.now(), over=True)
    for seq in range(3):
        await add_chunk(pool, services, ident, chunk(seq, b"sound" * 100), clock.now())
    assert len(double.objects) == 3
    clock.move(timedelta(minutes=1) + SETTLES)
    await sweep_recordings(pool, services, clock.now())
    assert len(double.objects) == 1
    assert not any(b"sound" in content for content in double.objects.values())
    clock.move(732 * DAY)
    double.down = 1
    await night(pool, services)
    assert len(double.objects) == 1
    clock.move(timedelta(minutes=5))
    await night(pool, services)
    assert double.objects == {}
    assert double.refused == []
    await store.close()


async def test_what_was_written_of_an_inspection_goes_the_points_stay(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    """Two years after it was written, not a second earlier; an objection that waits for its decision stays."""
    async with pool.acquire() as conn, conn.transaction():
        operator, manager = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.MANAGER)
        made = await call(conn, clock.now(), operator=operator.id, over=True)
        await conn.execute(
            "INSERT INTO inspection_sample (kind, week, form_version, seed, per_subject, candidates, drawn_by, drawn_at)"
            " VALUES ('call', '2026-02-23', 1, 'seed', 1, '[]', 'system', $1)",
            clock.now(),
        )
        await conn.execute(
            "INSERT INTO inspection_item (sample_id, place, call_id, user_id, stratum, inspectors) SELECT id, 1, $1, $2, 'rest', 1"
            " FROM inspection_sample",
            made,
            operator.id,
        )
        await conn.execute(
            "INSERT INTO inspection (item_id, inspector_id, marks, remark, score, at) SELECT id, $1, '{}', '说了王某的病', 80, $2"
            " FROM inspection_item",
            manager.id,
            clock.now(),
        )
        await conn.execute(
            "INSERT INTO inspection_objection (item_id, by_id, reason, at) SELECT id, $1, '没有说', $2 FROM inspection_item",
            operator.id,
            clock.now(),
        )
    clock.at = due = midnight_after(services, clock.now(), 730) - timedelta(seconds=1)
    await night(pool, services)
    assert await pool.fetchval("SELECT remark FROM inspection") != ""
    clock.at = due + timedelta(seconds=1)
    await night(pool, services)
    assert await pool.fetchrow("SELECT remark, score FROM inspection") == ("", 80)
    assert await pool.fetchval("SELECT reason FROM inspection_objection") == "没有说"
    await pool.execute("UPDATE inspection_objection SET upheld = false, decided_by = by_id, decided_at = at")
    await night(pool, services)
    assert await pool.fetchval("SELECT reason FROM inspection_objection") == ""
