"""A past ticket of another system: one line of its table, understood or refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.base.text.phones import Phone, written
from hotline.people.departments import Department
from hotline.ticket import Category, Channel, Urgency
from reports.imports.lines import chosen, moment_of, no_more, optional, score_of, text_of
from reports.imports.words import CATEGORIES, CHANNELS, OUTCOMES, URGENCIES, PastOutcome
from routing.directory.names import Named, department_in
from routing.tables.columns import code_of

BY_DEPARTMENT = frozenset({PastOutcome.SOLVED, PastOutcome.EXPLAINED, PastOutcome.NOT_OURS})
#: What a line may hold by how it ended, beside what all have.
_TAKES = {
    **dict.fromkeys(BY_DEPARTMENT, frozenset({"department", "rating"})),
    PastOutcome.ANSWERED: frozenset(),
    PastOutcome.DECLINED: frozenset({"where"}),
    PastOutcome.TRANSFERRED: frozenset({"where", "reference"}),
}
_OF_AN_END = ("department", "where", "reference", "rating")


@dataclass(frozen=True, slots=True)
class Past:
    """One line, understood."""

    line: int
    row: Mapping[str, str]
    number: str
    opened: datetime
    closed: datetime
    channel: Channel
    category: Category
    urgency: Urgency
    text: str
    place: str
    phone: Phone
    outcome: PastOutcome
    department: Department | None
    result: str
    where: str
    reference: str
    rating: int | None


def understood(
    line: int,
    row: Mapping[str, str],
    services: Services,
    departments: Named,
    now: datetime,
) -> Past:
    """The line as a past ticket. Raises BadField naming the column."""
    opened, closed = moment_of(row, "opened", services, now), moment_of(row, "closed", services, now)
    if closed < opened:
        raise BadField("closed: the ticket was closed before it was opened.", field="closed")
    outcome = chosen(row, "outcome", PastOutcome, OUTCOMES)
    no_more(row, [c for c in _OF_AN_END if c not in _TAKES[outcome]], outcome.value)
    department = (
        department_in(row.get("department", ""), departments, "department") if outcome in BY_DEPARTMENT else None
    )
    where = text_of(row, "where", 200) if "where" in _TAKES[outcome] else ""
    return Past(
        line,
        row,
        _number(row),
        opened,
        closed,
        chosen(row, "channel", Channel, CHANNELS),
        chosen(row, "category", Category, CATEGORIES),
        chosen(row, "urgency", Urgency, URGENCIES, Urgency.NORMAL),
        text_of(row, "text"),
        optional(row, "place", 200),
        written(row.get("phone"), services.settings.area_code),
        outcome,
        department,
        text_of(row, "result", 4000),
        where,
        optional(row, "reference", 200) or "—",
        score_of(row),
    )


def _number(row: Mapping[str, str]) -> str:
    """The number in the other system; one that a spreadsheet shortened (1.39E+17) is none."""
    number = code_of(text_of(row, "number", 60))
    if "E+" in number.upper() and number.upper().replace("E+", "").replace(".", "").isdigit():
        raise BadField(
            "%(column)s: %(text)s was shortened by a spreadsheet: format the column as text and enter it again.",
            field="number",
            column="number",
            text=number,
        )
    return number
