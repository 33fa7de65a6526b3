"""Who sits at the desk in the demo: three by day, one at night, now and then nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hotline.calls.operator_states import set_shift
from hotline.moves.duty_desk import desk_tickets, take_from_desk
from hotline.people.user import User
from reports.demo.stage import Script, Stage

_CHANGES = (time(8), time(20))


async def shifts(s: Stage) -> Script:
    """A script: the crew of the desk changes twice a day, to the end."""
    zone = s.services.settings.zone
    day = s.now.astimezone(zone).date()
    while True:
        for change, at in enumerate(_CHANGES):
            yield datetime.combine(day, at, zone)
            await seat(s, _crew(s.cast.operators, day.toordinal(), change))
            if change == 0:
                for name in s.others:
                    await s.sweep(name)
        day += timedelta(days=1)


def _crew(operators: Sequence[User], day: int, change: int) -> list[User]:
    """Who comes for a shift: others every day, and nobody on every twentieth night."""
    size = (3, 0 if day % 20 == 3 else 1)[change]
    return [operators[(day + change * 3 + n) % len(operators)] for n in range(size)]


async def seat(s: Stage, crew: Sequence[User]) -> None:
    """End the old shift and begin the new one, which takes over at once what the duty desk kept."""
    for user in s.shift:
        if user not in crew:
            await set_shift(s.conn, user, on=False, ready=False, now=s.now)
    for user in crew:
        if user not in s.shift:
            await set_shift(s.conn, user, on=True, ready=True, now=s.now)
    s.shift = list(crew)
    if crew and (kept := await desk_tickets(s.conn, 50)):
        await take_from_desk(s.conn, s.services, crew[0].id, kept, "taken", crew[0].actor, s.now)
