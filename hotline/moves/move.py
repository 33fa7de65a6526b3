"""A move: something that people do to a ticket, checked for role and state and performed in one transaction
(docs/architecture.md).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, assert_never

from pydantic import BaseModel

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft, Event
from hotline.base.http.fields import checked
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.kinds import EventKind
from hotline.base.services import Services
from hotline.moves import moves_sql
from hotline.moves.table import is_legal, legal_states
from hotline.people.actions import Action, ActionContext, Result, Shown
from hotline.people.roles import WORKERS
from hotline.people.shifts import is_on_shift
from hotline.people.user import User
from hotline.ticket import Assignment, Role, State, Ticket
from hotline.tickets import store
from hotline.tickets.partings import as_left, partings
from hotline.tickets.tipoffs.take_back import news_for


class Who(Enum):
    """Who may make a move on a ticket that is visible to them; the sentence is for the documents."""

    CENTRE = "the ticket's owner, an operator on shift acting for the owner, or a manager"
    MANAGER = "a manager"
    LEAD = "a liaison of the lead department"
    ASSIGNED = "a liaison of the lead department or of a co-handler"
    RECEIVER = "whom it is handed to"
    CENTRE_OR_LEAD = "the centre, or a liaison of the lead department"
    WORKING = "the centre, or a liaison of a department that has a part in it"


@dataclass(frozen=True, slots=True)
class MoveContext:
    """What the code of a move gets: the locked ticket, the user, who is allowed to make the move, and the time; the
    ticket's state fits.
    """

    conn: Conn
    services: Services
    ticket: Ticket
    user: User
    now: datetime
    item: int | None = None

    async def publish(self, kind: EventKind, **detail: object) -> Event:
        """Record an event of the ticket. Write rows before it, close duties after it."""
        draft = Draft(self.ticket.id, kind, self.user.actor, detail)
        return await self.services.publish(self.conn, draft, self.now)

    async def own_assignment(self) -> Assignment:
        """The open assignment of the user's department. Raises Forbidden where it has none."""
        if self.user.department_id is not None:
            found = await store.open_assignment(self.conn, self.ticket.id, self.user.department_id)
            if found is not None:
                return found
        raise Forbidden("Your department has no part in this ticket.")

    async def lead(self) -> Assignment:
        """The open lead assignment, which the state promises."""
        found = await store.lead(self.conn, self.ticket.id)
        if found is None:
            raise Illegal("No department has this ticket now.")
        return found


class RecordedRefusal(Illegal):
    """409 that is itself recorded: the move is rolled back, then `record` is run and committed by `perform` or
    `attempt`.
    """

    Record = Callable[[MoveContext], Awaitable[None]]

    def __init__(self, message: str, *, record: Record, **params: object) -> None:
        super().__init__(message, field=None, **params)
        self.record = record


