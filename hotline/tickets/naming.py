"""Tipoffs and the units that they name: hidden there from the first minute (domain.md §8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from hotline.base.db import Conn
from hotline.base.ids import TicketId
from hotline.grams import folded
from hotline.tickets.store import Q

#: 镇赉县 before 住房和城乡建设局: people leave it out.
_PLACE = re.compile(r"^[\u4e00-\u9fff]{0,4}?县(?=[\u4e00-\u9fff]{3,})")


def spoken_names(name: str) -> set[str]:
    """A unit's name as it may stand in somebody's words: whole, and without the county before it."""
    whole = folded(name).strip()
    return {whole, _PLACE.sub("", whole)} - {""}


def named_in(text: str, names: Mapping[int, str]) -> set[int]:
    """The units (id → name) that a text names."""
    said = "".join(folded(text).split())
    return {
        unit for unit, name in names.items() if any("".join(n.split()) in said for n in spoken_names(name))
    }


async def hide_from_named(conn: Conn, tipoffs: Mapping[TicketId, str], now: datetime) -> None:
    """Mark the units that the words of these tipoffs name; they do not find the tickets from now on."""
    if not tipoffs:
        return
    names = {row["id"]: row["name"] for row in await conn.fetch(Q["unit_names"])}
    found = [(ticket, unit) for ticket, text in tipoffs.items() for unit in sorted(named_in(text, names))]
    await conn.execute(Q["name_units"], [t for t, _ in found], [u for _, u in found], "system", now)
