"""Writes down one recording with faster-whisper: a process of its own, started by `whisper_process`.

The sound comes on standard input, never through a file; what was said goes out as JSON lines. It limits its own memory, and is niced.
`python whisper_worker.py MODEL stereo|mono`: of two channels the first is the citizen, the second the operator.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any

#: The most memory that the process may come to, in bytes: a model of medium size and an hour of sound.
MEMORY = 6 * 1024**3


def _sides(library: Any, sound: bytes, stereo: bool) -> Iterator[tuple[str, Any]]:
    """The sound of each side, as the model wants it (16 kHz, one channel)."""
    if not stereo:
        yield "both", library.decode_audio(io.BytesIO(sound))
        return
    citizen, operator = library.decode_audio(io.BytesIO(sound), split_stereo=True)
    yield "citizen", citizen
    yield "operator", operator


def main(model_folder: str, stereo: bool) -> int:
    """Hear standard input, say standard output."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import faster_whisper as library

    model = library.WhisperModel(model_folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    for side, sound in _sides(library, sys.stdin.buffer.read(), stereo):
        found, _ = model.transcribe(sound, language=None, beam_size=2, condition_on_previous_text=False)
        for part in found:
            row = {
                "track": side,
                "from": int(part.start * 1000),
                "until": int(part.end * 1000),
                "text": part.text.strip(),
            }
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] == "stereo"))
