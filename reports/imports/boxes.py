"""`import boxes`: slips of the opinion boxes become contacts; the bad ones tickets (rulebook §1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.contacts import contacts_sql
from hotline.contacts.opening import NewTicket, open_tickets
from hotline.ticket import Category, Channel
from reports.imports.lines import keep_lines, lines_taken_before, score_of, text_of
from reports.imports.words import BOXES
from routing.directory.names import Named, department_in, named
from routing.tables.bounds import PAGE
from routing.tables.by_column import ImportResult, read_day
from routing.tables.columns import ReadTable, read_columns
from routing.tables.reader import Sheet

NEEDED = ("unit", "date", "text")
_KIND = "box"
#: Slips without a rating, and those up to this one, are read as complaints; the others are kept and counted.
_BAD = 2


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip. `ident` names it by what it says."""

    line: int
    row: dict[str, str]
    unit: str
    on: date
    text: str
    rating: int | None
    ident: str

    @property
    def bad(self) -> bool:
        return self.rating is None or self.rating <= _BAD

    def at(self, services: Services, now: datetime) -> datetime:
        """When it was written: noon of its day."""
        return min(datetime.combine(self.on, time(12), services.settings.zone), now)


async def import_boxes(conn: Conn, services: Services, sheet: Sheet, now: datetime) -> ImportResult:
    """Columns unit, date, text; rating. All or nothing; a slip that was taken before is refused."""
    table = read_columns(sheet, BOXES, NEEDED, PAGE.rows)
    slips, refused = await _read(conn, services, table, now)
    if refused:
        return ImportResult(0, tuple(refused), table.called, tuple(table.notes))
    inbound = await keep_lines(conn, services, _KIND, {slip.ident: slip.row for slip in slips}, now)
    ids = [inbound[slip.ident] for slip in slips]
    new_tickets = [
        NewTicket(
            Channel.BOX,
            slip.text,
            None,
            slip.at(services, now),
            place=slip.unit,
            category=Category.COMPLAINT,
            inbound=ident,
        )
        for slip, ident in zip(slips, ids, strict=True)
        if slip.bad
    ]
    await open_tickets(conn, services, new_tickets, now)
    await _keep_good(conn, services, [(s, i) for s, i in zip(slips, ids, strict=True) if not s.bad], now)
    bad = sum(slip.bad for slip in slips)
    return ImportResult(
        len(slips), (), table.called, tuple(table.notes), (("tickets", bad), ("good ones", len(slips) - bad))
    )


async def _read(
    conn: Conn, services: Services, table: ReadTable, now: datetime
) -> tuple[list[Slip], list[tuple[int, BadField]]]:
    slips: list[Slip] = []
    refused = list(table.refused)
    seen: set[str] = set()
    departments = await named(conn)
    today = now.astimezone(services.settings.zone).date()
    for line, row in table.lines:
        try:
            slip = _slip(line, row, departments, today)
            if slip.ident in seen:
                raise BadField("The same slip stands twice.", field="text")
            seen.add(slip.ident)
            slips.append(slip)
        except BadField as error:
            refused.append((line, error))
    before = await lines_taken_before(conn, services, _KIND, sorted(seen))
    refused += [(s.line, BadField("This slip was imported before.", field="text")) for s in slips if s.ident in before]
    return slips, sorted(refused, key=lambda item: item[0])


def _slip(line: int, row: dict[str, str], departments: Named, today: date) -> Slip:
    unit = department_in(row.get("unit", ""), departments, "unit")
    on = read_day(text_of(row, "date"), "date")
    if on > today:
        raise BadField("%(column)s: %(text)s lies ahead.", field="date", column="date", text=row["date"])
    text, rating = text_of(row, "text", 4000), score_of(row)
    ident = hashlib.sha256(f"{unit.code}\n{on.isoformat()}\n{text}\n{rating}".encode()).hexdigest()
    return Slip(line, row, unit.name, on, text, rating, ident)


async def _keep_good(conn: Conn, services: Services, slips: Sequence[tuple[Slip, int]], now: datetime) -> None:
    """Contacts that end as a rating: kept and counted, nobody owes anything."""
    if not slips:
        return
    ids = [row.contact for row in await contacts_sql.reserve(conn, len(slips))]
    none: list[None] = [None] * len(slips)
    await contacts_sql.insert_contacts(
        conn,
        ids,
        ["box"] * len(ids),
        none,
        [ident for _, ident in slips],
        none,
        none,
        ["rating"] * len(ids),
        none,
        [slip.at(services, now) for slip, _ in slips],
        [now] * len(ids),
        [f"{slip.unit}：{slip.text}" for slip, _ in slips],
    )
