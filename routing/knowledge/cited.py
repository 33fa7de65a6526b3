"""An answer cites its notice sheet: the version in force, what an SMS says of it, and the count of its uses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.event import Event
from hotline.base.events import Subscriber
from hotline.base.hooks import CitedSheet
from hotline.base.services import Services, by_ticket
from hotline.base.text.texts import Texts
from hotline.ids import TicketId
from routing.knowledge import search_sql, tasks_sql
from routing.knowledge.content import FREE, NO_PAPERS
from routing.knowledge.search import is_over
from routing.knowledge.sheets import today

#: Characters of a part in an SMS; the papers have more to say than the rest.
_PAPERS, _SHORT = 200, 80
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Essentials:
    """What one needs of a sheet, as one text: papers, where, how long, cost; what is not known is left out."""

    texts: Texts
    row: search_sql.ShownRow

    def named(self, language: str) -> str:
        """In a language; the words themselves are the department's."""
        row = self.row
        papers = (
            self.texts.say("sheet_no_papers", language)
            if row.papers == NO_PAPERS
            else self._part("sheet_papers", language, row.papers, _PAPERS)
        )
        cost = (
            self.texts.say("sheet_free", language)
            if row.cost == FREE
            else self._part("sheet_cost", language, row.cost, _SHORT)
        )
        where = self._part("sheet_where", language, row.place, _SHORT)
        return f"{papers}{where}{self._part('sheet_takes', language, row.takes, _SHORT)}{cost}".strip()

    def _part(self, name: str, language: str, text: str, most: int) -> str:
        said = _LINES.sub("；", text.strip()).rstrip("。；;. ")
        said = said if len(said) <= most else said[: most - 1] + "…"
        return self.texts.say(name, language, words=said) if said else ""


async def cited(conn: Conn, services: Services, sheet: int, now: datetime) -> CitedSheet | None:
    """The hook of the answer: the sheet as it is in force today; None where none is, or it has run out."""
    rows = await search_sql.shown(conn, [sheet])
    if not rows or is_over(rows[0].valid_until, today(services, now)):
        return None
    return CitedSheet(rows[0].id, rows[0].version, rows[0].title, Essentials(services.texts, rows[0]))


async def count(conn: Conn, services: Services, events: Sequence[Event], now: datetime) -> None:
    """Each answer that cites a sheet is a use of it, once."""
    for event in events:
        sheet, version = event.detail.get("sheet"), event.detail.get("version")
        if isinstance(sheet, int) and isinstance(version, int):
            await tasks_sql.count_use(conn, event.ticket, event.seq, sheet, version, event.at)


async def section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The sheets that the answers of tickets cited."""
    rows = await tasks_sql.cited_by(conn, list(ids))
    return by_ticket(rows, ids, lambda r: {"sheet": str(r.sheet_id), "version": r.version, "title": r.title})


SUBSCRIBERS = (Subscriber("sheet uses", frozenset({"answered"}), count),)
