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
    """Points of 100 of the month and what they are made of; None where less than half of the weight had a denominator.

    `tickets`: how many were dispatched in the month; `quarter`: the points of the rolling quarter, shown where those were few: they
    place and criticise nobody.
    """

    points: float | None
    deducted: float
    tickets: int
    quarter: float | None
    ranked: bool


def deduction(faults: Iterable[Fault], tickets: int, rules: Rules) -> float:
    """Points per 100 tickets: each ticket once, by the gravest; counted on at least `counted_on` tickets; capped."""
    gravest: dict[int | None, float] = {}
    loose = 0.0
    for fault in faults:
        points = rules.deductions[fault.kind]
        if fault.ticket is None:
            loose += points
        else:
            gravest[fault.ticket] = max(points, gravest.get(fault.ticket, 0.0))
    total = sum(gravest.values()) + loose
    return min(rules.cap, 100 * total / max(tickets, rules.counted_on))


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
    """The score of a department in a month, by what was of that month. Under `quarter_under` tickets the quarter is shown beside.

    Not ranked: under `few` tickets in the month, no score, or a body that is never judged.
    """
    tickets = month["dispatched"].numerator
    off = deduction(faults, tickets, rules)
    points = _after(weighed_score(month, rules), off)
    shown = None
    if tickets < rules.quarter_under and judged:
        shown = _after(weighed_score(quarter, rules), deduction(quarter_faults, quarter["dispatched"].numerator, rules))
    return Score(points, round(off, 2), tickets, shown, judged and points is not None and tickets >= rules.few)


def _after(points: float | None, off: float) -> float | None:
    return None if points is None else round(max(0.0, points - off), 2)


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


def names_it(faults: Sequence[Fault], rules: Rules) -> bool:
    """Whether confirmed findings allow criticism by name: on enough tickets, or one of kind not acting (rulebook §9)."""
    tickets = {fault.ticket for fault in faults if fault.ticket is not None}
    return len(tickets) >= rules.criticised_from or any(fault.kind == "not_acting" for fault in faults)


def last_of(points: Mapping[str, float], rules: Rules, most: int = 3) -> list[str]:
    """The lowest of a group, the lowest first: below the floor only, and none that ties with one who is not among them. Pure."""
    order = sorted(points, key=lambda code: (points[code], code))
    above = points[order[most]] if len(order) > most else rules.floor
    return [code for code in order[:most] if points[code] < min(above, rules.floor)]
