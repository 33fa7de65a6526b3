"""The ledger of tickets from their records, for the API, the ticket page and the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson

from hotline.base.db.connection import Conn
from hotline.base.services import Section, departments_read
from hotline.ids import TicketId
from hotline.people.departments import departments_by_id
from sla.ledger import ticket_ledgers_sql
from sla.ledger.responsibility import KINDS, Interval, LedgerEvent, intervals


async def load_ledgers(
    conn: Conn, ids: Sequence[TicketId], now: datetime, *, horizon: datetime | None = None
) -> dict[TicketId, list[Interval]]:
    """Who held each ticket, up to now (the last event, where that is later), or as it was at `horizon`."""
    told: dict[TicketId, list[LedgerEvent]] = {}
    rows = await ticket_ledgers_sql.happenings(conn, list(ids), list(KINDS))
    for ticket, events in groupby(rows, key=lambda r: r.ticket_id):
        told[TicketId(ticket)] = [
            LedgerEvent(e.at, e.kind, orjson.loads(e.detail)) for e in events if horizon is None or e.at <= horizon
        ]
    named = {h.detail["department"] for said in told.values() for h in said if h.detail.get("department")}
    codes = {int(i): d.code for i, d in (await departments_by_id(conn, sorted(named))).items()}
    return {
        ticket: intervals(said, codes, horizon or max(now, said[-1].at)) if said else []
        for ticket, said in told.items()
    }


async def load_intervals(conn: Conn, ticket: TicketId, now: datetime) -> list[Interval]:
    """The ledger of one ticket, up to now."""
    return (await load_ledgers(conn, [ticket], now)).get(ticket, [])


def item(interval: Interval) -> dict[str, Any]:
    """An interval as the API gives it."""
    return {
        "party": interval.party,
        "from": interval.from_at,
        "to": interval.to_at,
        "seconds": interval.seconds,
    }


async def _section(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The ledger on a ticket's page, departments with their names."""
    found = await load_ledgers(conn, ids, now)
    codes = {i.party.partition(":")[2] for parts in found.values() for i in parts}
    names = {r.code: r.name for r in await ticket_ledgers_sql.department_names(conn, sorted(codes))}
    return {
        ticket: [{**item(i), "name": names.get(i.party.partition(":")[2], "")} for i in found.get(ticket, [])]
        for ticket in ids
    }


SECTION = Section(
    "responsibility",
    _section,
    "sla/responsibility.html",
    departments=departments_read("party", "from", "to", "seconds", "name"),
)
