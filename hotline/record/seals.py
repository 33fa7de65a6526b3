"""Daily seals: the root of each day is stored in the database and appended to a file outside it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.timers import CalendarJob, Sweep, daily
from hotline.base.keys import Keys
from hotline.base.services import Services
from hotline.record import record_sql
from hotline.record.root import (
    Root,
    chain_faults_of_roots,
    midnight,
    pack_heads,
    read_lines,
    root_line,
    root_of,
    unpack_heads,
)

#: Events of a transaction that began before the last midnight and ended after the sealing are taken by the next.
OVERLAP = timedelta(hours=1)
_HEADS = 5000


async def seal_day(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """Seal the local day before `due_at`: its moved heads, chained to the root before it."""
    today = due_at.astimezone(services.settings.zone).date()
    day, until = today - timedelta(days=1), midnight(today, services.settings.zone)
    last = await record_sql.last_root(conn, day)
    since = midnight(last.day + timedelta(days=1), services.settings.zone) - OVERLAP if last else None
    known = last.last_ticket if last else 0
    start = since or datetime(1900, 1, 1, tzinfo=until.tzinfo)
    rows = await record_sql.moved_heads(conn, start, until, known)
    heads = pack_heads((row.ticket_id, row.seq, row.hash) for row in rows)
    events = await record_sql.events_in(conn, midnight(day, services.settings.zone), until)
    newest = max([known, *(row.ticket_id for row in rows)])
    root = root_of(services.keys.seal, day, len(rows), events, newest, bytes(last.root) if last else b"", heads)
    await record_sql.insert_root(conn, day, len(rows), events, newest, heads, root, now)


async def root_file(conn: Conn, services: Services) -> Path:
    """Where this installation's roots stand outside the database."""
    return await record_file(conn, services.keys, services.settings.data, "roots")


async def record_file(conn: Conn, keys: Keys, data: Path, name: str) -> Path:
    """Where this installation keeps something of its record outside the database; another installation has another file."""
    made: datetime = await record_sql.made_at(conn)
    mark = hashlib.sha256(f"{keys.fingerprint}{made.isoformat()}".encode()).hexdigest()[:8]
    return data / "record" / f"{name}-{mark}.txt"


def set_file_aside(path: Path, now: datetime) -> Path:
    """Rename a file of the record, because it is another history's; returns its new name."""
    aside = path.with_suffix(f".until-{now:%Y%m%dT%H%M%SZ}.txt")
    path.rename(aside)
    return aside


async def set_aside(conn: Conn, keys: Keys, data: Path, now: datetime) -> Path | None:
    """After a restore: a file of roots that knows of days which the restored database does not is another history's.

    It is renamed, never removed, and a new one begins; returns its new name. None where there is none, or it fits.
    """
    path = await record_file(conn, keys, data, "roots")
    return set_file_aside(path, now) if _against_file(path, await _roots(conn)) else None


async def write_file(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep: append the roots that the file does not have yet; returns 0, for nothing is left."""
    async with pool.acquire() as conn:
        path = await root_file(conn, services)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            last = max(read_lines(file.read()), default=date.min)
            rows = await record_sql.roots_since(conn, last)
            for row in rows:
                file.write(root_line(row.day, row.tickets, row.events, row.root))
            if rows:
                file.flush()
                os.fsync(file.fileno())
    return 0


async def root_faults(conn: Conn, services: Services) -> tuple[list[tuple[str, str]], int]:
    """What is wrong with the roots: (ticket's number or the day, in a few words); and how many roots there are."""
    roots = await _roots(conn)
    found = [(f"root {day.isoformat()}", said) for day, said in chain_faults_of_roots(services.keys.seal, roots)]
    for r in roots:
        found += await _lost(conn, r)
    return found + _against_file(await root_file(conn, services), roots), len(roots)


async def _roots(conn: Conn) -> list[Root]:
    return [
        Root(r.day, r.tickets, r.events, r.last_ticket, bytes(r.heads), bytes(r.root))
        for r in await record_sql.roots(conn)
    ]


async def _lost(conn: Conn, root: Root) -> list[tuple[str, str]]:
    """The tickets whose record is not what it was when the day was sealed."""
    try:
        heads = list(unpack_heads(root.heads))
    except ValueError as error:
        return [(f"root {root.day.isoformat()}", str(error))]
    found: list[tuple[str, str]] = []
    for place in range(0, len(heads), _HEADS):
        tickets, seqs, hashes = (list(column) for column in zip(*heads[place : place + _HEADS], strict=True))
        for row in await record_sql.lost_heads(conn, tickets, seqs, hashes):
            named = row.number or f"ticket #{row.ticket}"
            what = "is gone" if row.gone else "is another"
            found.append((named, f"event {row.seq} {what} since the root of {root.day.isoformat()}"))
    return found


def _against_file(path: Path, roots: Sequence[Root]) -> list[tuple[str, str]]:
    """Where file and database say different things. Roots newer than the file's last line are not written yet."""
    if not path.exists():
        return []
    try:
        known = read_lines(path.read_text("ascii"))
    except (ValueError, UnicodeDecodeError) as error:
        return [(str(path), str(error))]
    ours = {r.day: r.root.hex() for r in roots}
    last = max(known, default=date.min)
    found = [
        (f"root {day.isoformat()}", "the file outside the database has another root for this day")
        for day, digits in known.items()
        if day in ours and ours[day] not in digits
    ]
    found += [
        (f"root {day.isoformat()}", "is in the file, but not in the database") for day in known if day not in ours
    ]
    found += [
        (f"root {day.isoformat()}", "is in the database, but not in the file")
        for day in ours
        if day <= last and day not in known
    ]
    return found


JOBS = (
    # what began before midnight has written its events ten minutes later
    CalendarJob("daily root", daily(time(0, 10)), seal_day),
    Sweep("root file", timedelta(minutes=1), write_file),
)
