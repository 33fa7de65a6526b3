"""Hot topics: the same matter reported at one place by different people, or without a place by many (rulebook §10);
detected as contacts arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn, Pool
from hotline.base.event import Draft
from hotline.base.services import Services
from hotline.ids import TicketId
from routing.likeness import groups, topics_sql
from routing.likeness.duplicates import Read
from routing.likeness.groups import LEAST, QUARTER, WEEK, WEEKS, Report, Topic
from routing.likeness.unplaced import is_matter
from routing.places.gazetteer import known_in
from routing.places.spellings import Spelled, is_wide, written


def place_of(key: str, reports: Sequence[Report], known: Sequence[Spelled] = ()) -> str:
    """The place of a key as most reports write it, of two the one written first; nothing for a matter without a place. Pure."""
    if is_matter(key):
        return ""
    names = [
        name
        for r in sorted(reports, key=lambda r: (r.at, r.ticket))
        for k, name in written(f"{r.place} {r.text}", known)
        if k == key
    ]
    return Counter(names).most_common(1)[0][0] if names else key.split(":")[1]


async def look_for_topics(conn: Conn, services: Services, key: str, now: datetime) -> int:
    """Detect hot topics at one place, or of one matter without a place; returns how many new ones were found."""
    placeless = is_matter(key)
    rows = await topics_sql.reports_at(conn, key, now - (QUARTER if placeless else WEEK))
    reports = [Report(r.ticket_id, r.at, r.person_id, r.text, r.place, r.gist, tuple(r.subjects)) for r in rows]
    fresh = 0
    for group in groups.clusters(reports, placeless=placeless):
        matter = groups.matter(group)
        if placeless:
            found = groups.hot_without_place(group, now)
        else:
            usual = await _usual(conn, key, matter, now) if matter and len(group) >= LEAST else 0.0
            found = groups.hot(group, now, usual)
        if found is None or (is_wide(key) and not matter):
            continue
        named = key.split(":")[1] if placeless else matter
        newest = tuple(sorted(group, key=lambda r: r.at, reverse=True))
        fresh += await _keep(conn, services, key, Topic(named, newest, *found, groups.shared_words(group)), now)
    return fresh


async def _usual(conn: Conn, key: str, matter: str, now: datetime) -> float:
    """Reports a week, on the mean of the eight weeks before this one."""
    n = await topics_sql.usual(conn, key, matter, now - (WEEKS + 1) * WEEK, now - WEEK)
    return int(n) / WEEKS


async def _keep(conn: Conn, services: Services, key: str, topic: Topic, now: datetime) -> bool:
    """Keep a topic: one that shares a ticket with an open one is that one, and open ones that it joins become one."""
    tickets = [r.ticket for r in topic.reports]
    newest = topic.reports[0]
    sharing = await topics_sql.sharing(conn, tickets, is_matter(key))
    if sharing:
        home, *others = sharing
        await topics_sql.grow_topic(conn, home, list(topic.words), topic.people, newest.at)
        if others:
            await topics_sql.hand_tickets_on(conn, home, others)
            await topics_sql.join_topics(conn, home, others, now)
        fresh = False
    else:
        known = await known_in(conn, *(f"{r.place} {r.text}" for r in topic.reports))
        row = await topics_sql.put_topic(
            conn,
            key,
            topic.matter or " ".join(topic.words[:2]),
            place_of(key, topic.reports, known),
            list(topic.words),
            topic.rule,
            topic.people,
            now,
            newest.at,
        )
        assert row is not None
        home, fresh = row.id, bool(row.fresh)
    await topics_sql.put_topic_tickets(conn, home, tickets)
    if fresh:
        detail = {"topic": home, "rule": topic.rule, "people": topic.people}
        await services.publish(conn, Draft(TicketId(min(tickets)), "hot_topic", "system", detail), now)
    return fresh


async def sweep_topics(pool: Pool, services: Services, now: datetime) -> int:
    """Look at the places where something new was reported. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        keys = await topics_sql.take_due(conn, 200)
        for key in sorted(set(keys)):
            await look_for_topics(conn, services, key, now)
    return len(keys)


async def cool(conn: Conn, services: Services, due_at: datetime, now: datetime) -> None:
    """The calendar job: what had no new report for a week is no longer hot; for 90 days, where it has no place."""
    await topics_sql.end_topics(conn, now, now - WEEK, now - QUARTER)


async def at(conn: Conn, text: str, place: str, ticket: int | None) -> list[dict[str, Any]]:
    """The topics that are hot now to which a ticket, or words being typed, belong."""
    read = Read.of(place, text, await known_in(conn, place, text))
    matters = [key.split(":")[1] for key in read.keys if is_matter(key)]
    rows = await topics_sql.topics_at(conn, list(read.keys), [*read.subjects, *matters], ticket)
    return [row.as_dict() for row in rows]


def shown_topic(row: topics_sql.TopicsRow) -> dict[str, Any]:
    """A hot topic as the API and the page show it."""
    return {
        "id": str(row.id),
        "place": row.place,
        "matter": row.matter,
        "words": list(row.words),
        "rule": row.rule,
        "people": row.people,
        "found_at": row.found_at,
        "last_at": row.last_at,
        "ended_at": row.ended_at,
        "tickets": list(row.numbers or []),
    }
