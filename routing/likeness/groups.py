"""Grouping of reports at one place by their matter, and the rule by which a group is a hot topic (rulebook §10).
Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.likeness.sketch import common_words, pairs, shared
from routing.likeness.subjects import same_subject
from routing.suggestions.model.functions import matter_of

DAY, WEEK, QUARTER = timedelta(days=1), timedelta(days=7), timedelta(days=90)
IN_A_DAY, IN_A_WEEK, IN_A_QUARTER = 3, 5, 10
#: Far over the usual: so many times the mean of the eight weeks before, and at least so many people.
WEEKS, TIMES, LEAST = 8, 4, 4
#: So much of their words two reports of one matter share; or so much, where they have one subject and no place.
_ALIKE, _RELATED = 0.2, 0.08
#: A new report is compared with so many of a group.
_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Report:
    """One ticket: when (UTC), by whom (None: anonymous), in which words, and its gist and subjects as they are kept."""

    ticket: int
    at: datetime
    person: int | None
    text: str
    place: str
    gist: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Reports of one matter, newest first; `people`: how many different ones within `rule`'s span."""

    matter: str
    reports: tuple[Report, ...]
    rule: str
    people: int
    words: tuple[str, ...]


def people(reports: Sequence[Report]) -> int:
    """How many different people: one who writes ten times is one, and all anonymous ones are one."""
    return len({r.person for r in reports})


def clusters(reports: Sequence[Report], *, placeless: bool = False) -> list[list[Report]]:
    """Reports in groups of one matter: those that have one subject, or share their words. A report is in one group."""
    words = {report.ticket: pairs(report.gist) for report in reports}

    def linked(a: Report, b: Report) -> bool:
        alike = shared(words[a.ticket], words[b.ticket])
        if same_subject(a.subjects, b.subjects):
            return not placeless or alike >= _RELATED
        return alike >= _ALIKE and not (a.subjects and b.subjects)

    groups: list[list[Report]] = []
    for report in reports:
        found = [(sum(linked(report, o) for o in group[-_COMPARED:]), group) for group in groups]
        much, home = max(found, key=lambda f: f[0], default=(0, None))
        if home is None or not much:
            groups.append([report])
        else:
            home.append(report)
    return groups


def hot(reports: Sequence[Report], now: datetime, usual: float = 0.0) -> tuple[str, int] | None:
    """By which rule reports of one matter and place are hot, and how many people; `usual`: reports a week before."""
    day = people([r for r in reports if r.at > now - DAY])
    if day >= IN_A_DAY:
        return "day", day
    week = people([r for r in reports if r.at > now - WEEK])
    if week >= IN_A_WEEK:
        return "week", week
    if usual > 0 and week >= max(LEAST, TIMES * usual):
        return "usual", week
    return None


def hot_without_place(reports: Sequence[Report], now: datetime) -> tuple[str, int] | None:
    """Whether reports of a matter without a place are hot: by how many people within 90 days."""
    many = people([r for r in reports if r.at > now - QUARTER])
    return ("quarter", many) if many >= IN_A_QUARTER else None


def matter(reports: Sequence[Report]) -> str:
    """The subject that most reports have first; empty where none is known."""
    times = Counter(r.subjects[0] for r in reports if r.subjects)
    return times.most_common(1)[0][0] if times else ""


def shared_words(reports: Sequence[Report]) -> tuple[str, ...]:
    """The words that at least half of the reports share: those of the matter, else the longest pieces."""
    times = Counter(word for r in reports for word in set(matter_of(r.gist)[1]))
    if not times:
        first, *others = reports
        times = Counter(w for o in others for w in common_words(first.gist, pairs(o.gist), 5))
    often = [(n, word) for word, n in times.items() if n * 2 >= len(reports) - 1]
    return tuple(word for _, word in sorted(often, key=lambda p: (-p[0], -len(p[1]), p[1]))[:5])
