"""`replay FILE.csv[.gz] --out DIR`."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hotline.base.command import Command, CommandError, Runtime
from sla.replay.database import drop, place
from sla.replay.engine import ReplayOutcome, drive, load_requests
from sla.replay.requests import FileError, PastRequest, Wrong, read_requests

COLUMNS = ("id", "due", "stopped", "breached_at", "verdict")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="id,opened,target,closed[,department]; .csv or .csv.gz")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where clocks.csv is written")
    parser.add_argument("--keep", action="store_true", help="keep the replay's database and say its name")


async def replay(args: Namespace, runtime: Runtime) -> int:
    """Drive the file's requests through the program; 1 where a value could not be read (the other rows still ran)."""
    settings = runtime.services.settings
    raw = _content(args.file)
    try:
        requests, wrong = read_requests(io.StringIO(raw.decode("utf-8-sig"), newline=""), settings.zone)
    except (FileError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{args.file}: {error}") from error
    for item in wrong:
        sys.stderr.write(f"line {item.line}: {item.said}; left out\n")
    args.out.mkdir(parents=True, exist_ok=True)
    name = "replay_" + hashlib.sha256(raw + settings.timezone.encode()).hexdigest()[:16]
    started = time.perf_counter()
    outcomes = await _drive(runtime, name, requests, runtime.services.clock.now())
    took = time.perf_counter() - started
    write(args.out / "clocks.csv", outcomes, settings.zone)
    if not args.keep:
        await drop(runtime, name)
    sys.stdout.write(_summary(requests, outcomes, wrong, took, name if args.keep else ""))
    return 1 if any(item.bad for item in wrong) else 0


def _content(path: Path) -> bytes:
    """The CSV, unpacked where it is packed. Raises CommandError."""
    raw = path.read_bytes()
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError) as error:
        raise CommandError(f"{path}: {error}") from error


async def _drive(runtime: Runtime, name: str, requests: Sequence[PastRequest], now: datetime) -> list[ReplayOutcome]:
    def said(done: int, of: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\rreplay {100 * done // of} %" + ("\n" if done == of else ""))
            sys.stderr.flush()

    async with place(runtime, name, now) as pool:
        await load_requests(pool, requests)
        return await drive(pool, runtime.services, requests, said)


def write(path: Path, outcomes: Sequence[ReplayOutcome], zone: ZoneInfo) -> None:
    """Write the outcomes, whole or not at all; times local, with their offset."""

    def local(at: datetime | None) -> str:
        return at.astimezone(zone).isoformat() if at is not None else ""

    draft = path.with_suffix(f".{os.getpid()}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for o in outcomes:
            rows.writerow([o.id, local(o.due_at), local(o.stopped_at), local(o.breached_at), o.verdict])
    draft.replace(path)


def _summary(
    requests: Sequence[PastRequest], outcomes: Sequence[ReplayOutcome], wrong: Sequence[Wrong], took: float, kept: str
) -> str:
    counts = {v: sum(o.verdict == v for o in outcomes) for v in ("breached", "in_time", "open")}
    said = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    rate = len(requests) / took if took else 0.0
    lines = (
        f"{len(outcomes)} requests: {said}; {len(wrong)} rows left out; {took:.1f} s ({rate:.0f} requests a second).\n"
    )
    return lines + (f"The replay's database is {kept}.\n" if kept else "")


COMMANDS = (Command("replay", "drive past requests through the program on a moving clock", _arguments, replay),)
