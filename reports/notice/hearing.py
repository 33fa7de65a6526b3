"""What must be over before a month's notice may be proposed: no hearing, no notice (rulebook §11)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Illegal
from hotline.base.services import Services
from hotline.base.text.spoken_time import SpokenTime
from reports.figures.month import Month
from reports.findings.detection import look_back
from reports.notice import notice_sql

#: The morning's look at what the last night left unsigned.
_LOOKED = time(10)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What is open of a month's faults. `windows`: departments may still appeal, the last until `heard_until`; `appeals` wait for their
    decision; both keep the notice from being proposed. `unjudged` findings and `exclusions` that wait do not: what is decided later
    stands in a later notice.
    """

    windows: int
    heard_until: datetime | None
    appeals: int
    unjudged: int
    exclusions: int
    begins_at: datetime

    def blocks(self, now: datetime) -> bool:
        """Whether nothing may be proposed yet."""
        return bool(self.windows or self.appeals) or now < self.begins_at

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


async def still_open(conn: Conn, services: Services, month: Month, now: datetime) -> StillOpen:
    """What is open of a month. From 10:00 on the first day after it, all that it left is found."""
    zone = services.settings.zone
    row = await notice_sql.still_open(conn, month.starts_at(zone), month.ends_at(zone), now)
    return StillOpen(row.windows, row.heard_until, row.appeals, row.unjudged, row.exclusions, _begins_at(month, zone))


def _begins_at(month: Month, zone: ZoneInfo) -> datetime:
    """From when all that a month left is found: what its last night left unsigned was looked at."""
    return datetime.combine(month.plus(1).first, _LOOKED, zone)


async def refuse_unheard(conn: Conn, services: Services, month: Month, now: datetime) -> None:
    """Raises Illegal while a department may be heard, or an appeal waits, or an earlier proposal.

    1. What the last night left is looked for, so that it is not overlooked by a minute. 2. Nothing may be open.
    """
    zone = services.settings.zone
    begins = _begins_at(month, zone)
    if now < begins:
        raise Illegal("Until %(at)s the last night is not yet looked at.", at=SpokenTime(begins, now, zone))
    await look_back(conn, services, begins, now)
    found = await still_open(conn, services, month, now)
    if found.windows and found.heard_until is not None:
        raise Illegal(
            "Departments may still be heard on %(n)s findings of this month, until %(at)s.",
            n=found.windows,
            at=SpokenTime(found.heard_until, now, zone),
        )
    if found.appeals:
        raise Illegal("%(n)s appeals of this month wait for their decision.", n=found.appeals)
    earlier = await notice_sql.earlier_proposal(conn, month.first)
    if earlier is not None:
        raise Illegal("The proposal of %(month)s waits: it is decided first.", month=f"{earlier:%Y-%m}")
