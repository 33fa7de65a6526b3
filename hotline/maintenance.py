"""`migrate`, `tick`, `doctor`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import asyncpg

from hotline.base.clock import SystemClock
from hotline.base.command import Command, Runtime
from hotline.base.config import Settings
from hotline.base.jobs.scheduler import tick
from hotline.base.jobs.timers import Job
from hotline.composition import Check

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
        lines = [*_settings(settings), *_provider(settings), *_fonts()]
        lines += await _database(settings, address, checks)
        for good, said in lines:
            sys.stdout.write(f"{'ok  ' if good else 'MEND'} {said}\n")
        return 0 if all(good for good, _ in lines) else 1

    return [
        Command("migrate", "bring the database to this version", no_arguments, migrated),
        Command("tick", "run every due sweep and calendar job once", no_arguments, ticked),
        Command("doctor", "check settings, database, provider and fonts", no_arguments, alone=doctor),
    ]


def _settings(settings: Settings) -> list[tuple[bool, str]]:
    shown = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        hidden = not field.repr and value
        shown.append((True, f"{field.alias} = {'(set)' if hidden else value if value is not None else '(absent)'}"))
    return shown


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