Perform = Callable[[MoveContext, Any], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Move:
    """A declared move: its noun below a ticket's path, who may make it, its fields, and the code that performs it.

    `sub`: the noun below one item of the first (`hand-overs/7/acceptances`); the item's id is `MoveContext.item`.
    """

    noun: str
    body: type[BaseModel]
    who: Who
    perform: Perform
    summary: str
    sub: str = ""

    @property
    def path(self) -> str:
        """Its path below `tickets/{number}/`."""
        return f"{self.noun}/{{item}}/{self.sub}" if self.sub else self.noun


def action_of(move: Move, shown: Shown | None = None) -> Action:
    """A move as an action: `POST /api/v1/tickets/{number}/…` for programs, `POST /tickets/{number}/…` for pages.

    Its fields are checked last: first whether the ticket is visible, whose the move is, and whether the state fits (`perform`).
    """

    async def perform(context: ActionContext, values: Any) -> Result:
        number = context.places["number"]
        return await attempt(
            context.conn, context.services, move, context.user, number, values, context.now, context.item
        )

    path = f"tickets/{{number}}/{move.path}"
    return Action(
        path=path,
        page=f"/{path}",
        back="/tickets/{number}",
        body=move.body,
        perform=perform,
        checks=False,
        digits=17 if move.sub else 0,
        summary=move.summary,
        roles=WORKERS,
        rule=move.who.value,
        shown=shown,
        status=200,
        tag="moves",
    )


async def perform(
    pool: Pool,
    services: Services,
    move: Move,
    user: User,
    number: str,
    values: Mapping[str, Any],
    now: datetime,
) -> Mapping[str, object]:
    """Make a move in a transaction of its own.

    1. Lock the ticket (Missing, also where it is not the user's to see). 2. May this user (Forbidden)? 3. Does the
    state fit (Illegal)? 4. Are the fields right (BadField)? 5. Do it. A `RecordedRefusal` undoes the move alone: that it was
    tried and refused is recorded in the same transaction.
    """
    async with pool.acquire() as conn, conn.transaction():
        result = await attempt(conn, services, move, user, number, values, now)
    return made(result)


def made(result: Mapping[str, object] | RecordedRefusal) -> Mapping[str, object]:
    """The result of `attempt`, after its transaction was committed. Raises the refusal where it is one."""
    if isinstance(result, RecordedRefusal):
        raise result
    return result


async def attempt(
    conn: Conn,
    services: Services,
    move: Move,
    user: User,
    number: str,
    values: Mapping[str, Any],
    now: datetime,
    item: int | None = None,
) -> Mapping[str, object] | RecordedRefusal:
    """`perform` in the caller's transaction: a RecordedRefusal is returned, to be raised by `made` after the commit."""
    try:
        async with conn.transaction():
            return await perform_in(conn, services, move, user, number, values, now, item)
    except RecordedRefusal as error:
        ticket = await visible(conn, user, number, lock=True)
        await error.record(MoveContext(conn, services, ticket, user, now, item))
        return error


async def perform_in(
    conn: Conn,
    services: Services,
    move: Move,
    user: User,
    number: str,
    values: Mapping[str, Any],
    now: datetime,
    item: int | None = None,
) -> Mapping[str, object]:
    """`perform` in the caller's transaction."""
    ticket = await visible(conn, user, number, lock=True)
    if not await may(conn, move.who, user, ticket):
        raise Forbidden("This is for %(who)s.", who=move.who.value)
    if not is_legal(move.noun, ticket):
        raise not_now(move.noun, ticket)
    body = checked(move.body, dict(values))
    result = await move.perform(MoveContext(conn, services, ticket, user, now, item), body)
    await _notify(conn, ticket, number)
    return {"number": number, **result}


async def _notify(conn: Conn, ticket: Ticket, number: str) -> None:
    """Tell the open pages of those who have the ticket that it changed."""
    topics = [f"user:{ticket.owner_id}", *await news_for(conn, ticket)]
    await notify(conn, topics, LiveKind.TICKET, number=number)


def not_now(noun: str, ticket: Ticket) -> Illegal:
    """The reason why a move does not fit, naming the state and those in which it would."""
    if ticket.filed_at is not None:
        return Illegal("Ticket %(number)s is filed and closed.", number=ticket.number)
    if noun == "replies" and ticket.state is State.DISPATCHED:
        return Illegal("Sign for ticket %(number)s before replying.", number=ticket.number)
    return Illegal(
        "Ticket %(number)s is in state “%(state)s”; this needs: %(needed)s.",
        number=ticket.number,
        state=ticket.state.value,
        needed=sorted(legal_states(noun)),
    )


async def visible(conn: Conn, user: User, number: str, *, lock: bool = False) -> Ticket:
    """The ticket, if the user may see its row; otherwise Missing, as if it did not exist (architecture.md, rule 8).

    To read (not locked) a former department gets it as it left it.
    """
    ticket = await store.get(conn, number, lock=lock)
    if user.role is Role.LIAISON and not await moves_sql.department_had(conn, ticket.id, user.department_id):
        raise Missing("There is no ticket %(number)s.", number=number)
    if lock:
        return ticket
    return as_left(ticket, (await partings(conn, user, [ticket.id])).get(ticket.id))


async def may(conn: Conn, who: Who, user: User, ticket: Ticket) -> bool:
    """Whether this user may make a move of this kind on this ticket."""
    match who:
        case Who.MANAGER:
            return user.role is Role.MANAGER
        case Who.CENTRE:
            return await _centre(conn, user, ticket)
        case Who.LEAD:
            return await _department(conn, user, ticket, lead=True)
        case Who.ASSIGNED:
            return await _department(conn, user, ticket, lead=False)
        case Who.RECEIVER:
            return user.in_centre
        case Who.CENTRE_OR_LEAD:
            return await _centre(conn, user, ticket) or await _department(conn, user, ticket, lead=True)
        case Who.WORKING:
            return await _centre(conn, user, ticket) or await _department(conn, user, ticket, lead=False)
    assert_never(who)


async def _centre(conn: Conn, user: User, ticket: Ticket) -> bool:
    if user.role is Role.MANAGER:
        return True
    if user.role is not Role.OPERATOR:
        return False
    return ticket.owner_id == user.id or await is_on_shift(conn, user.id)


async def _department(conn: Conn, user: User, ticket: Ticket, *, lead: bool) -> bool:
    if user.role is not Role.LIAISON or user.department_id is None:
        return False
    found = await store.open_assignment(conn, ticket.id, user.department_id)
    return found is not None and (found.part == "lead" or not lead)
