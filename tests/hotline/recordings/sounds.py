"""Calls and sounds for the tests of recordings: real WAV files, calls as rows, pieces as a browser sends them."""

from __future__ import annotations

import hashlib
import io
import itertools
import wave
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from hotline.base.db.connection import Conn, Pool
from hotline.ids import TicketId, UserId
from hotline.recordings.recording import Track
from hotline.recordings.store import NewChunk

RATE = 8000
_refs = itertools.count(1)


def tone(seconds: float, loud: float = 0.3, pitch: float = 440.0) -> NDArray[np.float64]:
    """A tone; `loud` 0: silence."""
    at = np.arange(int(seconds * RATE)) / RATE
    return loud * np.sin(2 * np.pi * pitch * at)


def wav(*channels: NDArray[np.float64]) -> bytes:
    """A WAV file of 16 bits with these channels."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


async def parts(content: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    """A file as it comes from a carrier."""
    for at in range(0, len(content), size):
        yield content[at : at + size]


def chunk(seq: int, content: bytes, *, take: str = "take-0001", track: Track = Track.BOTH, ms: int = 5000) -> NewChunk:
    """A piece as a browser recorded it."""
    return NewChunk(take, track, seq, hashlib.sha256(content).digest(), content, ms)


async def call(
    conn: Conn | Pool,
    at: datetime,
    *,
    operator: UserId | None = None,
    ticket: TicketId | None = None,
    over: bool = False,
) -> int:
    """A call that was answered at this moment; `over`: a minute later it was hung up."""
    ref = f"call-{next(_refs)}"
    contact = await conn.fetchval(
        "INSERT INTO contact (channel, call_sid, at, ticket_id) VALUES ('call', $1, $2, $3) RETURNING id",
        ref,
        at,
        ticket,
    )
    made: int = await conn.fetchval(
        "INSERT INTO call (direction, carrier, carrier_ref, contact_id, ticket_id, operator_id, state, arrived_at, answered_at)"
        " VALUES ('in', 'browser', $1, $2, $3, $4, 'talking', $5, $5) RETURNING id",
        ref,
        contact,
        ticket,
        operator,
        at,
    )
    if over:
        await hung_up(conn, made, at + timedelta(minutes=1))
    return made


async def hung_up(conn: Conn | Pool, call_id: int, at: datetime) -> None:
    """The call is over."""
    await conn.execute("UPDATE call SET state = 'over', ended_at = $2, ended_why = 'caller' WHERE id = $1", call_id, at)
