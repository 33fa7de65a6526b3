"""Maintenance commands: `migrate`, `tick`, `doctor`; `backup FILE`, `restore FILE`."""

from __future__ import annotations

import asyncio
import logging
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import assert_never

import asyncpg

from hotline.base.clock import SystemClock
from hotline.base.command import Command, CommandError, Runtime
from hotline.base.config import Settings
from hotline.base.db.backup import BackupError, backup, restore
from hotline.base.db.connection import connect
from hotline.base.db.migrate import migrate, migrations
from hotline.base.jobs.scheduler import tick
from hotline.base.jobs.timers import Job
from hotline.base.keys import key_file, load_keys
from hotline.composition import Check
from hotline.people.store import audit
from hotline.record.journal import set_mark_aside
from hotline.record.seals import set_aside

log = logging.getLogger(__name__)
Address = Callable[[Settings], AbstractAsyncContextManager[str]]


def no_arguments(parser: ArgumentParser) -> None:
    """A command without arguments."""


def commands(jobs: Sequence[Job], address: Address, checks: Sequence[Check]) -> list[Command]:
    """The maintenance commands; `checks` are what packages have the doctor look at."""

    async def migrated(args: Namespace, runtime: Runtime) -> int:
        async with runtime.pool.acquire() as conn:
            version = await conn.fetchval("SELECT max(version) FROM schema_version")
        sys.stdout.write(f"The database is at version {version}.\n")
        return 0

    async def ticked(args: Namespace, runtime: Runtime) -> int:
        for name, done in (await tick(jobs, runtime.pool, runtime.services)).items():
            if done:
                sys.stdout.write(f"{name}: {done}\n")
        return 0

    async def doctor(args: Namespace, settings: Settings) -> int:
        lines = [*_settings(settings), *_provider(settings), *_voices(settings), *telephone(settings), *_fonts()]
        lines += await _database(settings, address, checks)
        for good, said in lines:
            sys.stdout.write(f"{'ok  ' if good else 'MEND'} {said}\n")
        return 0 if all(good for good, _ in lines) else 1

    return [
        Command("migrate", "bring the database to this version", no_arguments, migrated),
        Command("tick", "run every due sweep and calendar job once", no_arguments, ticked),
        Command("doctor", "check settings, database, provider and fonts", no_arguments, alone=doctor),
        *backup_commands(address),
    ]


def _settings(settings: Settings) -> list[tuple[bool, str]]:
    shown = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        hidden = not field.repr and value
        shown.append((True, f"{field.alias} = {'(set)' if hidden else value if value is not None else '(absent)'}"))
    return shown


def _voices(settings: Settings) -> list[tuple[bool, str]]:
    """Whether browsers get a microphone here, and reach each other from outside."""
    said = []
    if not settings.is_local and not settings.public_url.startswith("https://"):
        said.append((False, "HOTLINE_PUBLIC_URL is not https: browsers give no microphone, so nobody can speak in one"))
    if settings.webcall and not settings.turn:
        said.append(
            (True, "calls from the web page: without HOTLINE_TURN who sits behind a strict firewall is not heard")
        )
    return said


def _provider(settings: Settings) -> list[tuple[bool, str]]:
    if not settings.has_twilio:
        return [
            (
                True,
                "provider: the simulator. For real messages set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBER",
            )
        ]
    said = [(True, f"provider: Twilio at {settings.twilio_api_url}")]
    said.append(
        (
            True,
            "personal data leaves the country with a foreign carrier: that needs a legal ground of its own",
        )
    )
    if settings.is_local:
        said.append(
            (
                False,
                "HOTLINE_PUBLIC_URL is a loopback address: Twilio cannot reach it; set the public https address",
            )
        )
    return said


def telephone(settings: Settings) -> list[tuple[bool, str]]:
    """What carries telephone calls, and which setting says so."""
    why = (
        "HOTLINE_VOICE"
        if settings.voice
        else "no TWILIO_* settings"
        if not settings.has_twilio
        else "TWILIO_* settings"
    )
    match settings.voice_carrier:
        case "browser":
            return [(True, f"telephone: browsers ({why})")]
        case "compatible":
            inside = (
                f"lines inside at {settings.sip_domain}" if settings.sip_domain else "operators on tested telephones"
            )
            return [(True, f"telephone: a Twilio-compatible server at {settings.twilio_api_url} ({why}); {inside}")]
        case "twilio":
            inside = (
                "in browsers" if settings.twilio_api_key else "on tested telephones; in browsers with TWILIO_API_KEY"
            )
            return [(True, f"telephone: Twilio Voice ({why}); operators {inside}")]
        case other:
            assert_never(other)


