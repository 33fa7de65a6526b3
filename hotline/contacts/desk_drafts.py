"""Forms of the operator's page as they are typed, kept encrypted on the server: a crash, a sign-out or another tab loses nothing.

A draft belongs to a user and a place: the contact that is being taken, the call that is owed, or the browser's tab where there is neither.
It goes with its purpose: when the ticket is opened or the contact ends, at the latest after a day (`hotline.retention.erasure`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.keys import Keys
from hotline.contacts import desk_drafts_sql
from hotline.ids import UserId

_PLACE = re.compile(r"(contact|call-back|tab)-([0-9a-z]{1,24})")
#: Fields that are typed; what is only chosen is quickly chosen again.
_TYPED = ("text", "place", "from", "answer", "for", "department")
#: Fields by their name; those that may be chosen several times as lists.
Words = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class DeskDraft:
    """A form as it stands. `version`: of its words, 0 where there are none; `replaced`: what newer words of another tab replaced;
    `gone`: it was sent, or its contact ended, somewhere else. `at`: UTC.
    """

    version: int
    words: Words
    at: datetime | None = None
    replaced: Words | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A form that was begun: its place, its contact if it has one, its first words, since when it stands (UTC)."""

    place: str
    contact: int | None
    text: str
    at: datetime


async def draft_of(conn: Conn, keys: Keys, user: UserId, place: str) -> DeskDraft:
    """What stands at a place; of version 0 where nothing does."""
    row = await desk_drafts_sql.draft(conn, user, place)
    if row is None:
        return DeskDraft(0, {})
    before = _read(keys, row.before_enc) if row.before_enc else None
    return DeskDraft(row.version, _read(keys, row.words_enc), row.at, before)


async def save(
    conn: Conn, keys: Keys, user: UserId, place: str, base: int, words: Words, now: datetime, *, again: bool = False
) -> DeskDraft:
    """Keep the words of a form that knew version `base`; returns what stands now.

    1. Nobody else wrote: the words are kept. 2. Another tab wrote meanwhile: the newer words stand, the others are kept beside them and given
    back. 3. The draft that the form knew is gone, because it was sent elsewhere: nothing is kept unless `again` says so.
    """
    kept = keys.encrypt(orjson.dumps(words).decode())
    if base == 0 or again:
        contact = await _contact(conn, place)
        made = await desk_drafts_sql.begin_draft(conn, user, place, contact, kept, now)
        if made is not None:
            return DeskDraft(made, words, now)
    row = await desk_drafts_sql.draft_locked(conn, user, place)
    if row is None:
        return DeskDraft(0, {}, gone=True)
    others = _read(keys, row.words_enc) if row.version != base else None
    if others is not None and not _lost(others, words):
        others = None
    version = await desk_drafts_sql.go_on(conn, user, place, kept, row.words_enc if others is not None else None, now)
    return DeskDraft(version, words, now, others)


def _lost(others: Words, words: Words) -> bool:
    """Whether something that was typed elsewhere does not stand in the newer words. Pure."""
    return any(str(others.get(name, "")) not in str(words.get(name, "")) for name in _TYPED)


async def drop(conn: Conn, user: UserId, place: str) -> None:
    """The form was sent or thrown away."""
    await desk_drafts_sql.drop(conn, user, place)


async def drop_of_contact(conn: Conn, contact: int) -> None:
    """The contact has its end: whatever anybody typed for it goes."""
    await desk_drafts_sql.drop_of_contact(conn, contact)


async def unfinished(conn: Conn, keys: Keys, user: UserId) -> list[Unfinished]:
    """The forms that a user began and did not send, the latest first."""
    found = []
    for row in await desk_drafts_sql.unfinished(conn, user):
        words = _read(keys, row.words_enc)
        typed = [str(words[name]) for name in _TYPED if words.get(name)]
        if typed:
            found.append(Unfinished(row.place, row.contact_id, typed[0], row.at))
    return found


async def _contact(conn: Conn, place: str) -> int | None:
    """The contact of a place; None for a tab. Raises BadField where there is no such place."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise BadField("There is no such form.", field="place")
    if found[1] == "tab":
        return None
    if not found[2].isdigit() or len(found[2]) > 17:
        raise BadField("There is no such form.", field="place")
    number = int(found[2])
    if found[1] == "call-back":
        contact = await desk_drafts_sql.contact_of_call_back(conn, number)
        if contact is None:
            raise BadField("There is no such form.", field="place")
        return int(contact)
    if not await desk_drafts_sql.is_contact(conn, number):
        raise BadField("There is no such form.", field="place")
    return number


def _read(keys: Keys, kept: bytes) -> Words:
    return dict(orjson.loads(keys.decrypt(kept)))
