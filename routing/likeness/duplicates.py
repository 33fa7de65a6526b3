"""Similar tickets: the probable duplicates of a new contact, and past tickets shown beside a suggestion; never those of
a tipoff.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.services import Services
from hotline.base.text.phones import read_phone
from routing.likeness import duplicates_sql
from routing.likeness.gist import gist
from routing.likeness.sketch import bands, common_words, pairs, shared
from routing.likeness.subjects import same_subject, subjects_of
from routing.likeness.unplaced import matters_of
from routing.places.gazetteer import known_in
from routing.places.spellings import Spelled, is_long, is_wide, places_of

#: A duplicate is looked for among the contacts of so long; alike past tickets among those of so long.
RECENT, PAST = timedelta(days=30), timedelta(days=730)
#: So many tickets are read at once.
_BATCH = 500
#: So much of their words two contacts share: nearly equal; enough in a township, where they have one subject; related.
_ALIKE, _CLOSE, _RELATED = 0.45, 0.25, 0.12


@dataclass(frozen=True, slots=True)
class Read:
    """What is kept of a contact's words: the gist, its subjects, and the places or placeless matters under which it is counted."""

    gist: str
    subjects: tuple[str, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, place: str, text: str, known: Sequence[Spelled] = ()) -> Read:
        """The words read. Pure."""
        about = gist(text, known)
        return cls(about, subjects_of(about), (*places_of(place, text, known), *matters_of(about)))


@dataclass(frozen=True, slots=True)
class Alike:
    """A ticket like the words asked for: how much (0 … 1), and by what: `phone`, `place`, `matter`, `words`."""

    row: duplicates_sql.CandidatesRow
    score: float
    by: tuple[str, ...]
    words: tuple[str, ...]

    def shown(self) -> dict[str, Any]:
        """As the API and the pages show it."""
        r = self.row
        return {
            "number": r.number,
            "state": r.state,
            "category": r.category,
            "received_at": r.received_at,
            "department": r.department,
            "department_name": r.department_name,
            "place": r.place,
            "text": r.text[:200],
            "probability": round(self.score, 2),
            "by": list(self.by),
            "words": list(self.words),
        }


async def duplicates(
    conn: Conn,
    services: Services,
    text: str,
    place: str,
    sender: str,
    now: datetime,
    *,
    limit: int = 5,
    but: int | None = None,
) -> list[Alike]:
    """The probable duplicates of a contact among those of the last 30 days, likeliest first; `but`: not this ticket."""
    phone = read_phone(sender, services.settings.area_code) if sender else None
    person = None
    if phone is not None and phone.number:
        person = await duplicates_sql.person_of_phone(conn, services.keys.hash(phone.number))
    return await _find(conn, text, place, person, now - RECENT, limit, but)


