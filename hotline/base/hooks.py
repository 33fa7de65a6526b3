"""What a folder or package asks of those above it: typed hooks, each with a plain default for a program without that package."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hotline.base.db.connection import Conn
from hotline.base.i18n import Named
from hotline.ids import ContactId, DepartmentId, PersonId, TicketId, UserId

if TYPE_CHECKING:
    from hotline.base.services import Services
    from hotline.ticket import Ticket


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock of a ticket as it stands at a moment, though no sweep has touched it yet (rulebook §5).

    `whose`: who has to keep it (`none`: nobody, it is a right that runs out); `department` and `assignment`: whose part it
    times, where it is a department's.
    """

    clock: str
    state: str
    due_at: datetime
    breached_at: datetime | None
    started_at: datetime
    stopped_at: datetime | None
    resumes_at: datetime | None
    excused: str
    whose: str
    department: str | None
    assignment: int | None
    policy_version: int

    def runs(self, *clocks: str) -> bool:
        """Whether it is one of these clocks, or any, and runs."""
        return self.state == "running" and (not clocks or self.clock in clocks)


#: `clocks(conn, tickets, now)`: the clocks of each ticket as they stand, in the order in which they started.
Clocks = Callable[[Conn, Sequence[TicketId], datetime], Awaitable[Mapping[TicketId, Sequence[ShownClock]]]]


async def no_clocks(conn: Conn, tickets: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Sequence[ShownClock]]:
    """Without a policy no clock runs."""
    return {}


#: `call_back_clocks(conn, call_backs, now)`: the clock of each owed call as it stands, where one runs on it.
CallBackClocks = Callable[[Conn, Sequence[int], datetime], Awaitable[Mapping[int, ShownClock]]]


async def no_call_back_clocks(conn: Conn, call_backs: Sequence[int], now: datetime) -> Mapping[int, ShownClock]:
    """Without a policy no clock runs on a call-back."""
    return {}


@dataclass(frozen=True, slots=True)
class RunningClocks:
    """A view of the clocks that run now, for lists that are narrowed and put in order by it: its name in SQL.

    A row a clock, with the columns `COLUMNS`; `tests/test_plugins.py` sees that the view has them.
    """

    view: str


#: What a list may read of a running clock.
COLUMNS = ("id", "ticket_id", "clock", "due_at", "whose", "department_id")


@dataclass(frozen=True, slots=True)
class WaitingExtension:
    """A request for more time that waits for the manager's word."""

    id: int
    number: str
    until: date
    reason: str
    asked_at: datetime


#: `extensions(conn, limit)`: the requests for more time that wait, the oldest first.
Extensions = Callable[[Conn, int], Awaitable[Sequence[WaitingExtension]]]


async def no_extensions(conn: Conn, limit: int) -> Sequence[WaitingExtension]:
    """Without a policy nobody asks for more time."""
    return ()


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


#: `opted_out(conn, messages, now)`: the recipients of these messages opted out at the carrier: it takes no SMS for them any more.
OptedOut = Callable[[Conn, Sequence[int], datetime], Awaitable[None]]


async def nobody_opted_out(conn: Conn, messages: Sequence[int], now: datetime) -> None:
    """Without persons there is nobody to remember it of."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whoever is on duty at a department now, with the number at which they are called, in clear and never logged."""

    user: UserId | None
    number: str


#: `on_duty(conn, services, department, now)`: whoever is on duty there now and can be called; None where nobody is.
OnDutyHook = Callable[[Conn, "Services", DepartmentId, datetime], Awaitable[OnDuty | None]]


async def nobody_on_duty(conn: Conn, services: Services, department: DepartmentId, now: datetime) -> OnDuty | None:
    """Without rosters nobody is known to be on duty."""
    return None


@dataclass(frozen=True, slots=True)
class CitedSheet:
    """A notice sheet that an answer cites: its version in force, and what an SMS says of it, in each language."""

    sheet: int
    version: int
    title: str
    essentials: Named


#: `cited(conn, services, sheet, now)`: the sheet as it is in force; None where there is none, or it has run out.
Cited = Callable[[Conn, "Services", int, datetime], Awaitable[CitedSheet | None]]


async def nothing_cited(conn: Conn, services: Services, sheet: int, now: datetime) -> CitedSheet | None:
    """Without routing there are no notice sheets."""
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hooks, each given by at most one plugin (`hotline.composition.combined`). `running_clocks`: None where none run."""

    promises: Promises = no_promises
    on_call_back: CallBackHook = nobody_times_call_backs
    call_back_clocks: CallBackClocks = no_call_back_clocks
    working_days: WorkingDays = plain_days
    suggested: Suggested = nothing_suggested
    announced: Announced = nothing_announced
    on_pressed: Pressed = nothing_pressed
    clocks: Clocks = no_clocks
    running_clocks: RunningClocks | None = None
    extensions: Extensions = no_extensions
    opted_out: OptedOut = nobody_opted_out
    on_duty: OnDutyHook = nobody_on_duty
    cited: Cited = nothing_cited
