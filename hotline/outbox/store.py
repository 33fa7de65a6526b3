"""The outbox in the database: written with its cause, claimed under a lease, settled once (architecture.md, rule 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hotline.base.db.connection import Conn
from hotline.base.keys import Keys
from hotline.ids import OutboxId
from hotline.outbox import outbox_sql


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be sent: `to` in clear (stored encrypted), `due_at` UTC (now, when left out); without a receipt
    `delivered` by `confirm_by` (UTC) somebody is called, for kinds that say so.

    `dedupe_key` names the cause: a second message with the same key is not written.
    """

    dedupe_key: str
    kind: str
    channel: Literal["sms", "voice"]
    to: str
    body: str
    ticket_id: int | None = None
    person_id: int | None = None
    user_id: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    confirm_by: datetime | None = None


async def enqueue(conn: Conn, keys: Keys, messages: Sequence[Message], now: datetime) -> list[OutboxId]:
    """Write messages in the caller's transaction; returns the ids of those not written before."""
    if not messages:
        return []
    idents = await outbox_sql.insert_messages(
        conn,
        [m.dedupe_key for m in messages],
        [m.kind for m in messages],
        [m.channel for m in messages],
        [keys.encrypt(m.to) for m in messages],
        [keys.hash(m.to) for m in messages],
        [m.body.rstrip() for m in messages],
        [m.ticket_id for m in messages],
        [m.person_id for m in messages],
        [m.user_id for m in messages],
        [dict(m.about) for m in messages],
        [m.due_at or now for m in messages],
        [m.confirm_by for m in messages],
        now,
    )
    return [OutboxId(ident) for ident in idents]


async def cancel_messages(conn: Conn, tickets: Sequence[int], why: str) -> None:
    """Cancel the waiting messages of these tickets: they were imported from another system, and their people have been
    told there.
    """
    await outbox_sql.never(conn, list(tickets), why)


async def restate(conn: Conn, dedupe_key: str, before: str, after: str) -> OutboxId | None:
    """A message that has not left yet says `after` in the place of `before`; None where it has left."""
    found = await outbox_sql.restate(conn, dedupe_key, before, after)
    return None if found is None else OutboxId(found)