async def past(conn: Conn, text: str, place: str, now: datetime, *, but: int | None = None) -> list[Alike]:
    """Up to three past tickets with alike words, for the one who dispatches."""
    return await _find(conn, text, place, None, now - PAST, 3, but)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The contact that is compared: pairs of its words, its subjects, its places, its person."""

    pairs: frozenset[str]
    subjects: tuple[str, ...]
    keys: frozenset[str]
    person: int | None


async def _find(
    conn: Conn, text: str, place: str, person: int | None, since: datetime, limit: int, but: int | None
) -> list[Alike]:
    known = await known_in(conn, place, text)
    keys = places_of(place, text, known)
    rows = await duplicates_sql.candidates(conn, bands(text), sorted(keys), person, since, but)
    about_it = gist(text, known)
    asked = _Asked(pairs(about_it), subjects_of(about_it), frozenset(keys), person)
    found = [alike for row in rows if (alike := _judge(row, asked)) is not None]
    best = sorted(found, key=lambda a: (-a.score, -a.row.id))[:limit]
    return [replace(a, words=tuple(common_words(about_it, pairs(a.row.gist)))) for a in best]


def _judge(row: duplicates_sql.CandidatesRow, asked: _Asked) -> Alike | None:
    """Whether a candidate is the same matter, and by what."""
    words = shared(asked.pairs, pairs(row.gist))
    both = asked.keys & set(row.place_keys)
    same_person = asked.person is not None and row.person_id == asked.person
    same_matter = same_subject(asked.subjects, row.subjects)
    if not (
        words >= _ALIKE
        or (same_person and (words >= _RELATED or same_matter))
        or (same_matter and is_one_place(both, words))
    ):
        return None
    near = any(not is_wide(key) for key in both)
    score = min(0.99, words + 0.35 * near + 0.3 * same_person + 0.25 * same_matter)
    by = {"phone": same_person, "place": bool(both), "matter": same_matter, "words": words >= _RELATED}
    return Alike(row, score, tuple(k for k, v in by.items() if v), ())


def is_one_place(both: Set[str], words: float) -> bool:
    """Whether two contacts on one subject that share these places, and so much of their words, are one matter. Pure.

    An estate, a school, a market is enough; on a road or in a village, which are long, a second place or words are wanted;
    in a township many words.
    """
    narrow = {key for key in both if not is_wide(key)}
    firm = any(not is_long(key) for key in narrow)
    return firm or len(narrow) > 1 or (words >= (_RELATED if narrow else _CLOSE) and bool(both))


async def remember(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Keep the signs and places of new words; forget what was corrected, and what became a tipoff."""
    ids = sorted({event.ticket for event in events})
    changed = sorted({event.ticket for event in events if event.kind != "received"})
    if changed:
        await duplicates_sql.forget_sketches(conn, changed)
        await duplicates_sql.forget_places(conn, changed)
        await duplicates_sql.forget_topics(conn, changed)
    await _keep(conn, ids, now)


async def reread(conn: Conn, since: datetime, now: datetime) -> None:
    """Recompute the places of tickets since a moment, because the gazetteer has changed."""
    await _read_anew(conn, await duplicates_sql.remembered_since(conn, since), now)


async def read_signs_of_before(conn: Conn, now: datetime) -> None:
    """Recompute the signs that an earlier version of the program wrote. No topic is opened: what was hot then was found
    then.
    """
    ids = await duplicates_sql.unread(conn)
    if ids:
        async with conn.transaction():
            await duplicates_sql.forget_sketches(conn, ids)
            await _read_anew(conn, ids, now)
            await duplicates_sql.no_topics(conn, now)


async def _read_anew(conn: Conn, ids: Sequence[int], now: datetime) -> None:
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        await duplicates_sql.forget_places(conn, part)
        await _keep(conn, part, now)


async def _keep(conn: Conn, ids: Sequence[int], now: datetime) -> None:
    """Keep the sketches of new tickets, by which duplicates and topics are found later."""
    rows = await duplicates_sql.to_remember(conn, ids)
    if not rows:
        return
    known = await known_in(conn, *(f"{row.place} {row.text}" for row in rows))
    read = [Read.of(row.place, row.text, known) for row in rows]
    found, at = [row.id for row in rows], [row.received_at for row in rows]
    signs = [" ".join(map(str, bands(row.text))) for row in rows]
    subjects = [" ".join(one.subjects) for one in read]
    await duplicates_sql.put_sketches(conn, found, at, signs, subjects, [one.gist for one in read])
    places = [
        (key, row.received_at, row.id, next(iter(one.subjects), ""))
        for row, one in zip(rows, read, strict=True)
        for key in one.keys
    ]
    if places:
        keys, times, tickets, subjects_of = map(list, zip(*places, strict=True))
        await duplicates_sql.put_places(conn, keys, times, tickets, subjects_of, now)


SUBSCRIBERS = (Subscriber("alike", frozenset({"received", "corrected", "protection_lifted", "unit_named"}), remember),)
