"""Services: what main.py builds once and every use case gets (settings, keys, clock, texts, hooks), and the types of
the hooks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from hotline.base.clock import Clock
from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.base.events import Draft, Event, Subscriber, publish
from hotline.base.keys import Keys
from hotline.base.text.phones import Phone
from hotline.base.text.texts import Texts
from hotline.ids import ContactId, PersonId, TicketId

if TYPE_CHECKING:
    from hotline.base.provider import Provider
    from hotline.ticket import Ticket


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


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the ticket page and of its JSON that a package above contributes.

    `load(conn, ticket_ids, now)` → for each id what goes under `name`; `template` draws one on the page, a `.panel` of its
    own: it sees what was loaded as `data`, and the whole ticket as `t`. `waiting(conn, limit)`: tickets where something of
    it waits for the manager's word, the longest first.
    """

    name: str
    load: Callable[[Conn, Sequence[TicketId], datetime], Awaitable[Mapping[TicketId, Any]]]
    template: str | None = None
    waiting: Callable[[Conn, int], Awaitable[Sequence[TicketId]]] | None = None


def by_ticket(rows: Iterable[Any], ids: Iterable[TicketId], shape: Callable[[Any], Any]) -> dict[TicketId, list[Any]]:
    """Rows grouped by `ticket_id`, in order, each through `shape`; an empty list for a ticket without rows. For the
    `load` of a section.
    """
    found: dict[TicketId, list[Any]] = {i: [] for i in ids}
    for row in rows:
        found[TicketId(row["ticket_id"])].append(shape(row))
    return found


#: `claim(conn, services, sms, now)`: true where a package above takes the message before it could become a ticket; "said" where
#: it took it and did nothing but answer.
Claimer = Callable[[Conn, "Services", InboundSms, datetime], Awaitable[bool | Literal["said"]]]
#: `guard(conn, message, now)`: false where the message is no longer wanted; words where it must now say these instead.
Guard = Callable[[Conn, Outgoing, datetime], Awaitable[bool | str]]

#: `receipt(conn, services, message, state, now)`: a message of this kind was `delivered` or `failed` for good.
Receipt = Callable[[Conn, "Services", Outgoing, str, datetime], Awaitable[None]]
#: `hook(conn, services, call_back_ids, done, now)`: call-backs are owed from now (done false) or were made (done true).
CallBackHook = Callable[[Conn, "Services", Sequence[int], bool, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PromisedTimes:
    """The times that the policy promises to a person, counted from now (UTC); None: it promises none.

    `result`: the answer, where the centre dispatches in time; `call`: the department's call, within `call_within`; `safe`: the
    place is made safe; `again`: the answer where the matter is done again. A call and safety are promised of what is not normal.
    """

    result: datetime | None = None
    call: datetime | None = None
    call_within: timedelta | None = None
    safe: datetime | None = None
    again: datetime | None = None


#: `promises(conn, services, [(category, urgency), …], now)`: by when each person hears, where policy says so.
Promises = Callable[[Conn, "Services", Sequence[tuple[str, str]], datetime], Awaitable[Sequence[PromisedTimes]]]


#: `working_days(conn, services, at, n)`: the close of the n-th working day after `at`.
WorkingDays = Callable[[Conn, "Services", datetime, int], Awaitable[datetime]]


async def plain_days(conn: Conn, services: Services, at: datetime, days: int) -> datetime:
    """Without a calendar every day is a working day, and ends at midnight."""
    day = at.astimezone(services.settings.zone) + timedelta(days=days + 1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A known outage as callers hear it: its id, and the sentence that is played."""

    id: int
    words: str


#: `announced(conn, services, now)`: what is known to be broken now, to be played to callers, the latest first.
Announced = Callable[[Conn, "Services", datetime], Awaitable[Sequence[Announcement]]]
#: `on_pressed(conn, services, contact, person, announcement, now)`: a caller pressed the key of an announcement; the number of the
#: ticket and its code, or None where it is over.
Pressed = Callable[[Conn, "Services", ContactId, PersonId | None, int, datetime], Awaitable[tuple[str, str] | None]]


async def nothing_announced(conn: Conn, services: Services, now: datetime) -> Sequence[Announcement]:
    """Without routing nothing is known to be broken."""
    return ()


async def nothing_pressed(
    conn: Conn, services: Services, contact: ContactId, person: PersonId | None, announcement: int, now: datetime
) -> tuple[str, str] | None:
    """Without routing no key attaches."""
    return None


#: `suggested(conn, services, ticket, now)`: what the program would have suggested, kept with the dispatch.
Suggested = Callable[[Conn, "Services", "Ticket", datetime], Awaitable[Mapping[str, Any] | None]]


async def nothing_suggested(conn: Conn, services: Services, ticket: Ticket, now: datetime) -> Mapping[str, Any] | None:
    """Without routing nothing is suggested."""
    return None


async def no_promises(
    conn: Conn, services: Services, wanted: Sequence[tuple[str, str]], now: datetime
) -> Sequence[PromisedTimes]:
    """Without a policy nothing definite is promised."""
    return [PromisedTimes()] * len(wanted)


async def nobody_times_call_backs(
    conn: Conn, services: Services, call_backs: Sequence[int], done: bool, now: datetime
) -> None:
    """Without a policy no clock runs on a call-back."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What hotline asks of the packages above, each by at most one of them; without it the plain default holds.

    `clocks`: the name of the rows of running clocks (ticket_id, id, clock, due_at, whose, department_id), by which lists are
    narrowed and put in order; empty: none run.
    """

    promises: Promises = no_promises
    on_call_back: CallBackHook = nobody_times_call_backs
    working_days: WorkingDays = plain_days
    suggested: Suggested = nothing_suggested
    announced: Announced = nothing_announced
    on_pressed: Pressed = nothing_pressed
    clocks: str = ""


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

    async def publish(self, conn: Conn, draft: Draft, now: datetime) -> Event:
        """Record one event and deliver it to the subscribers, in the caller's transaction."""
        (event,) = await publish(conn, self, [draft], now)
        return event

    async def publish_many(self, conn: Conn, drafts: Sequence[Draft], now: datetime) -> list[Event]:
        """Record a batch in order; see `hotline.base.events.publish`."""
        return await publish(conn, self, drafts, now)
