"""A day of calls whose figures can be counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotline.base.db.connection import Conn

S = timedelta(seconds=1)


async def planted_call(
    conn: Conn,
    arrived: datetime,
    *,
    queued: float | None = 5,
    answered: float | None = None,
    kept: float | None = None,
    ended: float | None = None,
    why: str | None = None,
    state: str = "over",
    operator: int | None = None,
    outcome: str | None = None,
    code: str | None = None,
) -> int:
    """A call that came at a moment; the other times are seconds after it."""

    def after(seconds: float | None) -> datetime | None:
        return None if seconds is None else arrived + seconds * S

    contact = await conn.fetchval(
        "INSERT INTO contact (channel, call_sid, at, outcome, code) VALUES ('call', gen_random_uuid()::text, $1, $2, $3) RETURNING id",
        arrived,
        outcome,
        code,
    )
    return int(
        await conn.fetchval(
            "INSERT INTO call (direction, carrier, carrier_ref, contact_id, state, arrived_at, queued_at, answered_at, kept_at, ended_at,"
            " ended_why, operator_id) VALUES ('in', 'compatible', gen_random_uuid()::text, $1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            contact,
            state,
            arrived,
            after(queued),
            after(answered),
            after(kept),
            after(ended),
            why,
            operator,
        )
    )


async def planted_state(
    conn: Conn, user: int, state: str, since: datetime, ended: datetime | None, *, reason: str = ""
) -> None:
    """What an operator did from one moment to another."""
    await conn.execute(
        "INSERT INTO operator_state (user_id, state, reason, since, ended_at) VALUES ($1, $2, $3, $4, $5)",
        user,
        state,
        reason,
        since,
        ended,
    )


async def planted_day(conn: Conn, noon: datetime, operator: int) -> None:
    """Nine calls: three answered (one after 15 s sharp, one a second later), one short and one long gave up, one voicemail, one kept and
    reached, one known outage, one that waits.
    """
    talk = {"operator": operator, "why": "caller", "outcome": "answer"}
    await planted_call(conn, noon, queued=5, answered=12, ended=132, **talk)  # type: ignore[arg-type]
    await planted_call(conn, noon + 60 * S, queued=5, answered=20, ended=80, **talk)  # type: ignore[arg-type]
    await planted_call(conn, noon + 120 * S, queued=5, answered=21, ended=81, **talk)  # type: ignore[arg-type]
    await planted_call(conn, noon + 180 * S, queued=5, ended=9.9, why="abandoned", outcome="call_back")
    await planted_call(conn, noon + 240 * S, queued=5, ended=10, why="abandoned", outcome="call_back")
    await planted_call(conn, noon + 300 * S, queued=5, ended=100, why="voicemail", outcome="call_back")
    await planted_call(conn, noon + 360 * S, queued=5, kept=30, answered=400, ended=460, **talk)  # type: ignore[arg-type]
    await planted_call(conn, noon + 420 * S, queued=None, ended=40, why="known", outcome="addition")
    await planted_call(conn, noon + 480 * S, queued=5, state="waiting")
    await planted_state(conn, operator, "ready", noon - 600 * S, noon)
    await planted_state(conn, operator, "talking", noon, noon + 120 * S)
    await planted_state(conn, operator, "wrap_up", noon + 120 * S, noon + 150 * S)
    await planted_state(conn, operator, "break", noon + 150 * S, noon + 450 * S, reason="recovery")
    await planted_state(conn, operator, "ready", noon + 450 * S, None)
