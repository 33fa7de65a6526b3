"""Execution of imported tickets: many at once by the batch moves, each at its own moments; a tipoff one by one, by the
moves that protect it.

What happened between a ticket's opening and its end is not known, and is put at the opening. Nobody is paged, accused or written
to: what would do so does not hear of it, and its clocks count in no rate and no finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar, assert_never

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.base.text.phones import Phone
from hotline.contacts.opening import NewTicket, Opened, open_tickets
from hotline.ids import PersonId, TicketId
from hotline.moves.batches import BatchDispatch, Ended, Finished, add_many, dispatch_many, end_many, finish_many
from hotline.moves.move import Move, perform_in
from hotline.outbox.store import cancel_messages
from hotline.people.persons import ensure_persons
from hotline.people.user import User
from hotline.plugin import PLUGIN as HOTLINE
from hotline.ticket import DUTY_DESK, Category, Role, State
from hotline.tickets.tipoffs.protection import hide_from_named
from reports.imports.lines import keep_lines
from reports.imports.past_ticket import BY_DEPARTMENT, Past
from reports.imports.words import PastOutcome
from routing.likeness import duplicates_sql
from routing.plugin import PLUGIN as ROUTING
from sla.clocks import clocks_sql
from sla.plugin import PLUGIN as SLA

KIND = "history"
#: These wake, alarm or accuse people; of what is long over they do not hear.
_UNTOLD = ("paging", "findings", "duty desk alarm")
_BY = f"user:{DUTY_DESK}"
#: Clocks of one batch are counted by one calendar.
_SPAN = timedelta(days=60)
T = TypeVar("T")


def quiet(services: Services) -> Services:
    """The services without those who would page, alarm or accuse."""
    return replace(services, subscribers=tuple(s for s in services.subscribers if not s.name.startswith(_UNTOLD)))


def spans(items: Sequence[T], at: Callable[[T], datetime], most: int) -> Iterator[list[T]]:
    """Items in the order of their time, at most so many at once and not too far apart. Pure."""
    found: list[T] = []
    for item in sorted(items, key=at):
        if found and (len(found) == most or at(item) - at(found[0]) > _SPAN):
            yield found
            found = []
        found.append(item)
    if found:
        yield found


async def live_many(conn: Conn, services: Services, past: Sequence[Past]) -> None:
    """Tickets of which none is a tipoff, in the order of their opening, in the caller's transaction."""
    start = past[0].opened
    opened = await _open(conn, services, past, start)
    notes = [(o.ticket, f"原编号 {p.number}（历史工单导入）", p.opened) for o, p in opened]
    await add_many(conn, services, notes, start, _BY)
    given = [
        BatchDispatch(o.ticket, p.department.id, p.opened, handler=p.department.name)
        for o, p in opened
        if p.department is not None
    ]
    if given:
        await dispatch_many(conn, services, given, start, _BY)
    persons = await _persons(conn, services, past, start)
    for batch in spans(opened, lambda pair: pair[1].closed, len(opened)):
        await _close(conn, services, batch, persons)
    await clocks_sql.excuse_imported(conn, [o.ticket for o, _ in opened])
    await duplicates_sql.no_topics(conn, start)


async def _open(conn: Conn, services: Services, past: Sequence[Past], now: datetime) -> list[tuple[Opened, Past]]:
    persons = await _persons(conn, services, past, now)
    inbound = await keep_lines(conn, services, KIND, {p.number: p.row for p in past}, now)
    made = await open_tickets(conn, services, [_case(p, persons, inbound[p.number]) for p in past], now)
    return list(zip(made, past, strict=True))


async def _persons(conn: Conn, services: Services, past: Sequence[Past], now: datetime) -> Mapping[Phone, PersonId]:
    return await ensure_persons(conn, services.keys, {p.phone: "zh" for p in past}, now)


def _case(p: Past, persons: Mapping[Phone, PersonId], inbound: int) -> NewTicket:
    """A past ticket as it is opened."""
    name = p.department.name if p.department else ""
    return NewTicket(
        p.channel,
        p.text,
        persons.get(p.phone),
        p.opened,
        p.place or name,
        p.category,
        p.urgency,
        p.category is Category.TIPOFF,
        operator=DUTY_DESK,
        inbound=inbound,
        opened_at=p.opened,
        past=True,
    )


async def _close(
    conn: Conn, services: Services, batch: Sequence[tuple[Opened, Past]], persons: Mapping[Phone, PersonId]
) -> None:
    """Let past tickets of one moment end as they ended: finished by a department, or otherwise."""
    now = batch[0][1].closed
    done, ended = [], []
    for o, p in batch:
        person = persons.get(p.phone)
        if p.outcome in BY_DEPARTMENT:
            via = "call" if person else "query"
            done.append(Finished(o.ticket, p.closed, p.outcome.value, p.result, via, person, p.rating))
        else:
            ended.append(_ended(o.ticket, p))
    if done:
        await finish_many(conn, services, done, now, _BY)
    if ended:
        await end_many(conn, services, ended, now, _BY)


def _ended(ticket: TicketId, p: Past) -> Ended:
    if p.outcome is PastOutcome.DECLINED:
        return Ended(ticket, p.closed, State.DECLINED, f"{p.result} → {p.where}")
    if p.outcome is PastOutcome.TRANSFERRED:
        note = f"{p.where} · {p.reference}"
        return Ended(ticket, p.closed, State.TRANSFERRED, note, {"to": p.where})
    return Ended(ticket, p.closed, State.ANSWERED, p.result)


def moves() -> dict[str, Move]:
    """All moves by their paths."""
    return {move.path: move for plugin in (HOTLINE, ROUTING, SLA) for move in plugin.moves}


async def live(conn: Conn, services: Services, known: Mapping[str, Move], p: Past) -> None:
    """One ticket by the moves themselves. Raises Problem where a move refuses it."""
    ((opened, _),) = await _open(conn, services, [p], p.opened)
    desk = User(DUTY_DESK, "duty-desk", "值班台", Role.MANAGER, None, False, "zh")

    async def move(path: str, at: datetime, who: User = desk, **fields: Any) -> None:
        await perform_in(conn, services, known[path], who, opened.number, fields, at)

    await move("additions", p.opened, text=f"原编号 {p.number}（历史工单导入）")
    match p.outcome:
        case PastOutcome.ANSWERED:
            await move("answers", p.closed, text=p.result)
        case PastOutcome.DECLINED:
            await move("declines", p.closed, basis=p.result, where=p.where)
        case PastOutcome.TRANSFERRED:
            await move("transfers", p.closed, to=p.where, reference=p.reference)
        case PastOutcome.SOLVED | PastOutcome.EXPLAINED | PastOutcome.NOT_OURS:
            assert p.department is not None
            team = User(DUTY_DESK, "duty-desk", "历史工单", Role.LIAISON, p.department.id, True, "zh")
            await move("assignments", p.opened, department=p.department.code, names_it=False)
            await move("signatures", p.opened, team, handler=p.department.name)
            await move("replies", p.closed, team, outcome=p.outcome.value, public=p.result)
            known_person = await _persons(conn, services, [p], p.opened)
            await move("report-backs", p.closed, via="call" if known_person else "query", text=p.result)
            await move("follow-ups", p.closed, reached=True, solved=True, rating=p.rating)
        case _:
            assert_never(p.outcome)
    await move("filings", p.closed)
    await hide_from_named(conn, {opened.ticket: f"{p.text}\n{p.place}"}, p.closed)
    await cancel_messages(conn, [opened.ticket], "imported")
    await clocks_sql.excuse_imported(conn, [opened.ticket])
