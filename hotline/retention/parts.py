"""What this room brings: the erasing, after each midnight."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.jobs.timers import Job, Sweep
from hotline.retention.erasure import erase


def jobs() -> list[Job]:
    return [Sweep("retention", timedelta(hours=1), erase)]
