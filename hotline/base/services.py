"""Services: what main.py builds once and every use case gets (settings, keys, clock, texts, hooks), and the types of
the hooks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from hotline.base.clock import Clock
from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.base.event import Draft, Event
from hotline.base.events import Subscriber, publish
from hotline.base.hooks import Hooks
from hotline.base.keys import Keys
from hotline.base.text.phones import Phone
from hotline.base.text.texts import Texts
from hotline.ids import TicketId

if TYPE_CHECKING:
    from hotline.base.blobs import Blobs
    from hotline.base.provider import Provider


@dataclass(frozen=True, slots=True)
class InboundSms:
    """An SMS as it came from the provider: what claimers and intake get.

    `opt_out`: what the carrier itself took it for: STOP, START, HELP, or nothing. `heard`: how often the same words came
    from this phone in the last hour: what answers without having done anything is silent after three. `to`: our address at the
    messenger through which they wrote.
    """

    inbound_id: int
    sid: str
    sender: Phone
    text: str
    received_at: datetime
    opt_out: str = ""
    heard: int = 0
    to: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that is about to be sent: what send guards and receipts get."""

    id: int
    kind: str
    ticket_id: TicketId | None
    user_id: int | None
    about: Mapping[str, Any]


class PartReader(Enum):
    """The department for which a ticket's view is reduced; the centre and those who oversee it see all of it (rulebook
    §8).
    """

    LEAD = "lead department"
    CO_HANDLER = "co-handler"
    FORMER = "former department"
    NAMED = "unit that a tipoff names"


def departments_read(*fields: str) -> Mapping[PartReader, frozenset[str]]:
    """Whoever has or had a part reads these fields (a former department up to the end of its part); a named unit reads nothing."""
    return dict.fromkeys((PartReader.LEAD, PartReader.CO_HANDLER, PartReader.FORMER), frozenset(fields))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the ticket page and of its JSON that a package above contributes.

    `departments`: the fields of it that each reader of a department is shown; what is not said there is not shown to them.

    `load(conn, ticket_ids, now)` → for each id what goes under `name`; `template` draws one on the page, a `.panel` of its
    own: it sees what was loaded as `data`, and the whole ticket as `t`.
    """

    name: str
    load: Callable[[Conn, Sequence[TicketId], datetime], Awaitable[Mapping[TicketId, Any]]]
    template: str | None = None
    departments: Mapping[PartReader, frozenset[str]] = field(default_factory=dict)

    def as_read_by(self, reader: PartReader, found: Any) -> Any:
        """What was loaded, cut to the fields that this reader is shown; an empty list where it is shown none. Pure."""
        fields = self.departments.get(reader, frozenset())
        if not fields:
            return []
        if isinstance(found, Mapping):
            return {name: value for name, value in found.items() if name in fields}
        return [{name: value for name, value in row.items() if name in fields} for row in found]


class OfTicket(Protocol):
    """A row that belongs to a ticket."""

    @property
    def ticket_id(self) -> int | None: ...


class Carrier(Protocol):
    """What carries telephone calls, as far as the program closes it; the rest is `hotline.calls.carrier.VoiceCarrier`."""

    async def close(self) -> None:
        """Close its connections."""
        ...


T = TypeVar("T", bound=OfTicket)


def by_ticket(rows: Iterable[T], ids: Iterable[TicketId], shape: Callable[[T], Any]) -> dict[TicketId, list[Any]]:
    """Rows grouped by `ticket_id`, in order, each through `shape`; an empty list for a ticket without rows. For the
    `load` of a section.
    """
    found: dict[TicketId, list[Any]] = {i: [] for i in ids}
    for row in rows:
        assert row.ticket_id is not None, "the row is of a ticket"
        found[TicketId(row.ticket_id)].append(shape(row))
    return found


#: `claim(conn, services, sms, now)`: true where a package above takes the message before it could become a ticket; "said" where
#: it took it and did nothing but answer.
Claimer = Callable[[Conn, "Services", InboundSms, datetime], Awaitable[bool | Literal["said"]]]
#: `guard(conn, message, now)`: false where the message is no longer wanted; words where it must now say these instead.
Guard = Callable[[Conn, Outgoing, datetime], Awaitable[bool | str]]

#: `receipt(conn, services, message, state, now)`: a message of this kind was `delivered` or `failed` for good.
Receipt = Callable[[Conn, "Services", Outgoing, str, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Services:
    """The dependencies of every use case, built once by main from the plugins; immutable."""

    settings: Settings
    keys: Keys
    clock: Clock
    texts: Texts
    subscribers: tuple[Subscriber, ...] = ()
    claimers: tuple[Claimer, ...] = ()
    guards: Mapping[str, Guard] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    hooks: Hooks = field(default_factory=Hooks)
    provider: Provider | None = None
    blobs: Blobs | None = None
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    #: Since when this process listens: nobody could be heard by it before.
    listens_since: datetime | None = None

    def heard_for(self, span: timedelta, now: datetime) -> bool:
        """Whether this process has listened for so long, so that the silence of others within it is their own."""
        return self.listens_since is None or now - self.listens_since >= span

    async def publish(self, conn: Conn, draft: Draft, now: datetime) -> Event:
        """Record one event and deliver it to the subscribers, in the caller's transaction."""
        (event,) = await publish(conn, self, [draft], now)
        return event

    async def publish_many(self, conn: Conn, drafts: Sequence[Draft], now: datetime) -> list[Event]:
        """Record a batch in order; see `hotline.base.events.publish`."""
        return await publish(conn, self, drafts, now)
