"""The daily root: one hash over the heads that moved in a day, and over the root before it. Pure.

As each root takes in the one before it, the latest stands for all heads: a head that did not move since is in the root of
the day on which it last moved. A root lists its heads (`heads`: ticket 8 bytes, number of events 4, hash 32, by ticket), so
that it stays verifiable when tickets go on later: what was there then must be there still.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_HEAD = struct.Struct(">qi32s")


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a day. `tickets`: how many heads it lists; `events`: how many events came in the day."""

    day: date
    tickets: int
    events: int
    last_ticket: int
    heads: bytes
    root: bytes


def pack_heads(heads: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Heads (ticket, number of events, hash) in the order given."""
    return b"".join(_HEAD.pack(*head) for head in heads)


def unpack_heads(heads: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The heads of a root. Raises ValueError where the bytes are not whole heads."""
    if len(heads) % _HEAD.size:
        raise ValueError("the list of heads is cut")
    return _HEAD.iter_unpack(heads)


def root_of(seal: bytes, day: date, tickets: int, events: int, last_ticket: int, before: bytes, heads: bytes) -> bytes:
    """The hash of a day: HMAC-SHA256 over its figures, the root before it (empty for the first) and its heads."""
    body = f"root\n{day.isoformat()}\n{tickets}\n{events}\n{last_ticket}\n".encode()
    return hmac.digest(seal, body + before + heads, "sha256")


def chain_faults_of_roots(seal: bytes, roots: Sequence[Root]) -> list[tuple[date, str]]:
    """The days whose root does not fit its list of heads and the root before it; `roots` in the order of days."""
    found: list[tuple[date, str]] = []
    before = b""
    for r in roots:
        if root_of(seal, r.day, r.tickets, r.events, r.last_ticket, before, r.heads) != r.root:
            found.append((r.day, "the root does not fit its heads and the root before it"))
        before = r.root
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a local day, UTC."""
    return datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))


def root_line(day: date, tickets: int, events: int, root: bytes) -> str:
    """A root as a line of the file outside the database."""
    return f"{day.isoformat()} {tickets} {events} {root.hex()}\n"


def read_lines(text: str) -> dict[date, set[str]]:
    """The roots that the file knows for each day, as hexadecimal digits. Raises ValueError naming a line that is none."""
    found: dict[date, set[str]] = {}
    for number, said in enumerate(text.splitlines(), 1):
        parts = said.split()
        try:
            found.setdefault(date.fromisoformat(parts[0]), set()).add(parts[3])
        except (ValueError, IndexError) as error:
            raise ValueError(f"line {number} is not a root") from error
    return found
