"""Quiet hours: when a message to a person may be sent (rulebook §8). Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotline.ticket import Urgency

_FROM, _UNTIL = time(21), time(8)


def leaves_at(now: datetime, urgency: Urgency, zone: ZoneInfo) -> datetime:
    """The moment (UTC) from which a message may leave: at once, or at 08:00 where it is between 21:00 and 08:00.

    Critical and urgent matters wait for nobody; answers to a person's own message are not asked.
    """
    local = now.astimezone(zone)
    if urgency is not Urgency.NORMAL or _UNTIL <= local.time() < _FROM:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= _FROM else 0)
    return datetime.combine(day, _UNTIL, zone).astimezone(now.tzinfo)
