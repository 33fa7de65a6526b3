"""The actions offered on a ticket's page: the moves that this user may make now, as forms (contract.md, Roles)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.moves.move import Move, Q, may
from hotline.pages.forms import AT_THE_END, CENTRE, DEPARTMENT, FIRST, NEXT, OPEN, Input, MoveForm
from hotline.people.user import User
from hotline.ticket import WITH_DEPARTMENT, Category, Role, State, Ticket, Urgency, is_legal

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """One form on the page. `target`: its path with the item filled in; `about`: what the item is."""

    form: MoveForm
    target: str
    next: bool = False
    open: bool = False
    about: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in the page: ids of its fields begin so."""
        return self.target.replace("/", "-")


async def possible(conn: Conn, moves: Sequence[Move], user: User, ticket: Ticket, shown: Shown) -> list[Offer]:
    """What the user may do with the ticket, what comes next first; the first of that stands open."""
    mine = {m.path: m for m in moves if is_legal(m.noun, ticket) and await may(conn, m.who, user, ticket)}
    if "waivers" in mine and await conn.fetchval(Q["was_involved"], ticket.id, user.id, user.actor):
        del mine["waivers"]
    table = DEPARTMENT if user.role is Role.LIAISON else CENTRE
    forms = [form for form in table if form.path in mine]
    forms += unlisted(mine.values())
    first = next_of(ticket)
    forms.sort(key=lambda f: first.index(f.path) if f.path in first else len(first))
    found = [offer for form in forms for offer in _offers(form, user, shown, form.path in first)]
    chosen = next((offer for offer in found if offer.next and offer.form.path in OPEN), None)
    return [replace(offer, open=offer is chosen) for offer in found]


def next_of(ticket: Ticket) -> tuple[str, ...]:
    """The paths of what comes next, first things first."""
    return FIRST + NEXT.get(ticket.state, AT_THE_END)


def _offers(form: MoveForm, user: User, shown: Shown, is_next: bool) -> Iterable[Offer]:
    ready = READY.get(form.path)
    if ready is not None and not ready(shown, user):
        return
    form = replace(form, inputs=tuple(i for i in form.inputs if not i.only or shown.get(i.only)))
    if "{item}" not in form.path:
        yield Offer(form, form.path, is_next, values=_start(form, user, shown))
        return
    for item, about in ITEMS[form.path](shown, user) if form.path in ITEMS else ():
        yield Offer(form, form.path.replace("{item}", str(item)), is_next, about=about)


def _start(form: MoveForm, user: User, shown: Shown) -> dict[str, Any]:
    """What fields begin with."""
    given = {i.name: STARTS[i.start](shown, user) for i in form.inputs if i.start}
    return {name: value for name, value in given.items() if value}


def _via(shown: Shown, user: User) -> str:
    """What the program does itself; that somebody called or wrote is said by who did it."""
    person = shown.get("person")
    if person is None:
        return "query"
    return "sms" if person["line"] in {"mobile", "unknown"} and not person["opted_out"] else ""


def _reply(shown: Shown, user: User) -> str:
    waiting = [r for r in shown["replies"] if r["accepted_at"] is None and r["sent_back_at"] is None]
    return str(waiting[-1]["public"]) if waiting else ""


STARTS: dict[str, Callable[[Shown, User], Any]] = {
    "via": _via,
    "reply": _reply,
    "me": lambda shown, user: user.shown_name,
    "category": lambda shown, user: shown["category"],
    "urgency": lambda shown, user: shown["urgency"],
    "place": lambda shown, user: shown["place"],
    "redacted": lambda shown, user: (shown.get("redaction") or shown)["text"],
    "redacted_place": lambda shown, user: (shown.get("redaction") or shown)["place"],
}


def own_part(shown: Shown) -> Mapping[str, Any]:
    """The open assignment of the department that looks at it (`mine` was marked by the page)."""
    return next((a for a in shown["assignments"] if a.get("mine") and a["ended_at"] is None), {})


def clocks_of(shown: Shown) -> list[ShownClock]:
    """The clocks of the ticket, as they are shown to whoever looks."""
    return [ShownClock(**clock) for clock in shown["clocks"]]


def _runs(shown: Shown, *states: str) -> bool:
    return any(c.clock in {"resolve", "rework"} and c.state in states for c in clocks_of(shown))


def _of(name: str, **wanted: Any) -> Callable[[Shown, User], list[tuple[int, str]]]:
    def items(shown: Shown, user: User) -> list[tuple[int, str]]:
        rows = [r for r in shown.get(name) or [] if all(r[k] == v for k, v in wanted.items())]
        words = ("number", "name", "department_name", "until", "reason", "basis")
        return [(r["id"], " · ".join(str(r[k]) for k in words if r.get(k))) for r in rows]

    return items


