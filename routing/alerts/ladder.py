"""The paging ladder: who is paged at which step, and when the next step comes (rulebook §6). Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.base.text.phones import only_rings

#: How long a page waits for its acknowledgement.
WAITS = {"critical": timedelta(minutes=5), "urgent": timedelta(minutes=15), "normal": timedelta(minutes=30)}
_FROM, _UNTIL = time(8), time(21)
#: on duty → the next → the leader → the centre's manager
STEPS = 4
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
CODES = len(_LETTERS) ** 2 * 4


@dataclass(frozen=True, slots=True)
class PageablePerson:
    """Somebody who can be paged."""

    user: int
    rank: str
    phone: str
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Page:
    """One message to one person."""

    person: PageablePerson
    channel: str


def code_of(assignment: int, attempt: int = 0) -> str:
    """The reply code of an assignment: two capitals and a digit 6–9; neighbours are far apart."""
    n = (assignment * 1009 + attempt) % CODES
    first, rest = divmod(n, len(_LETTERS) * 4)
    second, digit = divmod(rest, 4)
    return f"{_LETTERS[first]}{_LETTERS[second]}{digit + 6}"


def persons_of(
    step: int, duty: Sequence[PageablePerson], manager: PageablePerson | None, paged: Collection[int] = ()
) -> Sequence[PageablePerson]:
    """Who is paged at a step; nobody: the step is skipped at once.

    `duty`: those of the department on duty now, members before deputies before leaders. `paged`: whom this ladder paged
    before: "the next" is the first of those on duty whom it did not, also where a shift ended in between.
    """
    if step < 2:
        return [p for p in duty if p.rank != "leader" and p.user not in paged][:1]
    if step == 2:
        return [p for p in duty if p.rank == "leader"][:1]
    return [manager] if manager is not None else []


def channels(step: int, urgency: str, phone: str = "") -> Sequence[str]:
    """SMS always; voice too for critical and urgent, and for the leader. A landline or an extension is called alone."""
    if only_rings(phone):
        return ("voice",)
    return ("sms", "voice") if urgency != "normal" or step == 2 else ("sms",)


def next_pages(
    step: int, urgency: str, duty: Sequence[PageablePerson], manager: PageablePerson | None, paged: Collection[int] = ()
) -> tuple[int, Sequence[Page]]:
    """The first step from `step` on that has somebody, and its pages; STEPS and none where the ladder is at its end."""
    for at in range(step, STEPS):
        persons = persons_of(at, duty, manager, paged)
        if persons:
            return at, [Page(p, channel) for p in persons for channel in channels(at, urgency, p.phone)]
    return STEPS, ()


def next_at(urgency: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When the next step comes without an acknowledgement; a normal ticket escalates only from 08:00 to 21:00."""
    return escalates_at(urgency, now + WAITS[urgency], zone)


def escalates_at(urgency: str, then: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from `then` on at which a ticket may escalate: at once, or at 08:00 for a normal one at night."""
    local = then.astimezone(zone)
    if urgency != "normal" or _FROM <= local.time() < _UNTIL:
        return then
    day = local.date() + timedelta(days=1 if local.time() >= _UNTIL else 0)
    return datetime.combine(day, _FROM, zone).astimezone(then.tzinfo)


def step_at(row_step: int, urgency: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When a ladder that is due now may take its step: the first page goes at once, by day or night.

    A sweep that comes late, after an outage, must not wake anybody whom it would not have woken in time.
    """
    return now if row_step == 0 else escalates_at(urgency, now, zone)
