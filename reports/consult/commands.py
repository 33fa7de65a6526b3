"""`consult agenda`."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.http.problem import Problem
from reports.consult.preparation import documents, make, meeting_on_or_after, read_day
from reports.notice.documents import speaking


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("date", help="like 2026-03-18; the consultation of that day, or the next one after it")
    parser.add_argument("--out", type=Path, required=True, help="a folder; made where there is none")


async def write(args: Namespace, runtime: Runtime) -> int:
    """Write the agenda with its dossiers."""
    try:
        wanted = read_day(args.date)
    except Problem as error:
        raise CommandError(str(error)) from error
    services, now = runtime.services, runtime.services.clock.now()
    async with runtime.pool.acquire() as conn, conn.transaction():
        day = await meeting_on_or_after(conn, services, wanted)
        made = await make(conn, services, day, "system", now)
    words = speaking(services.settings.language, services.settings.zone)
    found = await asyncio.to_thread(documents, made, words, ("html", "docx"))
    await asyncio.to_thread(args.out.mkdir, parents=True, exist_ok=True)
    if day != wanted:
        sys.stdout.write(f"{wanted} is no day of the consultation: this is the next one, {day}.\n")
    for kind, content in found.items():
        path = args.out / f"consultation-{day}.{kind}"
        await asyncio.to_thread(path.write_bytes, content)
        sys.stdout.write(f"{path}\n")
    return 0


COMMANDS = (Command("consult agenda", "write the agenda of a consultation: HTML, DOCX", _arguments, write),)
