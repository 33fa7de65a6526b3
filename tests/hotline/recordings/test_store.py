"""The store of recordings: pieces of a browser, whole files of a carrier, sealed, hashed, whole after a crash."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from argparse import Namespace
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.base.clock import MovingClock
from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField, Illegal, Missing, TooLarge
from hotline.base.services import Services
from hotline.recordings import recordings_sql
from hotline.recordings.recording import (
    MAX_CHUNK,
    RecordingKind,
    SoundPiece,
    Track,
    blob_key,
    gaps,
    manifest_digest,
    wanted,
)
from hotline.recordings.sealing import sweep_recordings
from hotline.recordings.sound_box import BrokenBox, key_of
from hotline.recordings.store import SETTLES, add_chunk, add_whole, pieces_of, read_piece
from hotline.recordings.verify_command import verify_recordings
from tests.hotline.recordings.sounds import call, chunk, hung_up, parts, tone, wav
from tests.office import Office, events, ticket

MINUTE = timedelta(minutes=1)


async def heard(pool: Pool, services: Services, recording: int, track: Track = Track.BOTH) -> bytes:
    """The sound of a track as somebody would hear it."""
    async with pool.acquire() as conn:
        row = await recordings_sql.recording(conn, recording)
        assert row is not None
        assert row.key_enc is not None
        pieces = await pieces_of(conn, row, track)
    key = key_of(services.keys, row.id, row.key_enc)
    return b"".join([await read_piece(services, key, row.edition, piece) for piece in pieces])


async def row_of(pool: Pool, recording: int) -> recordings_sql.RecordingRow:
    found = await recordings_sql.recording(pool, recording)
    assert found is not None
    return found


async def test_pieces_come_and_are_sealed_when_the_call_is_over(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings
) -> None:
    """Before and after the sealing the same is heard; in the store there is nothing of it in clear."""
    begun = clock.now()
    ident = await call(pool, begun)
    for seq in range(3):
        recording = await add_chunk(pool, services, ident, chunk(seq, b"sound%d" % seq * 9000), clock.now())
        clock.move(timedelta(seconds=5))
    whole = b"".join(b"sound%d" % seq * 9000 for seq in range(3))
    assert await heard(pool, services, recording) == whole
    await hung_up(pool, ident, clock.now())
    clock.move(SETTLES - timedelta(seconds=1))
    await sweep_recordings(pool, services, clock.now())
    assert (await row_of(pool, recording)).closed_at is None
    clock.move(timedelta(seconds=1))
    assert await sweep_recordings(pool, services, clock.now()) == 1
    sealed = await row_of(pool, recording)
    assert sealed.closed_at == clock.now()
    assert sealed.edition == 1
    assert sealed.ms == 15_000
    assert sealed.digest == manifest_digest([(Track.BOTH, hashlib.sha256(whole).digest())])
    assert await heard(pool, services, recording) == whole
    assert await sweep_recordings(pool, services, clock.now()) == 0, "a second time does nothing"
    files = [p for p in (settings.data / "recordings").rglob("*") if p.is_file()]
    assert len(files) == 1
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert b"sound" not in files[0].read_bytes()


async def test_the_same_piece_again_has_one_effect(pool: Pool, services: Services, clock: MovingClock) -> None:
    ident = await call(pool, clock.now())
    first = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    assert await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now()) == first
    both = await asyncio.gather(*(add_chunk(pool, services, ident, chunk(1, b"b" * 50), clock.now()) for _ in range(4)))
    assert set(both) == {first}
    assert await heard(pool, services, first) == b"a" * 50 + b"b" * 50


async def test_another_piece_at_a_taken_place_is_refused(pool: Pool, services: Services, clock: MovingClock) -> None:
    ident = await call(pool, clock.now())
    first = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    with pytest.raises(Illegal):
        await add_chunk(pool, services, ident, chunk(0, b"z" * 50), clock.now())
    assert await heard(pool, services, first) == b"a" * 50
    results = await asyncio.gather(
        *(add_chunk(pool, services, ident, chunk(1, bytes([n]) * 50), clock.now()) for n in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Illegal) for result in results) == 5, results
    assert len(await heard(pool, services, first)) == 100, "whose row stands, that sound is there"


async def test_a_wrong_digest_and_a_piece_too_long_are_refused(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    ident = await call(pool, clock.now())
    wrong = dataclasses.replace(chunk(0, b"a"), content=b"b")
    with pytest.raises(BadField) as caught:
        await add_chunk(pool, services, ident, wrong, clock.now())
    assert caught.value.field == "digest"
    with pytest.raises(TooLarge):
        await add_chunk(pool, services, ident, chunk(0, b"a" * (MAX_CHUNK + 1)), clock.now())
    await add_chunk(pool, services, ident, chunk(0, b"a" * MAX_CHUNK), clock.now())
    with pytest.raises(Missing):
        await add_chunk(pool, services, 999_999, chunk(0, b"a"), clock.now())


async def test_after_it_was_sealed_no_piece_is_taken(pool: Pool, services: Services, clock: MovingClock) -> None:
    ident = await call(pool, clock.now(), over=True)
    clock.move(2 * MINUTE)
    recording = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    clock.move(SETTLES)
    await sweep_recordings(pool, services, clock.now())
    with pytest.raises(Illegal):
        await add_chunk(pool, services, ident, chunk(1, b"b" * 50), clock.now())
    assert await add_chunk(pool, services, ident, chunk(0, b"a" * 50, take="take-0002"), clock.now()) != recording


async def test_a_crash_between_store_and_row_loses_nothing_that_was_answered(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings
) -> None:
    """Pieces that lie in the store without a row, and a sealing that was cut off, leave the recording as it was."""
    ident = await call(pool, clock.now(), over=True)
    recording = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    await add_chunk(pool, services, ident, chunk(2, b"c" * 50), clock.now())
    folder = settings.data / "recordings"
    for stray in ("0/both-00001-000000000000", "1/both-00000-000000000000"):
        path = folder / f"000000/{recording}" / stray
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half a piece")
    clock.move(2 * MINUTE + SETTLES)
    await sweep_recordings(pool, services, clock.now())
    assert await heard(pool, services, recording) == b"a" * 50 + b"c" * 50
    assert not (folder / f"000000/{recording}/0").exists()


async def test_a_store_that_is_away_is_asked_again(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings
) -> None:
    ident = await call(pool, clock.now(), over=True)
    recording = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    folder = settings.data / "recordings"
    folder.rename(folder.with_name("elsewhere"))
    clock.move(2 * MINUTE + SETTLES)
    assert await sweep_recordings(pool, services, clock.now()) == 1
    assert (await row_of(pool, recording)).closed_at is None
    folder.with_name("elsewhere").rename(folder)
    assert await sweep_recordings(pool, services, clock.now()) == 0
    clock.move(5 * MINUTE)
    await sweep_recordings(pool, services, clock.now())
    assert (await row_of(pool, recording)).closed_at == clock.now()


async def test_pieces_that_change_places_are_refused(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings
) -> None:
    ident = await call(pool, clock.now())
    recording = await add_chunk(pool, services, ident, chunk(0, b"a" * 50), clock.now())
    await add_chunk(pool, services, ident, chunk(1, b"b" * 50), clock.now())
    one, two = (_file(settings, recording, seq, content) for seq, content in ((0, b"a" * 50), (1, b"b" * 50)))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    with pytest.raises(BrokenBox):
        await heard(pool, services, recording)
    one.write_bytes(first[:-1] + bytes([first[-1] ^ 1]))
    with pytest.raises(BrokenBox):
        await heard(pool, services, recording)
    one.write_bytes(first)
    assert await heard(pool, services, recording) == b"a" * 50 + b"b" * 50


def _file(settings: Settings, recording: int, seq: int, content: bytes) -> Path:
    piece = SoundPiece(Track.BOTH, seq, hashlib.sha256(content).digest(), len(content))
    return settings.data / "recordings" / blob_key(recording, 0, piece)


async def test_a_carriers_recording_is_taken_whole_and_measured(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    ident = await call(pool, clock.now(), over=True)
    content = wav(tone(20), tone(20, 0))
    made = await add_whole(pool, services, ident, "RE1", "audio/wav", parts(content), clock.now())
    assert await add_whole(pool, services, ident, "RE1", "audio/wav", parts(content), clock.now()) == made
    row = await row_of(pool, made)
    assert (row.ms, row.edition, len(row.citizen_levels or b""), row.silence_ms) == (20_000, 1, 200, 0)
    assert row.digest == manifest_digest([(Track.BOTH, hashlib.sha256(content).digest())])
    assert await heard(pool, services, made) == content


async def test_a_fetch_that_breaks_off_is_begun_again(pool: Pool, services: Services, clock: MovingClock) -> None:
    ident = await call(pool, clock.now(), over=True)
    content = wav(tone(40))

    async def broken():  # type: ignore[no-untyped-def]
        async for part in parts(content[:400_000]):
            yield part
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await add_whole(pool, services, ident, "RE1", "audio/wav", broken(), clock.now(), kind=RecordingKind.VOICEMAIL)
    made = await add_whole(
        pool, services, ident, "RE1", "audio/wav", parts(content), clock.now(), kind=RecordingKind.VOICEMAIL
    )
    assert await heard(pool, services, made) == content
    with pytest.raises(BadField):
        await add_whole(pool, services, ident, "RE2", "audio/wav", parts(b""), clock.now())


async def test_its_digest_stands_in_the_record_of_its_ticket_once(
    conn: Conn, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """Also where the contact comes to have a ticket the next day."""
    async with pool.acquire() as fresh, fresh.transaction():
        await Office(fresh, services).fill()
        made = await ticket(fresh, services)
        later = await ticket(fresh, services, "另一件事", "+8613900000002")
    ident = await call(pool, clock.now(), ticket=made.ticket, over=True)
    whole = await add_whole(pool, services, ident, "RE1", "audio/wav", parts(wav(tone(2))), clock.now())
    unknown = await call(pool, clock.now(), over=True)
    await add_whole(pool, services, unknown, "RE2", "audio/wav", parts(wav(tone(2))), clock.now())
    await sweep_recordings(pool, services, clock.now())
    clock.move(timedelta(days=1))
    await sweep_recordings(pool, services, clock.now())
    async with pool.acquire() as fresh:
        assert (await events(fresh, made.number)).count("recorded") == 1
        assert (await events(fresh, later.number)).count("recorded") == 0
        detail = await fresh.fetchval("SELECT detail FROM ticket_event WHERE kind = 'recorded'")
        await fresh.execute(
            "UPDATE contact SET ticket_id = $1 FROM call k WHERE k.id = $2 AND contact.id = k.contact_id",
            later.ticket,
            unknown,
        )
    assert ((await row_of(pool, whole)).digest or b"?").hex() in detail
    clock.move(timedelta(days=1))
    await sweep_recordings(pool, services, clock.now())
    async with pool.acquire() as fresh:
        assert (await events(fresh, later.number)).count("recorded") == 1
        assert (await events(fresh, made.number)).count("recorded") == 1


def test_a_range_takes_what_it_needs_of_each_piece() -> None:
    pieces = [SoundPiece(Track.BOTH, n, b"", 10) for n in range(3)]
    found = [(part.piece.seq, part.start, part.stop) for part in wanted(pieces, 5, 21)]
    assert found == [(0, 5, 10), (1, 0, 10), (2, 0, 1)]
    assert wanted(pieces, 10, 20) == wanted(pieces, 10, 20)[:1]
    assert wanted(pieces, 30, 40) == []


def test_missing_pieces_are_counted() -> None:
    assert (gaps([]), gaps([0, 1, 2]), gaps([0, 2, 5])) == (0, 0, 3)


async def test_recordings_verify_reads_the_sound(
    pool: Pool, services: Services, clock: MovingClock, settings: Settings, dsn: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for ref in ("RE1", "RE2", "RE3"):
        ident = await call(pool, clock.now(), over=True)
        await add_whole(pool, services, ident, ref, "audio/wav", parts(wav(tone(2))), clock.now())
    runtime = Runtime(dsn, pool, services)
    assert await verify_recordings(Namespace(), runtime) == 0
    files = sorted(p for p in (settings.data / "recordings").rglob("*") if p.is_file())
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:-1])
    await pool.execute("UPDATE recording SET digest = sha256('x') WHERE take = 'RE3'")
    capsys.readouterr()
    assert await verify_recordings(Namespace(), runtime) == 1
    said = capsys.readouterr().out
    assert "3 recordings, 3 do not hold" in said
