"""What main.py builds once and every use case is handed: settings, keys, clock, record and the hooks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.base.clock import Clock
from hotline.base.config import Settings
from hotline.base.db import Conn
from hotline.base.events import Record
from hotline.base.ids import TicketId
from hotline.base.keys import Keys
from hotline.base.phones import Phone
from hotline.base.texts import Texts


@dataclass(frozen=True, slots=True)
class InboundSms:
    """An SMS from the provider, as claimers and intake see it."""

    inbound_id: int
    sid: str
    sender: Phone
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message about to leave, as send guards see it."""

    id: int
    kind: str
    ticket_id: TicketId | None
    user_id: int | None
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the ticket page and of its JSON that a package above contributes.

    `load(conn, ticket_ids, now)` → for each id what goes under `name`; `template` draws one (page only).
    """

    name: str
    load: Callable[[Conn, Sequence[TicketId], datetime], Awaitable[Mapping[TicketId, Any]]]
    template: str | None = None


#: `claim(conn, house, sms, now)`: true where a package above takes the message before it could become a ticket.
Claimer = Callable[[Conn, "House", InboundSms, datetime], Awaitable[bool]]
#: `guard(conn, message, now)`: false where the message is no longer wanted.
Guard = Callable[[Conn, Outgoing, datetime], Awaitable[bool]]


#: `promises(conn, [(category, urgency), …], now)`: when each person will hear the result, where policy says so.
Promises = Callable[[Conn, Sequence[tuple[str, str]], datetime], Awaitable[Sequence[datetime | None]]]


async def no_promises(
    conn: Conn, wanted: Sequence[tuple[str, str]], now: datetime
) -> Sequence[datetime | None]:
    """Without a policy nothing definite is promised."""
    return [None] * len(wanted)


@dataclass(frozen=True, slots=True)
class House:
    """The program's fixed surroundings; immutable."""

    settings: Settings
    keys: Keys
    clock: Clock
    record: Record
    texts: Texts
    claimers: tuple[Claimer, ...] = ()
    guards: Mapping[str, Guard] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    promises: Promises = no_promises
