"""The journal of what began: which administrative acts and tickets there are, page by page, each chained to the one before. Pure.

An entry has a kind (`A`: an act, `T`: a ticket), the row's id, the ticket's number (0 for an act) and 16 bytes of a keyed digest: of
the act's whole row, or the seal of the ticket's first event. So an act that was changed, and an act or a ticket that was removed
whole, do not fit (rulebook §8).
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_ENTRY = struct.Struct(">cqq16s")
ACT, TICKET = b"A", b"T"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One act or ticket that began."""

    kind: bytes
    ref: int
    number: int
    digest: bytes

    @property
    def named(self) -> str:
        """How people call it."""
        return f"{self.number}" if self.kind == TICKET else f"administrative act {self.ref}"


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page: the newest ids of its entries and those before, the entries as stored, the seal."""

    seq: int
    at: datetime
    last_audit: int
    last_ticket: int
    entries: bytes
    hash: bytes


def act_digest(seal: bytes, ident: int, at: datetime, actor: str, kind: str, detail: str) -> bytes:
    """A keyed digest of an administrative act as it is stored."""
    body = "\n".join((str(ident), at.astimezone(UTC).isoformat(), actor, kind, detail))
    return hmac.digest(seal, b"act\n" + body.encode(), "sha256")[:16]


def pack_entries(entries: Iterable[JournalEntry]) -> bytes:
    """Entries in the order given."""
    return b"".join(_ENTRY.pack(one.kind, one.ref, one.number, one.digest) for one in entries)


def unpack_entries(entries: bytes) -> Iterator[JournalEntry]:
    """The entries of a page. Raises ValueError where the bytes are not whole entries."""
    if len(entries) % _ENTRY.size:
        raise ValueError("the list of entries is cut")
    return (JournalEntry(*parts) for parts in _ENTRY.iter_unpack(entries))


def page_hash(
    seal: bytes, seq: int, at: datetime, last_audit: int, last_ticket: int, before: bytes, entries: bytes
) -> bytes:
    """The seal of a page: HMAC-SHA256 over its place, time and newest ids, the page before it (empty for the first) and its entries."""
    body = f"journal\n{seq}\n{at.astimezone(UTC).isoformat()}\n{last_audit}\n{last_ticket}\n".encode()
    return hmac.digest(seal, body + before + entries, "sha256")


def page_faults(seal: bytes, page: JournalPage, expected: int, before: bytes) -> list[str]:
    """What is wrong with a page that should be the `expected`-th and follow `before`."""
    if page.seq != expected:
        missing = f"{expected}" if page.seq == expected + 1 else f"{expected} to {page.seq - 1}"
        return [f"missing before page {page.seq}: {missing}"]
    fits = page_hash(seal, page.seq, page.at, page.last_audit, page.last_ticket, before, page.entries) == page.hash
    return [] if fits else ["the page does not fit its entries and the page before it"]
