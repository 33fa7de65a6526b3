"""Sealed bytes as files below HOTLINE_DATA/recordings, mode 0600; written aside, flushed to the disk and then named."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
from pathlib import Path

from hotline.base.blobs import BlobMissing, BlobsAway

_KEY = re.compile(r"[a-z0-9][a-z0-9/-]*")


class FolderBlobs:
    """A store in a folder of this machine."""

    name = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        try:
            await asyncio.to_thread(self._write, self._path(key), content)
        except OSError as error:
            raise BlobsAway(f"{self._root}: {error.strerror}") from error

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise BlobMissing(key) from error
        except OSError as error:
            raise BlobsAway(f"{self._root}: {error.strerror}") from error

    async def remove(self, folder: str) -> int:
        try:
            return await asyncio.to_thread(self._remove, self._path(folder))
        except OSError as error:
            raise BlobsAway(f"{self._root}: {error.strerror}") from error

    async def close(self) -> None:
        """It has no connections."""

    def _path(self, key: str) -> Path:
        if _KEY.fullmatch(key) is None:
            raise ValueError(f"no key: {key!r}")
        return self._root / key

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def _remove(self, path: Path) -> int:
        if not path.is_dir():
            return 0
        count = sum(1 for found in path.rglob("*") if found.is_file() and found.suffix != ".part")
        shutil.rmtree(path)
        return count


def _flush_folder(folder: Path) -> None:
    """A file's name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
