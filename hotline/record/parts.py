"""What this room brings: the sealing of each day."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.jobs import CalendarJob, Job, Sweep
from hotline.record.root import nights
from hotline.record.sealing import seal_day, write_file


def jobs() -> list[Job]:
    return [
        CalendarJob("daily root", nights, seal_day),
        Sweep("root file", timedelta(minutes=1), write_file),
    ]
