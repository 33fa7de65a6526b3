"""The journal of administrative acts and tickets: written every few seconds, marked outside the database, and checked.

1. A sweep lists what began since the last page, and chains a page to it; one process at a time. What a slow transaction committed late
is found within `OVERLAP`, and each night whatever is missing. 2. The last page's place and seal go into a file outside the database:
pages cannot be cut off unseen. 3. `journal_faults` compares the journal with the rows.
"""

from __future__ import annotations

import fcntl
import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.timers import CalendarJob, Sweep, daily
from hotline.base.keys import Keys
from hotline.base.services import Services
from hotline.record import journal_sql
from hotline.record.journal_page import (
    ACT,
    TICKET,
    JournalEntry,
    JournalPage,
    act_digest,
    pack_entries,
    page_faults,
    page_hash,
    unpack_entries,
)
from hotline.record.seals import record_file, set_file_aside

OVERLAP = timedelta(minutes=10)
#: Between two nights everything was listed, whatever committed late.
_NIGHTS = timedelta(hours=26)
_BATCH = 2000
_PAGES = 200


async def write_journal(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: list what began since the last page; returns how much that was."""
    async with pool.acquire() as conn, conn.transaction():
        if not await journal_sql.hold_journal(conn):
            return 0
        settled = await journal_sql.settled_page(conn, now - OVERLAP)
        after = (settled.seq, settled.last_audit, settled.last_ticket) if settled is not None else (0, 0, 0)
        listed = await _list(conn, services, after, now)
    if listed:
        async with pool.acquire() as conn:
            await mark(conn, services)
    return listed


async def write_missing(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """Each night: list whatever is in no page yet, because its transaction ended late."""
    while await journal_sql.hold_journal(conn) and await _list(conn, services, (0, 0, 0), now):
        pass


async def _list(conn: Conn, services: Services, after: tuple[int, int, int], now: datetime) -> int:
    """Write a page of what is newer than these ids (page, act, ticket) and in no later page; how many entries it has."""
    seq, audit, ticket = after
    known: dict[bytes, list[int]] = defaultdict(list)
    for row in await journal_sql.entries_after(conn, seq):
        for entry in unpack_entries(row.entries):
            known[entry.kind].append(entry.ref)
    seal = services.keys.seal
    entries = [
        JournalEntry(ACT, row.id, 0, act_digest(seal, row.id, row.at, row.actor, row.kind, row.detail))
        for row in await journal_sql.new_acts(conn, audit, known[ACT], _BATCH)
    ] + [
        JournalEntry(TICKET, row.id, int(row.number), bytes(row.hash)[:16])
        for row in await journal_sql.new_tickets(conn, ticket, known[TICKET], _BATCH)
    ]
    if not entries:
        return 0
    last = await journal_sql.newest_page(conn)
    before, place = (bytes(last.hash), last.seq + 1) if last is not None else (b"", 1)
    newest = {kind: max([one.ref for one in entries if one.kind == kind], default=0) for kind in (ACT, TICKET)}
    last_audit = max(newest[ACT], last.last_audit if last is not None else 0)
    last_ticket = max(newest[TICKET], last.last_ticket if last is not None else 0)
    packed = pack_entries(entries)
    digest = page_hash(seal, place, now, last_audit, last_ticket, before, packed)
    await journal_sql.write_page(conn, place, now, last_audit, last_ticket, packed, digest)
    return len(entries)


async def mark_file(conn: Conn, services: Services) -> Path:
    """Where the place and seal of the last page stand outside the database."""
    return await record_file(conn, services.keys, services.settings.data, "journal")


async def set_mark_aside(conn: Conn, keys: Keys, data: Path, now: datetime) -> Path | None:
    """After a restore: a mark of a page that the restored database does not have is another history's, and is renamed."""
    path = await record_file(conn, keys, data, "journal")
    marked = _marked(path, found := [])
    if marked is not None:
        (page,) = await journal_sql.pages(conn, marked[0] - 1, 1) or (None,)
        if page is None or (page.seq, bytes(page.hash).hex()) != marked:
            found.append((path.name, "is another history's"))
    return set_file_aside(path, now) if found else None


async def mark(conn: Conn, services: Services) -> None:
    """Note the last page outside the database; never an earlier one than what stands there."""
    path, last = await mark_file(conn, services), await journal_sql.newest_page(conn)
    if last is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known = _read_mark(file.read())
        if known is None or known[0] < last.seq:
            file.truncate(0)
            file.write(f"{last.seq} {bytes(last.hash).hex()}\n")
            file.flush()
            os.fsync(file.fileno())


def _read_mark(text: str) -> tuple[int, str] | None:
    """The place and seal in a file; None where it says nothing. Raises ValueError for what is no mark."""
    if not text.strip():
        return None
    place, digest = text.split()
    return int(place), digest


async def journal_faults(conn: Conn, services: Services, now: datetime) -> tuple[list[tuple[str, str]], int]:
    """What does not fit the journal: (act, ticket's number or page, in a few words); and how many entries there are."""
    found: list[tuple[str, str]] = []
    known: dict[bytes, set[int]] = {ACT: set(), TICKET: set()}
    marked = _marked(await mark_file(conn, services), found)
    expected, before, entries = 1, b"", 0
    while pages := await journal_sql.pages(conn, expected - 1, _PAGES):
        for row in pages:
            page = JournalPage(row.seq, row.at, row.last_audit, row.last_ticket, bytes(row.entries), bytes(row.hash))
            found += [
                (f"journal page {page.seq}", said) for said in page_faults(services.keys.seal, page, expected, before)
            ]
            if marked is not None and marked[0] == page.seq and marked[1] != page.hash.hex():
                found.append((f"journal page {page.seq}", "the file outside the database has another page"))
            expected, before = page.seq + 1, page.hash
            listed = list(unpack_entries(page.entries))
            entries += len(listed)
            for entry in listed:
                known[entry.kind].add(entry.ref)
            found += await _changed(conn, services, listed)
    if marked is not None and marked[0] >= expected:
        found.append((f"journal page {marked[0]}", "is in the file, but not in the database"))
    return found + await _unlisted(conn, known, now), entries


def _marked(path: Path, found: list[tuple[str, str]]) -> tuple[int, str] | None:
    if not path.exists():
        return None
    try:
        return _read_mark(path.read_text("ascii"))
    except (ValueError, UnicodeDecodeError):
        found.append((str(path), "is no mark of the journal"))
        return None


async def _changed(conn: Conn, services: Services, entries: Sequence[JournalEntry]) -> list[tuple[str, str]]:
    """The entries whose row is gone or another."""
    acts = {
        row.id: act_digest(services.keys.seal, row.id, row.at, row.actor, row.kind, row.detail)
        for row in await journal_sql.acts_as_they_are(conn, [one.ref for one in entries if one.kind == ACT])
    }
    tickets = {
        row.id: bytes(row.hash)[:16]
        for row in await journal_sql.beginnings(conn, [one.ref for one in entries if one.kind == TICKET])
    }
    found = []
    for one in entries:
        digest = (acts if one.kind == ACT else tickets).get(one.ref)
        if digest is None:
            found.append((one.named, "is gone"))
        elif digest != one.digest:
            found.append((one.named, "is another than when it began"))
    return found


async def _unlisted(conn: Conn, known: dict[bytes, set[int]], now: datetime) -> list[tuple[str, str]]:
    """Rows that have been there since before the last night and stand in no page."""
    settled = await journal_sql.settled_page(conn, now - _NIGHTS)
    if settled is None:
        return []
    acts = [ident for ident in await journal_sql.act_ids(conn, settled.last_audit) if ident not in known[ACT]]
    tickets = [
        row.number for row in await journal_sql.ticket_ids(conn, settled.last_ticket) if row.id not in known[TICKET]
    ]
    said = "stands in no page of the journal"
    return [(f"administrative act {ident}", said) for ident in acts] + [(number, said) for number in tickets]


JOBS = (
    Sweep("journal", timedelta(seconds=5), write_journal),
    CalendarJob("journal of late rows", daily(time(0, 20)), write_missing),
)
