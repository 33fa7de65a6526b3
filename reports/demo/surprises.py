"""The monthly surprise page in the demo: most answer within minutes, some too late, a few never."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from reports.demo import demo_sql
from reports.demo.stage import Script, Stage

_ANSWER, _LATE = 0.9, 0.06


async def surprises(s: Stage) -> Script:
    """A script: on each day the surprise pages that are due find whoever answers them."""
    zone = s.services.settings.zone
    day = s.now.astimezone(zone).date()
    while True:
        begin = datetime.combine(day, time(0, 20), zone)
        yield begin
        for row in await demo_sql.surprises(s.conn, begin, begin + timedelta(days=1)):
            chance = random.Random(f"1890 surprise {row.id}")  # noqa: S311 - dice of a play
            wait = chance.uniform(1, 11) if chance.random() < 1 - _LATE else chance.uniform(17, 90)
            if chance.random() < _ANSWER:
                s.begin(answered(s, row.id), row.due_at + timedelta(minutes=wait))
        day += timedelta(days=1)


async def answered(s: Stage, page: int) -> Script:
    """The person who was paged sends the code back."""
    row = await demo_sql.surprised(s.conn, page)
    phone = s.cast.phones.get(row.user_id) if row is not None else None
    if row is not None and phone is not None:
        await s.sms(phone, row.code)
    return
    yield s.now
