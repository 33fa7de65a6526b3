"""Transcripts: off by default, one at a time, a process with bounds, erased with the recording."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.config import Settings, SettingsError
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.recordings.store import add_whole
from hotline.recordings.transcripts.transcriber import NotTranscribed, Utterance
from hotline.recordings.transcripts.transcribing import sweep_transcripts, transcribe_next, transcriber_of
from hotline.recordings.transcripts.whisper_process import WhisperProcess, utterances
from hotline.ticket import Role
from tests import doors
from tests.hotline.recordings.sounds import call, parts, tone, wav
from tests.office import user

SOUND = wav(tone(2), tone(2, 0.1))
#: A stand-in for the library, whose model does what its folder is called.
LIBRARY = """
import pathlib
class Part:
    def __init__(self, start, end, text): self.start, self.end, self.text = start, end, text
def decode_audio(file, split_stereo=False):
    size = len(file.read())
    return (f"left {size}", f"right {size}") if split_stereo else f"mono {size}"
class WhisperModel:
    def __init__(self, folder, **more): self.mood = pathlib.Path(folder).name
    def transcribe(self, sound, **more):
        if self.mood == "slow":
            while True: pass
        if self.mood == "broken": raise RuntimeError("no such model")
        if self.mood == "greedy": bytearray(64 * 1024**3)
        if self.mood == "loud": print("hello, I am a library")
        return [Part(1.5, 2.25, f" {sound} "), Part(2.5, 3, "  ")], None
"""


@dataclass
class Told:
    """A transcriber that says what it was told to, or fails so often."""

    name: str = "a double"
    fails: int = 0
    heard: list[tuple[str, int]] = field(default_factory=list)

    async def transcribe(self, tracks: Sequence[tuple[str, bytes]], ms: int) -> list[Utterance]:
        self.heard += [(track, len(sound)) for track, sound in tracks]
        if self.fails:
            self.fails -= 1
            raise NotTranscribed("on purpose")
        return [Utterance("citizen", 0, 900, "路灯坏了"), Utterance("operator", 1000, 1900, "好的")]


async def recorded(pool: Pool, services: Services) -> int:
    ident = await call(pool, services.clock.now(), over=True)
    return await add_whole(pool, services, ident, f"RE{ident}", "audio/wav", parts(SOUND), services.clock.now())


async def test_off_by_default(pool: Pool, services: Services, clock: MovingClock) -> None:
    await recorded(pool, services)
    assert transcriber_of(services.settings) is None
    assert await sweep_transcripts(pool, services, clock.now()) == 0
    assert await pool.fetchval("SELECT count(*) FROM transcript") == 0


async def test_each_recording_is_written_down_once(
    client: TestClient, pool: Pool, services: Services, clock: MovingClock
) -> None:
    """Its words are read by those who may hear it, and each reading stands in the audit."""
    recording, told = await recorded(pool, services), Told()
    assert await transcribe_next(pool, services, told, clock.now()) == 1
    assert await transcribe_next(pool, services, told, clock.now()) == 0
    assert told.heard == [("both", len(SOUND))]
    async with pool.acquire() as conn:
        manager, other = await user(conn, Role.MANAGER), await user(conn, Role.OPERATOR)
    path = f"/api/v1/recordings/{recording}/words"
    answer = await client.get(path, headers=await doors.token(pool, services, manager))
    assert [row["text"] for row in (await answer.json())["items"]] == ["路灯坏了", "好的"]
    assert (await client.get(path, headers=await doors.token(pool, services, other))).status == 403
    assert await pool.fetchval("SELECT count(*) FROM audit WHERE kind = 'transcript_read'") == 1
    page = await doors.browser(client, pool, services, manager)
    assert "路灯坏了" in await (await page.get(f"/recordings/{recording}")).text()


@pytest.mark.parametrize(("fails", "state", "tries"), [(2, "made", 3), (3, "failed", 3)])
async def test_it_is_tried_three_times(
    pool: Pool, services: Services, clock: MovingClock, fails: int, state: str, tries: int
) -> None:
    await recorded(pool, services)
    told = Told(fails=fails)
    for _ in range(4):
        await transcribe_next(pool, services, told, clock.now())
        assert await transcribe_next(pool, services, told, clock.now()) == 0, "not at once"
        clock.move(timedelta(minutes=30))
    row = await pool.fetchrow("SELECT state, tries FROM transcript")
    assert tuple(row or ()) == (state, tries)


async def test_what_was_erased_meanwhile_gets_no_words(pool: Pool, services: Services, clock: MovingClock) -> None:
    recording = await recorded(pool, services)

    class Erasing(Told):
        async def transcribe(self, tracks: Sequence[tuple[str, bytes]], ms: int) -> list[Utterance]:
            await pool.execute("UPDATE recording SET key_enc = NULL, erased_at = $1", clock.now())
            return [Utterance("both", 0, 1, "秘密")]

    await transcribe_next(pool, services, Erasing(), clock.now())
    assert await pool.fetchval("SELECT count(*) FROM transcript_line WHERE recording_id = $1", recording) == 0


@pytest.fixture
def python(tmp_path: Path) -> str:
    """A Python that has a stand-in for the library."""
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "faster_whisper.py").write_text(LIBRARY)
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} "$@"\n')
    script.chmod(0o755)
    return str(script)


async def test_a_process_of_its_own_hears_each_side(tmp_path: Path, python: str) -> None:
    process = WhisperProcess(tmp_path / "tiny", python=python)
    size = len(SOUND)
    assert await process.transcribe([("both", SOUND)], 2000) == [
        Utterance("citizen", 1500, 2250, f"left {size}"),
        Utterance("operator", 1500, 2250, f"right {size}"),
    ]
    found = await process.transcribe([("operator", SOUND), ("citizen", SOUND[:100])], 2000)
    assert [(said.track, said.text) for said in found] == [("citizen", "mono 100"), ("operator", f"mono {size}")]


@pytest.mark.parametrize(
    ("mood", "why"),
    [("slow", "longer than"), ("broken", "no such model"), ("greedy", "MemoryError"), ("loud", "no lines of JSON")],
)
async def test_what_goes_wrong_in_it_ends_there(tmp_path: Path, python: str, mood: str, why: str) -> None:
    process = WhisperProcess(tmp_path / mood, python=python, seconds=2 if mood == "slow" else 30)
    with pytest.raises(NotTranscribed, match=why):
        await process.transcribe([("both", SOUND)], 2000)


async def test_a_site_without_the_library_hears_why(tmp_path: Path) -> None:
    with pytest.raises(NotTranscribed, match="faster_whisper"):
        await WhisperProcess(tmp_path, python=sys.executable).transcribe([("both", SOUND)], 2000)


@pytest.mark.parametrize(
    "said", [b"[1]", b'{"track": "both"}', b"x", b'{"track": "both", "from": "a", "until": 1, "text": ""}']
)
def test_what_is_no_line_of_ours_is_refused(said: bytes) -> None:
    with pytest.raises(NotTranscribed):
        utterances(said)


@pytest.mark.parametrize("value", ["whisper", "faster-whisper:", "faster-whisper:models/small", "openai:/x"])
def test_a_setting_that_names_no_folder_is_refused(value: str) -> None:
    with pytest.raises((SettingsError, ValueError), match="HOTLINE_TRANSCRIBER"):
        Settings(_env_file=None, HOTLINE_TRANSCRIBER=value)  # type: ignore[call-arg]
