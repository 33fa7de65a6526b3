"""What a button of a ticket's page is: its key, its title, its fields; and what must be so, besides the state, for it to be offered. Pure.

Conditions read the ticket as it is shown to whoever looks (`hotline.api.ticket_view`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from hotline.people.user import User
from hotline.ticket import WITH_DEPARTMENT, Category, Role, State, Urgency

Kind = Literal["text", "area", "choice", "picks", "date", "file", "department", "operator", "ticket", "bool", "lines"]
#: A ticket as it is shown; `anonymous` beside it: whether nobody is known to have said it.
Shown = Mapping[str, Any]
#: Whether a move would be taken.
Ready = Callable[[Shown, User], bool]
#: The items that wait for a move: their id, and what they are about.
Items = Callable[[Shown, User], Sequence[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Input:
    """One field.

    `context`: in which sense its options are words; `start`: the name of a value to begin with; `told`: a person
    reads it, so that no blank of a template may be left in it; `only`: asked only where the ticket is that.
    """

    name: str
    label: str
    kind: Kind = "area"
    options: tuple[str, ...] = ()
    context: str = ""
    hint: str = ""
    required: bool = True
    start: str = ""
    told: bool = False
    only: str = ""


@dataclass(frozen=True, slots=True)
class SecondButton:
    """Another button of a form, for what is done most often: the field that it sets, its title, its key, and the question before."""

    name: str
    value: str
    title: str
    key: str
    sure: str


@dataclass(frozen=True, slots=True)
class MoveForm:
    """A move as a form: `key` on the keyboard, `title` on the button (msgid), its fields; `also`: another button of it."""

    key: str
    title: str
    inputs: tuple[Input, ...] = ()
    danger: bool = False
    hint: str = ""
    also: SecondButton | None = None


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move in the table (`hotline.moves.table`).

    `path`: below the ticket, an item that it names as `{item}`; `states`: where it is legal (None: where the move of its noun is);
    `when_filed`: also on a filed ticket. `centre`, `department`: its button and form for either. `ready`: what must be so besides
    the state; `items`: the items that wait for it. `beside`: its form stands beside what it is about, elsewhere on the page.
    """

    path: str
    states: frozenset[State] | None = None
    centre: MoveForm | None = None
    department: MoveForm | None = None
    ready: Ready | None = None
    items: Items | None = None
    when_filed: bool = False
    beside: bool = False


REASON = Input("reason", "Reason")
OPTIONAL_REASON = Input("reason", "Reason", required=False)
TEXT = Input("text", "Words")
NEWS = Input("text", "Words", told=True)
UNTIL = Input("until", "Until", "date")
DEPARTMENT = Input("department", "Department", "department")
NAMES_IT = Input(
    "names_it",
    "Does the tipoff name this unit",
    "bool",
    only="protected",
    hint="Whoever it names must not have it; the answer stays on record.",
)
IF_GRANTED = replace(NAMES_IT, required=False)
FILE = Input("file", "Photograph or PDF", "file", hint="JPEG, PNG, WebP or PDF, at most 10 MB.")
ANSWER = Input("text", "What the person was told", told=True)
BASIS = Input("basis", "Basis", "text", told=True)
WHERE = Input("where", "Where the person can go", "text", told=True)
TO = Input("to", "To whom", "text", options=("110", "119", "120", "122", "12345"))
REFERENCE = Input("reference", "Their number for it", "text", told=True)


def own_part(shown: Shown) -> Mapping[str, Any]:
    """The open assignment of the department that looks at it (`mine` was marked by the page)."""
    return next((a for a in shown["assignments"] if a.get("mine") and a["ended_at"] is None), {})


def urgency_may_rise(shown: Shown, user: User) -> bool:
    """A department only raises the urgency."""
    return user.role is not Role.LIAISON or shown["urgency"] != Urgency.CRITICAL


def unacknowledged(shown: Shown, user: User) -> bool:
    """The department was paged, and has not said that it saw it."""
    return user.role is Role.LIAISON and own_part(shown).get("acknowledged_at", 1) is None and unsigned(shown, user)


def unsigned(shown: Shown, user: User) -> bool:
    """The department has not signed; who returned a ticket signs nothing, a co-handler does all the same."""
    own = own_part(shown)
    returned = shown["state"] == State.RETURNED and own.get("part") == "lead"
    return own.get("signed_at", 1) is None and not returned


