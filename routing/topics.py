"""Hot topics: the same kind and place by different people (domain.md §10), found as they come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.base.db import Conn, Pool, queries
from hotline.base.events import Draft
from hotline.base.house import House
from hotline.base.ids import TicketId
from hotline.base.live import tell
from routing.gist import about, gist, words_of
from routing.places import is_wide, keys_of, written
from routing.sketch import common_words, shared

T = queries("routing", "topics.sql")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
IN_A_DAY, IN_A_WEEK = 3, 5
#: Far over the usual: so many times the mean of the eight weeks before, and at least so many people.
_WEEKS, _TIMES, _LEAST = 8, 4, 4
_ALIKE = 0.2


@dataclass(frozen=True, slots=True)
class Report:
    """One ticket at a place: when (UTC), by whom (None: anonymous), about what (empty: not known), in which words."""

    ticket: int
    at: datetime
    person: int | None
    matter: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Reports of one matter, newest first; `people`: how many different ones within `rule`'s span."""

    matter: str
    reports: tuple[Report, ...]
    rule: str
    people: int
    words: tuple[str, ...]


def people(reports: Sequence[Report]) -> int:
    """How many different people: one who writes ten times is one, and all anonymous ones are one."""
    return len({r.person for r in reports})


def clusters(reports: Sequence[Report]) -> list[list[Report]]:
    """Reports by matter; those whose matter is not known join whichever they share words with. Pure."""
    known: dict[str, list[Report]] = defaultdict(list)
    for report in (r for r in reports if r.matter):
        known[report.matter].append(report)
    loose: list[list[Report]] = []
    for report in (r for r in reports if not r.matter):
        mine = words_of(report.text)
        home = next(
            (
                g
                for g in [*known.values(), *loose]
                if any(shared(mine, words_of(o.text)) >= _ALIKE for o in g)
            ),
            None,
        )
        if home is None:
            loose.append([report])
        else:
            home.append(report)
    return [*known.values(), *loose]


def hot(reports: Sequence[Report], now: datetime, usual: float = 0.0) -> tuple[str, int] | None:
    """By which rule reports of one matter and place are hot, and how many people; `usual`: reports a week before. Pure."""
    day = people([r for r in reports if r.at > now - DAY])
    if day >= IN_A_DAY:
        return "day", day
    week = people([r for r in reports if r.at > now - WEEK])
    if week >= IN_A_WEEK:
        return "week", week
    if usual > 0 and week >= max(_LEAST, _TIMES * usual):
        return "usual", week
    return None


def said(reports: Sequence[Report]) -> tuple[str, ...]:
    """The words that at least half of the reports share: those of the matter, else the longest pieces. Pure."""
    times = Counter(word for r in reports for word in set(about(r.text)[1]))
    if not times:
        first, *others = reports
        times = Counter(w for o in others for w in common_words(gist(first.text), words_of(o.text), 5))
    often = [(n, word) for word, n in times.items() if n * 2 >= len(reports) - 1]
    return tuple(word for _, word in sorted(often, key=lambda p: (-p[0], -len(p[1]), p[1]))[:5])


def place_of(key: str, reports: Sequence[Report]) -> str:
    """The place of a key as most reports write it, of two the one written first. Pure."""
    names = [
        name
        for r in sorted(reports, key=lambda r: (r.at, r.ticket))
        for k, name in written(f"{r.place} {r.text}")
        if k == key
    ]
    return Counter(names).most_common(1)[0][0] if names else key.split(":")[1]


async def look(conn: Conn, house: House, key: str, now: datetime) -> int:
    """Look at one place; returns how many hot topics were found there anew."""
    rows = await conn.fetch(T["reports_at"], key, now - WEEK)
    reports = [
        Report(r["ticket_id"], r["at"], r["person_id"], r["matter"], r["text"], r["place"]) for r in rows
    ]
    fresh = 0
    for group in clusters(reports):
        matter = next((r.matter for r in group if r.matter), "")
        usual = await _usual(conn, key, matter, now) if matter and len(group) >= _LEAST else 0.0
        found = hot(group, now, usual)
        if found is None or (is_wide(key) and not matter):
            continue
        topic = Topic(matter, tuple(sorted(group, key=lambda r: r.at, reverse=True)), *found, said(group))
        fresh += await _keep(conn, house, key, topic, now)
    return fresh


async def _usual(conn: Conn, key: str, matter: str, now: datetime) -> float:
    """Reports a week, on the mean of the eight weeks before this one."""
    n = await conn.fetchval(T["usual"], key, matter, now - (_WEEKS + 1) * WEEK, now - WEEK)
    return int(n) / _WEEKS


async def _keep(conn: Conn, house: House, key: str, topic: Topic, now: datetime) -> bool:
    newest = topic.reports[0]
    row = await conn.fetchrow(
        T["put_topic"], key, topic.matter or " ".join(topic.words[:2]), place_of(key, topic.reports),
        list(topic.words), topic.rule, topic.people, now, newest.at,
    )  # fmt: skip
    assert row is not None
    await conn.execute(T["put_topic_tickets"], row["id"], [r.ticket for r in topic.reports])
    if row["fresh"]:
        first = TicketId(min(r.ticket for r in topic.reports))
        detail = {"topic": row["id"], "rule": topic.rule, "people": topic.people}
        await house.publish(conn, Draft(first, "hot_topic", "system", detail), now)
    await tell(conn, "centre", "topic", id=row["id"])
    return bool(row["fresh"])


async def sweep(pool: Pool, house: House, now: datetime) -> int:
    """Look at the places where something new was reported. Run twice it does nothing more."""
    async with pool.acquire() as conn, conn.transaction():
        rows = await conn.fetch(T["take_due"], 200)
        for key in sorted({row["key"] for row in rows}):
            await look(conn, house, key, now)
    return len(rows)


async def cool(conn: Conn, house: House, due_at: datetime, now: datetime) -> None:
    """The calendar job: what had no new report for a week is no longer hot."""
    await conn.execute(T["end_topics"], now, now - WEEK)


async def at(conn: Conn, text: str, place: str, ticket: int | None) -> list[dict[str, Any]]:
    """The topics that are hot now to which a ticket, or words being typed, belong."""
    keys, matter = keys_of(f"{place} {text}"), about(text)[0]
    return [dict(row) for row in await conn.fetch(T["topics_at"], keys, matter, ticket)]


def shown(row: Any) -> dict[str, Any]:
    """A hot topic as the API and the page show it."""
    return {
        "id": str(row["id"]), "place": row["place"], "matter": row["matter"], "words": list(row["words"]),
        "rule": row["rule"], "people": row["people"], "found_at": row["found_at"], "last_at": row["last_at"],
        "ended_at": row["ended_at"], "tickets": list(row["numbers"] or []),
    }  # fmt: skip
