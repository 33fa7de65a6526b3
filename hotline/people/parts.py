"""What this room brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hotline.base.command import Command
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import Job, Sweep
from hotline.base.services import Claimer, Receipt
from hotline.people import admin, audit_views, passwords, phone_tests, views
from hotline.people.commands import COMMANDS
from hotline.people.idempotency import sweep_forms, sweep_keys
from hotline.people.presses import sweep_presses
from hotline.people.shifts import sweep_desk


def routes() -> list[Route]:
    return [*views.ROUTES, *phone_tests.ROUTES, *admin.ROUTES, *audit_views.ROUTES]


def menu() -> list[Entry]:
    return [*admin.MENU, *audit_views.MENU]


def claimers() -> list[Claimer]:
    return [phone_tests.claim]


def receipts() -> dict[str, Receipt]:
    return {"phone_test_voice": phone_tests.on_key}


def cleanups() -> list[Callable[..., Any]]:
    return [passwords.sign_ins]


def commands() -> list[Command]:
    return list(COMMANDS)


def jobs() -> list[Job]:
    return [
        Sweep("duty desk", timedelta(seconds=5), sweep_desk),
        Sweep("idempotency keys", timedelta(minutes=10), sweep_keys),
        Sweep("forms taken", timedelta(minutes=10), sweep_forms),
        Sweep("presses", timedelta(minutes=10), sweep_presses),
    ]
