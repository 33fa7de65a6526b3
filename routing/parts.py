"""What this package brings: the directory, suggestions, rosters, paging, returns and rulings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.base.command import Command
from hotline.base.db import Conn
from hotline.base.events import Subscriber
from hotline.base.ids import TicketId
from hotline.base.jobs import CalendarJob, Job, Sweep
from hotline.base.services import Claimer, Guard, Receipt, Section, by_ticket
from hotline.base.web import Entry, Route
from hotline.work.move import Move
from routing import (
    acknowledging,
    alike,
    answering,
    directorypage,
    disputepage,
    handlers,
    hints,
    outagenews,
    outages,
    pages,
    paging,
    patterndeeds,
    placepage,
    proposed,
    returns,
    rosterimport,
    rosterpage,
    rosters,
    rulings,
    suggested,
    surprise,
    topicpage,
    topics,
    training,
    transfers,
    unanswered,
)
from routing.commands import COMMANDS
from routing.pages import P
from routing.suggest import kept_with_dispatch

#: What the program would have suggested stays with each dispatch.
keeps_suggested = kept_with_dispatch
#: Known outages are played to callers; a key attaches.
announced, on_pressed = outagenews.announced, outages.pressed


def routes() -> list[Route]:
    return [
        *handlers.ROUTES,
        *rulings.ROUTES,
        *rosterpage.ROUTES,
        *rosterimport.ROUTES,
        *disputepage.ROUTES,
        *directorypage.ROUTES,
        *suggested.ROUTES,
        *proposed.ROUTES,
        *unanswered.ROUTES,
        *hints.ROUTES,
        *topicpage.ROUTES,
        *placepage.ROUTES,
        *outages.ROUTES,
    ]


def menu() -> list[Entry]:
    return [
        *rulings.MENU,
        *rosterpage.MENU,
        *directorypage.MENU,
        *placepage.MENU,
        *topicpage.MENU,
        *outages.MENU,
    ]


def commands() -> list[Command]:
    return list(COMMANDS)


def moves() -> list[Move]:
    return [*acknowledging.MOVES, *returns.MOVES, *outages.MOVES]


def subscribers() -> list[Subscriber]:
    return [*paging.SUBSCRIBERS, *returns.SUBSCRIBERS, *alike.SUBSCRIBERS]


def claimers() -> list[Claimer]:
    return [surprise.claim, answering.claim]


def seeds() -> list[Callable[[Conn, datetime], Awaitable[None]]]:
    return [alike.read_signs_of_before]


def guards() -> dict[str, Guard]:
    return {
        "page": pages.still_wanted,
        "page_voice": pages.still_wanted,
        surprise.KIND: surprise.still_wanted,
        surprise.VOICE: surprise.still_wanted,
    }


def receipts() -> dict[str, Receipt]:
    return {"page_voice": acknowledging.on_key, surprise.VOICE: surprise.on_key}


def jobs() -> list[Job]:
    return [
        Sweep("paging", timedelta(seconds=1), paging.page_due),
        Sweep("surprise pages", timedelta(seconds=20), surprise.page_due),
        CalendarJob("surprise plan", surprise.FIRSTS, surprise.plan),
        Sweep("hot topics", timedelta(seconds=10), topics.sweep),
        Sweep("outages past their time", timedelta(seconds=30), outagenews.remind),
        CalendarJob("routing model", training.NIGHTS, training.nightly),
        CalendarJob("topics cool", patterndeeds.NIGHTS, topics.cool),
        CalendarJob("gap notice", rosters.THURSDAYS, rosters.tell_gaps),
        CalendarJob("recurring shifts", patterndeeds.NIGHTS, patterndeeds.extend_patterns),
    ]


async def _pages(conn: Conn, ids: Sequence[TicketId], now: datetime) -> Mapping[TicketId, Any]:
    """The pages of tickets: who was paged how and when, what became of the message, how the ladder ended."""
    rows = await conn.fetch(P["pages_of"], list(ids))
    return by_ticket(
        rows,
        ids,
        lambda row: {
            "step": row["step"],
            "channel": row["channel"],
            "at": row["at"],
            "person": row["shown_name"],
            "department": row["department"],
            "department_name": row["department_name"],
            "message": row["message"],
            "by_itself": row["by_itself"],
            "how": row["how"],
        },
    )


def sections() -> list[Section]:
    return [
        Section("returns", returns.section),
        Section("transfers", transfers.section, "rulings/transfers.html"),
        Section("pages", _pages, "paging/pages.html"),
        Section("outage", outages.section, "topics/attached.html"),
    ]
