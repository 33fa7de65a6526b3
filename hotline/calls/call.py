"""A telephone call and the people in it: states, parties, who hears whom, what an operator does at the telephone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.ids import ContactId, DepartmentId, PersonId, TicketId, UserId

#: A line rings so long, then the next one (GB/T 33358: answered within 15 s).
RING_FOR = timedelta(seconds=15)
#: Nobody free for so long: voicemail, and a call is owed.
WAIT_AT_MOST = timedelta(seconds=90)
#: Time after a call to finish its form, and by how much a key extends it.
WRAP_UP_FOR = timedelta(seconds=30)
#: After abuse: time that no figure counts.
RECOVERY_FOR = timedelta(minutes=5)
#: A browser that has not been heard for so long rings for nobody.
SILENT_AFTER = timedelta(seconds=35)
#: More than these do not fit into one call: each browser keeps a connection to each other one.
MOST_PARTIES = 4
#: A caller who hung up within this time is counted apart from those who gave up.
SHORT_ABANDON = timedelta(seconds=5)


class CarrierName(StrEnum):
    """What carries a call."""

    BROWSER = "browser"
    TWILIO = "twilio"
    COMPATIBLE = "compatible"


class LineKind(StrEnum):
    """Where an operator is rung."""

    BROWSER = "browser"
    PHONE = "phone"


class CallState(StrEnum):
    """Where a call stands. A call that rings an operator waits, and has an open ring."""

    ARRIVING = "arriving"
    WAITING = "waiting"
    #: The caller hung up and is called back in their turn.
    KEPT = "kept"
    TALKING = "talking"
    VOICEMAIL = "voicemail"
    OVER = "over"


class CallEnd(StrEnum):
    """Why a call is over."""

    CALLER = "caller"
    OPERATOR = "operator"
    ABANDONED = "abandoned"
    VOICEMAIL = "voicemail"
    ANNOUNCED = "announced"
    PASSED_ON = "passed_on"
    KNOWN = "known"
    UNREACHED = "unreached"
    LOST = "lost"


class OperatorState(StrEnum):
    """What an operator does at the telephone; one who is not at it has no state (`off`)."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    WRAP_UP = "wrap_up"
    BREAK = "break"


class PartyKind(StrEnum):
    """Who somebody in a call is."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    DEPARTMENT = "department"
    EMERGENCY = "emergency"
    INTERPRETER = "interpreter"


class PartyMode(StrEnum):
    """Whom somebody in a call hears and who hears them."""

    TALK = "talk"
    #: Hears all, is heard by nobody.
    LISTEN = "listen"
    #: Hears all, is heard by the operator alone.
    WHISPER = "whisper"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a call, as far as it says who hears whom. Times UTC."""

    id: int
    kind: PartyKind
    user_id: UserId | None
    department_id: DepartmentId | None
    mode: PartyMode
    invited_at: datetime
    joined_at: datetime | None
    held_at: datetime | None
    left_at: datetime | None

    @property
    def is_asked(self) -> bool:
        """Whether they were asked to come and have not left: connected, or on the way."""
        return self.left_at is None

    @property
    def is_in(self) -> bool:
        """Whether they are connected now."""
        return self.joined_at is not None and self.left_at is None


@dataclass(frozen=True, slots=True)
class Call:
    """The row of a call. Times UTC."""

    id: int
    direction: str
    carrier: CarrierName
    carrier_ref: str
    contact_id: ContactId | None
    person_id: PersonId | None
    ticket_id: TicketId | None
    call_back_id: int | None
    skill: str | None
    wanted_id: UserId | None
    operator_id: UserId | None
    state: CallState
    arrived_at: datetime
    queued_at: datetime | None
    kept_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_why: CallEnd | None


def hears(listener: Party, speaker: Party) -> bool:
    """Whether one party hears another: the server's decision, which browsers and carriers carry out.

    Nobody hears who is on hold or listens only, and who is on hold hears nobody; a whisper reaches the operator alone.
    """
    if listener.id == speaker.id or not (listener.is_in and speaker.is_in):
        return False
    if listener.held_at is not None or speaker.held_at is not None:
        return False
    if speaker.mode is PartyMode.LISTEN:
        return False
    return speaker.mode is not PartyMode.WHISPER or listener.kind is PartyKind.OPERATOR
