"""The interface to where sealed bytes lie outside the database (Blobs): a folder, or an S3-compatible store.

What is kept is encrypted before it comes here; a key is a path of small letters, digits, `/` and `-` that says nothing of people.
"""

from __future__ import annotations

from typing import Protocol


class BlobMissing(Exception):
    """There is nothing under this key."""


class BlobsAway(Exception):
    """The store does not answer, or refuses what is ours to ask; it may be tried again. The message is for the log."""


class Blobs(Protocol):
    """A store of bytes. What `put` has returned from is kept through a crash; nothing of it holds the event loop."""

    name: str

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content under the key, in place of what was there. Raises BlobsAway."""
        ...

    async def get(self, key: str) -> bytes:
        """The content. Raises BlobMissing, BlobsAway."""
        ...

    async def remove(self, folder: str) -> int:
        """Remove everything below a folder (`000012/12345/`); how many there were. Raises BlobsAway."""
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...
