"""The people and tickets of a test: made through the use cases, not by writing rows where a use case exists."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.base.text.phones import read_phone
from hotline.calls import operator_states
from hotline.calls.call import OperatorState
from hotline.contacts.opening import NewTicket, Opened, open_tickets
from hotline.ids import DepartmentId, UserId
from hotline.moves.move import Move, perform_in
from hotline.people.persons import ensure_persons
from hotline.people.user import User
from hotline.ticket import Category, Channel, Role, Urgency
from main import PROGRAM

_names = itertools.count(1)


async def department(conn: Conn, code: str, name: str, **more: object) -> DepartmentId:
    """A department in force."""
    duties = more.pop("duties", [])
    return DepartmentId(
        await conn.fetchval(
            "INSERT INTO department (code, name, duties) VALUES ($1, $2, $3) RETURNING id", code, name, duties
        )
    )


async def user(
    conn: Conn,
    role: Role,
    *,
    department: DepartmentId | None = None,
    name: str = "",
    phone: str = "",
    leads: bool = False,
    services: Services | None = None,
) -> User:
    """Somebody who works here."""
    name = name or f"{role.value}{next(_names)}"
    enc = services.keys.encrypt(phone) if services and phone else None
    hashed = services.keys.hash(phone) if services and phone else None
    made = await conn.fetchval(
        "INSERT INTO app_user (name, shown_name, role, department_id, leads, phone_enc, phone_hash, phone_tested_at, made_at)"
        " VALUES ($1, $1, $2, $3, $4, $5, $6, '2026-01-01Z', '2026-01-01Z') RETURNING id",
        name,
        role.value,
        department,
        leads,
        enc,
        hashed,
    )
    return User(UserId(made), name, name, role, department, leads, "zh")


async def on_shift(conn: Conn, who: User, now: datetime) -> None:
    """At the desk from now on; who has a tested number is ready, and rung there."""
    await conn.execute("INSERT INTO shift (user_id, on_at) VALUES ($1, $2)", who.id, now)
    if await conn.fetchval("SELECT phone_enc IS NOT NULL FROM app_user WHERE id = $1", who.id):
        await ready_for_calls(conn, who, now)


async def ready_for_calls(conn: Conn, who: User, now: datetime, *, ready: bool = True) -> None:
    """At the telephone from now on, rung at their tested number, or on a break."""
    await conn.execute("INSERT INTO operator_line VALUES ($1, 'phone', '', $2) ON CONFLICT DO NOTHING", who.id, now)
    state = OperatorState.READY if ready else OperatorState.BREAK
    await operator_states.enter(conn, who.id, state, "" if ready else "rest", None, now)


async def shift_ready(conn: Conn, now: datetime) -> None:
    """Everybody on shift who has a number is ready for calls, and earlier ones are over."""
    rows = await conn.fetch(
        "SELECT u.id FROM shift s JOIN app_user u ON u.id = s.user_id WHERE s.off_at IS NULL AND u.phone_enc IS NOT NULL"
    )
    await conn.execute("UPDATE call_ring SET ended_at = $1, outcome = 'missed' WHERE ended_at IS NULL", now)
    await conn.execute("UPDATE call_party SET left_at = $1 WHERE left_at IS NULL", now)
    await conn.execute(
        "UPDATE call SET state = 'over', ended_at = $1, ended_why = 'caller' WHERE ended_at IS NULL", now
    )
    for row in rows:
        who = UserId(row["id"])
        await conn.execute("INSERT INTO operator_line VALUES ($1, 'phone', '', $2) ON CONFLICT DO NOTHING", who, now)
        await operator_states.enter(conn, who, OperatorState.READY, "", None, now)


async def ticket(
    conn: Conn,
    services: Services,
    text: str = "人民路12号的路灯坏了三天",
    phone: str = "+8613900000001",
    *,
    channel: Channel = Channel.SMS,
    category: Category = Category.HELP,
    urgency: Urgency = Urgency.NORMAL,
    place: str = "人民路12号",
    operator: UserId | None = None,
    confidential: bool = False,
) -> Opened:
    """A ticket of a person with this phone; no phone: an anonymous one."""
    now = services.clock.now()
    person = None
    if phone:
        read = read_phone(phone)
        person = (await ensure_persons(conn, services.keys, {read: "zh"}, now))[read]
    new_ticket = NewTicket(channel, text, person, now, place, category, urgency, confidential, operator=operator)
    return (await open_tickets(conn, services, [new_ticket], now))[0]


def find_move(path: str) -> Move:
    """The move with this path (`replies`, `hand-overs/{item}/acceptances`), of whichever package."""
    return next(move for move in PROGRAM.moves if move.path == path)


async def move(
    conn: Conn, services: Services, who: User, number: str, path: str, *, item: int | None = None, **fields: Any
) -> Mapping[str, Any]:
    """Make a move as the API would, in the caller's transaction."""
    made = find_move(path)
    return await perform_in(conn, services, made, who, number, fields, services.clock.now(), item)


async def events(conn: Conn, number: str) -> list[str]:
    """The kinds of a ticket's events, oldest first."""
    rows = await conn.fetch(
        "SELECT e.kind FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id WHERE t.number = $1 ORDER BY seq",
        number,
    )
    return [row["kind"] for row in rows]


async def duties(conn: Conn, number: str) -> dict[str, str]:
    """The state of each of the five duties."""
    rows = await conn.fetch(
        "SELECT d.duty, d.state FROM duty d JOIN ticket t ON t.id = d.ticket_id WHERE t.number = $1", number
    )
    return {row["duty"]: row["state"] for row in rows}


async def state(conn: Conn, number: str) -> str:
    """The ticket's state as stored."""
    return str(await conn.fetchval("SELECT state FROM ticket WHERE number = $1", number))


class Office:
    """Who works there: an operator on shift, another one, a manager, liaisons of the lamps (T05) and the water (T06)."""

    def __init__(self, conn: Conn, services: Services) -> None:
        self.conn, self.services = conn, services

    async def fill(self) -> Office:
        conn = self.conn
        self.lamps = await department(conn, "T05", "测试路灯所")
        self.water = await department(conn, "T06", "测试供水公司")
        self.operator = await user(conn, Role.OPERATOR, name="测试小王")
        self.other = await user(conn, Role.OPERATOR, name="测试小李")
        self.manager = await user(conn, Role.MANAGER, name="测试值班长")
        self.liaison = await user(conn, Role.LIAISON, department=self.lamps, name="测试老张")
        self.stranger = await user(conn, Role.LIAISON, department=self.water, name="测试老赵")
        await on_shift(conn, self.operator, self.services.clock.now())
        return self

    async def do(self, who: User, number: str, path: str, **fields: object) -> dict[str, object]:
        return dict(await move(self.conn, self.services, who, number, path, **fields))

    async def told(self) -> str:
        """A ticket whose person was told by a call."""
        number = (await ticket(self.conn, self.services)).number
        await self.do(self.operator, number, "assignments", department="T05")
        await self.do(self.liaison, number, "signatures")
        await self.do(self.liaison, number, "replies", outcome="solved", public="已修好")
        await self.do(self.operator, number, "report-backs", via="call", text="已修好")
        return number