def signed(shown: Shown, user: User) -> bool:
    """The department has signed."""
    return bool(own_part(shown).get("signed_at"))


def is_co_handler(shown: Shown, user: User) -> bool:
    """The department has a part beside the lead's."""
    return own_part(shown).get("part") == "co"


def with_department(shown: Shown, user: User) -> bool:
    """A department works on it."""
    return shown["state"] in WITH_DEPARTMENT


def not_returned_before(shown: Shown, user: User) -> bool:
    """A department returns a ticket once."""
    return not any(r["department"] == own_part(shown).get("department") for r in shown.get("returns", []))


def not_safe_yet(shown: Shown, user: User) -> bool:
    """The department has not reported the place safe."""
    return own_part(shown).get("safe_at", 1) is None


def reachable(shown: Shown, user: User) -> bool:
    """There is somebody whom the department may speak to."""
    return shown["category"] != Category.TIPOFF and not shown["anonymous"]


def may_ask_for_time(shown: Shown, user: User) -> bool:
    """More time is asked for once, while the clock runs."""
    return not any(e["granted"] is not False for e in shown.get("extensions", [])) and runs(shown, user)


def owned(shown: Shown, user: User) -> bool:
    """It is the user's own; a manager hands over anybody's."""
    return user.role is Role.MANAGER or shown["owner"] == user.name


def not_held(shown: Shown, user: User) -> bool:
    """It is not kept for proceedings."""
    return not shown.get("holds")


def duty_open(shown: Shown, user: User) -> bool:
    """A duty can be waived."""
    return any(duty["state"] == "open" for duty in shown["duties"])


def nothing_on_its_way(shown: Shown, user: User) -> bool:
    """No SMS with the result is under way."""
    return not any(r["told_at"] is None and r["failed_at"] is None for r in shown.get("report_backs", []))


def protected(shown: Shown, user: User) -> bool:
    """It is treated as a tipoff."""
    return bool(shown.get("protected"))


def unprotected(shown: Shown, user: User) -> bool:
    """It is not treated as a tipoff."""
    return not protected(shown, user)


def liftable(shown: Shown, user: User) -> bool:
    """What only reads like a tipoff is treated as any other ticket; what the desk marked, by a manager."""
    is_one = shown["category"] == Category.TIPOFF
    return protected(shown, user) and not is_one and (shown["protected"]["why"] == "words" or user.role is Role.MANAGER)


def _clock(shown: Shown, state: str) -> bool:
    return any(clock["clock"] in {"resolve", "rework"} and clock["state"] == state for clock in shown["clocks"])


def runs(shown: Shown, user: User) -> bool:
    """The time of the matter itself runs."""
    return _clock(shown, "running")


def stands_still(shown: Shown, user: User) -> bool:
    """It does not run, and can go on."""
    return shown["state"] not in WITH_DEPARTMENT or _clock(shown, "paused")


def person_waited_for(shown: Shown, user: User) -> bool:
    """It was paused for the person before."""
    return any(pause["kind"] == "person" for pause in shown.get("pauses", []))


def at_the_duty_desk(shown: Shown, user: User) -> bool:
    """Nobody owns it yet, or its owner is away, and an operator looks."""
    return (shown["owner"] == "duty-desk" or bool(shown.get("offered"))) and user.role is Role.OPERATOR


def rows(name: str, **wanted: Any) -> Items:
    """The rows of a part of the ticket that hold these values, with their words."""

    def items(shown: Shown, user: User) -> list[tuple[int, str]]:
        found = [r for r in shown.get(name) or [] if all(r[k] == v for k, v in wanted.items())]
        words = ("number", "name", "department_name", "until", "reason", "basis")
        return [(r["id"], " · ".join(str(r[k]) for k in words if r.get(k))) for r in found]

    return items


def replies_for_leader(shown: Shown, user: User) -> list[tuple[int, str]]:
    """Replies that wait for the department's leader."""
    return [(r["id"], r["public"]) for r in shown.get("proposals", []) if r["decided_at"] is None] if user.leads else []


def hand_over_to(shown: Shown, user: User) -> list[tuple[int, str]]:
    """The hand-over that waits for the user."""
    waiting = shown.get("hand_over")
    return [(waiting["id"], "")] if waiting and waiting["to"] == user.id else []


def joined(shown: Shown, user: User) -> list[tuple[int, str]]:
    """Messages that were joined to the ticket without a number."""
    return [(one["seq"], one["text"]) for one in shown.get("joined", [])]
