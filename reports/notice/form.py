"""The form of a notice's content: what stands in the stored JSON, name by name. Pure.

The content is frozen as text (`canonical`) and hashed as that; these classes are how the program writes and reads it. A field that is
added, renamed or dropped is another form (`FORM`): a notice of an earlier one can be read, and not be made again.
Moments are text in UTC (`utc_text`), names of departments those of the notice's day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson
from pydantic import TypeAdapter

from reports.notice.finding_form import CitedFinding, ConfirmedFinding
from reports.notice.first_form import from_first

FORM = 2

#: A stored figure: numerator and denominator (None: a count or a duration has none).
Pair: TypeAlias = tuple[int, int | None]
Pairs: TypeAlias = Mapping[str, Pair]


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """How many matters came in by one channel, category or urgency; `year_ago`: None before there was a hotline."""

    name: str
    now: int
    before: int
    year_ago: int | None


@dataclass(frozen=True, slots=True)
class CategoryFigures:
    """The figures of a category."""

    category: str
    figures: Pairs


@dataclass(frozen=True, slots=True)
class NoticeDepartment:
    """A department in its group. `before`: its figures of the month before; `points`: None where it is not judged.

    `quarter`: the points of the rolling quarter, shown where the month had few tickets. `judged`: it is there still.
    """

    code: str
    name: str
    name_en: str
    figures: Pairs
    before: Pairs
    points: int | float | None
    deducted: int | float
    quarter: int | float | None
    tickets: int
    rank: int | None
    of: int | None
    judged: bool


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """A group of departments: the ranked by place, then the others by code."""

    group: str
    departments: tuple[NoticeDepartment, ...]


@dataclass(frozen=True, slots=True)
class CriticisedDepartment:
    """Who is criticised by name, with every confirmed finding."""

    code: str
    name: str
    points: int | float | None
    findings: tuple[CitedFinding, ...]


@dataclass(frozen=True, slots=True)
class LowestDepartment:
    """One of the lowest of a group; `under`: the figures in which it is under all departments together; `findings`: how many."""

    code: str
    name: str
    group: str
    points: int | float | None
    under: tuple[str, ...]
    findings: int


@dataclass(frozen=True, slots=True)
class GoodExample:
    """A matter that was solved fast; `hours`: from the dispatch to the reply."""

    ticket: str
    department: str
    category: str
    hours: float


@dataclass(frozen=True, slots=True)
class AppealOutcome:
    """An appeal; `upheld`: None until it is decided. `dismissed`: there was none, the centre dropped the suspicion itself."""

    department: str
    rule: str
    ticket: str | None
    upheld: bool | None
    at: str
    dismissed: bool


@dataclass(frozen=True, slots=True)
class ExclusionItem:
    """A ticket that a department asked to leave out; `granted`: None until it is decided; `earlier`: due in an earlier month, decided since."""

    ticket: str | None
    department: str
    ground: str
    granted: bool | None
    earlier: bool


@dataclass(frozen=True, slots=True)
class ExcludedShare:
    """What a department had left out of what was due in the month; `rates`: each before and after; `flagged`: more than is usual."""

    department: str
    excluded: int
    due: int
    flagged: bool
    rates: Mapping[str, tuple[Pair, Pair]]


@dataclass(frozen=True, slots=True)
class NoticeExclusions:
    """What was asked to be left out, and by department what that changed."""

    items: tuple[ExclusionItem, ...] = ()
    departments: tuple[ExcludedShare, ...] = ()


@dataclass(frozen=True, slots=True)
class WaivedDuty:
    """A duty that the centre's manager waived: who, and why."""

    ticket: str | None
    duty: str
    at: str
    who: str | None
    why: str


@dataclass(frozen=True, slots=True)
class LoweredUrgency:
    """An urgency that was lowered, and the event that says so: who, and why."""

    ticket: str | None
    seq: int
    before: str
    after: str
    at: str
    who: str | None
    why: str


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """A supervise order of the month."""

    number: str
    ticket: str | None
    department: str
    at: str
    due_at: str
    received_at: str | None


@dataclass(frozen=True, slots=True)
class ConsultedCount:
    """How many matters stood before the consultation for one reason, and how many of them are over."""

    reason: str
    n: int
    ended: int


@dataclass(frozen=True, slots=True)
class LateFact:
    """A clock that was missed, with the event it cites; `ticket`: None where its number is not printed."""

    measure: str
    ticket: str | None
    department: str | None
    seq: int | None
    due_at: str


@dataclass(frozen=True, slots=True)
class NoticeFigures:
    """What the figures of the month say. `together`: all departments; `rules`: the version by which it was judged."""

    form: int
    month: str
    as_of: str
    rules: int
    intake: tuple[IntakeLine, ...]
    categories: tuple[CategoryFigures, ...]
    centre: Pairs
    centre_before: Pairs
    together: Pairs
    together_before: Pairs
    groups: tuple[NoticeGroup, ...]
    criticised: tuple[CriticisedDepartment, ...]
    bottom: tuple[LowestDepartment, ...]


@dataclass(frozen=True, slots=True)
class RestrictionCounts:
    """Restrictions of voice that were made in the month; how many were lifted before their time, objected to, and reversed for an objection."""

    made: int = 0
    lifted: int = 0
    objected: int = 0
    reversed: int = 0


@dataclass(frozen=True, slots=True)
class NoticeLists:
    """What is listed one by one. `suspected`: how many findings nobody judged yet, of whom is nobody's to read; `late`: the annex."""

    good: tuple[GoodExample, ...]
    suspected: int
    confirmed: tuple[ConfirmedFinding, ...]
    appeals: tuple[AppealOutcome, ...]
    exclusions: NoticeExclusions
    waivers: tuple[WaivedDuty, ...]
    lowered: tuple[LoweredUrgency, ...]
    orders: tuple[NoticeOrder, ...]
    consultation: tuple[ConsultedCount, ...]
    late: tuple[LateFact, ...]
    restrictions: RestrictionCounts = RestrictionCounts()


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """The whole content; stored, figures and lists stand side by side in one object."""

    figures: NoticeFigures
    lists: NoticeLists


_FIGURES, _LISTS = TypeAdapter(NoticeFigures), TypeAdapter(NoticeLists)


def as_content(stored: Mapping[str, Any]) -> NoticeContent:
    """A content from its stored form, this one or an earlier one."""
    if stored.get("form") == 1:
        stored = from_first(stored)
    return NoticeContent(_FIGURES.validate_python(stored), _LISTS.validate_python(stored))


def canonical(content: NoticeContent) -> str:
    """The stored text of a content: JSON, sorted keys; equal contents have equal text."""
    flat = {f.name: getattr(part, f.name) for part in (content.figures, content.lists) for f in fields(part)}
    return text_of(orjson.loads(orjson.dumps(flat)))


def text_of(stored: Mapping[str, Any]) -> str:
    """The same of a content that was read back."""
    return orjson.dumps(stored, option=orjson.OPT_SORT_KEYS).decode()


def utc_text(at: datetime) -> str:
    """A moment as the content holds it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
