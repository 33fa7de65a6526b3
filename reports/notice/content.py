"""Making the content of a notice: the same rows, rules and moment give the same bytes (rulebook §11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.base.db.connection import Conn
from reports.figures import figures_sql
from reports.figures.figure import Figure, FigureUnit, Tally
from reports.figures.measures import DEPARTMENT, figures
from reports.figures.month import Month
from reports.figures.sheet import GROUPS, FigureSheet, ReportedDepartment, load_sheet
from reports.figures.tallies import Period, by_category, period_of, tallies, whole_centre
from reports.notice import notice_sql
from reports.notice.facts_told import FindingTold, load_told
from reports.notice.form import (
    FORM,
    CategoryFigures,
    CriticisedDepartment,
    IntakeLine,
    LowestDepartment,
    NoticeContent,
    NoticeDepartment,
    NoticeFigures,
    NoticeGroup,
    Pair,
    utc_text,
)
from reports.notice.lists import load_lists
from reports.notice.rules import Rules
from reports.notice.score import SCORED, Fault, Score, Standing, last_of, names_it, places, score


@dataclass(frozen=True, slots=True)
class DepartmentScores:
    """Scores and places of all departments, by id."""

    scores: Mapping[int, Score]
    places: Mapping[int, Standing]


async def load_content(
    conn: Conn,
    month: Month,
    rules: Rules,
    as_of: datetime,
    zone: ZoneInfo,
    *,
    again: NoticeContent | None = None,
) -> NoticeContent:
    """The whole content of a month's notice as it was known at `as_of`.

    `again`: the content that is made a second time; the departments are listed and named as they were in it.
    """
    directory = await _directory(conn, again) if again is not None else None
    sheet = await load_sheet(conn, month, as_of, zone, directory=directory)
    before = await load_sheet(conn, month.plus(-1), as_of, zone, directory=directory)
    year_ago = await _year_ago(conn, month, as_of, zone)
    span = period_of(month, as_of, zone)
    told = await load_told(conn, month, sheet, rules, span)
    judged = await _judged(conn, sheet, rules, span, told)
    found = NoticeFigures(
        form=FORM,
        month=str(month),
        as_of=utc_text(as_of),
        rules=rules.version,
        intake=_intake(sheet, before, year_ago),
        categories=tuple(
            CategoryFigures(name, _pairs(figures(DEPARTMENT, of)))
            for name, of in sorted((await by_category(conn, span, SCORED)).items())
        ),
        centre=_pairs(sheet.centre),
        centre_before=_pairs(before.centre),
        together=_pairs(sheet.together),
        together_before=_pairs(before.together),
        groups=tuple(_group(name, sheet, before, judged, rules) for name, _ in GROUPS if sheet.group(name)),
        criticised=_criticised(sheet, judged, told, rules),
        bottom=_bottom(sheet, judged, told, rules),
    )
    return NoticeContent(found, await load_lists(conn, sheet, rules, span, told))


async def _directory(conn: Conn, content: NoticeContent) -> list[ReportedDepartment]:
    ids = {row.code: row.id for row in await figures_sql.departments(conn)}
    found = [
        ReportedDepartment(ids.get(d.code, 0), d.code, d.name, d.name_en, group.group, d.judged)
        for group in content.figures.groups
        for d in group.departments
    ]
    return sorted(found, key=lambda d: d.code)


def _pairs(found: Mapping[str, Figure]) -> dict[str, Pair]:
    return {name: f.pair for name, f in found.items()}


async def _year_ago(conn: Conn, month: Month, as_of: datetime, zone: ZoneInfo) -> Mapping[str, Tally] | None:
    """What came in in the same month last year; None where the hotline was not there yet."""
    span = period_of(month.plus(-12), as_of, zone)
    first = await notice_sql.first_received(conn)
    return whole_centre(await tallies(conn, span, ["received"])) if first is not None and first < span.end else None


def _intake(sheet: FigureSheet, before: FigureSheet, year_ago: Mapping[str, Tally] | None) -> tuple[IntakeLine, ...]:
    """By channel, category and urgency: this month, the month before, the same month last year."""

    def then(measure: str) -> int | None:
        return None if year_ago is None else year_ago.get(measure, Tally()).n

    return tuple(
        IntakeLine(name, f.numerator, before.intake[name].numerator, then(f.measure))
        for name, f in sheet.intake.items()
    )


async def _judged(
    conn: Conn, sheet: FigureSheet, rules: Rules, span: Period, told: Sequence[FindingTold]
) -> DepartmentScores:
    """The scores and places of all departments, each by its month or by the rolling quarter."""
    quarter = Period(sheet.month.plus(-2).starts_at(span.zone), span.end, span.as_of, span.zone)
    rolling = await tallies(conn, quarter, SCORED)
    rows = await notice_sql.quarter(conn, quarter.start, quarter.end, span.as_of)
    scores = {}
    for d in sheet.departments:
        scores[d.id] = score(
            sheet.of[d.id],
            figures(DEPARTMENT, rolling.get(d.id, {})),
            _faults(told, d.id),
            [Fault(r.ticket_id, r.kind) for r in rows if r.department_id == d.id],
            rules,
            judged=d.judged and rules.judges(d.name),
        )
    found: dict[int, Standing] = {}
    for name, _ in GROUPS:
        group = {str(d.id): scores[d.id] for d in sheet.group(name)}
        found |= {int(ident): place for ident, place in places(group, rules).items()}
    return DepartmentScores(scores, found)


def _faults(told: Sequence[FindingTold], department: int) -> list[Fault]:
    return [Fault(f.ticket, f.finding.kind) for f in told if f.department == department]


def _group(name: str, sheet: FigureSheet, before: FigureSheet, judged: DepartmentScores, rules: Rules) -> NoticeGroup:
    """The departments of a group: the ranked by place, then the others by code."""
    rows = []
    for d in sheet.group(name):
        s, place = judged.scores[d.id], judged.places.get(d.id)
        rows.append(
            NoticeDepartment(
                code=d.code,
                name=d.name,
                name_en=d.name_en,
                figures=_pairs(sheet.of[d.id]),
                before=_pairs(before.of.get(d.id, {})),
                points=s.points if d.judged and rules.judges(d.name) else None,
                deducted=s.deducted,
                quarter=s.quarter,
                tickets=s.tickets,
                rank=place.rank if place else None,
                of=place.of if place else None,
                judged=d.judged,
            )
        )
    rows.sort(key=lambda r: (r.rank is None, r.rank or 0, r.code))
    return NoticeGroup(name, tuple(rows))


def _criticised(
    sheet: FigureSheet, judged: DepartmentScores, told: Sequence[FindingTold], rules: Rules
) -> tuple[CriticisedDepartment, ...]:
    """Who is criticised by name, with points and every confirmed finding: its ticket, the events it cites, due and done."""
    return tuple(
        CriticisedDepartment(
            d.code, d.name, judged.scores[d.id].points, tuple(f.finding for f in told if f.department == d.id)
        )
        for d in sheet.departments
        if d.id in judged.places and judged.places[d.id].criticised and names_it(_faults(told, d.id), rules)
    )


def _bottom(
    sheet: FigureSheet, judged: DepartmentScores, told: Sequence[FindingTold], rules: Rules
) -> tuple[LowestDepartment, ...]:
    """The last of each group of at least ten, below the floor only, with the figures that are under those of all together."""
    found = []
    for name, _ in GROUPS:
        ranked = {d.code: d for d in sheet.group(name) if d.id in judged.places}
        points = {code: judged.scores[d.id].points or 0.0 for code, d in ranked.items()}
        for code in last_of(points, rules) if len(ranked) >= 10 else []:
            d = ranked[code]
            under = tuple(
                f.name
                for f in sheet.of[d.id].values()
                if f.unit is FigureUnit.RATE
                and f.better > 0
                and f.rate is not None
                and f.rate < (sheet.together[f.name].rate or 0)
            )
            n = sum(f.department == d.id for f in told)
            found.append(LowestDepartment(code, d.name, name, points[code], under, n))
    return tuple(found)
