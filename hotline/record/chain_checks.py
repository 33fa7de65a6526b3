"""Verification of the hash chains of many tickets against the heads stored on them."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from hotline.base.db.connection import Conn
from hotline.base.event import Head
from hotline.base.keys import RecordKeys
from hotline.record import record_sql
from hotline.record.chain import chain_faults
from hotline.record.parallel_reading import CheckedPart, TicketRange


async def check_chains(conn: Conn, span: TicketRange, keys: RecordKeys, zone: str, now: datetime) -> CheckedPart:
    """Every event row of these tickets: in its place, unchanged, and belonging to a ticket."""
    tickets = {row.id: row for row in await record_sql.heads_between(conn, span.after, span.until)}
    rows = await record_sql.events_between(conn, span.after, span.until)
    wrong: list[tuple[str, str]] = []
    seen = set()
    for ticket, group in groupby(rows, key=lambda r: r.ticket_id):
        seen.add(ticket)
        known = tickets.get(ticket)
        head = Head(known.event_count, known.last_event_at, known.head_hash) if known else None
        named = known.number if known else f"ticket #{ticket}"
        wrong += [(named, said) for said in chain_faults(keys.seal, ticket, head, (r.as_tuple()[1:] for r in group))]
    for ticket, row in tickets.items():
        if ticket not in seen:
            wrong += [
                (row.number, said) for said in chain_faults(keys.seal, ticket, Head(row.event_count, None, b""), ())
            ]
    return CheckedPart(len(tickets), len(rows), tuple(wrong))
