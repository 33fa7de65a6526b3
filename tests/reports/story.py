"""A small month at the hotline, lived through the use cases: every figure that comes of it can be counted by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.people.user import User
from hotline.ticket import Category, Channel, Role, Urgency
from tests.office import department, move, on_shift, ticket, user

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A local moment, `2026-03-04 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class StoryOffice:
    """Who works in the stories: two departments, an operator, two managers, a leader."""

    conn: Conn
    services: Services
    clock: MovingClock
    operator: User
    manager: User
    other: User
    leader: User
    lamps: User
    water: User

    async def opened(
        self,
        text: str = "人民路12号的路灯坏了三天",
        *,
        channel: Channel = Channel.CALL,
        category: Category = Category.HELP,
        urgency: Urgency = Urgency.NORMAL,
        phone: str = "+8613900000001",
    ) -> str:
        """A ticket that the operator took; its number."""
        made = await ticket(
            self.conn,
            self.services,
            text,
            phone,
            channel=channel,
            category=category,
            urgency=urgency,
            operator=self.operator.id,
        )
        return made.number

    def over(self, conn: Conn) -> StoryOffice:
        """The same people over another connection."""
        return replace(self, conn=conn)

    async def does(self, who: User, number: str, path: str, **more: object) -> None:
        """A move."""
        await move(self.conn, self.services, who, number, path, **more)

    async def dispatched(self, number: str, to: str = "T01") -> None:
        await self.does(self.operator, number, "assignments", department=to)

    async def worked(self, number: str, *, after: timedelta = timedelta(minutes=30), outcome: str = "solved") -> None:
        """Signed, spoken to, replied, told."""
        self.clock.move(after)
        await self.does(self.lamps, number, "signatures")
        await self.does(self.lamps, number, "first-contacts", note="已联系", via="visit")
        await self.replied(number, outcome=outcome)

    async def replied(self, number: str, *, outcome: str = "solved", by: User | None = None) -> None:
        await self.does(by or self.lamps, number, "replies", outcome=outcome, public="路灯已修好")
        await self.does(self.operator, number, "report-backs", via="call", text="路灯已修好")

    async def followed(self, number: str, *, solved: bool = True, rating: int | None = None) -> None:
        await self.does(self.operator, number, "follow-ups", reached=True, solved=solved, rating=rating)

    async def filed(self, number: str) -> None:
        await self.does(self.operator, number, "filings")


async def office(conn: Conn, services: Services, clock: MovingClock, start: str = "2026-03-04 10:00") -> StoryOffice:
    """The people, at the desk from `start` on. T01 is a department, T02 a utility."""
    clock.at = at(start)
    lamps, water = await department(conn, "T01", "测试路灯所"), await department(conn, "T02", "测试供水公司")
    await conn.execute("UPDATE department SET kind = 'utility', name_en = 'Test Water' WHERE id = $1", water)
    made = StoryOffice(
        conn,
        services,
        clock,
        await user(conn, Role.OPERATOR),
        await user(conn, Role.MANAGER),
        await user(conn, Role.MANAGER),
        await user(conn, Role.LEADER),
        await user(conn, Role.LIAISON, department=lamps),
        await user(conn, Role.LIAISON, department=water),
    )
    await on_shift(conn, made.operator, clock.now())
    return made


async def lived(office: StoryOffice) -> dict[str, str]:
    """March 2026: one matter solved in time, one late, one returned and ruled away, one overruled, one not solved, one answered."""
    clock, numbers = office.clock, {}
    numbers["good"] = good = await office.opened()
    await office.dispatched(good)
    await office.worked(good)
    await office.followed(good, rating=5)
    await office.filed(good)
    numbers["late"] = late = await office.opened("水管漏水", category=Category.INQUIRY, channel=Channel.SMS)
    await office.dispatched(late)
    clock.move(timedelta(hours=3))
    await office.does(office.lamps, late, "signatures")
    clock.move(timedelta(days=7))
    await office.replied(late)
    await office.followed(late, rating=3)
    numbers["away"] = away = await office.opened("供水管线爆裂")
    await office.dispatched(away)
    await office.does(office.lamps, away, "returns", reason="not our duty", basis="三定方案", suggested="T02")
    await office.does(office.manager, away, "rulings", department="T02", reason="供水公司的管线")
    await office.does(office.water, away, "signatures")
    await office.replied(away, by=office.water)
    await office.followed(away, rating=2)
    numbers["kept"] = kept = await office.opened("路灯杆倾斜")
    await office.dispatched(kept)
    await office.does(office.lamps, kept, "returns", reason="not our duty", basis="三定方案", suggested="T02")
    await office.does(office.manager, kept, "rulings", department="T01", reason="就是你们的")
    await office.worked(kept)
    await office.followed(kept, solved=False)
    numbers["answered"] = answered = await office.opened("营业时间", category=Category.INQUIRY)
    await office.does(office.operator, answered, "answers", text="八点半")
    return numbers


async def town(o: StoryOffice, code: str, name: str, *, late: int = 0, tickets: int = 5) -> User:
    """A township with some tickets, so many of them signed late and not replied to; its liaison."""
    ident = await department(o.conn, code, name)
    await o.conn.execute("UPDATE department SET kind = 'township' WHERE id = $1", ident)
    liaison = await user(o.conn, Role.LIAISON, department=ident)
    for n in range(tickets):
        number = await o.opened()
        await o.dispatched(number, code)
        start: datetime = o.clock.now()
        o.clock.move(timedelta(hours=3) if n < late else timedelta(minutes=5))
        await o.does(liaison, number, "signatures")
        if n >= late:
            await o.does(liaison, number, "first-contacts", note="已联系", via="visit")
            await o.replied(number, by=liaison)
        o.clock.at = start + timedelta(minutes=5)
    return liaison
