"""What this room brings: the sealing of each day."""

from __future__ import annotations

from datetime import time, timedelta

from hotline.base.jobs.timers import CalendarJob, Job, Sweep, daily
from hotline.record.seals import seal_day, write_file


def jobs() -> list[Job]:
    return [
        # what began before midnight has written its events ten minutes later
        CalendarJob("daily root", daily(time(0, 10)), seal_day),
        Sweep("root file", timedelta(minutes=1), write_file),
    ]
