"""The sheet of a month: the figures of every department by group, and those of the centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from reports.figures import figures_sql
from reports.figures.figure import Figure
from reports.figures.held_times import held_times
from reports.figures.measures import CENTRE, DEPARTMENT, INTAKE, figures
from reports.figures.month import Month
from reports.figures.tallies import Tallies, period_of, tallies, whole_centre

#: The groups of rulebook §9, in order, and the directory's groups that stand in each.
GROUPS = (
    ("departments", ("party", "government")),
    ("institutions", ("institution", "utility")),
    ("townships", ("township",)),
    ("vertical", ("vertical",)),
)
_OF = {kind: group for group, kinds in GROUPS for kind in kinds}


@dataclass(frozen=True, slots=True)
class ReportedDepartment:
    """A department as reports name it. `judged`: it is there still; one that was merged is judged no more, nor its heir for it."""

    id: int
    code: str
    name: str
    name_en: str
    group: str
    judged: bool = True

    def named(self, language: str) -> str:
        """Its name in a language; the Chinese one where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """All figures of a month as they were known at a moment."""

    month: Month
    as_of: datetime
    departments: tuple[ReportedDepartment, ...]
    of: Mapping[int, Mapping[str, Figure]]
    together: Mapping[str, Figure]
    centre: Mapping[str, Figure]
    intake: Mapping[str, Figure]

    def group(self, name: str) -> list[ReportedDepartment]:
        """The departments of a group that had anything to do in the month, or are in force."""
        return [d for d in self.departments if d.group == name]


async def load_sheet(
    conn: Conn,
    month: Month,
    as_of: datetime,
    zone: ZoneInfo,
    *,
    directory: Sequence[ReportedDepartment] | None = None,
) -> FigureSheet:
    """Count a month. Former departments appear where they had something to do.

    `directory`: the departments as they were listed before, where a month is counted again.
    """
    span = period_of(month, as_of, zone)
    found = await tallies(conn, span)
    for department, times in (await held_times(conn, span)).items():
        found.setdefault(department, {}).update(times)
    if directory is not None:
        return build(month, as_of, directory, found)
    rows = await figures_sql.departments(conn)
    today = as_of.astimezone(zone).date()
    known = [
        ReportedDepartment(
            r.id, r.code, r.name, r.name_en, _OF.get(r.kind, "departments"), r.valid_to is None or r.valid_to > today
        )
        for r in rows
        if r.valid_to is None or r.id in found
    ]
    return build(month, as_of, known, found)


def build(month: Month, as_of: datetime, departments: Sequence[ReportedDepartment], found: Tallies) -> FigureSheet:
    """The sheet of these tallies. Pure."""
    all_together = whole_centre(found)
    return FigureSheet(
        month,
        as_of,
        tuple(departments),
        {d.id: figures(DEPARTMENT, found.get(d.id, {})) for d in departments},
        figures(DEPARTMENT, all_together),
        figures(CENTRE, all_together),
        figures(INTAKE, all_together),
    )
