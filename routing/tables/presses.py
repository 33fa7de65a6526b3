"""The two presses of a table's form: the first shows what the table would do, the second does it (`routing.tables.uploads`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from hotline.base.db.connection import Conn
from hotline.base.http.requests import now_of, pool_of, services_of
from hotline.base.services import Services
from hotline.people.sessions import user_of
from routing.tables.bounds import Unreadable
from routing.tables.by_column import ImportResult
from routing.tables.columns import ReadTable
from routing.tables.plan import TablePlan
from routing.tables.reader import Sheet
from routing.tables.uploads import UploadOutcome, held_for, sent_table


@dataclass(frozen=True, slots=True)
class TableKind:
    """How tables of one kind are read, planned and done."""

    read: Callable[[Sheet], ReadTable]
    plan: Callable[[Conn, Services, ReadTable, datetime], Awaitable[TablePlan]]
    take: Callable[[Conn, Services, Any, datetime, str], Awaitable[ImportResult]]


@dataclass(frozen=True, slots=True)
class TableProposal:
    """What a table would do, shown before it does it; `other`: it was another plan when it was shown first."""

    file: str
    plan: TablePlan
    held: str
    other: bool


async def pressed(request: web.Request, kind: TableKind) -> UploadOutcome | TableProposal | int:
    """The table of a form: why it is refused; what it would do, at the first press; or how many lines it took, at the second."""
    sent = await sent_table(request)
    if isinstance(sent, UploadOutcome):
        return sent
    try:
        table = await asyncio.to_thread(kind.read, sent.sheet)
    except Unreadable as error:
        return UploadOutcome(sent.file, 0, (), error)
    async with pool_of(request).acquire() as conn, conn.transaction():
        plan = await kind.plan(conn, services_of(request), table, now_of(request))
        if not plan.refused and sent.plan == plan.digest:
            return (await kind.take(conn, services_of(request), plan, now_of(request), user_of(request).actor)).taken
    if plan.refused:
        return UploadOutcome(sent.file, 0, plan.outcome().refused, columns=plan.called)
    return TableProposal(sent.file, plan, await held_for(request, sent), other=bool(sent.plan))


def shown_press(found: UploadOutcome | TableProposal | None) -> dict[str, Any]:
    """What a page with the form is given of a press: its status, and why nothing was taken or what would be done (directory/plan.html)."""
    refused = isinstance(found, UploadOutcome)
    return {
        "status": 422 if refused else 200,
        "outcome": found if refused else None,
        "proposal": None if refused else found,
    }
