"""The clocks of rulebook §5, one row each: what starts, stops, holds and ends it, and what comes of a breach. Pure.

The clocks in the database (`sla.clocks.events`) and those that a record tells (`sla.verify.rebuild`) are run by this one table; figures
and findings are read from it. How long a clock may run, and whose a breach is, says the policy; CONTRIBUTING says how to add one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

from hotline.base.kinds import EventKind, UnknownKind, event_kind

Variant = Literal["overruled", "released", "told_monthly", "resumed_long_term", "resumed_set_aside"]
#: What a row may name: a kind of event, or one of two things that an event of that kind may tell (`VARIANTS`).
Moment = EventKind | Variant
#: Of whose part in the ticket a clock ends: the lead's, a co-handler's, or anybody's.
Part = Literal["lead", "co", "any"]

#: The events that tell one of two things: the variant, the kind, and the detail by which it is known.
VARIANTS: Mapping[Variant, tuple[EventKind, str, object]] = MappingProxyType(
    {
        "overruled": ("ruled", "overruled", True),
        "released": ("co_handler_ruled", "released", True),
        "told_monthly": ("interim_told", "long_term", True),
        "resumed_long_term": ("resumed", "was", "long_term"),
        "resumed_set_aside": ("resumed", "was", "set_aside"),
    }
)
#: The other ends of a matter: nothing more is owed on it but its filing.
ENDS: tuple[EventKind, ...] = ("answered", "declined", "transferred", "withdrawn", "merged")
#: A department is given the matter as its lead.
GIVEN: tuple[EventKind, ...] = ("dispatched", "ruled")
#: What stands still from a moment goes on from another, as if it had not: that time was not the department's.
GOES_ON: Mapping[Moment, Moment] = MappingProxyType({"overruled": "returned", "sent_back": "replied"})
#: A pause that the ticket is in ends.
END_PAUSES: frozenset[Moment] = frozenset({"recalled", "returned", "replied", "archived", *ENDS})


@dataclass(frozen=True, slots=True)
class ClockFigure:
    """The share of a clock's stops in time: its name in docs/figures.md, its msgid, and the figure after which it stands."""

    name: str
    label: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One clock. Its words are `clock_NAME` in hotline/texts and `clock:NAME` in a catalogue.

    `part`: it is of a department's part in the ticket and is stopped by that department's events; a recall, another department
    and the end of the matter end it. Otherwise it is the centre's, one a ticket.
    `starts`, `stops`: at which moments; a clock that ends at one of `ends`, there for that part, was neither kept nor broken.
    `held`: from when it stands still until what `GOES_ON` names. `with_matter`: it ends with the matter.
    `spoken`: only where there is somebody to speak to. `result`: the result itself, with a co-handler's before the lead's, and the
    long ladder after a breach. `reopens`: a reply that is sent back never stopped it. `inherited`: a ticket takes it over from one
    that is merged into it, where that one is due earlier. `listed`: it stands in a preview of the times.
    `finding`: the rule of `reports.findings` that a department's breach is suspected by. `figure`: the share in time.
    """

    name: str
    part: bool = False
    starts: tuple[Moment, ...] = ()
    stops: tuple[Moment, ...] = ()
    held: tuple[Moment, ...] = ()
    ends: Mapping[Moment, Part] = field(default_factory=dict)
    with_matter: bool = True
    spoken: bool = False
    result: bool = False
    reopens: bool = False
    inherited: bool = False
    listed: bool = True
    finding: str = ""
    figure: ClockFigure | None = None

    def ended_by(self, moment: Moment) -> Part | None:
        """Whose clocks of this name end at a moment without being stopped, or None."""
        if self.with_matter and (moment == "archived" or moment in ENDS):
            return "any"
        if self.part and moment in {"recalled", "ruled"}:
            return "any" if moment == "recalled" else "lead"
        return self.ends.get(moment)


TABLE = (
    ClockRow(
        name="dispatch",
        starts=("received", "recalled"),
        stops=("dispatched", *ENDS),
        with_matter=False,
        inherited=True,
        figure=ClockFigure("dispatch_in_time", "Dispatched in time", after="dispatch_right_first_time"),
    ),
    # a return is an answer: it stops `sign` for good, also where it is overruled unsigned; liaise stays open until somebody signs
    ClockRow(
        name="sign",
        part=True,
        starts=(*GIVEN, "co_handler"),
        stops=("signed", "returned", "released"),
        ends={"replied": "co"},
        reopens=True,
        finding="late_sign",
        figure=ClockFigure("signed_in_time", "Signed in time", after="dispatched"),
    ),
    ClockRow(
        name="first_contact",
        part=True,
        starts=GIVEN,
        stops=("first_contact",),
        held=("returned", "replied"),
        ends={"told": "any"},
        spoken=True,
        finding="late_first_contact",
        figure=ClockFigure("first_contact_in_time", "First contact in time", after="replied_in_time"),
    ),
    ClockRow(name="return", part=True, starts=GIVEN, stops=("returned",), ends={"replied": "lead"}),
    ClockRow(
        name="ruling",
        starts=("returned",),
        stops=("ruled", "overruled"),
        ends={"recalled": "any", "long_term": "any"},
        figure=ClockFigure("ruling_in_time", "Ruled in time", after="dispatch_in_time"),
    ),
    ClockRow(
        name="make_safe",
        part=True,
        starts=GIVEN,
        stops=("made_safe",),
        held=("returned", "replied"),
        ends={"told": "any"},
        inherited=True,
        finding="late_make_safe",
        figure=ClockFigure("made_safe_in_time", "Made safe in time", after="explained"),
    ),
    ClockRow(
        name="resolve",
        part=True,
        starts=(*GIVEN, "co_handler"),
        stops=("replied", "co_replied", "released"),
        held=("returned",),
        ends={"replied": "co"},
        result=True,
        reopens=True,
        inherited=True,
        finding="late_reply",
        figure=ClockFigure("replied_in_time", "Replied in time", after="signed_in_time"),
    ),
    ClockRow(
        name="review",
        starts=("replied",),
        stops=("report_back_tried", "sent_back", "told"),
        ends={"recalled": "any"},
        figure=ClockFigure("review_in_time", "Reviewed in time", after="ruling_in_time"),
    ),
    # a change of department does not reset the owner's words to the person
    ClockRow(
        name="interim",
        starts=(*GIVEN, "interim_told", "sent_back", "reworked", "resumed_long_term", "resumed_set_aside"),
        stops=("interim_told", "replied"),
        ends={"recalled": "any", "set_aside": "any", "long_term": "any"},
        inherited=True,
    ),
    ClockRow(
        name="report_back",
        starts=("replied",),
        stops=("told",),
        ends={"recalled": "any", "sent_back": "any"},
        figure=ClockFigure("report_back_in_time", "Told in time", after="review_in_time"),
    ),
    ClockRow(
        name="follow_up",
        starts=("told",),
        stops=("followed_up", "reworked"),
        figure=ClockFigure("follow_up_in_time", "Followed up in time", after="report_back_in_time"),
    ),
    ClockRow(
        name="file",
        starts=("followed_up", *ENDS),
        stops=("archived",),
        ends={"reworked": "any"},
        with_matter=False,
        figure=ClockFigure("filed_in_time", "Filed in time", after="follow_up_in_time"),
    ),
    # a call that nobody took starts it and the call back stops it, no event of a ticket
    ClockRow(
        name="call_back",
        with_matter=False,
        figure=ClockFigure("call_backs_in_time", "Call-backs in time", after="answer_rate"),
    ),
    ClockRow(
        name="rework",
        part=True,
        starts=("reworked",),
        stops=("replied",),
        held=("returned",),
        result=True,
        reopens=True,
        finding="late_reply",
        figure=ClockFigure("rework_in_time", "Reworked in time", after="interim_in_time"),
    ),
    ClockRow(
        name="interim_supply",
        part=True,
        starts=(*GIVEN, "interim_told", "sent_back", "reworked", "resumed_long_term"),
        stops=("interim", "replied"),
        held=("returned",),
        ends={"interim_told": "any", "long_term": "any"},
        listed=False,
        finding="interim_not_supplied",
        figure=ClockFigure("interim_in_time", "Interim word in time", after="made_safe_in_time"),
    ),
    ClockRow(
        name="monthly",
        starts=("long_term", "told_monthly"),
        stops=("told_monthly", "replied"),
        ends={"recalled": "any", "resumed_long_term": "any", "resumed_set_aside": "any"},
        listed=False,
    ),
)
#: All that a policy rules, and those that a preview shows.
RULED = tuple(row.name for row in TABLE)
LISTED = tuple(row.name for row in TABLE if row.listed)
ROW: Mapping[str, ClockRow] = MappingProxyType({row.name: row for row in TABLE})
#: The clocks of a department's part in a ticket.
DEPARTMENT = tuple(row.name for row in TABLE if row.part)
#: What stands still from a return to its ruling: that time is the centre's.
HELD = tuple(row.name for row in TABLE if "returned" in row.held)
RESULT = frozenset(row.name for row in TABLE if row.result)
REOPENS = frozenset(row.name for row in TABLE if row.reopens)
INHERITED = frozenset(row.name for row in TABLE if row.inherited)


def kind_of(moment: Moment) -> EventKind:
    """The kind of event that a moment is."""
    return next((kind for variant, (kind, _, _) in VARIANTS.items() if variant == moment), None) or event_kind(moment)


def moments_of(row: ClockRow) -> frozenset[Moment]:
    """All moments at which something happens to a clock."""
    every: tuple[Moment, ...] = (*get_args(EventKind), *VARIANTS)
    return frozenset(
        m for m in every if m in (*row.starts, *row.stops, *row.held) or row.ended_by(m) or GOES_ON.get(m) in row.held
    )


#: The kinds of events that do something to some clock.
KINDS: frozenset[EventKind] = frozenset(kind_of(moment) for row in TABLE for moment in moments_of(row))


def moment_of(kind: str, detail: Mapping[str, Any]) -> Moment:
    """What an event tells the clocks. Raises UnknownKind where no row names it."""
    for variant, (of, name, value) in VARIANTS.items():
        if kind == of and (bool(detail.get(name)) if value is True else detail.get(name) == value):
            return variant
    if kind not in KINDS:
        raise UnknownKind(f"no clock knows what an event {kind!r} does")
    return event_kind(kind)
