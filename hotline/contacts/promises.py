"""Promises given to persons (rulebook §3): a promise is stored as it was said and repeated so; it changes only by news
that the person hears: an extension, a higher urgency, a rework, an answer on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from hotline.base.db.connection import Conn
from hotline.base.services import Services, by_ticket, departments_read
from hotline.contacts import promises_sql
from hotline.contacts.promise_wording import Kind, Promise, join_sentences, promise_for, promise_sentence
from hotline.ids import TicketId
from hotline.ticket import Category, Ticket, Urgency


@dataclass(frozen=True, slots=True)
class GivenPromise:
    """A promise to the person of a ticket, in their language. `news`: the key of the message that tells it, where one has to."""

    ticket: TicketId
    promise: Promise
    language: str
    news: str = ""


async def give_promises(conn: Conn, services: Services, given: Sequence[GivenPromise], now: datetime) -> list[str]:
    """Store promises as they are said; returns the sentences. A promise without a message of its own counts as heard at
    once.
    """
    zone = services.settings.zone
    said = [promise_sentence(g.promise, services.texts, zone, g.language) for g in given]
    rows = [
        (
            g.ticket,
            g.promise.kind,
            g.language,
            text,
            g.promise.due_at,
            g.promise.call_by,
            g.promise.call_within,
            g.promise.safe_by,
            now,
            g.news,
            None if g.news else now,
        )
        for g, text in zip(given, said, strict=True)
    ]
    if rows:
        await promises_sql.give_promises(conn, *[list(column) for column in zip(*rows, strict=True)])
    return said


async def proposed_sentence(
    conn: Conn,
    services: Services,
    category: Category,
    urgency: Urgency,
    now: datetime,
    *,
    reachable: bool,
    language: str,
) -> str:
    """What would be promised of a matter that is not a ticket yet, as it would be said now."""
    (dues,) = await services.hooks.promises(conn, services, [(category, urgency)], now)
    promise = promise_for(category, urgency, dues, reachable=reachable)
    return promise_sentence(promise, services.texts, services.settings.zone, language)


async def mark_heard(conn: Conn, ticket: TicketId, news: str, now: datetime) -> None:
    """Note that the person knows the promise: the message arrived, a call was made, or it is being repeated to them."""
    await promises_sql.promise_heard(conn, ticket, news, now)


async def latest_promise(conn: Conn, ticket: TicketId) -> promises_sql.LatestPromiseRow | None:
    """The promise that holds."""
    return await promises_sql.latest_promise(conn, ticket)


async def repeat_promise(
    conn: Conn, services: Services, ticket: Ticket, shown: Ticket, language: str, now: datetime
) -> str:
    """The promise of `ticket` as it is repeated to its person, which also tells them of changes since.

    `shown`: the ticket that goes on, where this one was merged. A time that has passed is said to have passed; what was to
    happen at once and did is said to have happened, and then when the result is there.
    """
    row = await latest_promise(conn, ticket.id)
    if row is not None and row.heard_at is None:
        await mark_heard(conn, ticket.id, "", now)
    return await current_sentence(conn, services, row, shown, language, now)


async def current_sentence(
    conn: Conn,
    services: Services,
    row: promises_sql.LatestPromiseRow | None,
    shown: Ticket,
    language: str,
    now: datetime,
) -> str:
    """A kept promise in a language at a moment; a ticket that was given none has one by the policy in force."""
    say, zone = services.texts.say, services.settings.zone
    if row is None:
        (dues,) = await services.hooks.promises(conn, services, [(shown.category, shown.urgency)], shown.received_at)
        promise = promise_for(shown.category, shown.urgency, dues, reachable=shown.person_id is not None)
        text = promise_sentence(promise, services.texts, zone, language)
    else:
        promise = Promise(cast(Kind, row.kind), row.due_at, row.call_by, row.call_within, row.safe_by)
        text = row.sentence if row.language == language else promise_sentence(promise, services.texts, zone, language)
    due = [promise.due_at]
    if promise.kind == "urgent":
        due = await _open_parts(conn, promise, shown)
        if not due:
            then = Promise("result", promise.due_at) if promise.due_at and promise.due_at >= now else None
            result = promise_sentence(then, services.texts, zone, language) if then else ""
            return join_sentences([say("promise_kept", language), result], language)
    late = any(at is not None and at < now for at in due)
    return join_sentences([text, say("promise_late", language) if late else ""], language)


async def _open_parts(conn: Conn, promise: Promise, shown: Ticket) -> list[datetime | None]:
    """The times of what was to happen at once and did not yet."""
    done = await promises_sql.part_kept(conn, shown.id)
    parts = (("contacted_at", promise.call_by), ("safe_at", promise.safe_by))
    return [by for name, by in parts if by is not None and (done is None or getattr(done, name) is None)]


#: What departments read of it.
READ = departments_read("kind", "sentence", "due_at", "call_by", "safe_by", "at", "heard_at")


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """What the person of each ticket was promised, the oldest first: as it was said, by when, and whether it was heard."""
    rows = await promises_sql.promises_of(conn, list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "kind": row.kind,
            "sentence": row.sentence,
            "due_at": row.due_at,
            "call_by": row.call_by,
            "safe_by": row.safe_by,
            "at": row.at,
            "heard_at": row.heard_at,
        },
    )
