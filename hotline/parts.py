"""What the lowest package brings: the moves of a ticket, its jobs, receipts and pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hotline.base.db.connection import Pool
from hotline.base.events import Subscriber, retry_events
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import Job, Sweep
from hotline.base.services import Guard, Receipt, Section, Services
from hotline.contacts import promises
from hotline.moves import (
    co_disputes,
    co_requests,
    corrections,
    department_work,
    dispatches,
    duty_desk,
    endings,
    follow_ups,
    hand_overs,
    live_news,
    owed_calls,
    promise_changes,
    redactions,
    relays,
    replies,
    report_backs,
)
from hotline.moves.move import Move
from hotline.retention import holds

#: Rooms of this package with a list of their own.
_ROOMS = (
    "hotline.contacts.parts",
    "hotline.telephony.parts",
    "hotline.people.parts",
    "hotline.api.parts",
    "hotline.pages.parts",
    "hotline.record.parts",
    "hotline.retention.parts",
    "hotline.pages.department.parts",
    "hotline.pages.track.parts",
)


def _rooms(name: str) -> list[Callable[[], Any]]:
    modules = [import_module(room) for room in _ROOMS if find_spec(room)]
    return [getattr(module, name) for module in modules if hasattr(module, name)]


def moves() -> list[Move]:
    """Every move of a ticket that needs no policy and no roster."""
    rooms = (
        dispatches,
        department_work,
        co_requests,
        replies,
        report_backs,
        follow_ups,
        endings,
        corrections,
        redactions,
        hand_overs,
        duty_desk,
        relays,
        co_disputes,
        holds,
    )
    return [move for room in rooms for move in room.MOVES]


def routes() -> list[Route]:
    return [route for room in _rooms("routes") for route in room()]


def jobs() -> list[Job]:
    own: list[Job] = [
        Sweep("event retries", timedelta(seconds=5), _retry),
        Sweep("receipts", timedelta(seconds=5), report_backs.sweep_receipts),
        Sweep("unconfirmed news", timedelta(seconds=5), owed_calls.sweep_unconfirmed),
    ]
    return own + [job for room in _rooms("jobs") for job in room()]


async def _retry(pool: Pool, services: Services, now: datetime) -> int:
    async with pool.acquire() as conn, conn.transaction():
        return await retry_events(conn, services, now)


def receipts() -> dict[str, Receipt]:
    found: dict[str, Receipt] = {
        "report_back": report_backs.on_receipt,
        **owed_calls.receipts(),
        **promise_changes.RECEIPTS,
        relays.KIND: relays.on_receipt,
    }
    for room in _rooms("receipts"):
        found |= room()
    return found


def guards() -> dict[str, Guard]:
    return {relays.KIND: relays.still_wanted}


def sections() -> list[Section]:
    return [
        Section("relays", relays.section, "moves/relays.html"),
        Section("refusals", co_disputes.section),
        Section("holds", holds.section),
        Section("promises", promises.section),
    ]


def subscribers() -> list[Subscriber]:
    return [*promise_changes.SUBSCRIBERS, *live_news.SUBSCRIBERS]


def claimers() -> list[Any]:
    return [claim for room in _rooms("claimers") for claim in room()]


def commands() -> list[Any]:
    return [command for room in _rooms("commands") for command in room()]


def menu() -> list[Entry]:
    return [entry for room in _rooms("menu") for entry in room()]


def cleanups() -> list[Any]:
    return [work for room in _rooms("cleanups") for work in room()]
