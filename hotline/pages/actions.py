"""What this user may do with this ticket now: the moves that would be taken, as forms (contract.md, Roles)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from hotline.base.db.connection import Conn
from hotline.base.hooks import ShownClock
from hotline.moves import moves_sql
from hotline.moves.move import Move, may
from hotline.moves.offers import Input, MoveForm, MoveRow, Shown
from hotline.moves.table import TABLE, is_legal, row_of
from hotline.people.user import User
from hotline.ticket import Role, State, Ticket

#: What comes next in each state, first things first: open on the page; the rest is one key away.
NEXT: dict[State, tuple[str, ...]] = {
    State.RECEIVED: ("assignments", "answers", "transfers", "declines"),
    State.DISPATCHED: ("acknowledgements", "signatures", "chases"),
    State.SIGNED: ("first-contacts", "replies", "interims", "chases"),
    State.RETURNED: ("rulings",),
    State.REPLIED: ("report-backs", "send-backs"),
    State.TOLD: ("follow-ups", "reworks"),
    State.FOLLOWED_UP: ("filings", "reworks"),
    State.LONG_TERM: ("interims", "replies"),
    State.IN_CONSULTATION: ("resumptions", "interims", "replies"),
    State.SET_ASIDE: ("resumptions",),
}
#: Where a matter has ended in another way only the filing is left.
AT_THE_END = ("filings",)
#: What always goes before: somebody waits for this yes.
FIRST = (
    "takings",
    "hand-overs/{item}/acceptances",
    "extensions/{item}/decisions",
    "co-requests/{item}/decisions",
    "co-refusals/{item}/decisions",
    "supervise-orders/{item}/receipts",
    "replies/{item}/reviews",
)
#: One of these stands open at once; the other forms open by their key.
OPEN = frozenset({"assignments", "rulings", "report-backs", "follow-ups", "filings", *FIRST})


@dataclass(frozen=True, slots=True)
class Offer:
    """One form on the page. `path`: of its move; `target`: the same with the item filled in; `about`: what the item is."""

    path: str
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
    if "waivers" in mine and await moves_sql.was_involved(conn, ticket.id, user.id, user.actor):
        del mine["waivers"]
    shown = {**shown, "anonymous": ticket.person_id is None}
    first = next_of(ticket)
    found = [offer for row in TABLE if row.path in mine for offer in _offers(row, user, shown, row.path in first)]
    found += [Offer(path, form, path, path in first) for path, form in unlisted(mine.values())]
    found.sort(key=lambda offer: first.index(offer.path) if offer.path in first else len(first))
    chosen = next((offer for offer in found if offer.next and offer.path in OPEN), None)
    return [replace(offer, open=offer is chosen) for offer in found]


def clocks_of(shown: Shown) -> list[ShownClock]:
    """The clocks of the ticket, as they are shown to whoever looks."""
    return [ShownClock(**clock) for clock in shown["clocks"]]


def next_of(ticket: Ticket) -> tuple[str, ...]:
    """The paths of what comes next, first things first."""
    return FIRST + NEXT.get(ticket.state, AT_THE_END)


def _offers(row: MoveRow, user: User, shown: Shown, is_next: bool) -> Iterable[Offer]:
    """The forms of a row for this user: one, or one for each item that waits."""
    form = row.department if user.role is Role.LIAISON else row.centre
    if form is None or (row.ready is not None and not row.ready(shown, user)):
        return
    form = replace(form, inputs=tuple(i for i in form.inputs if not i.only or shown.get(i.only)))
    if row.items is None:
        yield Offer(row.path, form, row.path, is_next, values=_start(form, user, shown))
        return
    for item, about in row.items(shown, user):
        yield Offer(row.path, form, row.path.replace("{item}", str(item)), is_next, about=about)


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


def unlisted(moves: Iterable[Move]) -> list[tuple[str, MoveForm]]:
    """Moves that have no row in the table: their path, and a form made from their fields, so that none is out of reach."""
    return [(m.path, MoveForm("", m.summary, tuple(_input(m)))) for m in moves if row_of(m.path) is None and not m.sub]


def _input(move: Move) -> Iterable[Input]:
    for name, about in move.body.model_fields.items():
        options = tuple(a for a in get_args(about.annotation) if isinstance(a, str))
        kind = "choice" if options else "bool" if about.annotation is bool else "area"
        yield Input(name, name, kind, options, required=about.is_required())  # type: ignore[arg-type]
