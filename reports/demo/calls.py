"""Calls that nobody could take: a call back is owed and made; the newest wait for the newcomer (rulebook §§3, 5)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from hotline.contacts.call_ends import owe_call, take_call
from hotline.moves.contact_ends import done
from reports.demo import demo_sql
from reports.demo.plot import DAYS, citizen
from reports.demo.stage import Script, Stage

_CALLS, _WAITING = 40, 2
_NOTES = (
    "已回电，来电人咨询医保缴费时间，已答复",
    "已回电，问题已自行解决",
    "已回电，来电人误拨",
    "两次回电均无人接听，已发短信告知",
)


def moments(now: datetime) -> Iterator[datetime]:
    """The moments of the missed calls: over the three months, and the last ones within the hour. Pure; the same day
    gives the same moments.
    """
    dice = random.Random(f"1890 calls {now:%m}")  # noqa: S311 - dice of a play
    yield from sorted(now - timedelta(days=dice.uniform(0.2, DAYS)) for _ in range(_CALLS - _WAITING))
    yield from sorted(now - timedelta(minutes=dice.uniform(3, 12)) for _ in range(_WAITING))


async def missed(s: Stage, n: int) -> Script:
    """A script: the telephone rings unheard, the caller hangs up, and an operator calls back."""
    dice = random.Random(f"1890 call {n}")  # noqa: S311 - dice of a play
    sid = f"CA{n:032d}"
    await take_call(s.conn, s.services, citizen(5000 + n), sid, s.now)
    yield s.now + timedelta(seconds=dice.uniform(20, 60))
    await owe_call(s.conn, s.services, sid, "missed", None, s.now)
    if n >= _CALLS - _WAITING:
        return
    yield s.now + timedelta(minutes=dice.uniform(3, 35))
    owed = await demo_sql.owed(s.conn, sid)
    await done(s.conn, s.services, s.at_desk(), owed, dice.choice(_NOTES), s.now)