#: Characters of names and places that a common Chinese font lacks: each stands for a block of them (Unicode's extensions A, B, E).
_RARE = "㐂䶮𠮷𬱖"
_FONTS = "apt install fontconfig fonts-wqy-microhei fonts-hanazono"


def _fonts() -> list[tuple[bool, str]]:
    """Whether documents and pages made here draw Chinese, and the rare characters of people's names."""
    program = shutil.which("fc-list")
    if program is None:
        return [(False, f"fontconfig is missing: documents need it ({_FONTS})")]

    def families(pattern: str) -> list[str]:
        return subprocess.run(  # noqa: S603 - a fixed program
            [program, pattern, "family"], capture_output=True, text=True, check=False
        ).stdout.splitlines()

    chinese = families(":lang=zh-cn")
    if not chinese:
        return [(False, f"no Chinese font: documents would show boxes ({_FONTS})")]
    lacking = [c for c in _RARE if not families(f":charset={ord(c):x}")]
    if lacking:
        said = "、".join(f"{c} (U+{ord(c):04X})" for c in lacking)
        return [
            (True, f"a Chinese font: {chinese[0]}"),
            (False, f"no font draws {said}: documents would show boxes for such names ({_FONTS})"),
        ]
    return [(True, f"a Chinese font: {chinese[0]}; rare characters of names are drawn too")]


async def _database(settings: Settings, address: Address, checks: Sequence[Check]) -> list[tuple[bool, str]]:
    try:
        async with address(settings) as dsn:
            conn = await asyncpg.connect(dsn, timeout=10)
            try:
                found = [(True, f"database: PostgreSQL {await conn.fetchval('SHOW server_version')}")]
                if await conn.fetchval("SELECT to_regclass('schema_version') IS NOT NULL"):
                    now = SystemClock(settings.offset).now()
                    found += [await check(conn, settings, now) for check in checks]
            finally:
                await conn.close()
    except (OSError, asyncpg.PostgresError) as error:
        return [(False, f"database: {error}; check DATABASE_URL, or unset it for the embedded one")]
    return found


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def _told(said: str) -> None:
    """Progress, where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{said}\n")


async def _restored(dsn: str, file: Path, settings: Settings) -> tuple[int, Path | None]:
    """Put a backup into an empty database and bring it to this version; how many rows, and the file of roots set aside.

    Raises CommandError.
    """
    keys = await asyncio.to_thread(load_keys, settings.secret, settings.data)
    newest = max((step.version for step in migrations()), default=1)
    now = SystemClock(settings.offset).now()
    conn = await connect(dsn)
    try:
        total = await restore(conn, keys, file, newest, _told)
        await migrate(conn, keys, now)
        aside = await set_aside(conn, keys, settings.data, now)
        await set_mark_aside(conn, keys, settings.data, now)
        await audit(conn, "system", "restored", now, file=file.name, rows=total, roots=aside.name if aside else None)
    except BackupError as error:
        raise CommandError(str(error)) from error
    finally:
        await conn.close()
    return total, aside


def backup_commands(address: Address) -> list[Command]:
    """`backup` and `restore`, over how main finds the database."""

    async def saved(args: Namespace, runtime: Runtime) -> int:
        services = runtime.services
        if not args.file.parent.is_dir():
            raise CommandError(f"there is no folder {args.file.parent}")
        async with runtime.pool.acquire() as conn:
            total = await backup(conn, services.keys, args.file, services.clock.now(), _told)
        sys.stdout.write(f"{args.file}: {total} rows. The keys are not in it; keep them apart: {services.keys.place}\n")
        return 0

    async def restored(args: Namespace, settings: Settings) -> int:
        if not settings.secret and not key_file(settings.data).exists():
            raise CommandError(
                f"the keys are missing: put the key file to {key_file(settings.data)} (mode 0600) or set "
                "HOTLINE_SECRET; without them names and phones cannot be read"
            )
        async with address(settings) as dsn:
            total, aside = await _restored(dsn, args.file, settings)
        sys.stdout.write(f"{args.file}: {total} rows restored.\n")
        if aside is not None:
            log.warning("a file of roots of another history was set aside", extra={"file": str(aside)})
            sys.stdout.write(
                f"The daily roots of the database before are kept in {aside}; a new file begins with the next night.\n"
            )
        return 0

    return [
        Command("backup", "write everything but the keys to a file", _file, saved),
        Command("restore", "put a backup into an empty database", _file, alone=restored),
    ]
