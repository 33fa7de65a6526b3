"""The interface to what carries telephone calls (VoiceCarrier): its abilities, and the commands that it carries out.

Use cases write commands as rows in the transaction of their cause (`call_command`); they are carried out after it, in order for
each call. What a carrier says comes back as calls of the use cases in `hotline.calls` (docs/telephone.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, cast

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.calls.call import Call, CarrierName, LineKind


class Ability(StrEnum):
    """What a carrier can do beside ringing, talking and hanging up; what it cannot is off at the desk, with the reason."""

    HOLD = "hold"
    WARM_TRANSFER = "warm_transfer"
    STRAIGHT_TRANSFER = "straight_transfer"
    THREE_WAY = "three_way"
    LISTEN = "listen"
    WHISPER = "whisper"
    RECORD = "record"
    VOICEMAIL = "voicemail"
    KEYPAD = "keypad"
    #: Words that are spoken into a call, as before it is ended after abuse.
    ANNOUNCE = "announce"
    #: Calls to numbers outside: departments' lines, 110, 119, 120, 122.
    OUTSIDE = "outside"
    CALL_OUT = "call_out"


class CommandKind(StrEnum):
    """What a carrier is told."""

    #: Ring the line of an operator: `ring`, `user`.
    RING = "ring"
    UNRING = "unring"
    #: The ring was answered: connect operator and caller.
    CONNECT = "connect"
    #: Place a call to the citizen of a kept place or an owed call, and connect it with the operator.
    CALL_OUT = "call_out"
    #: Bring the party in.
    INVITE = "invite"
    #: Who hears whom has changed (hold, resume, mode): carry out `hotline.calls.call.hears`.
    AUDIENCE = "audience"
    #: Take the party out.
    DROP = "drop"
    #: Press these keys for the operator: `digits`.
    KEYS = "keys"
    #: Speak the words `words` of hotline/texts; then end the call where `end` is true.
    SAY = "say"
    #: Nobody is free: take a message.
    VOICEMAIL = "voicemail"
    #: The call goes on to the party alone (straight transfer): the operator leaves.
    TRANSFER = "transfer"
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class CallCommand:
    """One thing that a carrier is told about a call; carrying it out twice has one effect."""

    id: int
    call: Call
    party_id: int | None
    kind: CommandKind
    detail: Mapping[str, Any]


class VoiceCarrier(Protocol):
    """What carries calls: the browser line, Twilio, a Twilio-compatible server; one conformance suite runs on all.

    `abilities`: what it can; the desk offers nothing else. `lines`: on which lines it rings operators.
    """

    name: CarrierName
    abilities: frozenset[Ability]
    lines: frozenset[LineKind]

    async def perform(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """Carry out a command, with no transaction open.

        Raises `hotline.base.provider.Refused` where it never can (the use case is told), `Unreachable` or `Uncertain` where it
        may be tried again.
        """
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...


def carrier_named(services: Services, name: CarrierName) -> VoiceCarrier | None:
    """The carrier of that name, where this program has it (`Services.carriers`, filled by `hotline.telephony`)."""
    return cast("VoiceCarrier | None", services.carriers.get(name))


def able(services: Services, name: CarrierName, ability: Ability) -> bool:
    """Whether the carrier of a call can do this; one that this program does not have is believed to."""
    carrier = carrier_named(services, name)
    return carrier is None or ability in carrier.abilities
