"""What this room brings."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.jobs import Job, Sweep
from hotline.intake.drain import drain
from hotline.outbox.dispatcher import send_all


def jobs() -> list[Job]:
    return [Sweep("inbound", timedelta(seconds=2), drain), Sweep("outbox", timedelta(seconds=1), send_all)]
