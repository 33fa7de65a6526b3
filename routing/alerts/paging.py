"""Paging ladders in the database: started by the dispatch, advanced by a sweep, stopped by the acknowledgement.

The order of locks is a move's: the ticket before its ladder and its assignment. The sweep waits for no lock at all.

The sweep: 1. Lock due ladders with their tickets, passing by what others hold. 2. End those that need nobody any more. 3. Work out the next
step (pure). 4. Insert the pages: the unique key says which are new. 5. Write the messages of the new ones, one for all
tickets that go to the same person. 6. Advance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.hooks import OnDuty
from hotline.base.http.live import LiveKind, notify
from hotline.base.jobs.batch import batch
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.ids import DepartmentId, TicketId, UserId
from hotline.outbox.store import enqueue
from hotline.tickets import store as tickets
from routing.alerts import paging_sql
from routing.alerts.ladder import STEPS, PageablePerson, code_of, next_at, next_pages, step_at
from routing.alerts.messages import SentPage, bundles, message_of
from routing.clocks import sign_dues

BATCH = 200
_LATER = timedelta(minutes=1)
#: So often a ladder waits for a page of which the carrier does not say whether it left.
_DOUBTED = 3
#: So many codes are tried for a ladder; the first half of them are asked to be free in all departments.
_TRIES = 60
STARTS: frozenset[EventKind] = frozenset({"dispatched", "co_handler", "ruled"})
STOPS: frozenset[EventKind] = frozenset(
    {
        "signed",
        "returned",
        "recalled",
        "answered",
        "declined",
        "transferred",
        "withdrawn",
        "merged",
        "archived",
        "ruled",
        "co_handler_ruled",
    }
)


async def on_start(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """A department was given a ticket: its ladder begins at once, fresh for each department."""
    fresh = [e for e in events if not e.detail.get("overruled")]
    rows = await tickets.lock_many(conn, [e.ticket for e in fresh])
    left = {int(str(e.detail["assignment"])): e for e in fresh}
    for attempt in range(_TRIES):
        if not left:
            break
        todo = list(left.items())
        await paging_sql.start_paging(
            conn,
            [a for a, _ in todo],
            [e.ticket for _, e in todo],
            [int(str(e.detail["department"])) for _, e in todo],
            [code_of(a, attempt) for a, _ in todo],
            [rows[e.ticket].urgency for _, e in todo],
            now,
            attempt < _TRIES // 2,
        )
        known = set(await paging_sql.known_pagings(conn, list(left)))
        left = {a: e for a, e in left.items() if a not in known}
    if left:  # heard again later: an event that is not dealt with leaves a retry
        raise LookupError(f"no free reply code for {len(left)} ladders")
    numbers: dict[str, list[str]] = defaultdict(list)
    for event in fresh:
        numbers[f"department:{event.detail['department']}"].append(rows[event.ticket].number)
    for topic, several in numbers.items():
        await notify(conn, topic, LiveKind.TICKET, **({"number": several[0]} if len(several) == 1 else {}))


async def on_stop(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Signed or over: nobody is paged any more."""
    over = await paging_sql.over_pagings(conn, sorted({e.ticket for e in events}))
    if over:
        await paging_sql.end_paging(conn, over, now, events[0].kind)


