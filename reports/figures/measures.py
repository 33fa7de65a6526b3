"""The list of figures: how each is made of the tallies of its measures (rulebook §9). Pure.

A *measure* is a kind of fact that `facts.sql` lists, each with its ticket and whether it hit. A *figure* is a rate of hits, a count,
or a ratio of two counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hotline.ticket import Category, Channel, Urgency
from reports.figures.figure import Figure, FigureUnit, Tally
from sla.clocks.table import TABLE

How = Literal["rate", "count", "hits", "ratio", "seconds"]


@dataclass(frozen=True, slots=True)
class FigureRule:
    """A figure by name: `rate`: hits by facts of one measure; `count`: its facts; `hits`: its hits; `ratio`: facts by those of `over`.

    `better`: 1 where more is better, -1 where less is, 0 where it is neither.
    """

    name: str
    how: How
    measure: str
    over: str = ""
    better: int = 0

    def figure(self, tallies: Mapping[str, Tally]) -> Figure:
        """The figure of these tallies; a measure without facts counts nothing."""
        own, over = tallies.get(self.measure, Tally()), tallies.get(self.over, Tally())
        match self.how:
            case "rate":
                return Figure(self.name, FigureUnit.RATE, own.hits, own.n, self.measure, self.better)
            case "count":
                return Figure(self.name, FigureUnit.COUNT, own.n, None, self.measure, self.better)
            case "hits":
                return Figure(self.name, FigureUnit.COUNT, own.hits, None, self.measure, self.better)
            case "ratio":
                return Figure(self.name, FigureUnit.RATE, own.n, over.n, self.measure, self.better)
            case "seconds":
                return Figure(self.name, FigureUnit.SECONDS, own.n, None, self.measure, self.better)


def _with_clocks(lines: tuple[FigureRule, ...], *, part: bool) -> tuple[FigureRule, ...]:
    """The figures with those of the departments' clocks, or of the centre's, each after the one that its row names."""
    found = list(lines)
    waiting = [row for row in TABLE if row.figure is not None and row.part is part]
    while waiting:
        names = [line.name for line in found]
        row = next((r for r in waiting if r.figure is not None and r.figure.after in names), None)
        if row is None or row.figure is None:
            raise ValueError(f"no figure stands before those of {[r.name for r in waiting]}")
        found.insert(names.index(row.figure.after) + 1, FigureRule(row.figure.name, "rate", row.name, better=1))
        waiting.remove(row)
    return tuple(found)


#: Of a department.
DEPARTMENT = _with_clocks(
    (
        FigureRule("dispatched", "count", "dispatched"),
        FigureRule("redispatched", "count", "redispatched"),
        FigureRule("solved", "rate", "solved", better=1),
        FigureRule("satisfied", "rate", "satisfied", better=1),
        FigureRule("satisfied_broad", "rate", "satisfied_broad", better=1),
        FigureRule("rated", "rate", "rated", better=1),
        FigureRule("explained", "count", "explained"),
        FigureRule("returns", "count", "returns", better=-1),
        FigureRule("overruled", "hits", "returns", better=-1),
        FigureRule("replied", "count", "replied"),
        FigureRule("record", "rate", "replied", better=1),
        FigureRule("reworks", "ratio", "reworked", over="replied", better=-1),
        FigureRule("extensions", "count", "extensions", better=-1),
        FigureRule("extensions_granted", "hits", "extensions"),
        FigureRule("backlog", "count", "backlog", better=-1),
        FigureRule("backlog_5", "count", "backlog_5", better=-1),
        FigureRule("backlog_10", "count", "backlog_10", better=-1),
        FigureRule("backlog_30", "count", "backlog_30", better=-1),
        FigureRule("backlog_over_30", "count", "backlog_over_30", better=-1),
        FigureRule("long_term", "count", "long_term", better=-1),
        FigureRule("long_term_over_180", "count", "long_term_over_180", better=-1),
        FigureRule("held", "seconds", "held", better=-1),
        FigureRule("night_pages", "count", "night_pages"),
        FigureRule("leader_pages", "count", "leader_pages", better=-1),
    ),
    part=True,
)

#: Of the centre.
CENTRE = _with_clocks(
    (
        FigureRule("received", "count", "received"),
        FigureRule("carried_over", "count", "carried_over", better=-1),
        FigureRule("open_at_end", "count", "open_at_end", better=-1),
        FigureRule("offered", "count", "offered"),
        FigureRule("answer_rate", "rate", "offered", better=1),
        FigureRule("dispatch_right_first_time", "rate", "right_first_time", better=1),
        FigureRule("first_call_resolution", "rate", "first_call", better=1),
        FigureRule("contacts_without_end", "count", "contacts_without_end", better=-1),
        FigureRule("ended_answered", "count", "ended_answered"),
        FigureRule("ended_declined", "count", "ended_declined"),
        FigureRule("ended_transferred", "count", "ended_transferred"),
        FigureRule("ended_withdrawn", "count", "ended_withdrawn"),
        FigureRule("ended_merged", "count", "ended_merged"),
        FigureRule("ended_done", "count", "ended_done"),
        FigureRule("archived", "count", "archived"),
        FigureRule("centre_held", "seconds", "centre_held", better=-1),
    ),
    part=False,
)

#: What came in, by channel, category and urgency.
INTAKE = tuple(
    FigureRule(f"{kind}_{value.value}", "count", f"{kind}_{value.value}")
    for kind, values in (("channel", Channel), ("category", Category), ("urgency", Urgency))
    for value in values
)

LINES = {line.name: line for line in (*DEPARTMENT, *CENTRE, *INTAKE)}


def figures(lines: tuple[FigureRule, ...], tallies: Mapping[str, Tally]) -> dict[str, Figure]:
    """All figures of a list, by name, in its order."""
    return {line.name: line.figure(tallies) for line in lines}
