"""The queries of topics.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import (
    TypedRow,
    execute,
    fetch_many,
    fetch_one_or_none,
    fetch_value,
    fetch_value_or_none,
    fetch_values,
)
from hotline.ids import DepartmentId, PersonId, TicketId

SQL = queries(__package__, "topics.sql")


async def take_due(conn: Conn | Pool, limit: int) -> list[str]:
    """Places where something new was reported, taken to be looked at, passing by what others hold."""
    return await fetch_values(conn, SQL["take_due"], limit)


class ReportsAtRow(TypedRow):
    """A row of `reports_at`."""

    at: datetime
    ticket_id: TicketId
    person_id: PersonId | None
    number: str
    text: str
    place: str
    gist: str
    subjects: list[str]


async def reports_at(conn: Conn | Pool, key: str, since: datetime) -> list[ReportsAtRow]:
    """What was reported at a place, or of a matter without one, since a moment, newest first: who, about what, in which words."""
    return await fetch_many(conn, ReportsAtRow, SQL["reports_at"], key, since)


async def usual(conn: Conn | Pool, key: str, subject: str, since: datetime, until: datetime) -> int:
    """How many reports of a subject at a place there were in a span before."""
    found: int = await fetch_value(conn, SQL["usual"], key, subject, since, until)
    return found


class PutTopicRow(TypedRow):
    """A row of `put_topic`."""

    id: int
    fresh: bool


async def put_topic(
    conn: Conn | Pool,
    key: str,
    matter: str,
    place: str,
    words: Collection[str | None],
    rule: str,
    people: int,
    now: datetime,
    last_at: datetime,
) -> PutTopicRow | None:
    """A hot topic is found, or has grown; the id, and whether it is new."""
    return await fetch_one_or_none(
        conn, PutTopicRow, SQL["put_topic"], key, matter, place, words, rule, people, now, last_at
    )


async def put_topic_tickets(conn: Conn | Pool, topic_id: int, tickets: Collection[int | None]) -> None:
    """The tickets of a hot topic."""
    await execute(conn, SQL["put_topic_tickets"], topic_id, tickets)


async def sharing(conn: Conn | Pool, ticket_ids: Collection[int | None], is_matter: bool) -> list[int]:
    """Topics that are hot now and have one of these tickets, the oldest first: of those with a place, or of those without."""
    return await fetch_values(conn, SQL["sharing"], ticket_ids, is_matter)


async def grow_topic(
    conn: Conn | Pool, home: int, words: Collection[str | None], people: int, newest_at: datetime
) -> None:
    """A hot topic has new reports."""
    await execute(conn, SQL["grow_topic"], home, words, people, newest_at)


async def hand_tickets_on(conn: Conn | Pool, topic_id: int, topic_ids: Collection[int | None]) -> None:
    """The tickets of topics that turned out to be one go to the first."""
    await execute(conn, SQL["hand_tickets_on"], topic_id, topic_ids)


async def join_topics(conn: Conn | Pool, joined_id: int, idents: Collection[int | None], now: datetime) -> None:
    """Topics that turned out to be one with an earlier one."""
    await execute(conn, SQL["join_topics"], joined_id, idents, now)


async def end_topics(conn: Conn | Pool, now: datetime, week_ago: datetime, quarter_ago: datetime) -> None:
    """Nothing new for a week, or for 90 days where it has no place: no longer hot."""
    await execute(conn, SQL["end_topics"], now, week_ago, quarter_ago)


class TopicsRow(TypedRow):
    """A row of `topics`."""

    id: int
    key: str
    matter: str
    place: str
    words: list[str]
    rule: str
    people: int
    found_at: datetime
    last_at: datetime
    ended_at: datetime | None
    joined_id: int | None
    numbers: list[str] | None


async def topics(conn: Conn | Pool, cursor: int | None, open: bool, limit: int) -> list[TopicsRow]:
    """Hot topics, newest first, of those found before a moment."""
    return await fetch_many(conn, TopicsRow, SQL["topics"], cursor, open, limit)


class TopicsAtRow(TypedRow):
    """A row of `topics_at`."""

    id: int
    matter: str
    place: str
    rule: str
    people: int


async def topics_at(
    conn: Conn | Pool, keys: Collection[str | None], matters: Collection[str | None], ticket_id: int | None
) -> list[TopicsAtRow]:
    """What is hot now on a subject at some places, or of a matter without one; or has a ticket among its own."""
    return await fetch_many(conn, TopicsAtRow, SQL["topics_at"], keys, matters, ticket_id)


class AttachedRow(TypedRow):
    """A row of `attached`."""

    ticket_id: TicketId
    id: int
    matter: str
    place: str
    text: str
    until_at: datetime
    ended_at: datetime | None
    department: str
    department_name: str


async def attached(conn: Conn | Pool, ticket_ids: Collection[int | None]) -> list[AttachedRow]:
    """The outages that tickets belong to."""
    return await fetch_many(conn, AttachedRow, SQL["attached"], ticket_ids)


async def post_outage(
    conn: Conn | Pool,
    department_id: int,
    matter: str,
    place: str,
    text: str,
    until_at: datetime,
    posted_by: str,
    now: datetime,
) -> int:
    """A department posts a known outage."""
    found: int = await fetch_value(
        conn, SQL["post_outage"], department_id, matter, place, text, until_at, posted_by, now
    )
    return found


class ChangeOutageRow(TypedRow):
    """A row of `change_outage`."""

    id: int
    department_id: DepartmentId
    matter: str
    place: str
    text: str
    until_at: datetime
    posted_by: str
    posted_at: datetime
    changed_at: datetime | None
    reminded_at: datetime | None
    ended_at: datetime | None


async def change_outage(
    conn: Conn | Pool, item: int | None, text: str, until_at: datetime, now: datetime, department_id: int | None
) -> ChangeOutageRow | None:
    """Other words, or another time, for an outage that is not mended yet."""
    return await fetch_one_or_none(
        conn, ChangeOutageRow, SQL["change_outage"], item, text, until_at, now, department_id
    )


async def end_outage(
    conn: Conn | Pool, item: int | None, now: datetime, department_id: int | None
) -> ChangeOutageRow | None:
    """It is mended."""
    return await fetch_one_or_none(conn, ChangeOutageRow, SQL["end_outage"], item, now, department_id)


async def take_overdue_outages(conn: Conn | Pool, now: datetime, limit: int) -> list[ChangeOutageRow]:
    """Outages whose time has come and that nobody ended, asked about once; passing by what others hold."""
    return await fetch_many(conn, ChangeOutageRow, SQL["take_overdue_outages"], now, limit)


class OutagesOfRow(TypedRow):
    """A row of `outages_of`."""

    id: int
    matter: str
    place: str
    text: str
    until_at: datetime
    posted_at: datetime
    department: str
    department_name: str
    tickets: int


async def outages_of(conn: Conn | Pool, department_id: int | None) -> list[OutagesOfRow]:
    """What is not mended yet, of a department or of all: those whose time has come first."""
    return await fetch_many(conn, OutagesOfRow, SQL["outages_of"], department_id)


async def attached_of(conn: Conn | Pool, outage_id: int, person_id: int | None) -> str | None:
    """The open ticket of a person that belongs to an outage, the latest."""
    found: str | None = await fetch_value_or_none(conn, SQL["attached_of"], outage_id, person_id)
    return found


async def contact_ended(conn: Conn | Pool, contact: int) -> bool | None:
    """Whether a contact has its end."""
    found: bool | None = await fetch_value_or_none(conn, SQL["contact_ended"], contact)
    return found


async def told_of_outage(conn: Conn | Pool, outage_id: int) -> list[int]:
    """The tickets that belong to an outage, and those merged into them, whose persons wait for news of it."""
    return await fetch_values(conn, SQL["told_of_outage"], outage_id)


async def open_outages(conn: Conn | Pool, now: datetime, department_id: int | None) -> list[OutagesOfRow]:
    """Outages that are known now, the latest first."""
    return await fetch_many(conn, OutagesOfRow, SQL["open_outages"], now, department_id)


class OutageRow(TypedRow):
    """A row of `outage`."""

    id: int
    department_id: DepartmentId
    matter: str
    place: str
    text: str
    until_at: datetime
    posted_by: str
    posted_at: datetime
    changed_at: datetime | None
    reminded_at: datetime | None
    ended_at: datetime | None
    department: str
    department_name: str


async def outage(conn: Conn | Pool, outage: int, now: datetime) -> OutageRow | None:
    """One outage that is still known."""
    return await fetch_one_or_none(conn, OutageRow, SQL["outage"], outage, now)


async def attach_outage(conn: Conn | Pool, ticket_id: int, outage_id: int, by_actor: str, now: datetime) -> int | None:
    """A caller's ticket belongs to a known outage."""
    found: int | None = await fetch_value_or_none(conn, SQL["attach_outage"], ticket_id, outage_id, by_actor, now)
    return found
