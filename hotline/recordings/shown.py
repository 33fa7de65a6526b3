"""A recording as pages and programs are shown it: when, how long, how loud, who listened; never its sound."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from hotline.base.db.connection import Conn
from hotline.base.services import by_ticket
from hotline.ids import ContactId, TicketId
from hotline.recordings import plays_sql

#: Into so many bars a waveform is drawn.
BARS = 120


def bars(levels: bytes | None, size: int) -> list[int]:
    """The loudest of each of `BARS` stretches, 0 to 100; `size`: how many steps the whole recording has. Pure."""
    if not levels or not size:
        return []
    found = np.frombuffer(levels, np.uint8)[:size].astype(np.int32)
    found = np.pad(found, (0, size - found.size))
    edges = np.linspace(0, size, BARS + 1).astype(np.int64)
    return [int(found[low : max(high, low + 1)].max() * 100 // 255) for low, high in itertools.pairwise(edges)]


def as_shown(row: plays_sql.ShownRecordingsRow) -> dict[str, Any]:
    """A recording's row as it is shown."""
    size = max(len(row.citizen_levels or b""), len(row.operator_levels or b""))
    return {
        "id": row.id,
        "call": row.call_id,
        "kind": row.kind,
        "media_type": row.media_type,
        "begun_at": row.begun_at,
        "closed_at": row.closed_at,
        "erased_at": row.erased_at,
        "ms": row.ms,
        "digest": row.digest.hex() if row.digest is not None else None,
        "operator": row.operator_id,
        "operator_name": row.operator_name,
        "silence_ms": row.silence_ms,
        "talk_over_ms": row.talk_over_ms,
        "citizen_bars": bars(row.citizen_levels, size),
        "operator_bars": bars(row.operator_levels, size),
        "plays": row.plays,
        "transcript": row.words,
    }


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> dict[TicketId, list[dict[str, Any]]]:
    """The recordings of each ticket's calls, oldest first."""
    return by_ticket(await plays_sql.shown_recordings(conn, list(ids), []), ids, as_shown)


async def recordings_of_calls(conn: Conn, calls: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The recordings of each call, oldest first; a call without any has an empty list."""
    found: dict[int, list[dict[str, Any]]] = {call: [] for call in calls}
    for row in await plays_sql.shown_recordings(conn, [], list(calls)):
        found[row.call_id].append(as_shown(row))
    return found


async def recordings_of_contacts(conn: Conn, contacts: Sequence[ContactId]) -> dict[ContactId, list[dict[str, Any]]]:
    """The recordings of the calls of contacts: what was said into a voicemail stands beside the call that is owed."""
    rows = await plays_sql.calls_of_contacts(conn, list(contacts))
    found = await recordings_of_calls(conn, [row.id for row in rows])
    return {row.contact_id: found[row.id] for row in rows if row.contact_id is not None}
