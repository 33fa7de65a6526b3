"""Changes of a given promise: by an answer, a higher urgency, a rework or an extension; the person is told of each
(rulebook §3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.kinds import EventKind
from hotline.base.services import Outgoing, Services
from hotline.base.text.spoken_time import SpokenTime
from hotline.contacts import owed_calls
from hotline.contacts.person_messages import to_children, to_person
from hotline.contacts.promise_wording import ANSWERED, Promise, promise_due_on, promise_for
from hotline.contacts.promises import GivenPromise, give_promises, latest_promise, mark_heard
from hotline.ids import TicketId
from hotline.outbox.store import restate
from hotline.people.persons import load_person
from hotline.ticket import AT_WORK, RANK, Category, State, Ticket, Urgency
from hotline.tickets import store, tickets_sql

#: Ends at which a first answer that has not left promises nothing more.
_ENDS: frozenset[EventKind] = frozenset({"answered", "declined", "transferred", "withdrawn"})


async def on_events(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Subscriber: change the promises of tickets that were answered or ended, made more urgent, or are done again."""
    for event in events:
        ticket = await store.by_id(conn, event.ticket)
        if event.kind in _ENDS:
            await _ended(conn, services, ticket, event.kind, now)
        elif event.kind == "reworked" or _raised(event.detail):
            await _anew(conn, services, ticket, event, now)


def _raised(detail: Mapping[str, object]) -> bool:
    """Whether a correction made it more urgent. Pure."""
    change = detail.get("urgency")
    if not isinstance(change, list | tuple) or len(change) != 2:
        return False
    return RANK[Urgency(change[1])] > RANK[Urgency(change[0])]


async def _language(conn: Conn, services: Services, ticket: Ticket) -> tuple[str, bool]:
    """The person's language, and whether there is a number to call."""
    person = await load_person(conn, services.keys, ticket.person_id)
    if person is None:
        return services.settings.language, False
    return person.language, person.can_be_called


async def _ended(conn: Conn, services: Services, ticket: Ticket, how: str, now: datetime) -> None:
    """Nothing is promised any more: a first answer that has not left says so; of an answer that was given another message tells."""
    row = await latest_promise(conn, ticket.id)
    if row is None or row.kind == "answered":
        return
    said = services.texts.say("promise_answered", row.language) if how == "answered" else ""
    restated = await restate(conn, f"received:{ticket.id}", row.sentence, said)
    if how != "answered":
        return
    await give_promises(conn, services, [GivenPromise(ticket.id, ANSWERED, row.language)], now)
    if restated is None and row.kind != "thanks":
        await to_person(conn, services, ticket, "promised", f"promised:{ticket.id}:answered", now, promise=said)


async def _anew(conn: Conn, services: Services, ticket: Ticket, event: Event, now: datetime) -> None:
    """What is promised from now on; the person is told at once where an SMS goes, and at the desk it is read aloud."""
    if ticket.state not in AT_WORK | {State.REPLIED}:
        return
    language, reachable = await _language(conn, services, ticket)
    (dues,) = await services.hooks.promises(conn, services, [(ticket.category, ticket.urgency)], event.at)
    promise = (
        promise_due_on(dues.again, reachable=reachable)
        if event.kind == "reworked"
        else promise_for(ticket.category, ticket.urgency, dues, reachable=reachable)
    )
    if promise.kind in {"soon", "thanks"}:
        return
    news = f"promised:{ticket.id}:{event.seq}"
    (said,) = await give_promises(conn, services, [GivenPromise(ticket.id, promise, language, news)], now)
    await to_person(conn, services, ticket, "promised", news, now, about={"news": news}, promise=said)


async def extend_promise(
    conn: Conn, services: Services, ticket: Ticket, until: datetime, news: str, now: datetime
) -> None:
    """Move the promise to `until` and tell the person, by SMS or else by an owed call; the persons of merged tickets
    too.

    Until they hear, or ask, it is not said to have moved.
    """
    language, reachable = await _language(conn, services, ticket)
    promise: Promise = promise_due_on(until, reachable=reachable)
    due = SpokenTime(until, now, services.settings.zone, dated=True)
    left_out = await to_children(
        conn, services, ticket, "extended", news, now, confirm_within=owed_calls.RECEIPT_WITHIN, due=due
    )
    given = [GivenPromise(ticket.id, promise, language, news)]
    for row in await tickets_sql.merged_into(conn, ticket.id):
        child = store.as_ticket(row)
        spoken, callable_ = await _language(conn, services, child)
        given.append(GivenPromise(child.id, promise_due_on(until, reachable=callable_), spoken, news))
    await give_promises(conn, services, given, now)
    sent = await to_person(
        conn,
        services,
        ticket,
        "extended",
        news,
        now,
        about={"news": news},
        confirm_within=owed_calls.RECEIPT_WITHIN,
        due=due,
    )
    if sent is None:
        left_out.append(ticket)
    await owed_calls.owe(
        conn, services, [t for t in left_out if t.category is not Category.TIPOFF], news, "promise", now
    )


async def on_receipt(conn: Conn, services: Services, message: Outgoing, state: str, now: datetime) -> None:
    """The news of a promise arrived; or it did not, and a call is owed where it was moved."""
    if message.ticket_id is None:
        return
    news = str(message.about.get("news", ""))
    if state == "delivered" and news:
        await mark_heard(conn, TicketId(message.ticket_id), news, now)
    elif message.kind != "promised":
        await owed_calls.on_receipt(conn, services, message, state, now)


SUBSCRIBERS = (Subscriber("promises", _ENDS | {"corrected", "reworked"}, on_events, ordered=True),)
RECEIPTS = dict.fromkeys(("promised", "extended", "child_extended"), on_receipt)