def _waits_for_ruling(shown: Shown) -> bool:
    """Who returned a ticket signs nothing; a co-handler does all the same."""
    return shown["state"] == State.RETURNED and own_part(shown).get("part") == "lead"


def _hand_over(shown: Shown, user: User) -> list[tuple[int, str]]:
    waiting = shown.get("hand_over")
    return [(waiting["id"], "")] if waiting and waiting["to"] == user.id else []


ITEMS: dict[str, Callable[[Shown, User], list[tuple[int, str]]]] = {
    "extensions/{item}/decisions": _of("extensions", granted=None),
    "supervise-orders/{item}/receipts": _of("orders", received_at=None),
    "co-requests/{item}/decisions": _of("co_requests", decided_at=None),
    "holds/{item}/ends": _of("holds"),
    "co-refusals/{item}/decisions": _of("co_refusals", decided_at=None),
    "replies/{item}/reviews": lambda shown, user: (
        [(r["id"], r["public"]) for r in shown.get("proposals", []) if r["decided_at"] is None] if user.leads else []
    ),
    "hand-overs/{item}/acceptances": _hand_over,
    "additions/{item}/tickets": lambda shown, user: [(a["seq"], a["text"]) for a in shown.get("joined", [])],
}

#: What must be so beside the state; what is not named here needs nothing more.
READY: dict[str, Callable[[Shown, User], bool]] = {
    "corrections": lambda s, u: u.role is not Role.LIAISON or s["urgency"] != Urgency.CRITICAL,
    "acknowledgements": lambda s, u: (
        u.role is Role.LIAISON and own_part(s).get("acknowledged_at", 1) is None and not _waits_for_ruling(s)
    ),
    "signatures": lambda s, u: own_part(s).get("signed_at", 1) is None and not _waits_for_ruling(s),
    "co-refusals": lambda s, u: own_part(s).get("part") == "co",
    "co-requests": lambda s, u: s["state"] in WITH_DEPARTMENT,
    "replies": lambda s, u: bool(own_part(s).get("signed_at")),
    "returns": lambda s, u: not any(r["department"] == own_part(s).get("department") for r in s.get("returns", [])),
    "made-safe": lambda s, u: s["urgency"] != Urgency.NORMAL and own_part(s).get("safe_at", 1) is None,
    "first-contacts": lambda s, u: s["category"] not in {Category.TIPOFF, Category.PRAISE},
    "relays": lambda s, u: s["category"] not in {Category.TIPOFF, Category.PRAISE},
    "extensions": lambda s, u: (
        not any(e["granted"] is not False for e in s.get("extensions", [])) and _runs(s, "running")
    ),
    "hand-overs": lambda s, u: u.role is Role.MANAGER or s["owner"] == u.name,
    "holds": lambda s, u: not s.get("holds"),
    "waivers": lambda s, u: any(d["state"] == "open" for d in s["duties"]),
    "report-backs": lambda s, u: (
        not any(r["told_at"] is None and r["failed_at"] is None for r in s.get("report_backs", []))
    ),
    "merges": lambda s, u: not s.get("protected"),
    "named-units": lambda s, u: bool(s.get("protected")),
    "protection-lifts": lambda s, u: (
        bool(s.get("protected"))
        and s["category"] != Category.TIPOFF
        and (s["protected"]["why"] == "words" or u.role is Role.MANAGER)
    ),
    "pauses": lambda s, u: _runs(s, "running"),
    "resumptions": lambda s, u: s["state"] not in {State.DISPATCHED, State.SIGNED} or _runs(s, "paused"),
    "set-asides": lambda s, u: any(p["kind"] == "person" for p in s.get("pauses", [])),
    "takings": lambda s, u: s["owner"] == "duty-desk" and u.role is Role.OPERATOR,
    "reveals": lambda s, u: False,  # shown beside what is masked
}


def unlisted(moves: Iterable[Move]) -> list[MoveForm]:
    """Moves that no form is written for: a form made from their fields, so that none is out of reach.

    What is masked is revealed beside it; an outage is chosen among those that are known, beside the suggestions.
    """
    known = {form.path for form in (*CENTRE, *DEPARTMENT)} | {"reveals", "outages"}
    return [MoveForm(m.path, "", m.summary, tuple(_input(m))) for m in moves if m.path not in known and not m.sub]


def _input(move: Move) -> Iterable[Input]:
    for name, about in move.body.model_fields.items():
        options = tuple(a for a in get_args(about.annotation) if isinstance(a, str))
        kind = "choice" if options else "bool" if about.annotation is bool else "area"
        yield Input(name, name, kind, options, required=about.is_required())  # type: ignore[arg-type]
