"""What this package brings: clocks, their ladder, what is asked of time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from hotline.base.command import Command
from hotline.base.config import Settings
from hotline.base.db import Conn
from hotline.base.events import Subscriber
from hotline.base.jobs import Job, Sweep
from hotline.base.services import Guard, Section
from hotline.base.web import Entry, Route
from hotline.work.move import Move
from sla import (
    alarm,
    asking,
    audit,
    calendarpage,
    coming,
    handlers,
    handover,
    orders,
    papers,
    pauses,
    policypage,
    queueing,
    running,
    urging,
    waiting,
)
from sla import sections as shown
from sla.changes import work_through
from sla.notices import still_running
from sla.replay import command as replay
from sla.running import on_call_back, promises
from sla.store import calendar_check, seed, working_days
from sla.sweep import climb

#: The rows by which lists of tickets are put in order of what is due.
CLOCKS = "running_clock"

__all__ = [
    "CLOCKS",
    "checks",
    "commands",
    "guards",
    "jobs",
    "menu",
    "moves",
    "on_call_back",
    "promises",
    "routes",
    "sections",
    "seeds",
    "subscribers",
    "working_days",
]


def routes() -> list[Route]:
    rooms = (handlers, papers, coming, handover, policypage, calendarpage)
    return [route for room in rooms for route in room.ROUTES]


def menu() -> list[Entry]:
    return [entry for room in (coming, handover, papers, policypage, calendarpage) for entry in room.MENU]


def commands() -> list[Command]:
    return [*audit.COMMANDS, *replay.COMMANDS]


def moves() -> list[Move]:
    return [move for room in (asking, waiting, urging, orders) for move in room.MOVES]


def subscribers() -> list[Subscriber]:
    return [one for room in (running, pauses, queueing, alarm) for one in room.SUBSCRIBERS]


def jobs() -> list[Job]:
    return [
        Sweep("ladder", timedelta(seconds=2), climb),
        Sweep("calendar changes", timedelta(seconds=5), work_through),
        Sweep("long-term reviews", timedelta(hours=1), queueing.review_long_term),
        *handover.jobs(),
    ]


def guards() -> dict[str, Guard]:
    return {"chase": still_running, "order": still_running, "desk_alarm": alarm.still_alone}


def seeds() -> list[Callable[[Conn, datetime], Awaitable[None]]]:
    return [seed]


def checks() -> list[Callable[[Conn, Settings, datetime], Awaitable[tuple[bool, str]]]]:
    return [calendar_check]


def sections() -> list[Section]:
    return list(shown.SECTIONS)
