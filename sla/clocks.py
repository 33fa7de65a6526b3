"""Which clock starts and stops at which event: one start and one stop each (domain.md §5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: The clocks of a department's part in a ticket.
DEPARTMENT = (
    "sign",
    "first_contact",
    "return",
    "make_safe",
    "resolve",
    "interim_supply",
    "interim",
    "rework",
)
AFTER_REPLY = ("review", "report_back")
ENDS = frozenset({"answered", "declined", "transferred", "withdrawn", "merged"})
KINDS = frozenset(
    {"received", "dispatched", "signed", "first_contact", "made_safe", "returned", "ruled", "recalled", "co_handler",
     "replied", "sent_back", "told", "followed_up", "reworked", "archived", "interim", "interim_told"}
) | ENDS  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What the clocks of a ticket depend on."""

    category: str
    urgency: str
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to clocks, in this order: stop, hold, release, supersede, start.

    `stop`: (clock, assignment or None for any). `release` also takes back a stop where `reopen`. `start`: (clock,
    assignment, department).
    """

    stop: tuple[tuple[str, int | None], ...] = ()
    hold: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    reopen: bool = False
    supersede: tuple[str, ...] = ()
    of_assignment: int | None = None
    start: tuple[tuple[str, int | None, int | None], ...] = field(default=())


def effect(kind: str, detail: Mapping[str, Any], subject: Subject) -> Effect:
    """What an event does to the clocks of its ticket."""
    assignment, department = detail.get("assignment"), detail.get("department")
    match kind:
        case "received":
            return Effect(start=(("dispatch", None, None),))
        case "dispatched":
            return Effect(stop=(("dispatch", None),), start=_of_department(assignment, department, subject))
        case "recalled":
            return Effect(supersede=DEPARTMENT, start=(("dispatch", None, None),))
        case "signed":
            return Effect(stop=(("sign", assignment),))
        case "first_contact":
            return Effect(stop=(("first_contact", assignment),))
        case "made_safe":
            return Effect(stop=(("make_safe", assignment),))
        case "returned":
            held = ("first_contact", "make_safe", "resolve", "interim_supply", "interim", "rework")
            return Effect(
                stop=(("sign", assignment), ("return", assignment)),
                hold=held,
                start=(("ruling", None, None),),
            )
        case "ruled":
            stop: tuple[tuple[str, int | None], ...] = (("ruling", None),)
            if detail.get("overruled"):
                return Effect(stop=stop, release=DEPARTMENT)
            return Effect(
                stop=stop, supersede=DEPARTMENT, start=_of_department(assignment, department, subject)
            )
        case "co_handler":
            return Effect(start=(("sign", assignment, department), ("resolve", assignment, department)))
        case "replied":
            stop = tuple((c, None) for c in ("resolve", "rework", "interim_supply", "interim"))
            return Effect(stop=stop, supersede=("return",), start=tuple((c, None, None) for c in AFTER_REPLY))
        case "sent_back":
            back = ("rework",) if detail.get("rework") else ("resolve",)
            return Effect(
                stop=(("review", None),), release=back, reopen=True, supersede=("report_back",),
                start=(("interim_supply", assignment, department), ("interim", None, None)),
            )  # fmt: skip
        case "told":
            return Effect(stop=tuple((c, None) for c in AFTER_REPLY), supersede=("first_contact", "make_safe"),
                          start=(("follow_up", None, None),))  # fmt: skip
        case "reworked":
            return Effect(stop=(("follow_up", None),), supersede=("file",),
                          start=(("rework", assignment, department), ("interim_supply", assignment, department),
                                 ("interim", None, None)))  # fmt: skip
        case "followed_up":
            return Effect(stop=(("follow_up", None),), start=(("file", None, None),))
        case "archived":
            return Effect(
                stop=(("file", None),), supersede=(*DEPARTMENT, *AFTER_REPLY, "ruling", "follow_up")
            )
        case "interim":
            return Effect(
                stop=(("interim_supply", None),), start=(("interim_supply", assignment, department),)
            )
        case "interim_told":
            return Effect(stop=(("interim", None),), start=(("interim", None, None),))
        case _:
            rest = (*DEPARTMENT, *AFTER_REPLY, "ruling", "follow_up")
            return Effect(stop=(("dispatch", None),), supersede=rest, start=(("file", None, None),))


def _of_department(
    assignment: int | None, department: int | None, subject: Subject
) -> tuple[tuple[str, int | None, int | None], ...]:
    names = ["sign", "return", "make_safe", "resolve", "interim_supply"]
    if not subject.anonymous and subject.category != "tipoff":
        names.append("first_contact")
    found: list[tuple[str, int | None, int | None]] = [(name, assignment, department) for name in names]
    found.append(("interim", None, None))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Start:
    """A clock about to run."""

    ticket: int
    clock: str
    assignment: int | None
    department: int | None
    at: datetime
    seq: int
