"""What this room brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hotline.base.jobs import Job, Sweep
from hotline.base.web import Entry, Route
from hotline.intake.inbox import inbox
from hotline.telephony import ends, pictures, relay, simulated, voice, webhooks
from hotline.telephony.simulator import line


def routes() -> list[Route]:
    return [*webhooks.ROUTES, *voice.ROUTES, *relay.ROUTES, *simulated.ROUTES]


def jobs() -> list[Job]:
    return [
        Sweep("calls without an end", timedelta(seconds=5), ends.sweep),
        Sweep("pictures", timedelta(seconds=2), pictures.sweep),
    ]


def cleanups() -> list[Callable[..., Any]]:
    return [inbox, webhooks.forgeries, line]


def menu() -> list[Entry]:
    return []
