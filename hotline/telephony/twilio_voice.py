"""Twilio Voice as a carrier of calls: the queue by Enqueue, every talk in a conference of its own (`hotline.calls.carrier.VoiceCarrier`).

The caller waits in Twilio's queue, whose order is ours; an operator's line is rung by REST; who takes it enters the conference, and the caller is
led out of the queue into it. Who hears whom is carried out on the conference's participants. What is recorded is the citizen's own leg: what
the citizen says and hears, so that a whisper cannot stand in it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import assert_never

from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.provider import Refused, Uncertain, Unreachable
from hotline.base.services import Services
from hotline.calls.call import RING_FOR, Call, CallEnd, CallState, CarrierName, LineKind, Party, PartyKind, PartyMode
from hotline.calls.call_rows import citizen_of, operator_of, parties_of
from hotline.calls.carrier import Ability, CallCommand, CommandKind
from hotline.telephony import telephony_sql
from hotline.telephony.legs import WantedLeg, asked_once, citizen_number, line_of, number_called, open_legs
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_calls import Audience, TwilioCalls
from hotline.telephony.voice_documents import room_of

log = logging.getLogger(__name__)
_RING, _INVITE = int(RING_FOR.total_seconds()), 30
HOLD = "/twilio/voice/hold"
#: These ends say their last words themselves, in the document that led to them.
SAID = frozenset({CallEnd.KNOWN, CallEnd.VOICEMAIL})


class TwilioVoice:
    """The carrier behind TWILIO_* settings."""

    name = CarrierName.TWILIO
    abilities = frozenset(Ability)

    def __init__(self, settings: Settings) -> None:
        self._twilio = Twilio(settings)
        self.calls = TwilioCalls(self._twilio, settings.public_url)
        self.lines = frozenset({LineKind.PHONE} | ({LineKind.BROWSER} if settings.twilio_api_key else set()))

    async def close(self) -> None:
        """Close the connections."""
        await self._twilio.close()

    async def perform(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """Carry out a command. Raises Refused, Unreachable, Uncertain."""
        call = command.call
        match command.kind:
            case CommandKind.RING:
                await self._ring(pool, services, command, int(command.detail["user"]))
            case CommandKind.UNRING:
                await self._end([x for x in await open_legs(pool, call.id) if _rings(x, command)])
            case CommandKind.CONNECT:
                await self._connect(pool, services, command)
            case CommandKind.CALL_OUT:
                await self._call_out(pool, services, command)
            case CommandKind.INVITE:
                await self._invite(pool, services, command)
            case CommandKind.AUDIENCE:
                await self._audience(pool, call)
            case CommandKind.DROP:
                legs = await open_legs(pool, call.id)
                await self._end([x for x in legs if x.party_id == command.party_id])
            case CommandKind.KEYS:
                await self._keys(pool, command)
            case CommandKind.SAY:
                await self._say(pool, command)
            case CommandKind.VOICEMAIL:
                if call.queued_at is not None:  # else the document that asked is answered by it
                    await self.calls.redirect(await self._citizen(pool, call), "/twilio/voice/message")
            case CommandKind.TRANSFER:
                await self._only_asked(pool, call)
                await self._audience(pool, call)
            case CommandKind.HANG_UP:
                await self._hang_up(pool, call)
            case other:
                assert_never(other)

    async def _ring(
        self, pool: Pool, services: Services, command: CallCommand, user: int, party: int | None = None
    ) -> None:
        """A telephone rings. A browser rings by itself, as the program says, so that a page may be left while it does: it is called once
        its user has answered (`party`).
        """
        async with pool.acquire() as conn:
            kind, to = await line_of(conn, services, self.name, user)
        if kind is LineKind.BROWSER and party is None:
            return

        async def place(leg: int) -> str:
            return await self.calls.place(to, f"/twilio/voice/line?leg={leg}", f"/twilio/voice/leg?leg={leg}", _RING)

        await asked_once(pool, services, self.calls, command, WantedLeg("line", to, user, party), place)

    async def _citizen(self, pool: Pool, call: Call) -> str:
        """The citizen's leg now: the one that we called, else the one that came."""
        called = [leg for leg in await open_legs(pool, call.id) if leg.role == "citizen"]
        if called and called[-1].sid:
            return called[-1].sid
        if not call.carrier_ref.startswith("CA"):
            raise Refused("the citizen has no leg")
        return call.carrier_ref

    async def _connect(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """The caller out of the queue, into the conference; what they say and hear is recorded from then on. The operator's browser is called now."""
        call = command.call
        user = call.operator_id
        if user is not None and not any(leg.user_id == user for leg in await open_legs(pool, call.id)):
            await self._ring(pool, services, command, user, command.party_id)
        sid = await self._citizen(pool, call)
        await self.calls.redirect(sid, f"/twilio/voice/join?call={call.id}")
        await self.record(sid, call.id)

    async def record(self, sid: str, call_id: int) -> None:
        """Record the citizen's leg; where that fails they talk all the same, and the log says so."""
        try:
            await self.calls.record(sid, f"/twilio/voice/recorded?call={call_id}")
        except (Refused, Unreachable, Uncertain) as error:
            log.warning("a recording was not begun: %s", error, extra={"row": call_id})

    async def _call_out(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """The operator's line first, where it is not there; once it was taken, the citizen's."""
        call, operator = command.call, int(command.detail["operator"])
        legs = await open_legs(pool, call.id)
        there = next((leg for leg in legs if leg.user_id == call.operator_id and leg.answered_at), None)
        if there is None:
            assert call.operator_id is not None, "the operator calls"
            if not any(leg.user_id == call.operator_id for leg in legs):
                await self._ring(pool, services, command, call.operator_id, operator)
            raise Unreachable(f"the line of party {operator} was not taken yet")
        async with pool.acquire() as conn:
            to = await citizen_number(conn, services, call, command.party_id)

        async def place(leg: int) -> str:
            return await self.calls.place(
                to, f"/twilio/voice/reached?leg={leg}", f"/twilio/voice/leg?leg={leg}", _INVITE
            )

        await asked_once(pool, services, self.calls, command, WantedLeg("citizen", to, None, command.party_id), place)

    async def _invite(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """A number is called into the conference at once, so that its ringing is heard; a line of ours says first who takes it."""
        call = command.call
        async with pool.acquire() as conn:
            party = next((p for p in await parties_of(conn, call.id) if p.id == command.party_id), None)
            if party is None or not party.is_asked:
                return
            to = await number_called(conn, services, self.name, party.id, party.user_id)
        if to.startswith("client:") and not party.is_in:
            return  # their page rings; they are called once they say that they come

        async def place(leg: int) -> str:
            callback = f"/twilio/voice/leg?leg={leg}"
            if party.user_id is not None:
                return await self.calls.place(to, f"/twilio/voice/line?leg={leg}", callback, _INVITE)
            return await self.calls.invite(room_of(call.id), to, callback, _INVITE, f"leg-{leg}", HOLD)

        wanted = WantedLeg("guest", to, party.user_id, party.id)
        await asked_once(pool, services, self.calls, command, wanted, place)

    async def _audience(self, pool: Pool, call: Call) -> None:
        """Who hears whom; a caller whom everybody left goes back into the queue."""
        if call.state is CallState.WAITING:
            await self.calls.redirect(await self._citizen(pool, call), "/twilio/voice/queue")
            return
        room = await self.calls.room(room_of(call.id))
        if room is None or call.state is not CallState.TALKING:
            return
        async with pool.acquire() as conn:
            parties = await parties_of(conn, call.id)
        named = await self._named(pool, call, parties)
        operator = operator_of(call, parties)
        coached = named.get(operator.id, "") if operator is not None else ""
        everybody = [
            Audience(sid, party.held_at is not None, party.mode is PartyMode.LISTEN, _coached(party, coached))
            for party in parties
            if party.is_in and (sid := named.get(party.id, ""))
        ]
        await self.calls.set_audience(room, everybody, HOLD)

    async def _named(self, pool: Pool, call: Call, parties: Sequence[Party]) -> dict[int, str]:
        """The leg of each party that has one."""
        legs = await open_legs(pool, call.id)
        named = {leg.party_id: leg.sid for leg in legs if leg.party_id is not None and leg.sid is not None}
        citizen = citizen_of(parties)
        if citizen is not None and citizen.id not in named and call.carrier_ref.startswith("CA"):
            named[citizen.id] = call.carrier_ref
        return named

    async def _keys(self, pool: Pool, command: CallCommand) -> None:
        """Tones for whoever was brought in last, else for the citizen."""
        call = command.call
        async with pool.acquire() as conn:
            parties = [p for p in await parties_of(conn, call.id) if p.is_in]
        outside = {PartyKind.DEPARTMENT, PartyKind.EMERGENCY, PartyKind.INTERPRETER}
        to = next((p for p in reversed(parties) if p.kind in outside), citizen_of(parties))
        sid = (await self._named(pool, call, parties)).get(to.id) if to is not None else None
        await self._announce(call, sid, command)

    async def _announce(self, call: Call, sid: str | None, command: CallCommand) -> None:
        room = await self.calls.room(room_of(call.id))
        if room is None or sid is None:
            raise Refused("nobody is there to hear it")
        await self.calls.announce(room, sid, f"/twilio/voice/said?command={command.id}")

    async def _say(self, pool: Pool, command: CallCommand) -> None:
        citizen = await self._citizen(pool, command.call)
        if not command.detail.get("end"):
            await self._announce(command.call, citizen, command)
            return
        await self.calls.redirect(citizen, f"/twilio/voice/said?command={command.id}")
        if command.call.state is CallState.OVER:
            others = [leg for leg in await open_legs(pool, command.call.id) if leg.sid != citizen]
            await self._end(others)

    async def _only_asked(self, pool: Pool, call: Call) -> None:
        """Whoever has left the call is taken out; the others stay."""
        async with pool.acquire() as conn:
            gone = {party.id for party in await parties_of(conn, call.id) if not party.is_asked}
        await self._end([leg for leg in await open_legs(pool, call.id) if leg.party_id in gone])

    async def _hang_up(self, pool: Pool, call: Call) -> None:
        if call.ended_why in SAID:
            return
        legs = await open_legs(pool, call.id)
        await self._end(legs)
        if call.carrier_ref.startswith("CA"):
            await self.calls.end(call.carrier_ref)

    async def _end(self, legs: Sequence[telephony_sql.LegRow]) -> None:
        for leg in legs:
            if leg.sid is not None:
                await self.calls.end(leg.sid)


def _rings(leg: telephony_sql.LegRow, command: CallCommand) -> bool:
    """Whether a leg is the ring that a command withdraws."""
    return leg.role == "line" and leg.user_id == command.detail.get("user") and leg.answered_at is None


def _coached(party: Party, operator: str) -> str:
    return operator if party.mode is PartyMode.WHISPER else ""
