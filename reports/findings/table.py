"""The rules of findings, one row each (rulebook §7): kind of fault, what finds it in a ticket's record, and by which events. Pure.

`VERSION` is stored with each finding; a changed rule gets a new one. CONTRIBUTING says how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from hotline.base.event import RecordedEvent
from hotline.base.kinds import EventKind
from reports.findings import claims, rules
from reports.findings.rules import Stood, SuspectedFault
from sla.clocks.table import TABLE, kind_of, moments_of

VERSION = 3
#: 不积极、推诿、不作为
FaultKind = Literal["inactive", "buck_passing", "not_acting"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a rule may look at beside the record: whether a matter stood in the catalogue, and the office's zone."""

    stood: Stood
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Finds a fault in a ticket's record. `completed_by`: the events at which it may be there; `reads`: the others that it looks at."""

    find: Callable[[Sequence[RecordedEvent], Sight], list[SuspectedFault]]
    completed_by: tuple[EventKind, ...]
    reads: tuple[EventKind, ...]


@dataclass(frozen=True, slots=True)
class FindingRule:
    """A rule by name (its words: reports/locale/zh/notice.po) and kind of fault.

    Without finders it is found elsewhere: from the breach of a clock whose row names it (`sla.clocks.table`), or by a sweep
    (`reports.findings.detection`), where no event shows it.
    """

    name: str
    kind: FaultKind
    finders: tuple[Finder, ...] = ()


RULES = (
    FindingRule("late_sign", "inactive"),
    FindingRule("late_first_contact", "inactive"),
    FindingRule("late_make_safe", "inactive"),
    FindingRule("late_reply", "inactive"),
    FindingRule("interim_not_supplied", "inactive"),
    FindingRule("pages_unanswered", "inactive"),
    FindingRule(
        "groundless_return",
        "buck_passing",
        (
            Finder(
                find=lambda events, sight: rules.groundless(events, sight.stood),
                completed_by=("ruled",),
                reads=("returned",),
            ),
        ),
    ),
    FindingRule(
        "ping_pong",
        "buck_passing",
        (
            Finder(
                find=lambda events, sight: rules.ping_pong(events, sight.stood),
                completed_by=("ruled",),
                reads=("returned",),
            ),
        ),
    ),
    FindingRule(
        "late_return",
        "buck_passing",
        (
            Finder(
                find=lambda events, sight: rules.late_returns(events),
                completed_by=("returned",),
                reads=("dispatched", "ruled", "added", "attached", "joined"),
            ),
        ),
    ),
    FindingRule(
        "sham_reply",
        "not_acting",
        (
            Finder(
                find=lambda events, sight: rules.sham(events),
                completed_by=("replied",),
                reads=("sent_back", "follow_up_tried", "reworked"),
            ),
            Finder(
                find=lambda events, sight: claims.untraced(events),
                completed_by=("first_contact",),
                reads=("received", "dispatched", "ruled", "co_handler", "relay_said", "relay_ended"),
            ),
        ),
    ),
    FindingRule(
        "repeated_matter",
        "not_acting",
        (
            Finder(
                find=lambda events, sight: rules.repeated(events, sight.zone),
                completed_by=("sent_back", "reworked"),
                reads=("replied", "added"),
            ),
        ),
    ),
    FindingRule(
        "coaxed_rating",
        "not_acting",
        (
            Finder(
                find=lambda events, sight: claims.coaxed(events),
                completed_by=("pressed",),
                reads=("dispatched", "ruled", "replied", "rated", "followed_up", "follow_up_tried", "withdrawn"),
            ),
        ),
    ),
    FindingRule(
        "defied_order",
        "not_acting",
        (
            Finder(
                find=lambda events, sight: claims.unfollowed(events),
                completed_by=("replied",),
                reads=("ruled", "dispatched", "recalled"),
            ),
        ),
    ),
)
_FINDERS = tuple(finder for rule in RULES for finder in rule.finders)
#: rule → kind of fault
KINDS = {rule.name: rule.kind for rule in RULES}
#: A department's clock whose breach is a finding: clock → rule
OF_CLOCK = {row.name: row.finding for row in TABLE if row.finding}
#: Events at which such a clock stops, stands still, goes on or ends, and may be found late.
LATCHED_BY: frozenset[EventKind] = frozenset(
    kind_of(moment) for row in TABLE if row.finding for moment in moments_of(row) - set(row.starts)
)
#: Events that may complete a fault by themselves, and all that a rule reads.
TELLING: frozenset[EventKind] = frozenset(kind for finder in _FINDERS for kind in finder.completed_by)
READ: frozenset[EventKind] = TELLING | frozenset(kind for finder in _FINDERS for kind in finder.reads)


def found_in(events: Sequence[RecordedEvent], stood: Stood, zone: ZoneInfo) -> list[SuspectedFault]:
    """All faults that a ticket's record shows by itself; those of clocks, pages and orders are found beside it."""
    sight = Sight(stood, zone)
    return [fault for finder in _FINDERS for fault in finder.find(events, sight)]
