"""What this package brings: clocks, their ladder, what is asked of time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from hotline.base.command import Command
from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.base.events import Subscriber
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import Job, Sweep
from hotline.base.services import Guard, Section
from hotline.moves.move import Move
from sla import handlers
from sla.calendar import views as calendar_views
from sla.calendar.changes import work_through
from sla.clocks import coming, extensions, holds
from sla.clocks import events as clock_events
from sla.clocks import pauses as waiting
from sla.clocks import sections as shown
from sla.clocks.events import on_call_back, promises
from sla.ladder import chases, consultation_queue, order_views, orders
from sla.ladder.messages import still_running
from sla.ladder.sweep import climb
from sla.policy import views as policy_views
from sla.policy.store import calendar_check, seed, working_days
from sla.replay import command as replay
from sla.shift import alarm, hand_over
from sla.verify import command as audit_command

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
    rooms = (handlers, order_views, coming, hand_over, policy_views, calendar_views)
    return [route for room in rooms for route in room.ROUTES]


def menu() -> list[Entry]:
    return [entry for room in (coming, hand_over, order_views, policy_views, calendar_views) for entry in room.MENU]


def commands() -> list[Command]:
    return [*audit_command.COMMANDS, *replay.COMMANDS]


def moves() -> list[Move]:
    return [move for room in (extensions, waiting, chases, orders) for move in room.MOVES]


def subscribers() -> list[Subscriber]:
    return [one for room in (clock_events, holds, consultation_queue, alarm) for one in room.SUBSCRIBERS]


def jobs() -> list[Job]:
    return [
        Sweep("ladder", timedelta(seconds=2), climb),
        Sweep("calendar changes", timedelta(seconds=5), work_through),
        Sweep("long-term reviews", timedelta(hours=1), consultation_queue.review_long_term),
        *hand_over.jobs(),
    ]


def guards() -> dict[str, Guard]:
    return {"chase": still_running, "order": still_running, "desk_alarm": alarm.still_alone}


def seeds() -> list[Callable[[Conn, datetime], Awaitable[None]]]:
    return [seed]


def checks() -> list[Callable[[Conn, Settings, datetime], Awaitable[tuple[bool, str]]]]:
    return [calendar_check]


def sections() -> list[Section]:
    return list(shown.SECTIONS)
