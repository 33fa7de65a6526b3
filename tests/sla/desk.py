"""A department with a liaison and a leader, an operator, a manager; shorthand for moves and clocks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.services import Services
from hotline.ticket import Role
from sla.clocks import clocks_sql
from sla.clocks.sections import shown_clock
from sla.ladder.sweep import climb
from tests.office import department as make_department
from tests.office import move, on_shift, ticket, user

ZONE = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    """A moment in the office zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


async def clocks(conn: Conn, number: str) -> dict[str, asyncpg.Record]:
    """The latest clock of each name, the lead's or the centre's."""
    rows = await conn.fetch(
        "SELECT c.* FROM clock c JOIN ticket t ON t.id = c.ticket_id LEFT JOIN assignment a ON a.id = c.assignment_id"
        " WHERE t.number = $1 AND coalesce(a.part, 'lead') = 'lead' ORDER BY c.id",
        number,
    )
    return {row["clock"]: row for row in rows}


async def seen(conn: Conn, number: str, now: datetime) -> dict[str, dict[str, Any]]:
    """The latest clock of each name as the API shows it at `now`."""
    rows = await conn.fetch(
        "SELECT c.*, NULL AS department FROM clock c JOIN ticket t ON t.id = c.ticket_id WHERE t.number = $1 ORDER BY c.id",
        number,
        record_class=clocks_sql.ClocksOfRow,
    )
    return {row["clock"]: asdict(shown_clock(row, now)) for row in rows}


async def swept(pool: Pool, services: Services, now: datetime) -> int:
    """The ladder climbed until nothing is due."""
    total = 0
    while done := await climb(pool, services, now):
        total += done
    return total


class Desk:
    """The people of one ticket."""

    def __init__(self, conn: Conn, services: Services, clock: MovingClock) -> None:
        self.conn, self.services, self.clock = conn, services, clock

    async def fill(self) -> Desk:
        lamps = await make_department(self.conn, "T05", "测试路灯所")
        other = await make_department(self.conn, "T06", "测试城管局")
        self.operator = await user(self.conn, Role.OPERATOR, phone="+8613900000097", services=self.services)
        self.manager = await user(self.conn, Role.MANAGER)
        self.liaison = await user(
            self.conn, Role.LIAISON, department=lamps, phone="+8613900000099", services=self.services
        )
        self.leader = await user(
            self.conn, Role.LIAISON, department=lamps, phone="+8613900000098", services=self.services, leads=True
        )
        self.other = await user(self.conn, Role.LIAISON, department=other)
        await on_shift(self.conn, self.operator, self.clock.now())
        return self

    async def do(self, who: Any, number: str, path: str, **fields: Any) -> Any:
        return await move(self.conn, self.services, who, number, path, **fields)

    async def at(self, moment: str, who: Any, number: str, path: str, **fields: Any) -> Any:
        """The move at a moment of the office zone."""
        self.clock.at = local(moment)
        return await self.do(who, number, path, **fields)

    async def dispatched(self, **case: Any) -> str:
        number = (await ticket(self.conn, self.services, **case)).number
        await self.do(self.operator, number, "assignments", department="T05", names_it=False)
        return number

    async def signed(self, **case: Any) -> str:
        number = await self.dispatched(**case)
        await self.do(self.liaison, number, "signatures")
        return number

    async def replied(self, **case: Any) -> str:
        number = await self.signed(**case)
        await self.do(self.liaison, number, "replies", outcome="solved", public="好了")
        return number
