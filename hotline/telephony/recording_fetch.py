"""Recordings at the carrier are fetched into the store of recordings, once each, as they come; what cannot be had is said in the log."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from hotline.base.db.connection import Pool
from hotline.base.http.problem import BadField, Missing, TooLarge
from hotline.base.jobs.timers import Sweep
from hotline.base.provider import NoPicture, Uncertain, Unreachable
from hotline.base.services import Services
from hotline.recordings.recording import RecordingKind
from hotline.recordings.store import add_whole
from hotline.telephony import telephony_sql
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_calls import TwilioCalls

log = logging.getLogger(__name__)
_LEASE = timedelta(minutes=30)
#: So often a recording is asked for, ever later: a carrier that is away for a day is waited for.
_MOST_TRIES = 12


async def sweep_recordings(pool: Pool, services: Services, now: datetime) -> int:
    """Sweep: fetch one recording that is due. No connection is held while it comes."""
    provider = services.provider
    async with pool.acquire() as conn:
        row = await telephony_sql.claim_fetch(conn, now, now + _LEASE)
    if row is None:
        return 0
    if not isinstance(provider, Twilio):  # the simulated carrier names recordings and holds none
        await _done(pool, row.sid, now, "simulated")
        return 1
    calls, kind = TwilioCalls(provider, services.settings.public_url), RecordingKind(row.kind)
    try:
        await add_whole(pool, services, row.call_id, row.sid, "audio/wav", calls.recording(row.sid), now, kind=kind)
    except (NoPicture, BadField, TooLarge, Missing) as error:
        await _done(pool, row.sid, now, f"{type(error).__name__}: {error}")
        log.warning("a recording cannot be had: %s", type(error).__name__, extra={"row": row.call_id})
    except (Unreachable, Uncertain) as error:
        if row.tries >= _MOST_TRIES:
            await _done(pool, row.sid, now, str(error))
        else:
            async with pool.acquire() as conn:
                await telephony_sql.fetch_later(conn, row.sid, now + _wait(row.tries), str(error)[:300])
    else:
        await _done(pool, row.sid, now, None)
    return 1


async def _done(pool: Pool, sid: str, now: datetime, failed: str | None) -> None:
    async with pool.acquire() as conn:
        await telephony_sql.fetch_done(conn, sid, now, failed[:300] if failed else None)


def _wait(tries: int) -> timedelta:
    """How long to wait after so many tries: half a minute, doubled each time, three hours at most. Pure arithmetic."""
    return min(timedelta(seconds=30 * 2 ** (tries - 1)), timedelta(hours=3))


JOBS = (Sweep("recordings at the carrier", timedelta(seconds=5), sweep_recordings),)
