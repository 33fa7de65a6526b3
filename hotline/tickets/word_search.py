"""Search for words in all tickets, the newest first, without sorting all matches (docs/adr/0004-no-extension-bigrams.md).

A pair of characters that few tickets hold is found by index, and those few are looked at. What many hold is found by reading the words of
the newest tickets backwards, in stretches that double, until the page is full: the more common a word, the sooner that is.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotline.base.db.connection import Conn
from hotline.base.text.search_keys import pattern_of, wanted
from hotline.ids import TicketId
from hotline.tickets import word_search_sql

#: So many tickets at most are looked at one by one.
FEW = 2_000
#: Tickets of the first stretch that is read.
STRETCH = 8_000


async def newest_that_hold(conn: Conn, words: Sequence[str], before: int | None, limit: int) -> list[TicketId]:
    """The ids of the newest tickets whose words or place hold all `words`, older than the ticket `before`; `limit` at most."""
    patterns = [pattern_of(word) for word in words]
    keys = sorted({key for word in words for key in wanted(word)})
    if keys:
        async with conn.transaction():
            # The planner knows nothing of a pair that stands nowhere, and would read the whole table for it.
            await conn.execute("SET LOCAL enable_seqscan = off")
            candidates = await word_search_sql.may_hold(conn, keys, FEW + 1)
            await conn.execute("SET LOCAL enable_seqscan = on")
        if len(candidates) <= FEW:
            return await word_search_sql.hold_among(conn, candidates, before, patterns, limit)
    return await _backwards(conn, patterns, before, limit)


async def _backwards(conn: Conn, patterns: Sequence[str], before: int | None, limit: int) -> list[TicketId]:
    newest = await word_search_sql.newest(conn) or 0
    until, length = min(newest, before - 1) if before is not None else newest, STRETCH
    found: list[TicketId] = []
    while until > 0 and len(found) < limit:
        found += await word_search_sql.hold_between(conn, max(until - length, 0), until, patterns, limit - len(found))
        until, length = until - length, length * 2
    return found
