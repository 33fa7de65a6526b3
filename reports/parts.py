"""What this package brings: figures, findings, the notice, the consultation's papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.base.command import Command
from hotline.base.db.connection import Conn
from hotline.base.events import Subscriber
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import CalendarJob, Job, Sweep
from hotline.base.services import Section, by_ticket
from hotline.ids import TicketId
from hotline.people.roles import CENTRE, INSIDE, LIAISONS, MANAGERS, OVERSIGHT, STAFF
from reports.consult import handlers as consult
from reports.consult.commands import COMMANDS as CONSULT
from reports.demo.load import demo
from reports.exclusions import handlers as exclusions
from reports.figures import handlers as figures
from reports.findings import find
from reports.findings import handlers as findings
from reports.imports.commands import COMMANDS as IMPORTS
from reports.notice import handlers as notices
from reports.notice.commands import COMMANDS as NOTICE

__all__ = ["commands", "demo", "jobs", "menu", "routes", "sections", "subscribers"]


def routes() -> list[Route]:
    return [*figures.ROUTES, *findings.ROUTES, *exclusions.ROUTES, *notices.ROUTES, *consult.ROUTES]


def commands() -> list[Command]:
    return [*NOTICE, *CONSULT, *IMPORTS]


def subscribers() -> list[Subscriber]:
    return list(find.SUBSCRIBERS)


def jobs() -> list[Job]:
    return [
        Sweep("findings", timedelta(minutes=1), find.sweep),
        CalendarJob("findings of the night", find.MORNINGS, find.look_back),
    ]


async def _confirmed(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    return by_ticket(await conn.fetch(find.Q["confirmed_of"], list(ids)), ids, find.section_row)


def sections() -> list[Section]:
    return [Section("findings", _confirmed)]


def menu() -> list[Entry]:
    return [
        Entry(path="/leader", title="The month", roles=OVERSIGHT, rare=MANAGERS),
        Entry(path="/findings", title="Findings", roles=INSIDE),
        Entry(
            path="/notices",
            title="Notices",
            roles=STAFF,
            rare=CENTRE,
        ),
        Entry(
            path="/consultations",
            title="Consultations",
            roles=STAFF,
            rare=CENTRE,
        ),
        Entry(path="/department/figures", title="Our figures", roles=LIAISONS),
        Entry(path="/department/findings", title="Our findings", roles=LIAISONS),
    ]
