"""What this room brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hotline.base.command import Command
from hotline.base.jobs import Job, Sweep
from hotline.base.services import Claimer, Receipt
from hotline.base.web import Entry, Route
from hotline.people import admin, auditing, handlers, passwords, phonetests
from hotline.people.commands import COMMANDS
from hotline.people.desk import sweep_desk
from hotline.people.idempotency import sweep_forms, sweep_keys
from hotline.people.presses import sweep_presses


def routes() -> list[Route]:
    return [*handlers.ROUTES, *phonetests.ROUTES, *admin.ROUTES, *auditing.ROUTES]


def menu() -> list[Entry]:
    return [*admin.MENU, *auditing.MENU]


def claimers() -> list[Claimer]:
    return [phonetests.claim]


def receipts() -> dict[str, Receipt]:
    return {"phone_test_voice": phonetests.on_key}


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
