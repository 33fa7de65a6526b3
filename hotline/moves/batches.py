"""Moves made on many tickets at once, each at its own moment: for replays and imports of past requests.

The same rows, events and duties as the moves one by one, set by set in the caller's transaction. A batch has each ticket
once; its moments lie at or after `now`, and its events are told to the subscribers like any others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Draft, Event
from hotline.base.kinds import event_kind
from hotline.base.services import Services
from hotline.contacts.opening import digest
from hotline.contacts.tracking import add_ratings
from hotline.ids import AssignmentId, DepartmentId, PersonId, TicketId
from hotline.moves import batches_sql
from hotline.moves.move import not_now
from hotline.moves.table import is_legal
from hotline.people.departments import ensure_department
from hotline.ticket import DUTY_DESK, Duty, State, duties_on_end
from hotline.tickets import many_tickets_sql, replies, store

_BY = "system"


@dataclass(frozen=True, slots=True)
class BatchDispatch:
    """A ticket goes to a department at a moment, and is signed for; `due_at`: the time the result was promised for.

    `handler`: who is named to handle it.
    """

    ticket: TicketId
    department: DepartmentId
    at: datetime
    due_at: datetime | None = None
    handler: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A ticket is done at a moment: replied, told, followed up and filed.

    `person`: who is asked to rate it, where anybody is.
    """

    ticket: TicketId
    at: datetime
    outcome: str = "solved"
    text: str = ""
    via: str = "query"
    person: PersonId | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A ticket ended otherwise at a moment (answered, declined, transferred), and was filed; `detail` is for the record."""

    ticket: TicketId
    at: datetime
    state: State
    note: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Lead:
    id: AssignmentId
    department: DepartmentId


async def dispatch_many(
    conn: Conn, services: Services, given: Sequence[BatchDispatch], now: datetime, by: str = _BY
) -> None:
    """Dispatch tickets, and sign for them at the same moment. Raises Illegal where one is not to be dispatched."""
    tickets, ats = [g.ticket for g in given], [g.at for g in given]
    await _all_legal(conn, "assignments", tickets)
    rows = await many_tickets_sql.assign_many(conn, tickets, [g.department for g in given], ats, by)
    made = {row.ticket_id: AssignmentId(row.id) for row in rows}
    await many_tickets_sql.dispatch_many(conn, tickets, [g.department for g in given])
    drafts = []
    for g in given:
        detail: dict[str, object] = {"department": g.department, "assignment": made[g.ticket]}
        if g.due_at is not None:
            detail["due"] = g.due_at
        drafts.append(Draft(g.ticket, "dispatched", by, detail, g.at))
    await services.publish_many(conn, drafts, now)
    names = [services.keys.encrypt(g.handler) if g.handler else None for g in given]
    await many_tickets_sql.sign_many(conn, [made[g.ticket] for g in given], ats, by, names, DUTY_DESK)
    await many_tickets_sql.set_states(conn, tickets, State.SIGNED)
    drafts = [
        Draft(g.ticket, "signed", by, {"department": g.department, "assignment": made[g.ticket], "part": "lead"}, g.at)
        for g in given
    ]
    await store.close_many(conn, Duty.LIAISE, await services.publish_many(conn, drafts, now))


async def finish_many(
    conn: Conn, services: Services, finished: Sequence[Finished], now: datetime, by: str = _BY
) -> None:
    """Reply, tell, follow up and file. Raises Illegal where a ticket is not with its department."""
    await _all_legal(conn, "replies", [f.ticket for f in finished])
    rows = await many_tickets_sql.open_leads(conn, [f.ticket for f in finished])
    leads = {TicketId(r.ticket_id): _Lead(AssignmentId(r.id), DepartmentId(r.department_id)) for r in rows}
    replied = await _reply(conn, services, finished, leads, now, by)
    await _tell(conn, services, finished, replied, now, by)
    await _follow_up(conn, services, finished, now, by)
    await _file(conn, services, [(f.ticket, f.at, State.ARCHIVED) for f in finished], now, by)


async def end_many(conn: Conn, services: Services, ended: Sequence[Ended], now: datetime, by: str = _BY) -> None:
    """End tickets that no department had, each in its way, and file them. Raises Illegal where one is not to be ended."""
    await _all_legal(conn, "answers", [e.ticket for e in ended])
    await many_tickets_sql.end_tickets(conn, [e.ticket for e in ended], [e.state for e in ended], [e.at for e in ended])
    drafts = [Draft(e.ticket, event_kind(e.state), by, e.detail, e.at) for e in ended]
    events = await services.publish_many(conn, drafts, now)
    await note_many(conn, events, [(e.state.value, e.note, True) for e in ended])
    for state in {e.state for e in ended}:
        duties = duties_on_end(state)
        of_state = [event for event in events if event.kind == state.value]
        await many_tickets_sql.end_duties(
            conn,
            [e.ticket for e in of_state],
            [e.seq for e in of_state],
            [e.at for e in of_state],
            list(duties),
            list(duties.values()),
        )
    await _file(conn, services, [(e.ticket, e.at, e.state) for e in ended], now, by)


async def add_many(
    conn: Conn, services: Services, added: Sequence[tuple[TicketId, str, datetime]], now: datetime, by: str = _BY
) -> None:
    """Words added to tickets, each at its own moment."""
    drafts = [Draft(t, "added", by, {"words": digest(services, t, text)}, at) for t, text, at in added]
    events = await services.publish_many(conn, drafts, now)
    await note_many(conn, events, [("addition", text, False) for _, text, _ in added])


async def note_many(conn: Conn, events: Sequence[Event], words: Sequence[tuple[str, str, bool]]) -> None:
    """Keep the words of events (kind, text, whether the person may read them); erasable."""
    kinds, texts, public = zip(*words, strict=True)
    await many_tickets_sql.note_many(
        conn,
        [e.ticket for e in events],
        [e.seq for e in events],
        list(kinds),
        list(texts),
        list(public),
    )


async def _reply(
    conn: Conn,
    services: Services,
    finished: Sequence[Finished],
    leads: dict[TicketId, _Lead],
    now: datetime,
    by: str,
) -> dict[int, int]:
    """The replies of the lead departments, in one go; returns the number of the event by ticket."""
    tickets, ats = [f.ticket for f in finished], [f.at for f in finished]
    made = await replies.submit_many(
        conn,
        tickets,
        [leads[t].id for t in tickets],
        ats,
        [f.outcome for f in finished],
        [f.text for f in finished],
        by,
    )
    await many_tickets_sql.set_states(conn, tickets, State.REPLIED)
    drafts = [
        Draft(
            f.ticket,
            "replied",
            by,
            {
                "department": leads[f.ticket].department,
                "assignment": leads[f.ticket].id,
                "reply": made[f.ticket],
                "outcome": f.outcome,
                "words": digest(services, f.ticket, f"{f.text}\n"),
            },
            f.at,
        )
        for f in finished
    ]
    await store.close_many(conn, Duty.COORDINATE, await services.publish_many(conn, drafts, now))
    return made


async def _tell(
    conn: Conn, services: Services, finished: Sequence[Finished], replied: dict[int, int], now: datetime, by: str
) -> None:
    """The replies accepted and told to the persons, each when it was finished."""
    tickets = [f.ticket for f in finished]
    await replies.accept_many(conn, tickets, [f.at for f in finished])
    rows = await batches_sql.tell_many(
        conn,
        tickets,
        [f.at for f in finished],
        [f.via for f in finished],
        [f.text for f in finished],
        DUTY_DESK,
    )
    made = {row.ticket_id: row.id for row in rows}
    await many_tickets_sql.set_states(conn, tickets, State.TOLD)
    drafts = [
        Draft(
            f.ticket,
            "told",
            by,
            {
                "report_back": made[f.ticket],
                "via": f.via,
                "reply": replied[f.ticket],
                "words": digest(services, f.ticket, f.text),
            },
            f.at,
        )
        for f in finished
    ]
    await store.close_many(conn, Duty.REPORT_BACK, await services.publish_many(conn, drafts, now))
    asked = [f for f in finished if f.person is not None]
    await batches_sql.ask_many(conn, [f.ticket for f in asked], [f.person for f in asked], [f.at for f in asked])


async def _follow_up(conn: Conn, services: Services, finished: Sequence[Finished], now: datetime, by: str) -> None:
    tickets = [f.ticket for f in finished]
    await add_ratings(conn, [(f.ticket, f.rating, f.at) for f in finished if f.rating is not None], "follow_up")
    await batches_sql.follow_up_many(conn, tickets, [f.at for f in finished], DUTY_DESK, [f.rating for f in finished])
    await many_tickets_sql.set_states(conn, tickets, State.FOLLOWED_UP)
    drafts = [Draft(f.ticket, "followed_up", by, {"reached": True, "rating": f.rating}, f.at) for f in finished]
    await services.publish_many(conn, drafts, now)


async def _file(
    conn: Conn, services: Services, filed: Sequence[tuple[TicketId, datetime, State]], now: datetime, by: str
) -> None:
    tickets, ats, states = (list(column) for column in zip(*filed, strict=True))
    await many_tickets_sql.end_many(conn, tickets, ats)
    drafts = [Draft(ticket, "archived", by, {"state": state}, at) for ticket, at, state in filed]
    await store.close_many(conn, Duty.FILE, await services.publish_many(conn, drafts, now))
    await many_tickets_sql.file_many(conn, tickets, ats, states)


async def _all_legal(conn: Conn, noun: str, tickets: Sequence[TicketId]) -> None:
    for ticket in (await store.lock_many(conn, tickets)).values():
        if not is_legal(noun, ticket):
            raise not_now(noun, ticket)


async def ensure_departments(conn: Conn, names: Sequence[str]) -> dict[str, DepartmentId]:
    """The department of each name (by code or exact name); one that is unknown is made, with a code of its own."""
    found: dict[str, DepartmentId] = {}
    for place, name in enumerate(sorted(set(names)), 1):
        found[name] = await ensure_department(conn, name, f"REPLAY-{place}")
    return found
