"""A call centre behind a carrier that asks for documents: people at tested telephones, and the doubles of Twilio and of a server of one's own."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.calls import rings, state_sweeps, waiting
from hotline.calls.runner import sweep_commands
from hotline.people.user import User
from hotline.telephony.recording_fetch import sweep_recordings
from hotline.telephony.unsaid_ends import sweep_unsaid_answers, sweep_unsaid_ends
from hotline.ticket import Role
from tests import office
from tests.doors import token
from tests.hotline.telephony.twilio_line import Leg, TwilioLine
from tests.line import until, webhook

_numbers = itertools.count(1)
SWEEPS = (
    rings.sweep_rings,
    waiting.sweep_waiting,
    state_sweeps.sweep_states,
    state_sweeps.sweep_never_came,
    state_sweeps.sweep_stale,
    sweep_unsaid_ends,
    sweep_unsaid_answers,
    sweep_recordings,
)
#: No command waits to be carried out, or is being carried out, now.
_TOLD = "SELECT count(*) = 0 FROM call_command WHERE done_at IS NULL AND (failed IS NULL OR next_at <= $1)"


@dataclass(slots=True)
class VoiceCentre:
    """Who is at the telephones, and what happens there."""

    client: TestClient
    pool: Pool
    services: Services
    clock: MovingClock
    line: TwilioLine
    phones: dict[int, str] = field(default_factory=dict)
    tokens: dict[int, dict[str, str]] = field(default_factory=dict)

    def connect(self) -> None:
        """The carrier's webhooks come to the program."""

        async def post(path: str, fields: dict[str, str]) -> str:
            status, text = await webhook(self.client, self.services, path, **fields)
            assert status == 200, (path, status, text)
            return text

        self.line.post = post

    async def somebody(self, role: Role = Role.OPERATOR, *, ready: bool = True) -> User:
        """Somebody of the centre with a tested telephone; an operator is on shift."""
        phone = f"+86138{next(_numbers):08d}"
        now = self.clock.now()
        async with self.pool.acquire() as conn, conn.transaction():
            who = await office.user(conn, role, phone=phone, services=self.services)
            await office.on_shift(conn, who, now)
            if role is Role.OPERATOR:
                await office.ready_for_calls(conn, who, now, ready=ready)
                await rings.offer(conn, self.services, now)
        self.phones[who.id] = phone
        self.tokens[who.id] = await token(self.pool, self.services, who)
        self.clock.move(timedelta(milliseconds=1))
        await self.settle()
        return who

    async def department(self, phone: str = "+864366221890") -> str:
        """A department with a line; its code."""
        async with self.pool.acquire() as conn, conn.transaction():
            made = await office.department(conn, f"T{next(_numbers)}", "测试自来水公司", duties=["停水"])
            await conn.execute(
                "UPDATE department SET phone_enc = $2 WHERE id = $1", made, self.services.keys.encrypt(phone)
            )
            return str(await conn.fetchval("SELECT code FROM department WHERE id = $1", made))

    async def settle(self) -> None:
        """Commands are carried out, and what follows at the carrier happens, until nothing more does."""
        while True:
            await sweep_commands(self.pool, self.services, self.clock.now())
            await until(self.pool, _TOLD, self.clock.now())
            if not self.line.due:
                return
            await self.line.run()

    async def calls(self, sender: str = "") -> Leg:
        """A citizen calls."""
        leg = await self.line.call_comes(sender or f"+86139{next(_numbers):08d}")
        await self.settle()
        return leg

    async def call_of(self, leg: Leg) -> int:
        """The call of a citizen's leg."""
        return int(await self.one("SELECT id FROM call WHERE carrier_ref = $1", leg.sid))

    async def turns(self, leg: Leg) -> None:
        """A caller who waits presses nothing: the next turn of the queue."""
        if leg.is_on and leg.waits[0] == "Gather":
            await self.line.waits_on(leg)
            await self.settle()

    async def takes(self, who: User) -> Leg:
        """Somebody takes the telephone that rings, and says with a key that it is no voicemail."""
        ringing = self.line.ringing(self.phones[who.id])
        await self.line.takes(ringing)
        if ringing.waits[0] == "Gather":
            await self.line.presses(ringing, "5")
        await self.settle()
        return ringing

    async def talk(self) -> tuple[User, Leg, Leg]:
        """An operator and a citizen who talk: the operator, the operator's leg and the citizen's."""
        who = await self.somebody()
        citizen = await self.calls()
        return who, await self.takes(who), citizen

    async def does(self, who: User, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """An act over the API, with what follows."""
        answer = await self.client.post(f"/api/v1/{path}", json=body, headers=self.tokens[who.id])
        said = await answer.json()
        await self.settle()
        return answer.status, said

    async def gets(self, who: User, path: str) -> dict[str, Any]:
        """What somebody sees over the API."""
        answer = await self.client.get(f"/api/v1/{path}", headers=self.tokens[who.id])
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found

    async def hangs_up(self, leg: Leg, status: str = "completed") -> None:
        """Somebody hangs up, is busy or does not answer."""
        await self.line.hangs_up(leg, status)
        await self.settle()

    async def later(self, by: timedelta) -> None:
        """So much later every sweep runs."""
        self.clock.move(by)
        for sweep in SWEEPS:
            await sweep(self.pool, self.services, self.clock.now())
        await self.settle()

    async def acts(self, act: Callable[..., Awaitable[Any]], *given: Any) -> Any:
        """A use case in a transaction of its own."""
        async with self.pool.acquire() as conn, conn.transaction():
            made = await act(conn, self.services, *given, self.clock.now())
        await self.settle()
        return made

    async def one(self, query: str, *values: object) -> Any:
        """The one value that a query gives now."""
        async with self.pool.acquire() as conn:
            return await conn.fetchval(query, *values)

    async def state(self, who: User) -> str:
        """What somebody does at the telephone."""
        return str(await self.one("SELECT state FROM operator_state WHERE user_id = $1 AND ended_at IS NULL", who.id))

    async def stands(self, leg: Leg) -> str:
        """Where the call of a citizen's leg stands, with why it ended."""
        return str(await self.one("SELECT concat_ws(' ', state, ended_why) FROM call WHERE carrier_ref = $1", leg.sid))

    async def owed(self, leg: Leg) -> str | None:
        """Why a call is owed to a citizen; None where none is."""
        query = "SELECT b.reason FROM call_back b JOIN contact c ON c.id = b.contact_id WHERE c.call_sid = $1 AND b.done_at IS NULL"
        found: str | None = await self.one(query, leg.sid)
        return found

    def on(self) -> list[str]:
        """Who is still connected at the carrier."""
        return [leg.to for leg in self.line.legs.values() if leg.is_on]