async def on_return(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Subscriber: no paging while a return waits for its ruling; if the return is overruled the ladder continues where
    it was.
    """
    ids = sorted({e.ticket for e in events})
    await paging_sql.hold_paging(conn, ids)
    await paging_sql.resume_paging(conn, ids, now, STEPS)


async def on_corrected(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Another urgency: the wait is that of the new one, counted from the last page."""
    ids = sorted({e.ticket for e in events if "urgency" in e.detail})
    rows = await paging_sql.reclassed_pagings(conn, ids)
    zone = services.settings.zone
    moments = [
        row.next_at
        if row.next_at is None or row.paged_at is None
        else max(now, next_at(row.urgency, row.paged_at, zone))
        for row in rows
    ]
    await paging_sql.reclass_pagings(conn, [r.assignment_id for r in rows], [r.urgency for r in rows], moments)


async def page_due(pool: Pool, services: Services, now: datetime) -> int:
    """The sweep; returns how many ladders were due. Run twice it does nothing more.

    A batch that fails is climbed again one by one, so that a poisoned ladder only postpones itself.
    """

    async def take(conn: Conn) -> int:
        rows = await paging_sql.due_pagings(conn, now, BATCH)
        if rows:
            await _climb(conn, services, rows, now)
        return len(rows)

    async def due(conn: Conn) -> Sequence[int]:
        return await paging_sql.due_ids(conn, now, BATCH)

    async def one(conn: Conn, ident: int) -> None:
        await _climb(conn, services, await paging_sql.due_paging(conn, now, ident), now)

    async def postpone(conn: Conn, ident: int, why: str) -> None:
        await paging_sql.postpone_paging(conn, ident, now + _LATER)

    return await batch(pool, "ladders", take=take, due=due, one=one, postpone=postpone)


async def _climb(conn: Conn, services: Services, rows: Sequence[paging_sql.DuePagingsRow], now: datetime) -> None:
    """Send the pages that are due for these assignments, and set when the next step is."""
    over = {r.assignment_id for r in rows if r.acknowledged_at or r.signed_at or r.over_at}
    await paging_sql.end_paging(conn, sorted(over), now, "over")
    waiting = [r for r in rows if r.assignment_id not in over]
    duty = await people_on_duty(conn, services, sorted({r.department_id for r in waiting}), now)
    manager = await _manager(conn, services)
    wanted: list[SentPage] = []
    ahead: list[tuple[int, int, datetime | None]] = []
    for row in waiting:
        may = _may(row, now, services)
        if may > now:
            ahead.append((row.assignment_id, row.step, may))
            continue
        people = duty.get(row.department_id, ())
        step, pages = next_pages(row.step, row.urgency, people, manager, row.paged)
        wanted += [SentPage(row, step, page) for page in pages]
        more = bool(pages) and step + 1 < STEPS
        then = next_at(row.urgency, now, services.settings.zone) if more else None
        ahead.append((row.assignment_id, step + 1, then))
    await _page(conn, services, wanted, now)
    await paging_sql.advance_pagings(conn, [a for a, _, _ in ahead], [s for _, s, _ in ahead], [n for _, _, n in ahead])
    if any(w.step == STEPS - 1 for w in wanted) or any(n is None for _, _, n in ahead):
        await notify(conn, "centre", LiveKind.TICKET)


def _may(row: paging_sql.DuePagingsRow, now: datetime, services: Services) -> datetime:
    """When a ladder that is due may take its step: now, or later.

    Later where the ticket is at rest, where it is night for a normal one, and where the page before has not left yet
    (the program or the line was down): whom it will reach only now has the whole wait to answer.
    """
    at_work = row.state in {"dispatched", "signed"} or (row.state == "returned" and row.part == "co")
    held = row.unsent and (not row.doubtful or row.held < _DOUBTED)
    if not at_work or held:
        return next_at(row.urgency, now, services.settings.zone)
    return step_at(row.step, row.urgency, now, services.settings.zone)


async def _page(conn: Conn, services: Services, wanted: Sequence[SentPage], now: datetime) -> None:
    """Insert the pages; of those that are new write the messages, and by which each leaves."""
    fresh = await paging_sql.insert_pages(
        conn,
        [w.row.assignment_id for w in wanted],
        [w.step for w in wanted],
        [w.page.person.user for w in wanted],
        [w.page.channel for w in wanted],
        now,
    )
    new = {r.as_tuple() for r in fresh}
    sent = [w for w in wanted if (w.row.assignment_id, w.step, w.page.person.user, w.page.channel) in new]
    if not sent:
        return
    dues = await sign_dues(conn, services, [TicketId(w.row.ticket_id) for w in sent], now)
    made = [(part, message_of(services, part, dues, now)) for part in bundles(sent)]
    await enqueue(conn, services.keys, [message for _, message in made], now)
    carried = [(w, message.dedupe_key) for part, message in made for w in part]
    await paging_sql.carry_pages(
        conn,
        [w.row.assignment_id for w, _ in carried],
        [w.step for w, _ in carried],
        [w.page.person.user for w, _ in carried],
        [w.page.channel for w, _ in carried],
        [key for _, key in carried],
    )


async def people_on_duty(
    conn: Conn, services: Services, departments: Sequence[int], now: datetime
) -> Mapping[int, list[PageablePerson]]:
    """Who can be paged now, by department: the roster, or the liaisons where it has nobody.

    The leader is on duty day and night (rulebook §1): where the roster names none, the department's own. Where a department
    was merged into another and has nobody left, the other's.
    """
    found = await _people_of(conn, services, departments, now)
    heirs = await paging_sql.heirs(conn, [d for d in departments if not found.get(d)])
    theirs = await _people_of(conn, services, sorted({row.heir for row in heirs}), now) if heirs else {}
    return {**found, **{row.id: theirs.get(row.heir, []) for row in heirs}}


async def on_duty_now(conn: Conn, services: Services, department: DepartmentId, now: datetime) -> OnDuty | None:
    """Hook: whoever is called first at a department now, members before leaders."""
    people = (await people_on_duty(conn, services, [department], now)).get(department, [])
    return OnDuty(UserId(people[0].user), people[0].phone) if people else None


async def _people_of(
    conn: Conn, services: Services, departments: Sequence[int], now: datetime
) -> dict[int, list[PageablePerson]]:
    found: dict[int, list[PageablePerson]] = defaultdict(list)
    for row in await paging_sql.on_duty(conn, list(departments), now):
        found[row.department_id].append(_person(services, row, row.rank))
    rostered = set(found)
    led = {d for d, people in found.items() if any(p.rank == "leader" for p in people)}
    for liaison in await paging_sql.liaisons(conn, [d for d in departments if d not in led], now):
        if liaison.department_id not in rostered or liaison.leads:
            rank = "leader" if liaison.leads else "member"
            found[liaison.department_id].append(_person(services, liaison, rank))
    return found


def _person(
    services: Services, row: paging_sql.ManagersRow | paging_sql.OnDutyRow | paging_sql.LiaisonsRow, rank: str
) -> PageablePerson:
    return PageablePerson(row.user_id, rank, services.keys.decrypt(row.phone_enc), row.language)


async def _manager(conn: Conn, services: Services) -> PageablePerson | None:
    row = await paging_sql.managers(conn)
    return _person(services, row, "manager") if row else None


SUBSCRIBERS = (
    Subscriber("paging stops", STOPS, on_stop),
    Subscriber("paging waits", frozenset({"returned", "ruled"}), on_return),
    Subscriber("paging hurries", frozenset({"corrected"}), on_corrected),
    Subscriber("paging starts", STARTS, on_start),
)
