"""The record behind a notice, verified before it is proposed, before it is approved, and when it is verified (rulebook §11).

Chains and rows of every ticket to which something happened in the month, or in the month before that stands beside it. In small parts,
between which others work: it reads, holds no lock, and sees exactly the rows that the notice is made of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.record.chain_checks import check_chains
from hotline.record.parallel_reading import TicketRange
from reports.figures.month import Month
from reports.notice import notice_sql
from sla.verify.comparison import check_rebuilt

#: So many tickets a part, and so many numbers without a ticket between two of them.
_PART, _GAP = 100, 100
#: So many faults are told.
_SAID = 3


async def record_faults(conn: Conn, services: Services, month: Month, now: datetime) -> list[str]:
    """What does not hold of the record of a month's tickets: ticket, row or event, and both values, a line each."""
    zone = services.settings.zone
    ids = await notice_sql.touched(conn, month.plus(-1).starts_at(zone), month.ends_at(zone))
    found: list[str] = []
    for span in parts(ids):
        for check in (check_chains, check_rebuilt):
            part = await check(conn, span, services.keys.record, str(zone), now)
            found += [f"{number}: {what}" for number, what in part.wrong]
            await asyncio.sleep(0)
    return list(dict.fromkeys(found))


def parts(ids: Sequence[int]) -> Iterator[TicketRange]:
    """Ranges that hold these ids and few others, in their order. Pure."""
    first = last = None
    count = 0
    for ident in ids:
        if first is not None and last is not None and (count == _PART or ident - last > _GAP):
            yield TicketRange(first - 1, last)
            first, count = None, 0
        first, last, count = ident if first is None else first, ident, count + 1
    if first is not None and last is not None:
        yield TicketRange(first - 1, last)


async def refuse_untrue(conn: Conn, services: Services, month: Month, now: datetime) -> None:
    """Raises Illegal where the record of the month does not hold, and says where."""
    found = await record_faults(conn, services, month, now)
    if found:
        raise Illegal(
            "The record does not hold in %(n)s places: %(where)s", n=len(found), where="; ".join(found[:_SAID])
        )
