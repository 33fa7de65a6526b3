"""What the lowest package brings: the moves of a ticket, its jobs, receipts and pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hotline.base.db import Pool
from hotline.base.events import Subscriber, retry_events
from hotline.base.jobs import Job, Sweep
from hotline.base.services import Guard, Receipt, Section, Services
from hotline.base.web import Entry, Route
from hotline.intake import promises
from hotline.retention import holding
from hotline.work import (
    calling,
    changing,
    closing,
    department,
    dispatch,
    ending,
    helping,
    moving,
    news,
    owning,
    promising,
    redacting,
    refusing,
    relaying,
    replying,
    telling,
)
from hotline.work.move import Move

#: Rooms of this package with a list of their own.
_ROOMS = (
    "hotline.intake.parts",
    "hotline.telephony.parts",
    "hotline.people.parts",
    "hotline.api.parts",
    "hotline.desk.parts",
    "hotline.record.parts",
    "hotline.retention.parts",
    "hotline.desk.department.parts",
    "hotline.desk.track.parts",
)


def _rooms(name: str) -> list[Callable[[], Any]]:
    modules = [import_module(room) for room in _ROOMS if find_spec(room)]
    return [getattr(module, name) for module in modules if hasattr(module, name)]


def moves() -> list[Move]:
    """Every move of a ticket that needs no policy and no roster."""
    rooms = (
        dispatch,
        department,
        helping,
        replying,
        telling,
        closing,
        ending,
        changing,
        redacting,
        owning,
        moving,
        relaying,
        refusing,
        holding,
    )
    return [move for room in rooms for move in room.MOVES]


def routes() -> list[Route]:
    return [route for room in _rooms("routes") for route in room()]


def jobs() -> list[Job]:
    own: list[Job] = [
        Sweep("event retries", timedelta(seconds=5), _retry),
        Sweep("receipts", timedelta(seconds=5), telling.sweep_receipts),
        Sweep("unconfirmed news", timedelta(seconds=5), calling.sweep_unconfirmed),
    ]
    return own + [job for room in _rooms("jobs") for job in room()]


async def _retry(pool: Pool, services: Services, now: datetime) -> int:
    async with pool.acquire() as conn, conn.transaction():
        return await retry_events(conn, services, now)


def receipts() -> dict[str, Receipt]:
    found: dict[str, Receipt] = {
        "report_back": telling.on_receipt,
        **calling.receipts(),
        **promising.RECEIPTS,
        relaying.KIND: relaying.on_receipt,
    }
    for room in _rooms("receipts"):
        found |= room()
    return found


def guards() -> dict[str, Guard]:
    return {relaying.KIND: relaying.still_wanted}


def sections() -> list[Section]:
    return [
        Section("relays", relaying.section, "work/relays.html"),
        Section("refusals", refusing.section),
        Section("holds", holding.section),
        Section("promises", promises.section),
    ]


def subscribers() -> list[Subscriber]:
    return [*promising.SUBSCRIBERS, *news.SUBSCRIBERS]


def claimers() -> list[Any]:
    return [claim for room in _rooms("claimers") for claim in room()]


def commands() -> list[Any]:
    return [command for room in _rooms("commands") for command in room()]


def menu() -> list[Entry]:
    return [entry for room in _rooms("menu") for entry in room()]


def cleanups() -> list[Any]:
    return [work for room in _rooms("cleanups") for work in room()]
