"""Search of the notice sheets in force while words are typed: by title and aliases, by a name that stands in a sentence, by all words.

The words are parted by spaces; all must be held. What has run out stands last, marked. Nothing of what is looked for is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotline.base.db.connection import Conn
from hotline.base.text.search_keys import folded, pattern_of, wanted
from routing.knowledge import search_sql

#: So many are found at most, and looked at where only words far inside hold what is looked for.
MOST = 50
_FEW = 500
_LONGEST = 200
_APART = re.compile(r"[\s,，。、;；?？!！“”\"'（）()]+")
#: By what a sheet was found, by the place that the search gave it.
_MATCHED = ("title", "alias", "title", "title", "alias", "name", "words")


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A sheet that was found, and by what: its `title`, an `alias`, a `name` that stands in what was said, or other `words`."""

    row: search_sql.ShownRow
    matched: str
    expired: bool


async def find(conn: Conn, words: str, day: date, limit: int) -> Sequence[FoundSheet]:
    """The sheets in force that hold all words, the best first; `limit` at most. No words: none."""
    several = [word for word in _APART.split(folded(words[:_LONGEST])) if word]
    keys = sorted({key for word in several for key in wanted(word)})
    if not keys:
        return ()
    whole = "".join(several)
    patterns = [pattern_of(word) for word in several]
    places: dict[int, int] = {}
    for row in await search_sql.by_names(conn, keys, patterns, whole, pattern_of(whole)[1:], day, limit):
        places.setdefault(row.id, row.place)
    if len(places) < limit and len(whole) > 2:
        starts = sorted({whole[i : i + 2] for i in range(len(whole) - 1)})
        for row in await search_sql.by_sentence(conn, starts, whole, limit):
            places.setdefault(row.id, row.place)
    if not places and len(whole) > 1:
        places = {row.id: row.place for row in await search_sql.by_words(conn, keys, _FEW, limit)}
    return await _shown(conn, places, day, limit)


async def _shown(conn: Conn, places: dict[int, int], day: date, limit: int) -> Sequence[FoundSheet]:
    """The rows in the order of their places, what has run out last."""
    if not places:
        return ()
    order = {sheet: at for at, sheet in enumerate(places)}
    rows = await search_sql.shown(conn, list(places))
    found = [FoundSheet(row, _MATCHED[places[row.id]], is_over(row.valid_until, day)) for row in rows]
    return sorted(found, key=lambda one: (one.expired, order[one.row.id]))[:limit]


def is_over(until: date | None, day: date) -> bool:
    """Whether a sheet that is valid until a day has run out: on that day it has not."""
    return until is not None and until < day
