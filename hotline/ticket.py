"""A ticket's life: states, moves and what each asks for (rulebook §§2–4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.ids import AssignmentId, DepartmentId, PersonId, TicketId, UserId


class State(StrEnum):
    RECEIVED = "received"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    REPLIED = "replied"
    TOLD = "told"
    FOLLOWED_UP = "followed_up"
    ARCHIVED = "archived"
    ANSWERED = "answered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    RETURNED = "returned"
    IN_CONSULTATION = "in_consultation"
    LONG_TERM = "long_term"
    SET_ASIDE = "set_aside"


class Category(StrEnum):
    INQUIRY = "inquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    TIPOFF = "tipoff"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Urgency(StrEnum):
    CRITICAL = "critical"
    URGENT = "urgent"
    NORMAL = "normal"


class Channel(StrEnum):
    """How a contact comes in; `BY_HAND` says where somebody enters it."""

    CALL = "call"
    SMS = "sms"
    WEB = "web"
    LETTER = "letter"
    BOX = "box"
    VISIT = "visit"
    #: A call from the web page, over the browser line.
    WEBCALL = "webcall"


class Duty(StrEnum):
    """The five duties of the owner, in the order of the screen."""

    LIAISE = "liaise"
    COORDINATE = "coordinate"
    SUPERVISE = "supervise"
    REPORT_BACK = "report_back"
    FILE = "file"


class DutyState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"


class Role(StrEnum):
    OPERATOR = "operator"
    MANAGER = "manager"
    LIAISON = "liaison"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMIN = "admin"


DUTY_DESK = UserId(0)

#: Entered by the one who took them, who owns what comes of it, as the form lists them; what comes in otherwise goes to the operators
#: on shift in rotation (rulebook §3).
BY_HAND = (Channel.CALL, Channel.WEBCALL, Channel.VISIT, Channel.LETTER)

#: The rank of an urgency: anyone raises it, only a manager lowers it.
RANK = {Urgency.NORMAL: 0, Urgency.URGENT: 1, Urgency.CRITICAL: 2}

WITH_DEPARTMENT = frozenset({State.DISPATCHED, State.SIGNED})
#: The department has it still, though others decide how it goes on.
WAITING = frozenset({State.IN_CONSULTATION, State.LONG_TERM})
#: States in which the matter itself is still being worked on.
AT_WORK = frozenset(
    {
        State.RECEIVED,
        State.DISPATCHED,
        State.SIGNED,
        State.RETURNED,
        State.IN_CONSULTATION,
        State.LONG_TERM,
        State.SET_ASIDE,
    }
)
#: Ends other than archived; they keep their name when filed (rulebook §3).
OTHER_ENDS = frozenset({State.ANSWERED, State.DECLINED, State.TRANSFERRED, State.WITHDRAWN, State.MERGED})
#: Nothing more is owed on these but the filing.
ENDED = OTHER_ENDS | {State.ARCHIVED}
EVERY = frozenset(State)


@dataclass(frozen=True, slots=True)
class Ticket:
    """The row of a ticket; its words are elsewhere. Times UTC."""

    id: TicketId
    number: str
    state: State
    channel: Channel
    category: Category
    urgency: Urgency
    confidential: bool
    owner_id: UserId
    department_id: DepartmentId | None
    person_id: PersonId | None
    concerned_id: PersonId | None
    parent_id: TicketId | None
    after_id: TicketId | None
    received_at: datetime
    ended_at: datetime | None
    filed_at: datetime | None
    event_count: int
    last_event_at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """A department's part in a ticket, from dispatch to its end. Times UTC."""

    id: AssignmentId
    ticket_id: TicketId
    department_id: DepartmentId
    part: str
    assigned_at: datetime
    acknowledged_at: datetime | None
    signed_at: datetime | None
    signed_by: UserId | None
    contacted_at: datetime | None
    safe_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


def may_set_urgency(before: Urgency, after: Urgency, *, manager: bool) -> bool:
    """Anyone raises an urgency; only a manager lowers it (rulebook §2)."""
    return manager or RANK[after] >= RANK[before]


def duties_on_end(state: State) -> dict[Duty, DutyState]:
    """What ending a ticket in another way does to its duties (rulebook §§3–4); empty where nothing changes.

    Liaise, coordinate and supervise are not applicable, the answer closes report back, filing closes file.
    """
    if state not in OTHER_ENDS:
        return {}
    told = DutyState.DONE if state in {State.ANSWERED, State.DECLINED, State.TRANSFERRED} else DutyState.NOT_APPLICABLE
    return {
        Duty.LIAISE: DutyState.NOT_APPLICABLE,
        Duty.COORDINATE: DutyState.NOT_APPLICABLE,
        Duty.SUPERVISE: DutyState.NOT_APPLICABLE,
        Duty.REPORT_BACK: told,
    }
