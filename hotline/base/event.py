"""An event of a ticket's record, and how it is sealed: numbered, stamped, and hashed over the one before. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from hotline.base.kinds import EventKind
from hotline.ids import TicketId


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is about to be recorded. `actor` is `user:ID`, `person`, `provider` or `system`.

    `at`: when it happened, for batches that span several moments (imports, replays); by default, now.
    """

    ticket: TicketId
    kind: EventKind
    actor: str
    detail: Mapping[str, object]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A sealed event of a ticket's record. `at` is UTC; `hash` covers this event and the hash before it."""

    ticket: TicketId
    seq: int
    at: datetime
    kind: EventKind
    actor: str
    detail: Mapping[str, object]
    text: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it is read back from the record by what counts or rebuilds."""

    seq: int
    at: datetime
    kind: str
    actor: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a ticket's record: the number of its events, and the time and hash of the last one."""

    seq: int
    at: datetime | None
    hash: bytes


EMPTY = Head(0, None, b"")


def canonical(detail: Mapping[str, object]) -> str:
    """The stored text of a detail: JSON with sorted keys; times as ISO 8601 with offset."""
    return orjson.dumps(detail, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def link(seal: bytes, ticket: int, seq: int, at: datetime, kind: str, actor: str, text: str, before: bytes) -> bytes:
    """The hash of one event: HMAC-SHA256 over its stored text and the hash before it."""
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    body = f"{ticket}\n{seq}\n{stamp}\n{kind}\n{actor}\n{text}\n".encode()
    return hmac.digest(seal, body + before, "sha256")


def seal_drafts(
    key: bytes, drafts: Iterable[Draft], heads: Mapping[TicketId, Head], now: datetime
) -> tuple[list[Event], dict[TicketId, Head]]:
    """Number, stamp and hash drafts in order; returns the events and the new head of each ticket.

    `seq = head + 1`, `at = greatest(now, last_at)`: the times of a record never decrease.
    """
    tips = dict(heads)
    sealed: list[Event] = []
    for draft in drafts:
        tip = tips[draft.ticket]
        made = draft.at or now
        at = made if tip.at is None or made > tip.at else tip.at
        text = canonical(draft.detail)
        digest = link(key, draft.ticket, tip.seq + 1, at, draft.kind, draft.actor, text, tip.hash)
        sealed.append(Event(draft.ticket, tip.seq + 1, at, draft.kind, draft.actor, orjson.loads(text), text, digest))
        tips[draft.ticket] = Head(tip.seq + 1, at, digest)
    return sealed, tips


def event_columns(
    events: Sequence[Event],
) -> tuple[list[int], list[int], list[datetime], list[str], list[str], list[str], list[bytes]]:
    """Events as columns for an unnest insert: ticket, seq, at, kind, actor, detail, hash."""
    return (
        [e.ticket for e in events],
        [e.seq for e in events],
        [e.at for e in events],
        [e.kind for e in events],
        [e.actor for e in events],
        [e.text for e in events],
        [e.hash for e in events],
    )
