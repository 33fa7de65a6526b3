"""The erasure sweep (rulebook §8): words of filed tickets, and names and numbers of people whose matters are long over.

1. Lock a batch of what is past retention, passing by what others hold. 2. Erase it; of recordings the key, so that
their sound is noise wherever it lies until a sweep has removed it (hotline/recordings/sealing.py). 3. One event on each ticket, one line
in the audit. 4. Mark it, so that it is not looked at again. The record needs none of what goes: it verifies afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.services import Services
from hotline.ids import TicketId
from hotline.people.store import audit
from hotline.retention import retention_sql
from hotline.tickets import store as tickets

BATCH = 200
#: A form that was begun is kept so long at most: a shift, and the one after it.
DRAFTS_FOR = timedelta(hours=24)
#: What is held for proceedings is looked at again so much later.
_HELD = timedelta(days=30)


async def erase(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep, once the night has begun: what was past retention at the last midnight. Returns how many it looked at."""
    zone = services.settings.zone
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    async with pool.acquire() as conn, conn.transaction():
        days = {row.what: timedelta(days=row.days) for row in await retention_sql.periods(conn)}
        said = midnight - days["words"]
        done = await _words(conn, services, said, now) + await retention_sql.erase_inspection_words(conn, said)
        gone = midnight - days["person"]
        done += await _recordings(conn, services, gone, now)
        return done + await _persons(conn, services, gone, now)


async def erase_drafts(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: forms of the operator's page that nobody went on with for a day. Returns how many went."""
    async with pool.acquire() as conn, conn.transaction():
        return len(await retention_sql.erase_drafts(conn, now - DRAFTS_FOR, BATCH))


async def _words(conn: Conn, services: Services, before: datetime, now: datetime) -> int:
    """Erase the words of tickets that ended before a moment; returns how many."""
    ids = [TicketId(row.id) for row in await retention_sql.due_tickets(conn, before, BATCH)]
    if not ids:
        return 0
    await retention_sql.erase_words(conn, ids)
    await retention_sql.erase_redactions(conn, ids)
    await retention_sql.erase_partings(conn, ids)
    await retention_sql.erase_notes(conn, ids)
    await retention_sql.erase_files(conn, ids)
    await retention_sql.erase_replies(conn, ids)
    await retention_sql.erase_proposals(conn, ids)
    await retention_sql.erase_report_backs(conn, ids)
    await retention_sql.erase_call_backs(conn, ids)
    await retention_sql.erase_messages(conn, ids)
    await retention_sql.erase_deliveries(conn, ids)
    await retention_sql.erase_contact_words(conn, ids)
    await retention_sql.erase_recordings(conn, await retention_sql.recordings_of_tickets(conn, ids), now)
    await retention_sql.mark_tickets(conn, ids, now)
    await _record(conn, services, "words", ids, len(ids), before, now)
    return len(ids)


async def _recordings(conn: Conn, services: Services, before: datetime, now: datetime) -> int:
    """What was recorded in calls that no ticket has: as long as the person behind them would be kept."""
    ids = await retention_sql.loose_recordings(conn, before, BATCH)
    if ids:
        await retention_sql.erase_recordings(conn, ids, now)
        await _record(conn, services, "recording", [], len(ids), before, now)
    return len(ids)


async def _persons(conn: Conn, services: Services, before: datetime, now: datetime) -> int:
    """A person with an open ticket, or one that is held, or a later contact, is in use: looked at again when that is past."""
    rows = await retention_sql.due_persons(conn, before, BATCH, now, before + _HELD)
    used = [row for row in rows if row.used_until is not None and row.used_until >= before]
    gone = [row for row in rows if row.used_until is None or row.used_until < before]
    if used:
        await retention_sql.in_use(conn, [row.id for row in used], [row.used_until for row in used])
    if gone:
        ids = [row.id for row in gone]
        hashes = [row.phone_hash for row in gone if row.phone_hash is not None]
        theirs = [TicketId(ident) for ident in await retention_sql.tickets_of(conn, ids)]
        await tickets.lock_many(conn, theirs)
        await retention_sql.erase_persons_words(conn, ids)
        await retention_sql.erase_persons_deliveries(conn, ids)
        await retention_sql.erase_persons_messages(conn, hashes)
        await retention_sql.erase_persons_drafts(conn, ids)
        await retention_sql.erase_persons_objections(conn, ids)
        await retention_sql.erase_recordings(conn, await retention_sql.recordings_of_persons(conn, ids), now)
        await retention_sql.erase_persons(conn, ids, now)
        await _record(conn, services, "person", theirs, len(ids), before, now)
    return len(rows)


async def _record(
    conn: Conn, services: Services, what: str, ids: Sequence[TicketId], n: int, before: datetime, now: datetime
) -> None:
    drafts = [Draft(ticket, "erased", "system", {"what": what}) for ticket in ids]
    await services.publish_many(conn, drafts, now)
    await audit(conn, "system", "erased", now, what=what, count=n, tickets=len(ids), before=before.isoformat())
