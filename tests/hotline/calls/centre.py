"""A call centre on a moving clock: operators with browsers, callers, and a carrier that writes down what it is told."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.calls import arrivals, endings, operator_states, rings, runner, state_sweeps, waiting
from hotline.calls.call import CarrierName, LineKind, OperatorState, PartyKind
from hotline.calls.carrier import Ability, CallCommand, CommandKind
from hotline.calls.invitations import Invitation
from hotline.people.user import User
from hotline.ticket import Role
from tests import office

S = timedelta(seconds=1)
EMERGENCY = Invitation(PartyKind.EMERGENCY, emergency="119")
_numbers = itertools.count(1)
SWEEPS = (
    runner.sweep_commands,
    rings.sweep_rings,
    waiting.sweep_waiting,
    state_sweeps.sweep_silent,
    state_sweeps.sweep_states,
    state_sweeps.sweep_never_came,
    state_sweeps.sweep_off_shift,
    state_sweeps.sweep_stale,
    rings.sweep_offers,
    runner.sweep_commands,
)


@dataclass
class CarrierDouble:
    """A carrier that can do everything, writes down what it is told, and fails as told (`fails`)."""

    name: CarrierName = CarrierName.BROWSER
    abilities: frozenset[Ability] = frozenset(Ability)
    lines: frozenset[LineKind] = frozenset(LineKind)
    told: list[CallCommand] = field(default_factory=list)
    fails: dict[CommandKind, Exception] = field(default_factory=dict)

    async def perform(self, pool: Pool, services: Services, command: CallCommand) -> None:
        if command.kind in self.fails:
            raise self.fails[command.kind]
        self.told.append(command)

    def kinds(self, call: int) -> list[str]:
        """What it was told about a call, in order."""
        return [command.kind.value for command in self.told if command.call.id == call]

    async def close(self) -> None:
        """Nothing is open."""


class CallCentre:
    """Who is at the telephones, and what happens there."""

    def __init__(self, pool: Pool, services: Services, clock: MovingClock, carrier: CarrierDouble) -> None:
        self.pool, self.clock, self.carrier = pool, clock, carrier
        self.services = services
        self.browsers: list[User] = []

    async def operator(self, *, ready: bool = True, skills: tuple[str, ...] = (), role: Role = Role.OPERATOR) -> User:
        """An operator on shift with the desk open in a browser."""
        async with self.pool.acquire() as conn, conn.transaction():
            who = await office.user(conn, role)
            await office.on_shift(conn, who, self.clock.now())
            for skill in skills:
                await conn.execute("INSERT INTO operator_skill VALUES ($1, $2)", who.id, skill)
        self.browsers.append(who)
        await self.beat()
        await self.says(who, OperatorState.READY if ready else OperatorState.BREAK)
        self.clock.move(S / 1000)  # nobody is idle for exactly as long as another
        return who

    async def beat(self) -> None:
        """Every browser says that it is there."""
        async with self.pool.acquire() as conn:
            for who in self.browsers:
                await operator_states.take_line(conn, who, LineKind.BROWSER, f"tab{who.id}", self.clock.now())

    async def says(self, who: User, state: OperatorState) -> None:
        """An operator says what they do."""
        async with self.pool.acquire() as conn, conn.transaction():
            if await operator_states.state_of(conn, who.id) is None:
                await operator_states.set_shift(conn, who, on=True, ready=False, now=self.clock.now())
            if await operator_states.choose(conn, who, state, "rest", self.clock.now()):
                await rings.offer(conn, self.services, self.clock.now())

    async def says_after_call(self, who: User) -> None:
        """The operator ends the call and is ready at once."""
        call = await self.one("SELECT call_id FROM call_party WHERE user_id = $1 AND left_at IS NULL", who.id)
        await self.does(endings.hang_up, who, call)
        await self.says(who, OperatorState.READY)
        await self.told()

    async def comes(self, sender: str | None = "", **more: Any) -> int:
        """A call comes and waits; its id. `sender` empty: a new mobile number; None: hidden."""
        n = next(_numbers)
        number = f"+86139{n:08d}" if sender == "" else sender
        async with self.pool.acquire() as conn, conn.transaction():
            arrived = await arrivals.arrive(
                conn, self.services, self.carrier.name, f"ref{n}", number, self.clock.now(), **more
            )
            await waiting.enqueue(conn, self.services, arrived.call.id, self.clock.now())
        await self.told()
        return arrived.call.id

    async def does(self, act: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Any:
        """One use case in a transaction of its own: `act(conn, services, *given, now, **named)`; then the carrier is told."""
        async with self.pool.acquire() as conn, conn.transaction():
            made = await act(conn, self.services, *given, self.clock.now(), **named)
        await self.told()
        return made

    async def told(self) -> None:
        """Commands are carried out, as the runner does when a transaction commits."""
        await runner.sweep_commands(self.pool, self.services, self.clock.now())

    async def later(self, by: timedelta, *, beats: bool = True) -> None:
        """So much later: browsers say that they are there, every sweep runs until nothing is due, and runs again in vain."""
        self.clock.move(by)
        if beats:
            await self.beat()
        for sweep in (*SWEEPS, *SWEEPS):
            await sweep(self.pool, self.services, self.clock.now())
        found = {sweep.__name__: await sweep(self.pool, self.services, self.clock.now()) for sweep in SWEEPS}
        assert not any(found.values()), f"a sweep finds something again and again: {found}"

    async def one(self, query: str, *values: object) -> Any:
        """The one value that a query gives now."""
        async with self.pool.acquire() as conn:
            return await conn.fetchval(query, *values)

    async def state(self, who: User) -> str:
        """What somebody does at the telephone, with the reason of a break."""
        query = "SELECT concat_ws(' ', state, nullif(reason, '')) FROM operator_state WHERE user_id = $1 AND ended_at IS NULL"
        return str(await self.one(query, who.id) or "off")

    async def call(self, call: int) -> str:
        """Where a call stands, with why it ended."""
        return str(await self.one("SELECT concat_ws(' ', state, ended_why) FROM call WHERE id = $1", call))

    async def rings_at(self, call: int) -> int | None:
        """Whose line rings for a call."""
        found: int | None = await self.one(
            "SELECT user_id FROM call_ring WHERE call_id = $1 AND ended_at IS NULL", call
        )
        return found

    async def owed(self, call: int) -> str | None:
        """Why a call is owed to the caller; None where none is."""
        found: str | None = await self.one(
            "SELECT b.reason FROM call_back b JOIN call c ON c.contact_id = b.contact_id WHERE c.id = $1 AND b.done_at IS NULL",
            call,
        )
        return found

    async def happened(self, call: int) -> list[str]:
        """What happened in a call, in order."""
        async with self.pool.acquire() as conn:
            rows = await conn.fetch("SELECT kind FROM call_event WHERE call_id = $1 ORDER BY id", call)
        return [row["kind"] for row in rows]

    async def talks(self, who: User, call: int) -> int:
        """The operator answers; their party's id."""
        await self.does(rings.answer, who, call)
        return int(await self.one("SELECT max(id) FROM call_party WHERE call_id = $1 AND user_id = $2", call, who.id))

    async def citizen(self, call: int) -> int:
        """The id of the citizen's party."""
        query = "SELECT max(id) FROM call_party WHERE call_id = $1 AND kind = 'citizen'"
        return int(await self.one(query, call))
