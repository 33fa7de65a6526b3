"""The stage on which the demo's scripts run: one connection, a clock moved from moment to moment, and the sweeps run
when something is due.

Scripts (`courses.py`) are asynchronous generators that yield the moment at which they go on. They are taken in the order of
their moments, one at a time, so that the same plot gives the same county.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.jobs.scheduler import run_calendar
from hotline.base.jobs.timers import CalendarJob, Sweep
from hotline.base.services import Services
from hotline.contacts.drain import drain
from hotline.contacts.inbox import keep_now
from hotline.moves.move import Move, perform_in
from hotline.outbox.dispatcher import Status, on_statuses
from hotline.people.user import User
from reports.demo import demo_sql
from reports.demo.carrier import DemoCarrier
from reports.demo.people import STAFF, Cast
from reports.demo.thread import Thread
from sla.calendar.working_time import Calendar

Script = AsyncIterator[datetime]
#: The sweeps that are run at the very moment (next_due's columns → the job's name); the others once a morning.
_DUE = {
    "ladder": "ladder",
    "paging": "paging",
    "outbox": "outbox",
    "receipts": "receipts",
    "surprise": "surprise pages",
}
_TOGETHER = 150
_RECEIPT = timedelta(seconds=4)


@dataclass(slots=True)
class Stage:
    """Where scripts play, one step at a time. `services.clock` is `clock`, and its provider `carrier`; `end` is the
    real present.
    """

    conn: Conn
    pool: Pool
    services: Services
    clock: MovingClock
    carrier: DemoCarrier
    end: datetime
    calendar: Calendar
    cast: Cast
    said: Callable[[datetime], None]
    moves: Mapping[str, Move]
    sweeps: Mapping[str, Sweep]
    shift: list[User] = field(default_factory=list)
    turn: int = 0
    unheard: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    _heap: list[tuple[datetime, int, Script]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def others(self) -> list[str]:
        """The sweeps that are run once a morning."""
        return [name for name in self.sweeps if name not in _DUE.values()]

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def begin(self, script: Script, at: datetime) -> None:
        """Let a script begin at a moment."""
        heapq.heappush(self._heap, (at, next(self._order), script))

    async def play(self) -> int:
        """Play all scripts up to the present, and leave open what would go on later; returns the number of steps."""
        steps = 0
        while self._heap and self._heap[0][0] <= self.end:
            async with self.conn.transaction():
                for _ in range(_TOGETHER):
                    if not self._heap or self._heap[0][0] > self.end:
                        break
                    await self._step()
                    steps += 1
            self.said(self.now)
        async with self.conn.transaction():
            await self._until(self.end, wholly=True)
        self.clock.at = self.end
        return steps

    async def _step(self) -> None:
        """Take the next step of the script whose moment comes first."""
        moment, order, script = heapq.heappop(self._heap)
        await self._until(moment)
        self.clock.at = max(self.clock.at, moment)
        try:
            then = await anext(script)
        except StopAsyncIteration:
            return
        heapq.heappush(self._heap, (max(then, moment), order, script))

    async def _until(self, moment: datetime, *, wholly: bool = False) -> None:
        """Run the sweeps that have something to do up to a moment, each when it is due.

        A message causes little that cannot wait for the next step, so after messages alone we look again only `wholly`.
        """
        more = True
        while more:
            row = await demo_sql.next_due(self.conn)
            assert row is not None
            due = {name: at for name, at in row.as_dict().items() if at is not None and at <= moment}
            if not due:
                return
            self.clock.at = max(self.clock.at, min(due.values()))
            for name in [name for name, at in due.items() if at <= self.clock.at]:
                await self.sweeps[_DUE[name]].run(self.pool, self.services, self.now)
            await self._receipts()
            more = wholly or set(due) != {"outbox"}

    async def sweep(self, name: str) -> None:
        """Run a sweep until it finds nothing more."""
        while await self.sweeps[name].run(self.pool, self.services, self.now):
            pass

    async def _receipts(self) -> None:
        """Post the carrier's receipts: delivered, or to some phones never."""
        at = self.now + _RECEIPT
        handed, self.carrier.handed = self.carrier.handed, []
        said = [
            Status(m.outbox, m.sid, "undelivered" if m.to in self.unheard else "delivered", "")
            for m in handed
            if not m.to.startswith(STAFF)  # their phones send no receipts: an acknowledgement is what counts
        ]
        if said:
            await on_statuses(self.conn, self.services, said, at)

    async def move(
        self, who: User, number: str, path: str, item: int | None = None, **fields: Any
    ) -> Mapping[str, Any]:
        """Make a move as the API would."""
        return await perform_in(self.conn, self.services, self.moves[path], who, number, fields, self.now, item)

    async def sms(self, phone: str, text: str) -> None:
        """An SMS comes in by the way of all: raw and durable first, then processed."""
        fields = {"MessageSid": f"SMin{next(self._order):030d}", "From": phone, "Body": text, "NumMedia": "0"}
        await keep_now(self.conn, self.services, "sms", fields["MessageSid"], "", fields, self.now)
        while await drain(self.pool, self.services, self.now):
            pass

    async def calendar_job(self, job: CalendarJob) -> Script:
        """A script: the job at each of its occurrences."""
        for at in job.occurrences(self.now, self.end, self.services.settings.zone):
            yield at
            await run_calendar(job, self.pool, self.services)

    def at_desk(self) -> User:
        """The next operator on shift; the manager on duty where the desk is empty."""
        if not self.shift:
            return self.manager()
        self.turn += 1
        return self.shift[self.turn % len(self.shift)]

    def manager(self) -> User:
        """The manager of the day."""
        return self.cast.managers[self.now.date().toordinal() % len(self.cast.managers)]

    async def is_in(self, number: str, state: str) -> bool:
        """Whether a ticket is in a state."""
        row = await demo_sql.state(self.conn, number)
        return row is not None and row.state == state

    def day_after(self, days: int) -> str:
        """The date of the so many-th working day from now, as forms write it."""
        return self.close(days).astimezone(self.services.settings.zone).date().isoformat()

    def working(self, hours: float) -> datetime:
        """The moment after so many working hours from now."""
        return self.calendar.add_seconds(self.now, max(hours, 0.02) * 3600)

    def after(self, t: Thread, hours: float) -> datetime:
        """When somebody goes on with a ticket: after so many working hours, or so many of the clock where it is urgent."""
        return self.now + timedelta(hours=hours / 3) if t.straight else self.working(hours)

    def close(self, days: int) -> datetime:
        """The close of the so many-th working day from now."""
        return self.calendar.add_days(self.now, days)
