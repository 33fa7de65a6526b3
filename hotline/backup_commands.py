"""`backup FILE`, `restore FILE`."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from hotline.base.clock import SystemClock
from hotline.base.command import Command, CommandError, Runtime
from hotline.base.config import Settings
from hotline.base.db.backup import BackupError, backup, restore
from hotline.base.db.connection import connect
from hotline.base.db.migrate import migrate, migrations
from hotline.base.keys import key_file, load_keys
from hotline.people.store import audit
from hotline.record.seals import set_aside

log = logging.getLogger(__name__)
Address = Callable[[Settings], AbstractAsyncContextManager[str]]


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def _told(said: str) -> None:
    """Progress, where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{said}\n")


def commands(address: Address) -> list[Command]:
    """The two commands, over how main finds the database."""

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
        keys = await asyncio.to_thread(load_keys, settings.secret, settings.data)
        newest = max((step.version for step in migrations()), default=1)
        now = SystemClock(settings.offset).now()
        async with address(settings) as dsn:
            conn = await connect(dsn)
            try:
                total = await restore(conn, keys, args.file, newest, _told)
                await migrate(conn, keys, now)
                aside = await set_aside(conn, keys, settings.data, now)
                said = {"rows": total, "roots": aside.name if aside else None}
                await audit(conn, "system", "restored", now, file=args.file.name, **said)
            except BackupError as error:
                raise CommandError(str(error)) from error
            finally:
                await conn.close()
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
