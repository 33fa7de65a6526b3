"""Alike tickets: the probable duplicates of a new contact, and past tickets beside a suggestion. Never a tipoff's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from hotline.base.db import Conn, queries
from hotline.base.events import Event, Subscriber
from hotline.base.house import House
from hotline.base.phones import read_phone
from routing.gist import gist
from routing.model.functions import matter_of
from routing.places import is_wide, keys_of
from routing.sketch import bands, common_words, pairs, shared

A = queries("routing", "alike.sql")
#: A duplicate is looked for among the contacts of so long; alike past tickets among those of so long.
RECENT, PAST = timedelta(days=30), timedelta(days=730)
_ALIKE, _RELATED = 0.45, 0.12


@dataclass(frozen=True, slots=True)
class Alike:
    """A ticket like the words asked for: how much (0 … 1), and by what: `phone`, `place`, `matter`, `words`."""

    row: asyncpg.Record
    score: float
    by: tuple[str, ...]
    words: tuple[str, ...]

    def shown(self) -> dict[str, Any]:
        """As the API and the pages show it."""
        r = self.row
        return {
            "number": r["number"], "state": r["state"], "category": r["category"], "received_at": r["received_at"],
            "department": r["department"], "department_name": r["department_name"], "place": r["place"],
            "text": r["text"][:200], "probability": round(self.score, 2), "by": list(self.by),
            "words": list(self.words),
        }  # fmt: skip


async def duplicates(
    conn: Conn, house: House, text: str, place: str, sender: str, now: datetime, *, limit: int = 5,
    but: int | None = None,
) -> list[Alike]:  # fmt: skip
    """The probable duplicates of a contact among those of the last 30 days, likeliest first; `but`: not this ticket."""
    phone = read_phone(sender, house.settings.area_code) if sender else None
    person = None
    if phone is not None and phone.number:
        person = await conn.fetchval(A["person_of_phone"], house.keys.hash(phone.number))
    return await _find(conn, text, place, person, now - RECENT, limit, but)


async def past(conn: Conn, text: str, place: str, now: datetime, *, but: int | None = None) -> list[Alike]:
    """Up to three past tickets with alike words, for the one who dispatches."""
    return await _find(conn, text, place, None, now - PAST, 3, but)


async def _find(
    conn: Conn, text: str, place: str, person: int | None, since: datetime, limit: int, but: int | None
) -> list[Alike]:
    keys = set(keys_of(f"{place} {text}"))
    rows = await conn.fetch(A["candidates"], bands(text), sorted(keys), person, since, but)
    about_it = gist(text)
    mine, matter = pairs(about_it), matter_of(about_it)[0]
    found = [alike for row in rows if (alike := _judge(row, mine, matter, keys, person)) is not None]
    best = sorted(found, key=lambda a: (-a.score, -a.row["id"]))[:limit]
    return [replace(a, words=tuple(common_words(about_it, pairs(a.row["gist"])))) for a in best]


def _judge(
    row: asyncpg.Record, mine: frozenset[str], matter: str, keys: set[str], person: int | None
) -> Alike | None:
    """Whether a candidate is the same matter: its words much alike; or the place or person the same and the words related.

    `mine`: the pairs of what the text is about. Which words they share is said of those that are shown.
    """
    theirs = pairs(row["gist"])
    words = shared(mine, theirs)
    both = keys & set(row["keys"])
    same_person = person is not None and row["person_id"] == person
    same_matter = bool(matter) and row["matter"] == matter
    near = bool(both - {k for k in both if is_wide(k)})
    related = words >= _RELATED or same_matter
    if not (words >= _ALIKE or (near and related) or (same_person and related) or (both and words >= 0.25)):
        return None
    score = min(0.99, words + 0.35 * near + 0.3 * same_person + 0.15 * same_matter)
    by = {"phone": same_person, "place": bool(both), "matter": same_matter, "words": words >= _RELATED}
    return Alike(row, score, tuple(k for k, v in by.items() if v), ())


async def remember(conn: Conn, house: House, events: Sequence[Event], now: datetime) -> None:
    """Keep the signs and places of new words; forget what was corrected, and what became a tipoff."""
    ids = sorted({event.ticket for event in events})
    changed = sorted({event.ticket for event in events if event.kind != "received"})
    if changed:
        for query in ("forget_sketches", "forget_places", "forget_topics"):
            await conn.execute(A[query], changed)
    rows = await conn.fetch(A["to_remember"], ids)
    if not rows:
        return
    gists = [gist(row["text"]) for row in rows]
    matters = [matter_of(words)[0] for words in gists]
    signs = [" ".join(map(str, bands(row["text"]))) for row in rows]
    ids, at = [row["id"] for row in rows], [row["received_at"] for row in rows]
    await conn.execute(A["put_sketches"], ids, at, signs, matters, gists)
    places = [
        (key, row["received_at"], row["id"], matter)
        for row, matter in zip(rows, matters, strict=True)
        for key in keys_of(f"{row['place']} {row['text']}")
    ]
    if places:
        columns: list[list[Any]] = [list(c) for c in zip(*places, strict=True)]
        await conn.execute(A["put_places"], *columns, now)


SUBSCRIBERS = (Subscriber("alike", frozenset({"received", "corrected"}), remember),)
