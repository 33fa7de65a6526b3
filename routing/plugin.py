"""What this package brings: the directory, suggestions, rosters, paging, returns and rulings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.base.command import Command
from hotline.base.db.connection import Conn
from hotline.base.events import Subscriber
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import CalendarJob, Job, Sweep
from hotline.base.services import Claimer, Guard, Receipt, Section, by_ticket
from hotline.ids import TicketId
from hotline.moves.move import Move
from routing import handlers
from routing.alerts import acknowledgements, answers, paging, surprise_pages, unanswered
from routing.alerts import messages as alert_messages
from routing.alerts.messages import P
from routing.commands import COMMANDS
from routing.directory import views as directory_views
from routing.likeness import duplicates, topics
from routing.likeness import views as topic_views
from routing.outages import announcements, outages
from routing.places import views as place_views
from routing.returns import dispute_views, returns, rulings, transfers
from routing.rosters import import_views, recurring, shifts
from routing.rosters import views as roster_views
from routing.suggestions import hints, proposals, suggested, training
from routing.suggestions.suggestion import kept_with_dispatch

#: What the program would have suggested stays with each dispatch.
keeps_suggested = kept_with_dispatch
#: Known outages are played to callers; a key attaches.
announced, on_pressed = announcements.announced, outages.pressed


def routes() -> list[Route]:
    return [
        *handlers.ROUTES,
        *rulings.ROUTES,
        *roster_views.ROUTES,
        *import_views.ROUTES,
        *dispute_views.ROUTES,
        *directory_views.ROUTES,
        *suggested.ROUTES,
        *proposals.ROUTES,
        *unanswered.ROUTES,
        *hints.ROUTES,
        *topic_views.ROUTES,
        *place_views.ROUTES,
        *outages.ROUTES,
    ]


def menu() -> list[Entry]:
    return [
        *rulings.MENU,
        *roster_views.MENU,
        *directory_views.MENU,
        *place_views.MENU,
        *topic_views.MENU,
        *outages.MENU,
    ]


def commands() -> list[Command]:
    return list(COMMANDS)


def moves() -> list[Move]:
    return [*acknowledgements.MOVES, *returns.MOVES, *outages.MOVES]


def subscribers() -> list[Subscriber]:
    return [*paging.SUBSCRIBERS, *returns.SUBSCRIBERS, *duplicates.SUBSCRIBERS]


def claimers() -> list[Claimer]:
    return [surprise_pages.claim, answers.claim]


def seeds() -> list[Callable[[Conn, datetime], Awaitable[None]]]:
    return [duplicates.read_signs_of_before]


def guards() -> dict[str, Guard]:
    return {
        "page": alert_messages.still_wanted,
        "page_voice": alert_messages.still_wanted,
        surprise_pages.KIND: surprise_pages.still_wanted,
        surprise_pages.VOICE: surprise_pages.still_wanted,
    }


def receipts() -> dict[str, Receipt]:
    return {"page_voice": acknowledgements.on_key, surprise_pages.VOICE: surprise_pages.on_key}


def jobs() -> list[Job]:
    return [
        Sweep("paging", timedelta(seconds=1), paging.page_due),
        Sweep("surprise pages", timedelta(seconds=20), surprise_pages.page_due),
        CalendarJob("surprise plan", surprise_pages.FIRSTS, surprise_pages.plan),
        Sweep("hot topics", timedelta(seconds=10), topics.sweep),
        Sweep("outages past their time", timedelta(seconds=30), announcements.remind),
        CalendarJob("routing model", training.NIGHTS, training.nightly),
        CalendarJob("topics cool", recurring.NIGHTS, topics.cool),
        CalendarJob("gap notice", shifts.THURSDAYS, shifts.tell_gaps),
        CalendarJob("recurring shifts", recurring.NIGHTS, recurring.extend_patterns),
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
