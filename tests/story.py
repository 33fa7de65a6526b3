"""A story: phones that send and are sent to, an office that works, time that goes by.

    await phone.sends("人民路的路灯坏了")
    await phone.expect_sms("已受理")
    await story.fast_forward(minutes=30)

The fixtures `story` and `phone` are in tests/conftest.py; a browser's `site` is a story too. The application, the database
and the carrier's simulator are the real ones; the clock alone is moved by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.jobs.scheduler import run_calendar, run_sweep
from hotline.base.jobs.timers import Sweep
from hotline.base.services import Services
from hotline.ids import DepartmentId
from hotline.people.user import User
from hotline.ticket import Role
from main import PROGRAM
from tests import office
from tests.line import settled, sms, told, until

CITIZEN, OTHER = "+8613900000001", "+8613900000002"


@dataclass(slots=True)
class Story:
    """The running program with its clock, and who works there."""

    client: TestClient
    pool: Pool
    services: Services
    clock: MovingClock
    office: office.Office = field(init=False)
    _phones: dict[str, Phone] = field(init=False, default_factory=dict)

    async def staffed(self) -> None:
        """People come to work: `story.office.operator` is on shift, `story.office.liaison` stands for the lamps (T05)."""
        async with self.pool.acquire() as conn:
            self.office = await office.Office(conn, self.services).fill()

    def phone(self, number: str = CITIZEN) -> Phone:
        """The phone with this number; the same one each time."""
        return self._phones.setdefault(number, Phone(self, number))

    async def tick(self) -> None:
        """Every due sweep and calendar job once, as the scheduler would."""
        for job in PROGRAM.jobs:
            await (run_sweep if isinstance(job, Sweep) else run_calendar)(job, self.pool, self.services)

    async def fast_forward(self, **step: float) -> None:
        """Move the clock on (`minutes=30`, as timedelta takes it) and run every due sweep and job once, at the end of the time."""
        self.clock.move(timedelta(**step))
        await self.tick()

    async def user(self, role: Role, *, department: DepartmentId | None = None, **more: Any) -> User:
        """Somebody who works here; a liaison needs a department."""
        async with self.pool.acquire() as conn:
            return await office.user(conn, role, department=department, services=self.services, **more)

    async def opened(self, text: str = "人民路的路灯坏了", **more: Any) -> str:
        """The number of a ticket of the citizen."""
        async with self.pool.acquire() as conn, conn.transaction():
            return (await office.ticket(conn, self.services, text, **more)).number

    async def does(self, who: User, number: str, path: str, **fields: Any) -> None:
        """Somebody makes a move, in a transaction of its own, as over the API."""
        async with self.pool.acquire() as conn, conn.transaction():
            await office.move(conn, self.services, who, number, path, **fields)

    async def answered(self, number: str) -> None:
        """Through the department to the person's ear."""
        staff = self.office
        await self.does(staff.operator, number, "assignments", department="T05", names_it=False)
        await self.does(staff.liaison, number, "signatures")
        await self.does(staff.liaison, number, "replies", outcome="solved", public="已修好")
        await self.does(staff.operator, number, "report-backs", via="call", text="路灯已修好")

    async def one(self, query: str, *values: object) -> Any:
        """The one value that a query gives now."""
        async with self.pool.acquire() as conn:
            return await conn.fetchval(query, *values)

    async def until(self, query: str, *values: object, want: object = True, within: float = 5.0) -> Any:
        """Wait until a query gives `want`; so many seconds at most."""
        return await until(self.pool, query, *values, want=want, within=within)


@dataclass(slots=True)
class Phone:
    """A phone: what it sends, and what was sent to it. What came before it last wrote has been read."""

    story: Story
    number: str
    read: int = 0

    async def sends(self, text: str, **more: str) -> list[str]:
        """Write an SMS to the hotline; returns what came back once it was processed."""
        self.read = len(await self.received())
        await sms(self.story.client, self.story.services, self.number, text, **more)
        await settled(self.story.pool)
        return await self.unread()

    async def received(self) -> list[str]:
        """All messages to this phone, oldest first."""
        return await told(self.story.pool, self.story.services, self.number)

    async def unread(self) -> list[str]:
        """What came since it last wrote."""
        return (await self.received())[self.read :]

    async def expect_sms(self, *parts: str) -> str:
        """The newest message since it last wrote has all these words; returns it."""
        came = await self.unread()
        assert came, f"nothing came to {self.number}"
        assert all(part in came[-1] for part in parts), f"{parts} not in what came to {self.number}: {came}"
        return came[-1]
