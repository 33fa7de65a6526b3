"""What this room brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import Job, Sweep
from hotline.contacts.inbox import inbox
from hotline.telephony import call_ends, pictures, relay_calls, simulator_views, voice, webhooks
from hotline.telephony.simulator import line


def routes() -> list[Route]:
    return [*webhooks.ROUTES, *voice.ROUTES, *relay_calls.ROUTES, *simulator_views.ROUTES]


def jobs() -> list[Job]:
    return [
        Sweep("calls without an end", timedelta(seconds=5), call_ends.sweep),
        Sweep("pictures", timedelta(seconds=2), pictures.sweep),
    ]


def cleanups() -> list[Callable[..., Any]]:
    return [inbox, webhooks.forgeries, line]


def menu() -> list[Entry]:
    return []
