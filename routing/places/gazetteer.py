"""The gazetteer of the county: its villages, estates and roads with the names that people use, matched before anything is guessed."""

from __future__ import annotations

from hotline.base.db.connection import Conn
from hotline.base.text.search_keys import folded
from routing.places import gazetteer_sql
from routing.places.spellings import Spelled


async def known_in(conn: Conn, *texts: str) -> tuple[Spelled, ...]:
    """The places of the gazetteer that may stand in these texts; `routing.places.spellings` says where."""
    read = folded(" ".join(texts))
    starts = sorted({read[i : i + 2] for i in range(len(read) - 1) if " " not in read[i : i + 2]})
    rows = await gazetteer_sql.spelled(conn, starts)
    return tuple(Spelled(row.spelling, row.name, row.kind) for row in rows if row.spelling in read)
