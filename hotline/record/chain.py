"""Verification of a ticket's hash chain: every event in its place and unchanged, and the head at its end. Pure.

A hash covers the event's stored text and the hash before it, with a key outside the database, so that a changed,
removed, inserted or swapped event does not fit (architecture.md, rule 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from hotline.base.event import Head, link

#: seq, at, kind, actor, stored text of the detail, hash
Row: TypeAlias = tuple[int, datetime, str, str, str, bytes]


def chain_faults(seal: bytes, ticket: int, head: Head | None, rows: Iterable[Row]) -> list[str]:
    """What is wrong with a record, each in a few words; empty where it holds. `head` None: there is no such ticket."""
    found: list[str] = []
    before, last, last_at = b"", 0, None
    for seq, at, kind, actor, text, digest in rows:
        gap = seq != last + 1
        if seq > last + 1:
            found.append(_missing(last + 1, seq - 1))
        elif gap:
            found.append(f"event {seq} stands where it does not belong")
        if link(seal, ticket, seq, at, kind, actor, text, before) != digest and not gap:
            found.append(f"event {seq} does not fit its seal")
        before, last, last_at = digest, seq, at
    if head is None:
        found.append(f"{last} events belong to no ticket")
        return found
    if last < head.seq:
        found.append(_missing(last + 1, head.seq))
    elif last > head.seq:
        found.append(f"event {last} is beyond the head, which ends at {head.seq}")
    elif before != head.hash:
        found.append("the head does not fit the last event")
    elif last_at != head.at:
        found.append("the time of the head is not that of the last event")
    if last == 0 and head.seq == 0:
        found.append("there is no event at all")
    return found


def _missing(first: int, last: int) -> str:
    return f"event {first} is missing" if first == last else f"events {first} to {last} are missing"
