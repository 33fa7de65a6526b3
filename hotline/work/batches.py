"""Moves made on many tickets at once, each at its own moment: for replays of past requests.

The same rows, events and duties as the moves one by one, set by set in the caller's transaction. A batch has each ticket
once; its moments lie at or after `now`, and its events are told to the subscribers like any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.base.db import Conn, queries
from hotline.base.events import Draft
from hotline.base.house import House
from hotline.base.ids import AssignmentId, DepartmentId, TicketId
from hotline.ticket import DUTY_DESK, Duty, State, is_legal
from hotline.tickets import store
from hotline.work.move import not_now

B = queries("hotline.work", "batches.sql")
_BY = "system"


@dataclass(frozen=True, slots=True)
class Given:
    """A ticket goes to a department at a moment, and is signed for; `due_at`: the time the result was promised for."""

    ticket: TicketId
    department: DepartmentId
    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A ticket is done at a moment: replied, told, followed up and filed."""

    ticket: TicketId
    at: datetime


@dataclass(frozen=True, slots=True)
class _Lead:
    id: AssignmentId
    department: DepartmentId


async def dispatch_many(conn: Conn, house: House, given: Sequence[Given], now: datetime) -> None:
    """Dispatch tickets, and sign for them at the same moment. Raises Illegal where one is not to be dispatched."""
    tickets, ats = [g.ticket for g in given], [g.at for g in given]
    await _all_legal(conn, "assignments", tickets)
    rows = await conn.fetch(B["assign_many"], tickets, [g.department for g in given], ats, _BY)
    made = {row["ticket_id"]: AssignmentId(row["id"]) for row in rows}
    await conn.execute(B["dispatch_many"], tickets, [g.department for g in given])
    drafts = []
    for g in given:
        detail: dict[str, object] = {"department": g.department, "assignment": made[g.ticket]}
        if g.due_at is not None:
            detail["due"] = g.due_at
        drafts.append(Draft(g.ticket, "dispatched", _BY, detail, g.at))
    await house.publish_many(conn, drafts, now)
    await conn.execute(B["sign_many"], [made[g.ticket] for g in given], ats, _BY)
    await conn.execute(B["set_states"], tickets, State.SIGNED)
    drafts = [
        Draft(g.ticket, "signed", _BY,
              {"department": g.department, "assignment": made[g.ticket], "part": "lead"}, g.at)
        for g in given
    ]  # fmt: skip
    await store.close_many(conn, Duty.LIAISE, await house.publish_many(conn, drafts, now))


async def finish_many(conn: Conn, house: House, finished: Sequence[Finished], now: datetime) -> None:
    """Reply, tell, follow up and file. Raises Illegal where a ticket is not with its department."""
    await _all_legal(conn, "replies", [f.ticket for f in finished])
    rows = await conn.fetch(B["open_leads"], [f.ticket for f in finished])
    leads = {
        TicketId(r["ticket_id"]): _Lead(AssignmentId(r["id"]), DepartmentId(r["department_id"])) for r in rows
    }
    replies = await _reply(conn, house, finished, leads, now)
    await _tell(conn, house, finished, replies, now)
    await _follow_up(conn, house, finished, now)
    await _file(conn, house, finished, now)


async def _reply(
    conn: Conn, house: House, finished: Sequence[Finished], leads: dict[TicketId, _Lead], now: datetime
) -> dict[int, int]:
    tickets, ats = [f.ticket for f in finished], [f.at for f in finished]
    rows = await conn.fetch(B["reply_many"], tickets, [leads[t].id for t in tickets], ats, "solved", "", _BY)
    replies = {int(row["ticket_id"]): int(row["id"]) for row in rows}
    await conn.execute(B["set_states"], tickets, State.REPLIED)
    drafts = [
        Draft(f.ticket, "replied", _BY, {"department": leads[f.ticket].department, "assignment": leads[f.ticket].id,
                                         "reply": replies[f.ticket], "outcome": "solved"}, f.at)
        for f in finished
    ]  # fmt: skip
    await store.close_many(conn, Duty.COORDINATE, await house.publish_many(conn, drafts, now))
    return replies


async def _tell(
    conn: Conn, house: House, finished: Sequence[Finished], replies: dict[int, int], now: datetime
) -> None:
    tickets = [f.ticket for f in finished]
    rows = await conn.fetch(B["tell_many"], tickets, [f.at for f in finished], "", DUTY_DESK)
    made = {row["ticket_id"]: row["id"] for row in rows}
    await conn.execute(B["set_states"], tickets, State.TOLD)
    drafts = [
        Draft(f.ticket, "told", _BY,
              {"report_back": made[f.ticket], "via": "query", "reply": replies[f.ticket]}, f.at)
        for f in finished
    ]  # fmt: skip
    await store.close_many(conn, Duty.REPORT_BACK, await house.publish_many(conn, drafts, now))


async def _follow_up(conn: Conn, house: House, finished: Sequence[Finished], now: datetime) -> None:
    tickets = [f.ticket for f in finished]
    await conn.execute(B["follow_up_many"], tickets, [f.at for f in finished], DUTY_DESK)
    await conn.execute(B["set_states"], tickets, State.FOLLOWED_UP)
    drafts = [Draft(f.ticket, "followed_up", _BY, {"reached": True, "rating": None}, f.at) for f in finished]
    await house.publish_many(conn, drafts, now)


async def _file(conn: Conn, house: House, finished: Sequence[Finished], now: datetime) -> None:
    tickets, ats = [f.ticket for f in finished], [f.at for f in finished]
    await conn.execute(B["end_many"], tickets, ats)
    drafts = [Draft(f.ticket, "archived", _BY, {"state": State.ARCHIVED}, f.at) for f in finished]
    await store.close_many(conn, Duty.FILE, await house.publish_many(conn, drafts, now))
    await conn.execute(B["file_many"], tickets, ats)


async def _all_legal(conn: Conn, noun: str, tickets: Sequence[TicketId]) -> None:
    for ticket in (await store.lock_many(conn, tickets)).values():
        if not is_legal(noun, ticket):
            raise not_now(noun, ticket)


async def ensure_departments(conn: Conn, names: Sequence[str]) -> dict[str, DepartmentId]:
    """The department of each name (by code or exact name); one that is unknown is made, with a code of its own."""
    found: dict[str, DepartmentId] = {}
    for place, name in enumerate(sorted(set(names)), 1):
        row = await conn.fetchrow(store.Q["find_department"], name)
        made = (
            row["id"]
            if row is not None
            else await conn.fetchval(B["add_department"], f"REPLAY-{place}", name)
        )
        found[name] = DepartmentId(made)
    return found
