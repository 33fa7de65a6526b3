"""Answers to SMS commands: status, addition, rating, opt-out, help (rulebook §8). One message at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.event import Draft
from hotline.base.http.live import LiveKind, notify
from hotline.base.services import InboundSms, Services
from hotline.contacts import contacts_sql
from hotline.contacts.opening import digest
from hotline.contacts.promises import repeat_promise
from hotline.contacts.results import is_secret, is_tipoff, news_of, result_of, shown_ticket
from hotline.contacts.sms_commands import SmsCommand
from hotline.ids import PersonId, TicketId
from hotline.people.departments import departments_by_id
from hotline.ticket import AT_WORK, State, Ticket
from hotline.tickets import store, tickets_sql
from hotline.tickets.tipoffs.take_back import mark_named_units, news_for, take_back

_ASKED_WITHIN = timedelta(days=7)
_CONFIRM_WITHIN = timedelta(days=1)
#: Words of a result or news in one SMS, which holds 1,600 characters in all.
_LONGEST = 700
_NAMES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
_NAMES_EN = {
    5: "very satisfied",
    4: "satisfied",
    3: "fairly satisfied",
    2: "dissatisfied",
    1: "very dissatisfied",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """How a contact ended, and what the person is told (a text's name and its values). `seq`: the event that took it."""

    outcome: str
    text: str | None
    values: dict[str, object]
    ticket: TicketId | None = None
    code: str | None = None
    seq: int | None = None


async def status(
    conn: Conn,
    services: Services,
    sms: InboundSms,
    person: PersonId | None,
    command: SmsCommand,
    language: str,
    now: datetime,
) -> Answered:
    """How a ticket stands. From its own phone the number is enough (a tipoff needs the code even then)."""
    number = command.number
    if not number and person is not None:
        number = await contacts_sql.latest_number(conn, person) or ""
    found = await look_up(conn, services, number, command.code, person, sms.sender.number, now)
    if isinstance(found, str):
        return Answered("status", found, {})
    text, values = await status_text(conn, services, found, language, now)
    return Answered("status", text, values, found.id)


async def look_up(
    conn: Conn, services: Services, number: str, code: str, person: PersonId | None, source: str, now: datetime
) -> Ticket | str:
    """The ticket, or the name of the text that says no: the same for an unknown number and a wrong code.

    Five wrong tries an hour per ticket, twenty per source.
    """
    number_hash, source_hash = services.keys.hash(f"number {number}"), services.keys.hash(f"source {source}")
    tries = await contacts_sql.misses(conn, number_hash, source_hash, now - timedelta(hours=1))
    assert tries is not None
    if tries.of_source >= 20:
        return "too_many_queries"
    row = await tickets_sql.ticket(conn, number)
    ticket = store.as_ticket(row) if row else None
    if ticket is not None:
        own = person is not None and ticket.person_id == person
        if own and not code and not await is_tipoff(conn, ticket):
            return ticket
        if tries.of_number < 5 and code == services.keys.query_code(number):
            return ticket
    if number or code:
        await contacts_sql.miss(conn, number_hash, source_hash, now)
    return "unknown_query"


async def status_text(
    conn: Conn, services: Services, ticket: Ticket, language: str, now: datetime
) -> tuple[str, dict[str, object]]:
    """The status sentence: the text's name and its values. A merged ticket has the status of the one that it was merged
    into.

    Nothing is said of what a tipoff or a confidential matter is about (rulebook §8).
    """
    shown = await shown_ticket(conn, ticket)
    say = services.texts.say
    number = ticket.number if shown is ticket else say("number_merged", language, number=ticket.number)
    if await is_secret(conn, shown):
        return "status_secret", {"number": number, "stage": say(_stage(shown), language)}
    names = await departments_by_id(conn, [shown.department_id] if shown.department_id else [])
    result, news = await result_of(conn, shown, now), await news_of(conn, shown)
    values: dict[str, object] = {
        "number": number,
        "department": next(iter(names.values())).named(language) if names else "",
        "promise": await repeat_promise(conn, services, ticket, shown, language, now),
        "reply": result.text[:_LONGEST] if result else say("result_over", language, hotline=services.settings.number),
        "news": say("status_news", language, news=news.text[:_LONGEST]) if news else "",
    }
    return f"status_{shown.state.value}", values


def _stage(ticket: Ticket) -> str:
    if ticket.state in AT_WORK:
        return "stage_working"
    return "stage_checked" if ticket.state is State.REPLIED else "stage_over"


@dataclass(frozen=True, slots=True)
class Continues:
    """What was added belongs to a filed ticket: a new one continues it."""

    ticket: TicketId


async def add(
    conn: Conn, services: Services, person: PersonId | None, command: SmsCommand, now: datetime
) -> Answered | Continues | None:
    """Words added to the person's own ticket, or to the one that it was merged into.

    Without words: what to write. None where the ticket is not theirs (then it becomes a ticket of its own).
    """
    row = await tickets_sql.ticket(conn, command.number)
    if not command.text:
        return Answered("help", "add_refused", {})
    if row is None or person is None or row.person_id != person:
        return None
    root = await shown_ticket(conn, store.as_ticket(row))
    (root,) = (await store.lock_many(conn, [root.id])).values()
    if root.filed_at is not None:
        return Continues(root.id)
    seq = await append(conn, services, root, command.text, now)
    return Answered("addition", "added", {"number": command.number}, root.id, seq=seq)


async def append(conn: Conn, services: Services, ticket: Ticket, text: str, now: datetime) -> int:
    """Record what the person added and show it to those who work on the ticket; returns the event's number."""
    seq = await record_words(conn, services, ticket, text, now)
    await store.add_note(conn, ticket.id, seq, "addition", text, public=True)
    return seq


async def record_words(
    conn: Conn, services: Services, ticket: Ticket, text: str, now: datetime, *, whole: str | None = None
) -> int:
    """That words came to a ticket: in its record, to those who work on it, and against whom it names; the event's number.

    `whole`: the ticket's own words as they are with them, where they became part of those.
    """
    await mark_named_units(conn, ticket, text, now)
    detail = {"words": digest(services, ticket.id, text)}
    if whole is not None:
        detail["whole"] = digest(services, ticket.id, whole)
    event = await services.publish(conn, Draft(ticket.id, "added", "person", detail), now)
    await take_back(conn, services, ticket, "system", now)
    topics = ["centre", f"user:{ticket.owner_id}", *await news_for(conn, ticket)]
    await notify(conn, topics, LiveKind.TICKET, number=ticket.number)
    return event.seq


async def rate(
    conn: Conn, services: Services, person: PersonId | None, command: SmsCommand, language: str, now: datetime
) -> Answered | None:
    """A rating, where one was asked for; changes no state. None: a bare one with no request in the last 7 days.

    A bare digit 1 or 2, and a digit that the words contradict, is confirmed once, as people mistake its direction; of several
    the later counts and all stay. Words with it are kept and shown to the owner; a low score's are an addition as well, but
    never to a filed ticket, which nothing of a rating opens again.
    """
    since = now - _ASKED_WITHIN
    row = await contacts_sql.rating_asked(conn, person, command.number, since) if person is not None else None
    if row is None or not command.score:
        return None if row is None and command.bare else Answered("rating", "rate_refused", {})
    ticket = TicketId(row.ticket_id)
    found = (await store.lock_many(conn, [ticket]))[ticket] if command.text else None
    asked_back = await contacts_sql.low_rating(conn, ticket, now - _CONFIRM_WITHIN)
    low = command.bare and command.digit and command.score <= 2 and not command.text and asked_back is None
    if low or command.unclear:
        await contacts_sql.insert_rating(conn, ticket, command.score, "sms", False, now)
        seq = await append(conn, services, found, command.text, now) if found and found.filed_at is None else None
        text = "confirm_low" if command.score <= 2 else "confirm_score"
        return Answered("rating", text, {"score": command.score}, ticket, seq=seq)
    if asked_back == command.score:
        await contacts_sql.confirm_rating(conn, ticket, command.score, now - _CONFIRM_WITHIN)
    else:
        await contacts_sql.insert_rating(conn, ticket, command.score, "sms", True, now)
    await _rated(conn, services, ticket, found, command, now)
    word = (_NAMES if language == "zh" else _NAMES_EN)[command.score]
    return Answered("rating", "rated", {"score": command.score, "word": word}, ticket)


async def _rated(
    conn: Conn, services: Services, ticket: TicketId, found: Ticket | None, command: SmsCommand, now: datetime
) -> None:
    """The rating in the record, its words beside it and with whom they are for."""
    event = await services.publish(conn, Draft(ticket, "rated", "person", {"score": command.score, "via": "sms"}), now)
    if found is None:
        return
    await store.add_note(conn, ticket, event.seq, "rating", command.text)
    if command.trouble and found.filed_at is None:
        await append(conn, services, found, command.text, now)
    await notify(conn, ["centre", f"user:{found.owner_id}"], LiveKind.TICKET, number=found.number)
