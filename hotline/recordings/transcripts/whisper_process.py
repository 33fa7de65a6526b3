"""faster-whisper with a model folder of the site (`HOTLINE_TRANSCRIBER=faster-whisper:/path`), in a process of its own with bounds."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from hotline.recordings.transcripts.transcriber import NotTranscribed, Utterance

#: How long it may take: ten times the recording and a minute to load the model, two hours at most; seconds.
_TIMES, _START, _MOST = 10, 60, 7200
#: What it says of one recording, at most, in bytes.
_LONGEST = 8 * 1024**2
#: Started by its path: it needs nothing of this program.
_WORKER = Path(__file__).with_name("whisper_worker.py")


class WhisperProcess:
    """A transcriber that starts a process for each track, and ends it where it takes too long or says too much."""

    def __init__(self, folder: Path, *, python: str = sys.executable, seconds: float | None = None) -> None:
        self.name = f"faster-whisper {folder.name}"
        self._folder, self._python, self._seconds = folder, python, seconds

    async def transcribe(self, tracks: Sequence[tuple[str, bytes]], ms: int) -> list[Utterance]:
        seconds = self._seconds or min(_START + _TIMES * ms / 1000, _MOST)
        found: list[Utterance] = []
        for track, sound in tracks:
            for said in await self._heard(track, sound, seconds):
                found.append(said if track == "both" else Utterance(track, said.from_ms, said.until_ms, said.text))
        return sorted(found, key=lambda said: (said.from_ms, said.track))

    async def _heard(self, track: str, sound: bytes, seconds: float) -> list[Utterance]:
        layout = "stereo" if track == "both" else "mono"
        process = await asyncio.create_subprocess_exec(
            self._python,
            "-P",
            str(_WORKER),
            str(self._folder),
            layout,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        )
        try:
            async with asyncio.timeout(seconds):
                said, why = await process.communicate(sound)
        except TimeoutError as error:
            raise NotTranscribed(f"it took longer than {seconds:.0f} s") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise NotTranscribed(why.decode("utf-8", "replace").strip()[-300:] or f"exit status {process.returncode}")
        return utterances(said)


class SaidLine(BaseModel):
    """A line of what the process says; times in milliseconds."""

    track: Literal["both", "citizen", "operator"]
    begins: int = Field(alias="from", ge=0)
    until: int = Field(ge=0)
    text: str


def utterances(said: bytes) -> list[Utterance]:
    """What the process said, line by line. Raises NotTranscribed where it is something else. Pure."""
    if len(said) > _LONGEST:
        raise NotTranscribed("it said too much")
    try:
        rows = [SaidLine.model_validate_json(line) for line in said.splitlines() if line]
    except ValidationError as error:
        raise NotTranscribed("it said no lines of JSON") from error
    return [Utterance(row.track, row.begins, row.until, row.text.strip()) for row in rows if row.text.strip()]
