"""A Twilio-compatible server of one's own as a carrier of calls (Somleng and the like): no queue, no conference (docs/carriers.md).

A caller waits in a loop of documents, a turn of five seconds each; the document of a turn dials the operator whom the queue names, takes a message or goes on
waiting, as the call's row says by then. So most commands need nothing sent: the next document carries them out. By REST a leg is placed, led to
another document, or ended; without REST (the simulator) nothing is, and the documents alone remain.
"""

from __future__ import annotations

from typing import assert_never

from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.provider import Refused
from hotline.base.services import Services
from hotline.calls.call import RING_FOR, Call, CallState, CarrierName, LineKind
from hotline.calls.carrier import Ability, CallCommand, CommandKind
from hotline.telephony.legs import WantedLeg, asked_once, line_of, open_legs
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_calls import TwilioCalls
from hotline.telephony.twilio_voice import SAID

_RING = int(RING_FOR.total_seconds())
#: What needs a conference, or a word into a talk that goes on.
_CANNOT = frozenset(
    {
        Ability.HOLD,
        Ability.WARM_TRANSFER,
        Ability.THREE_WAY,
        Ability.LISTEN,
        Ability.WHISPER,
        Ability.KEYPAD,
        Ability.RECORD,
    }
)


class CompatibleVoice:
    """The carrier behind a server of one's own, or behind the simulator."""

    name = CarrierName.COMPATIBLE

    def __init__(self, settings: Settings) -> None:
        self._twilio = Twilio(settings)
        self.calls = TwilioCalls(self._twilio, settings.public_url)
        self.has_rest = settings.has_twilio
        needs_rest = frozenset() if self.has_rest else frozenset({Ability.CALL_OUT, Ability.ANNOUNCE})
        self.abilities = frozenset(Ability) - _CANNOT - needs_rest
        inside = {LineKind.BROWSER} if settings.sip_domain else set()
        self.lines = frozenset({LineKind.PHONE} | inside)

    async def close(self) -> None:
        """Close the connections."""
        await self._twilio.close()

    async def perform(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """Carry out a command. Raises Refused, Unreachable, Uncertain."""
        call = command.call
        match command.kind:
            case CommandKind.RING:
                if call.state is CallState.KEPT:
                    await self._place(pool, services, command, int(command.detail["user"]))
            case CommandKind.UNRING:
                await self._unring(pool, call)
            case CommandKind.INVITE:
                if call.direction == "out":
                    assert call.operator_id is not None, "the operator calls"
                    await self._place(pool, services, command, call.operator_id, command.party_id)
            case CommandKind.CALL_OUT:
                await self._call_out(pool, services, command)
            case CommandKind.TRANSFER:
                await self._lead(call, f"/twilio/voice/pass?party={command.party_id}")
            case CommandKind.AUDIENCE:
                if call.state is CallState.WAITING:
                    await self._lead(call, "/twilio/voice/turn")
            case CommandKind.SAY:
                if command.detail.get("end"):
                    await self._lead(call, f"/twilio/voice/said?command={command.id}")
            case CommandKind.HANG_UP:
                if call.ended_why not in SAID:
                    await self._end(pool, call)
            case CommandKind.CONNECT | CommandKind.VOICEMAIL | CommandKind.DROP:
                pass  # the next document of the call does it
            case CommandKind.KEYS:
                raise Refused("this line cannot press keys into a talk")
            case other:
                assert_never(other)

    async def _place(
        self, pool: Pool, services: Services, command: CallCommand, user: int, party: int | None = None
    ) -> None:
        """The operator's line is rung by itself: the citizen is called by the document that it gets."""
        if not self.has_rest:
            raise Refused("without a server nobody is called")
        async with pool.acquire() as conn:
            _, to = await line_of(conn, services, self.name, user)

        async def place(leg: int) -> str:
            return await self.calls.place(to, f"/twilio/voice/line?leg={leg}", f"/twilio/voice/leg?leg={leg}", _RING)

        await asked_once(pool, services, self.calls, command, WantedLeg("line", to, user, party), place)

    async def _call_out(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """Where the operator's line was taken its document dials the citizen; else the line is rung."""
        user = command.call.operator_id
        assert user is not None, "the operator calls"
        if not any(leg.user_id == user for leg in await open_legs(pool, command.call.id)):
            await self._place(pool, services, command, user, int(command.detail["operator"]))

    async def _unring(self, pool: Pool, call: Call) -> None:
        """The dialling stops: the caller's document goes on with the next turn; a line that was rung by itself is ended."""
        if call.state is CallState.WAITING:
            await self._lead(call, "/twilio/voice/turn")
        for leg in await open_legs(pool, call.id):
            if leg.sid is not None and leg.answered_at is None:
                await self.calls.end(leg.sid)

    async def _lead(self, call: Call, path: str) -> None:
        """The caller's leg goes on at another document. Without REST it comes to one by itself."""
        if self.has_rest and call.direction == "in":
            await self.calls.redirect(call.carrier_ref, path)

    async def _end(self, pool: Pool, call: Call) -> None:
        if not self.has_rest:
            return
        if call.direction == "in":
            await self.calls.end(call.carrier_ref)
        for leg in await open_legs(pool, call.id):
            if leg.sid is not None:
                await self.calls.end(leg.sid)
