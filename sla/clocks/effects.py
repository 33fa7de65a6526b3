"""Which clock starts and stops at which event: one start and one stop each (rulebook §5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.base.kinds import EventKind, UnknownKind
from sla.calendar.working_time import Calendar

#: The clocks of a department's part in a ticket.
DEPARTMENT = ("sign", "first_contact", "return", "make_safe", "resolve", "interim_supply", "rework")
#: What stands still from a return to its ruling: that time is the centre's.
HELD = ("first_contact", "make_safe", "resolve", "interim_supply", "rework")
#: What a department cannot do while its reply is being judged.
UNDER_REVIEW = ("first_contact", "make_safe")
#: The owner's words to the person while the matter is open; a change of department does not reset them.
WORDS = ("interim", "monthly")
#: A co-handler is due so many working days before the lead.
_BEFORE_LEAD = 2
AFTER_REPLY = ("review", "report_back")
#: Everything that ends with the matter itself.
MATTER = (*DEPARTMENT, *WORDS, *AFTER_REPLY, "ruling", "follow_up")
ENDS: frozenset[EventKind] = frozenset({"answered", "declined", "transferred", "withdrawn", "merged"})
KINDS: frozenset[EventKind] = frozenset(
    {
        *ENDS,
        "received",
        "dispatched",
        "signed",
        "first_contact",
        "made_safe",
        "returned",
        "ruled",
        "recalled",
        "co_handler",
        "co_replied",
        "co_handler_ruled",
        "replied",
        "report_back_tried",
        "sent_back",
        "told",
        "followed_up",
        "reworked",
        "archived",
        "interim",
        "interim_told",
        "long_term",
        "set_aside",
        "resumed",
    }
)

#: (clock, assignment or None for any)
Stop = tuple[str, int | None]
#: (clock, assignment, department)
Begin = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the clocks of a ticket depend on."""

    category: str
    urgency: str
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to clocks, in this order.

    `end_pause`: a pause ends here. `stop`. `hold` and `release`: the lead's clocks stand still, go on as if they had not.
    `reopen`: what the latest reply stopped never stopped. `supersede`: (clock, part of the assignment or None for any).
    `start`.
    """

    end_pause: bool = False
    stop: tuple[Stop, ...] = ()
    hold: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    reopen: bool = False
    supersede: tuple[tuple[str, str | None], ...] = ()
    start: tuple[Begin, ...] = ()


def effect(kind: EventKind, detail: Mapping[str, Any], subject: Subject) -> Effect:
    """What an event does to the clocks of its ticket. Raises UnknownKind for a kind that is not in KINDS."""
    assignment, department = detail.get("assignment"), detail.get("department")
    words: tuple[Begin, ...] = (("interim_supply", assignment, department), ("interim", None, None))
    match kind:
        case "received":
            return Effect(start=(("dispatch", None, None),))
        case "dispatched":
            return Effect(stop=(("dispatch", None),), start=_team(assignment, department, subject))
        case "recalled":
            # from a return or a reply only where a tipoff came to name its handler
            every = _any(*DEPARTMENT, *WORDS, *AFTER_REPLY, "ruling")
            return Effect(True, supersede=every, start=(("dispatch", None, None),))
        case "signed":
            return Effect(stop=(("sign", assignment),))
        case "first_contact":
            return Effect(stop=(("first_contact", assignment),))
        case "made_safe":
            return Effect(stop=(("make_safe", assignment),))
        case "returned":
            # a return is an answer: it stops `sign` for good (rulebook §5: one stop), also where it is overruled unsigned;
            # `resolve` goes on then, and liaise stays open until somebody signs
            stop = (("sign", assignment), ("return", assignment))
            return Effect(True, stop, hold=HELD, start=(("ruling", None, None),))
        case "ruled" if detail.get("overruled"):
            return Effect(stop=(("ruling", None),), release=HELD)
        case "ruled":
            old = tuple((clock, "lead") for clock in DEPARTMENT)
            return Effect(stop=(("ruling", None),), supersede=old, start=_team(assignment, department, subject))
        case "co_handler":
            return Effect(start=(("sign", assignment, department), ("resolve", assignment, department)))
        case "co_handler_ruled":
            released = (("sign", assignment), ("resolve", assignment)) if detail.get("released") else ()
            return Effect(stop=released)
        case "co_replied":
            return Effect(stop=(("resolve", assignment),))
        case "replied":
            own = ((c, assignment) for c in ("resolve", "rework", "interim_supply"))
            return Effect(
                True,
                (*own, *((c, None) for c in WORDS)),
                hold=UNDER_REVIEW,
                supersede=(("return", "lead"), ("sign", "co"), ("resolve", "co")),
                start=tuple((c, None, None) for c in AFTER_REPLY),
            )
        case "report_back_tried":
            return Effect(stop=(("review", None),))
        case "sent_back":
            return Effect(
                stop=(("review", None),), release=UNDER_REVIEW, reopen=True, supersede=_any("report_back"), start=words
            )
        case "told":
            return Effect(stop=_any(*AFTER_REPLY), supersede=_any(*UNDER_REVIEW), start=(("follow_up", None, None),))
        case "reworked":
            return Effect(
                stop=(("follow_up", None),), supersede=_any("file"), start=(("rework", assignment, department), *words)
            )
        case "followed_up":
            return Effect(stop=(("follow_up", None),), start=(("file", None, None),))
        case "archived":
            return Effect(True, (("file", None),), supersede=_any(*MATTER))
        case "interim":
            return Effect(stop=(("interim_supply", assignment),))
        case "interim_told" if detail.get("long_term"):
            return Effect(stop=(("monthly", None),), start=(("monthly", None, None),))
        case "interim_told":
            return Effect(stop=(("interim", None),), supersede=_any("interim_supply"), start=words)
        case "set_aside":
            return Effect(supersede=_any("interim"))
        case "resumed":
            again = {"long_term": words, "set_aside": words[1:]}.get(str(detail.get("was")), ())
            return Effect(supersede=_any("monthly") if again else (), start=again)
        case "long_term":
            return Effect(supersede=_any("interim", "interim_supply", "ruling"), start=(("monthly", None, None),))
        case "answered" | "declined" | "transferred" | "withdrawn" | "merged":
            return Effect(True, (("dispatch", None),), supersede=_any(*MATTER), start=(("file", None, None),))
        case _:
            raise UnknownKind(f"no clock knows what an event {kind!r} does")


def _any(*clocks: str) -> tuple[tuple[str, None], ...]:
    return tuple((clock, None) for clock in clocks)


def team_clocks(subject: Subject) -> tuple[str, ...]:
    """The clocks that a dispatch starts for the lead; nobody is spoken to who is anonymous or told of a wrong."""
    spoken = () if subject.anonymous or subject.category == "tipoff" else ("first_contact",)
    return ("sign", "return", "make_safe", "resolve", "interim_supply", *spoken)


def _team(assignment: int | None, department: int | None, subject: Subject) -> tuple[Begin, ...]:
    return (*((c, assignment, department) for c in team_clocks(subject)), ("interim", None, None))


def before_lead(calendar: Calendar, lead_due: datetime, asked_at: datetime) -> datetime:
    """When a co-handler is due: two working days before the lead, yet never before one working day was given."""
    least = calendar.add_days(asked_at, 1)
    if lead_due > asked_at:
        least = min(least, lead_due)
    return max(calendar.add_days(lead_due, -_BEFORE_LEAD), least)


@dataclass(frozen=True, slots=True)
class Start:
    """A clock about to run; `due_at`: where its time was promised otherwise than by policy."""

    ticket: int
    clock: str
    assignment: int | None
    department: int | None
    at: datetime
    seq: int
    due_at: datetime | None = None
