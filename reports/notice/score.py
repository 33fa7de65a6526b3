"""The score of a department, its place in its group, and whether it may be criticised (rulebook §9). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.figures.figure import Figure
from reports.notice.rules import Rules

#: The blocks of facts that the score needs of a rolling quarter.
SCORED = ("dispatched", "clocks", "resolve", "solved", "satisfied", "replied")


@dataclass(frozen=True, slots=True)
class Fault:
    """A confirmed finding as it counts in the score: which ticket (None: none) and which kind."""

    ticket: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Score:
    """Points of 100 and what they are made of; None where less than half of the weight had a denominator.

    `tickets`: how many were dispatched in the time that is judged; `quarter`: whether that is the rolling quarter.
    """

    points: float | None
    deducted: float
    tickets: int
    quarter: bool
    ranked: bool


def deduction(faults: Iterable[Fault], tickets: int, rules: Rules) -> float:
    """Points per 100 tickets: each ticket once, by the gravest; capped."""
    gravest: dict[int | None, float] = {}
    loose = 0.0
    for fault in faults:
        points = rules.deductions[fault.kind]
        if fault.ticket is None:
            loose += points
        else:
            gravest[fault.ticket] = max(points, gravest.get(fault.ticket, 0.0))
    total = sum(gravest.values()) + loose
    return min(rules.cap, 100 * total / tickets) if tickets else min(rules.cap, total)


def weighed_score(figures: Mapping[str, Figure], rules: Rules) -> float | None:
    """0–100 from the rates that have a denominator, reweighted; None under half of the weight."""
    have = [(weight, figures[name].rate) for name, weight in rules.weights.items()]
    there = [(weight, rate) for weight, rate in have if rate is not None]
    weight = sum(w for w, _ in there)
    if 2 * weight < sum(rules.weights.values()) or not weight:
        return None
    return 100 * sum(w * rate for w, rate in there) / weight


def score(
    month: Mapping[str, Figure],
    quarter: Mapping[str, Figure],
    faults: Sequence[Fault],
    quarter_faults: Sequence[Fault],
    rules: Rules,
    *,
    judged: bool,
) -> Score:
    """The score of a department. Under `quarter_under` tickets in the month the rolling quarter is judged instead.

    Not ranked: under `few` tickets, no score, or a body that is never judged.
    """
    own = month["dispatched"].numerator
    rolling = own < rules.quarter_under
    figures, counted = (quarter, quarter_faults) if rolling else (month, faults)
    tickets = figures["dispatched"].numerator
    points = weighed_score(figures, rules)
    off = deduction(counted, tickets, rules)
    final = None if points is None else round(max(0.0, points - off), 2)
    return Score(final, round(off, 2), tickets, rolling, judged and final is not None and tickets >= rules.few)


@dataclass(frozen=True, slots=True)
class Standing:
    """A department's place in its group, 1 is best; equal points share a place. `criticised`: below the floor and at the bottom."""

    rank: int
    of: int
    criticised: bool


def places(group: Mapping[str, Score], rules: Rules) -> dict[str, Standing]:
    """The places of a group; those not ranked have none.

    At the bottom is a department where those with as few points or fewer are at most the `bottom` share of the ranked.
    """
    points = {code: s.points for code, s in group.items() if s.ranked and s.points is not None}
    found = {}
    for code, own in points.items():
        better = sum(1 for other in points.values() if other > own)
        no_better = sum(1 for other in points.values() if other <= own)
        bottom = no_better <= rules.bottom * len(points)
        found[code] = Standing(better + 1, len(points), own < rules.floor and bottom)
    return found
