"""Backup and restore: one file with the schema and all rows, portable between the embedded database and a server.

A zip of `manifest.json`, the `schema.sql` that the rows were written under, and each table as PostgreSQL's COPY text, all
from one snapshot. The keys are never in it (docs/security.md): without them it cannot be restored.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import TypeAdapter, ValidationError

from hotline.base.db import backup_sql
from hotline.base.db.connection import Conn
from hotline.base.db.migrate import schema
from hotline.base.keys import Keys

_FORMAT = 1
_CHUNK = 1 << 20
Told = Callable[[str], None]


class BackupError(Exception):
    """It could not be backed up or restored; says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: its schema's version, the fingerprint of the keys, rows by table, last values by sequence."""

    format: int
    version: int
    keys: str
    made_at: str
    tables: Mapping[str, int]
    sequences: Mapping[str, int | None]


_MANIFEST = TypeAdapter(Manifest)


async def backup(conn: Conn, keys: Keys, file: Path, now: datetime, told: Told) -> int:
    """Write everything to `file`; returns the number of rows.

    1. One snapshot. 2. Each table into a draft beside the file. 3. Rename: a half-written backup never has the name.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    total = 0
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            async with conn.transaction(isolation="repeatable_read", readonly=True):
                tables: dict[str, int] = {}
                for row in await backup_sql.tables(conn):
                    tables[row.name] = await _save(conn, archive, row.name, row.columns)
                    total += tables[row.name]
                    told(f"{row.name}: {tables[row.name]}")
                sequences = {r.name: r.last_value for r in await backup_sql.sequences(conn)}
                version = await conn.fetchval("SELECT max(version) FROM schema_version")
            manifest = Manifest(_FORMAT, version, keys.fingerprint, now.isoformat(), tables, sequences)
            archive.writestr("schema.sql", schema())
            archive.writestr("manifest.json", json.dumps(asdict(manifest), indent=1))
        draft.chmod(0o600)
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    return total


async def _save(conn: Conn, archive: zipfile.ZipFile, table: str, columns: list[str]) -> int:
    with archive.open(f"tables/{table}", "w", force_zip64=True) as entry:

        async def write(data: bytes) -> None:
            entry.write(data)

        said = await conn.copy_from_table(table, output=write, columns=columns)
    return int(said.split()[-1])


def read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """The manifest of a backup. Raises BackupError where the file is no backup of this program or is damaged."""
    try:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
        damaged = archive.testzip()
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, OSError) as error:
        raise BackupError(f"{file} is damaged, or not a backup of this program: {error}") from error
    if damaged is not None:
        raise BackupError(f"{file} is damaged: {damaged}")
    if manifest.get("format") != _FORMAT:
        raise BackupError(f"{file} was written by another program version: format {manifest.get('format')}")
    try:
        return _MANIFEST.validate_python(manifest)
    except ValidationError as error:
        raise BackupError(f"{file} is damaged, or not a backup of this program: its manifest is not whole") from error


async def restore(conn: Conn, keys: Keys, file: Path, newest: int, told: Told) -> int:
    """Put a backup into an empty database; returns the number of rows. All or nothing.

    1. Is the file whole, and do the keys fit? 2. Is the database empty and nobody in it? 3. Schema, rows (constraints set
    aside and put back, which checks them), sequences. Raises BackupError.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(f"{file} cannot be read as a backup: {error}") from error
    with archive:
        manifest = read_manifest(archive, file)
        if manifest.keys != keys.fingerprint:
            raise BackupError(
                f"this backup was written with the keys {manifest.keys}, those in {keys.place} are "
                f"{keys.fingerprint}: put the right key file or HOTLINE_SECRET in place first"
            )
        if manifest.version > newest:
            raise BackupError(
                f"the backup is at version {manifest.version}, this program knows {newest}: update the program"
            )
        async with conn.transaction():
            await _make_room(conn)
            await conn.execute(archive.read("schema.sql").decode())
            total = await _load(conn, archive, manifest, told)
    return total


async def _make_room(conn: Conn) -> None:
    others = await backup_sql.others(conn)
    if others:
        raise BackupError(f"{others} other connections are open: stop `serve` before you restore")
    if await conn.fetchval("SELECT to_regclass('schema_version') IS NOT NULL"):
        if await backup_sql.has_content(conn):
            raise BackupError(
                "the database is not empty; restore only into a new one (another HOTLINE_DATA or DATABASE_URL)"
            )
        await conn.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


async def _load(conn: Conn, archive: zipfile.ZipFile, manifest: Manifest, told: Told) -> int:
    """Load all rows without the foreign keys, then add these again, which checks them; returns the number of rows."""
    keys = await backup_sql.foreign_keys(conn)
    for key in keys:
        await conn.execute(f'ALTER TABLE {key.table} DROP CONSTRAINT "{key.name}"')
    total = 0
    columns = {row.name: row.columns for row in await backup_sql.tables(conn)}
    for table, expected in manifest.tables.items():
        if table not in columns:
            raise BackupError(f"the backup holds a table {table} that its own schema does not know")
        await conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await conn.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from the catalog: what the schema seeds
        said = await conn.copy_to_table(table, source=_rows(archive, table), columns=columns[table])
        if int(said.split()[-1]) != expected:
            raise BackupError(f"{table}: {expected} rows were saved, {said.split()[-1]} came back")
        await conn.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        told(f"{table}: {expected}")
        total += expected
    try:
        for key in keys:
            await conn.execute(f'ALTER TABLE {key.table} ADD CONSTRAINT "{key.name}" {key.definition}')
    except asyncpg.ForeignKeyViolationError as error:
        raise BackupError(f"the backup contradicts itself: {error}") from error
    for name, last in manifest.sequences.items():
        if last is not None:
            await conn.execute("SELECT setval($1::regclass, $2)", name, last)
    return total


async def _rows(archive: zipfile.ZipFile, table: str) -> AsyncIterator[bytes]:
    with archive.open(f"tables/{table}") as entry:
        while chunk := entry.read(_CHUNK):
            yield chunk
